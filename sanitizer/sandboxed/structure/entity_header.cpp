#include "sanitizer/sandboxed/structure/entity_header.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/sandboxed/text/charset.hpp"
#include "sanitizer/sandboxed/text/charset_names.hpp"
#include "sanitizer/sandboxed/text/encoded_word.hpp"
#include "sanitizer/sandboxed/types/file_name.hpp"
#include "sanitizer/sandboxed/types/file_type.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t disposition_bytes_max = 40;

struct Mechanism {
    std::string_view name;
    TransferEncoding encoding;
};

// RFC 2045 6.1.
constexpr std::array mechanisms{
    Mechanism{"7bit", TransferEncoding::none},
    Mechanism{"8bit", TransferEncoding::none},
    Mechanism{"binary", TransferEncoding::none},
    Mechanism{"base64", TransferEncoding::base64},
    Mechanism{"quoted-printable", TransferEncoding::quoted_printable},
    Mechanism{"x-uuencode", TransferEncoding::uuencode},
};

// What mailers write when they mean one of these, in letters and digits alone: "base-64" and "Base 64" are one slip.
// Everything else is unknown to some reader.
constexpr std::array slips{
    Mechanism{"", TransferEncoding::none},
    Mechanism{"7bit", TransferEncoding::none},
    Mechanism{"7bits", TransferEncoding::none},
    Mechanism{"7bitascii", TransferEncoding::none},
    Mechanism{"7", TransferEncoding::none},
    Mechanism{"8bit", TransferEncoding::none},
    Mechanism{"8bits", TransferEncoding::none},
    Mechanism{"8bitmime", TransferEncoding::none},
    Mechanism{"8", TransferEncoding::none},
    Mechanism{"binary", TransferEncoding::none},
    Mechanism{"none", TransferEncoding::none},
    Mechanism{"plain", TransferEncoding::none},
    Mechanism{"text", TransferEncoding::none},
    Mechanism{"textplain", TransferEncoding::none},
    Mechanism{"texthtml", TransferEncoding::none},
    Mechanism{"base64", TransferEncoding::base64},
    Mechanism{"quotedprintable", TransferEncoding::quoted_printable},
    Mechanism{"xuuencode", TransferEncoding::uuencode},
    Mechanism{"uuencode", TransferEncoding::uuencode},
    Mechanism{"xuue", TransferEncoding::uuencode},
    Mechanism{"uue", TransferEncoding::uuencode},
};

std::optional<TransferEncoding> find_in(const auto& table, std::string_view name) noexcept {
    const auto found = std::find_if(table.begin(), table.end(), [&](const Mechanism& m) { return m.name == name; });
    return found == table.end() ? std::nullopt : std::optional(found->encoding);
}

// "quoted-printble": one letter too few, too many, or another. No other word of mail is so near to this one.
bool is_almost(std::string_view word, std::string_view wanted) noexcept {
    const std::size_t longer = std::max(word.size(), wanted.size());
    if (longer - std::min(word.size(), wanted.size()) > 1) return false;
    std::size_t front = 0, back = 0;
    const std::size_t shorter = std::min(word.size(), wanted.size());
    while (front < shorter && word[front] == wanted[front]) ++front;
    while (back < shorter - front && word[word.size() - 1 - back] == wanted[wanted.size() - 1 - back]) ++back;
    return longer - front - back <= 1;
}

std::string letters_and_digits(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (ascii::is_alnum(c)) out.push_back(ascii::to_lower(c));
    }
    return out;
}

// Separators, quotes and case do not matter, but one word must be all there is: "base64 junk" and "base64, 7bit" are
// none of ours (AC-063). A charset's name says that nothing is encoded.
std::optional<TransferEncoding> read_slip(std::string_view untrusted_value) {
    const std::string word = letters_and_digits(untrusted_value.substr(0, untrusted_value.find(';')));
    if (const auto encoding = find_in(slips, word)) return encoding;
    if (is_almost(word, "quotedprintable")) return TransferEncoding::quoted_printable;
    if (charset_by_label(word) != nullptr) return TransferEncoding::none;
    return std::nullopt;
}

TransferEncoding read_encoding(std::string_view untrusted_value, std::vector<Reason>& findings) {
    const StructuredValue value = read_structured_value(untrusted_value);
    if (looks_like_encoded_word(untrusted_value)) add_once(findings, Reason::encoded_word_in_structure);
    if (contains(value.findings, Reason::unbalanced_comment)) add_once(findings, Reason::unbalanced_comment);
    const bool is_exact = ascii::iequals(ascii::trim(untrusted_value), value.main);
    if (const auto exact = is_exact ? find_in(mechanisms, value.main) : std::nullopt) return *exact;
    const bool has_comment = contains(value.findings, Reason::comment_in_structure);
    const auto slip = read_slip(has_comment ? value.main : untrusted_value);
    add_once(findings, slip ? Reason::odd_transfer_encoding : Reason::unknown_transfer_encoding);
    return slip.value_or(TransferEncoding::unknown);
}

// All fields of one name. One that stands twice with one meaning misleads nobody.
class Fields {
public:
    Fields(const std::vector<RawField>& fields, std::string_view name) {
        for (const RawField& field : fields) {
            if (ascii::iequals(field.name, name)) found_.push_back(&field);
        }
    }
    const RawField* first() const noexcept { return found_.empty() ? nullptr : found_.front(); }
    // `means_the_same` as the first is asked about each other value that is written otherwise.
    template <class Predicate>
    void note_duplicates(Reason when_different, std::vector<Reason>& findings, Predicate means_the_same) const {
        if (found_.size() < 2) return;
        const bool is_same = std::all_of(found_.begin() + 1, found_.end(), [&](const RawField* field) {
            return ascii::iequals(ascii::trim(field->value), ascii::trim(first()->value)) ||
                   means_the_same(field->value);
        });
        add_once(findings, is_same ? Reason::duplicate_field : when_different);
    }

private:
    std::vector<const RawField*> found_;
};

// ---- the file name

struct Candidate {
    std::string name;  // UTF-8
    bool is_lossless = true;
    std::vector<Reason> notes;
};

// '?' cannot stand in a file name: it is what is left of characters that a mailer could not write.
Candidate decode_name(const Parameter& parameter, std::string_view raw_label) {
    Candidate candidate;
    if (!parameter.charset.empty()) {
        Decoded decoded = decode_header_bytes(parameter.value, parameter.charset);
        candidate.notes = std::move(decoded.notes);
        candidate.name = std::move(decoded.utf8);
    } else {
        // Also joined sections: Japanese mailers put an encoded-word in pieces into filename*0=, filename*1= (AC-091).
        candidate.name = decode_unstructured(parameter.value, candidate.notes, raw_label);
    }
    const bool has_replacement = candidate.name.find("\xef\xbf\xbd") != std::string::npos;
    candidate.is_lossless = !has_replacement && candidate.name.find('?') == std::string::npos;
    return candidate;
}

// filename*, filename, name*, name.
std::vector<Candidate> name_candidates(const StructuredValue* disposition, const StructuredValue& type,
                                       std::string_view raw_label) {
    std::vector<Candidate> candidates;
    const auto collect = [&](const StructuredValue& value, std::string_view name, bool is_rfc2231) {
        for (const Parameter& parameter : value.parameters) {
            if (parameter.name != name || parameter.is_rfc2231 != is_rfc2231 || parameter.value.empty()) continue;
            candidates.push_back(decode_name(parameter, raw_label));
        }
    };
    if (disposition != nullptr) {
        collect(*disposition, "filename", true);
        collect(*disposition, "filename", false);
    }
    collect(type, "name", true);
    collect(type, "name", false);
    return candidates;
}

// A dangerous extension in any spelling decides (AC-088, AC-089); else the first that lost nothing.
std::string choose_name(const std::vector<Candidate>& candidates, std::vector<Reason>& notes) {
    if (candidates.empty()) return {};
    const bool differ = std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
        return candidate.name != candidates.front().name;
    });
    if (differ) add_once(notes, Reason::name_differs);
    const auto find = [&](auto&& wanted) { return std::find_if(candidates.begin(), candidates.end(), wanted); };
    auto chosen = find([](const Candidate& c) { return is_dangerous_extension(extension_of(c.name)); });
    if (chosen == candidates.end()) chosen = find([](const Candidate& c) { return c.is_lossless; });
    if (chosen == candidates.end()) chosen = candidates.begin();
    add_once(notes, chosen->notes);
    return chosen->name;
}

// ---- the fields

class EntityHeaderReader {
public:
    EntityHeaderReader(Entity& entity, std::string_view default_type, const BudgetLimits& limits,
                       std::string_view text_label)
        : entity_(entity), default_type_(default_type), limits_(limits), text_label_(text_label) {}

    ContentType read() &&;

private:
    ContentType read_type();
    void read_transfer_encoding();
    void read_disposition_and_name(const ContentType&);
    void check_mime_version();

    Entity& entity_;
    std::string_view default_type_;
    const BudgetLimits& limits_;
    std::string_view text_label_;
};

ContentType EntityHeaderReader::read() && {
    ContentType type = read_type();
    read_transfer_encoding();
    read_disposition_and_name(type);
    if (entity_.parent < 0) check_mime_version();
    return type;
}

ContentType EntityHeaderReader::read_type() {
    const Fields fields(entity_.fields, "Content-Type");
    ContentType type;
    if (fields.first() != nullptr) {
        type = read_content_type(fields.first()->value, limits_);
    } else {
        type.type = default_type_;
    }
    fields.note_duplicates(Reason::duplicate_content_type, type.findings, [&](std::string_view other) {
        return take_other_charset(type, read_content_type(other, limits_));
    });
    add_once(entity_.findings, type.findings);
    entity_.type = type.type;
    entity_.charset_label = type.charset_label;
    entity_.calendar_method = type.calendar_method;
    entity_.format_flowed = type.format_flowed;
    entity_.delsp = type.delsp;
    return type;
}

void EntityHeaderReader::read_transfer_encoding() {
    const Fields fields(entity_.fields, "Content-Transfer-Encoding");
    if (fields.first() == nullptr) return;
    entity_.encoding = read_encoding(fields.first()->value, entity_.findings);
    fields.note_duplicates(Reason::duplicate_transfer_encoding, entity_.findings, [&](std::string_view other) {
        return entity_.encoding != TransferEncoding::unknown &&
               read_encoding(other, entity_.findings) == entity_.encoding;
    });
}

void EntityHeaderReader::read_disposition_and_name(const ContentType& type) {
    const Fields fields(entity_.fields, "Content-Disposition");
    fields.note_duplicates(Reason::name_differs, entity_.findings, [](std::string_view) { return false; });
    std::optional<StructuredValue> disposition;
    if (fields.first() != nullptr) {
        disposition = read_structured_value(fields.first()->value);
        // It decides nothing but the name, so nothing in it makes the structure ambiguous.
        if (contains(disposition->findings, Reason::malformed_content_type)) {
            add_once(entity_.findings, Reason::malformed_content_type);
        }
        // RFC 2183 2.8: what is not known is an attachment.
        entity_.disposition = disposition->main.size() <= disposition_bytes_max ? disposition->main : "attachment";
    }
    const StructuredValue* of_disposition = disposition ? &*disposition : nullptr;
    const std::string_view raw_label = entity_.charset_label.empty() ? text_label_ : entity_.charset_label;
    entity_.untrusted_name = choose_name(name_candidates(of_disposition, type.value, raw_label), entity_.findings);
}

void EntityHeaderReader::check_mime_version() {
    const RawField* version = find_field(entity_.fields, "MIME-Version");
    const bool uses_mime = find_field(entity_.fields, "Content-Type") != nullptr ||
                           find_field(entity_.fields, "Content-Transfer-Encoding") != nullptr;
    const bool is_odd = version == nullptr ? uses_mime : !ascii::trim(version->value).starts_with("1.0");
    if (is_odd) add_once(entity_.findings, Reason::odd_mime_version);
}

}  // namespace

ContentType read_entity_header(Entity& entity, std::string_view default_type, const BudgetLimits& limits,
                               std::string_view text_label) {
    return EntityHeaderReader(entity, default_type, limits, text_label).read();
}

const RawField* find_field(const std::vector<RawField>& fields, std::string_view name) noexcept {
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const RawField& field) { return ascii::iequals(field.name, name); });
    return found == fields.end() ? nullptr : &*found;
}

}  // namespace mugaika::sandboxed
