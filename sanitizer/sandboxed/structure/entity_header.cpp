#include "sanitizer/sandboxed/structure/entity_header.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/sandboxed/text/charset.hpp"
#include "sanitizer/sandboxed/text/encoded_word.hpp"
#include "sanitizer/sandboxed/types/file_name.hpp"
#include "sanitizer/sandboxed/types/file_type.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t disposition_bytes_max = 40;

struct Mechanism {
    std::string_view name;
    TransferEncoding encoding;
    bool is_exact;  // as a standard writes it
};

// RFC 2045 6.1, and what mailers write when they mean one of these. Everything else is unknown to some reader.
constexpr std::array mechanisms{
    Mechanism{"7bit", TransferEncoding::none, true},
    Mechanism{"8bit", TransferEncoding::none, true},
    Mechanism{"binary", TransferEncoding::none, true},
    Mechanism{"base64", TransferEncoding::base64, true},
    Mechanism{"quoted-printable", TransferEncoding::quoted_printable, true},
    Mechanism{"x-uuencode", TransferEncoding::uuencode, true},
    Mechanism{"uuencode", TransferEncoding::uuencode, false},
    Mechanism{"x-uue", TransferEncoding::uuencode, false},
    Mechanism{"uue", TransferEncoding::uuencode, false},
    Mechanism{"", TransferEncoding::none, false},
    Mechanism{"7-bit", TransferEncoding::none, false},
    Mechanism{"7bits", TransferEncoding::none, false},
    Mechanism{"8-bit", TransferEncoding::none, false},
    Mechanism{"8bits", TransferEncoding::none, false},
    Mechanism{"none", TransferEncoding::none, false},
    Mechanism{"plain", TransferEncoding::none, false},
    Mechanism{"text", TransferEncoding::none, false},
    Mechanism{"us-ascii", TransferEncoding::none, false},
    Mechanism{"utf-8", TransferEncoding::none, false},
};

const Mechanism* find_mechanism(std::string_view name) noexcept {
    const auto found =
        std::find_if(mechanisms.begin(), mechanisms.end(), [&](const Mechanism& m) { return m.name == name; });
    return found == mechanisms.end() ? nullptr : &*found;
}

TransferEncoding read_encoding(std::string_view untrusted_value, std::vector<Reason>& findings) {
    const StructuredValue value = read_structured_value(untrusted_value);
    std::string name = value.main;
    // "base64;" and "\"base64\"" are taken by some readers; more words are not (AC-063).
    if (name.size() > 1 && name.starts_with('"') && name.ends_with('"')) name = name.substr(1, name.size() - 2);
    const Mechanism* mechanism = find_mechanism(name);
    const bool has_more_words = contains(value.findings, Reason::malformed_content_type);
    if (looks_like_encoded_word(untrusted_value)) add_once(findings, Reason::encoded_word_in_structure);
    if (contains(value.findings, Reason::unbalanced_comment)) add_once(findings, Reason::unbalanced_comment);
    if (mechanism == nullptr || has_more_words) {
        add_once(findings, Reason::unknown_transfer_encoding);
        return TransferEncoding::unknown;
    }
    const bool is_exact = mechanism->is_exact && ascii::iequals(ascii::trim(untrusted_value), name);
    if (!is_exact) add_once(findings, Reason::odd_transfer_encoding);
    return mechanism->encoding;
}

// A field that stands twice with one meaning misleads nobody.
class DuplicateCheck {
public:
    DuplicateCheck(const std::vector<RawField>& fields, std::string_view name) {
        for (const RawField& field : fields) {
            if (ascii::iequals(field.name, name)) found_.push_back(&field);
        }
    }
    const RawField* first() const noexcept { return found_.empty() ? nullptr : found_.front(); }
    void note(Reason when_different, std::vector<Reason>& findings) const {
        if (found_.size() < 2) return;
        const bool is_same = std::all_of(found_.begin(), found_.end(), [&](const RawField* field) {
            return ascii::iequals(ascii::trim(field->value), ascii::trim(found_.front()->value));
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
Candidate decode_name(const Parameter& parameter) {
    Candidate candidate;
    if (!parameter.charset.empty()) {
        Decoded decoded = decode_header_bytes(parameter.value, parameter.charset);
        candidate.notes = std::move(decoded.notes);
        candidate.name = std::move(decoded.utf8);
    } else {
        // Also joined sections: Japanese mailers put an encoded-word in pieces into filename*0=, filename*1= (AC-091).
        candidate.name = decode_unstructured(parameter.value, candidate.notes);
    }
    const bool has_replacement = candidate.name.find("\xef\xbf\xbd") != std::string::npos;
    candidate.is_lossless = !has_replacement && candidate.name.find('?') == std::string::npos;
    return candidate;
}

// filename*, filename, name*, name.
std::vector<Candidate> name_candidates(const StructuredValue* disposition, const StructuredValue& type) {
    std::vector<Candidate> candidates;
    const auto collect = [&](const StructuredValue& value, std::string_view name, bool is_rfc2231) {
        for (const Parameter& parameter : value.parameters) {
            if (parameter.name != name || parameter.is_rfc2231 != is_rfc2231 || parameter.value.empty()) continue;
            candidates.push_back(decode_name(parameter));
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
    EntityHeaderReader(Entity& entity, std::string_view default_type, const BudgetLimits& limits)
        : entity_(entity), default_type_(default_type), limits_(limits) {}

    ContentType read() &&;

private:
    ContentType read_type();
    void read_transfer_encoding();
    void read_disposition_and_name(const ContentType&);
    void check_mime_version();

    Entity& entity_;
    std::string_view default_type_;
    const BudgetLimits& limits_;
};

ContentType EntityHeaderReader::read() && {
    ContentType type = read_type();
    read_transfer_encoding();
    read_disposition_and_name(type);
    if (entity_.parent < 0) check_mime_version();
    return type;
}

ContentType EntityHeaderReader::read_type() {
    const DuplicateCheck check(entity_.fields, "Content-Type");
    check.note(Reason::duplicate_content_type, entity_.findings);
    ContentType type;
    if (check.first() != nullptr) {
        type = read_content_type(check.first()->value, limits_);
    } else {
        type.type = default_type_;
    }
    add_once(entity_.findings, type.findings);
    entity_.type = type.type;
    entity_.charset_label = type.charset_label;
    entity_.format_flowed = type.format_flowed;
    entity_.delsp = type.delsp;
    return type;
}

void EntityHeaderReader::read_transfer_encoding() {
    const DuplicateCheck check(entity_.fields, "Content-Transfer-Encoding");
    check.note(Reason::duplicate_transfer_encoding, entity_.findings);
    if (check.first() != nullptr) entity_.encoding = read_encoding(check.first()->value, entity_.findings);
}

void EntityHeaderReader::read_disposition_and_name(const ContentType& type) {
    const DuplicateCheck check(entity_.fields, "Content-Disposition");
    check.note(Reason::name_differs, entity_.findings);
    std::optional<StructuredValue> disposition;
    if (check.first() != nullptr) {
        disposition = read_structured_value(check.first()->value);
        // It decides nothing but the name, so nothing in it makes the structure ambiguous.
        if (contains(disposition->findings, Reason::malformed_content_type)) {
            add_once(entity_.findings, Reason::malformed_content_type);
        }
        // RFC 2183 2.8: what is not known is an attachment.
        entity_.disposition = disposition->main.size() <= disposition_bytes_max ? disposition->main : "attachment";
    }
    const StructuredValue* of_disposition = disposition ? &*disposition : nullptr;
    entity_.untrusted_name = choose_name(name_candidates(of_disposition, type.value), entity_.findings);
}

void EntityHeaderReader::check_mime_version() {
    const RawField* version = find_field(entity_.fields, "MIME-Version");
    const bool uses_mime = find_field(entity_.fields, "Content-Type") != nullptr ||
                           find_field(entity_.fields, "Content-Transfer-Encoding") != nullptr;
    const bool is_odd = version == nullptr ? uses_mime : !ascii::trim(version->value).starts_with("1.0");
    if (is_odd) add_once(entity_.findings, Reason::odd_mime_version);
}

}  // namespace

ContentType read_entity_header(Entity& entity, std::string_view default_type, const BudgetLimits& limits) {
    return EntityHeaderReader(entity, default_type, limits).read();
}

const RawField* find_field(const std::vector<RawField>& fields, std::string_view name) noexcept {
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const RawField& field) { return ascii::iequals(field.name, name); });
    return found == fields.end() ? nullptr : &*found;
}

}  // namespace mugaika::sandboxed
