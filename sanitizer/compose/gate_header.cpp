#include "sanitizer/compose/gate_header.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace mugaika::gate {
namespace {

constexpr std::size_t columns = 76;
constexpr std::size_t encoded_word_max = 75;  // RFC 2047 section 2
constexpr std::size_t file_name_max = 240;
constexpr std::size_t address_max = 256 + 1 + 255;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_letter_or_digit(char c) noexcept { return is_letter(c) || is_digit(c); }
bool is_one_of(std::string_view set, char c) noexcept { return set.find(c) != set.npos; }
bool is_id_char(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'z'); }
bool is_protocol_char(char c) noexcept { return is_digit(c) || (c >= 'A' && c <= 'Z'); }
bool is_atom_char(char c) noexcept { return is_letter_or_digit(c) || is_one_of("!#$%&'*+-/=?^_`{|}~", c); }
bool is_atom_char_or_dot(char c) noexcept { return c == '.' || is_atom_char(c); }
bool is_quoted_local_char(char c) noexcept { return c == ' ' || is_atom_char_or_dot(c); }
bool is_host_char(char c) noexcept { return is_letter_or_digit(c) || c == '-'; }
bool is_domain_char(char c) noexcept { return c == '_' || is_host_char(c); }
bool is_literal_char(char c) noexcept { return is_letter_or_digit(c) || c == '.' || c == ':'; }
bool is_hop_char(char c) noexcept { return is_letter_or_digit(c) || is_one_of("-.:?", c); }
bool is_base64_char(char c) noexcept { return is_letter_or_digit(c) || is_one_of("+/=", c); }
bool is_phrase_char(char c) noexcept { return is_letter_or_digit(c) || is_one_of(" .,'-_&/+()", c); }
bool is_quoted_file_char(char c) noexcept { return is_letter_or_digit(c) || is_one_of(" ._-()+,", c); }
bool is_percent_text_char(char c) noexcept { return is_letter_or_digit(c) || is_one_of("-._", c); }

// What is left of a value, and the small steps of all grammars.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    bool done() const noexcept { return rest_.empty(); }
    bool sees(std::string_view literal) const noexcept { return rest_.starts_with(literal); }
    bool take(std::string_view literal) noexcept {
        if (!sees(literal)) return false;
        rest_.remove_prefix(literal.size());
        return true;
    }
    // As many of the set as there are; "" when none.
    std::string_view take_all(bool (*is_in_set)(char)) noexcept {
        const auto* end = std::find_if_not(rest_.begin(), rest_.end(), is_in_set);
        const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
        rest_.remove_prefix(taken.size());
        return taken;
    }
    bool take_one_of(std::span<const std::string_view> literals) noexcept {
        return std::any_of(literals.begin(), literals.end(), [&](std::string_view literal) { return take(literal); });
    }
    // Two digits of at most `most`.
    bool take_two_digits(int least, int most) noexcept {
        if (rest_.size() < 2 || !is_digit(rest_[0]) || !is_digit(rest_[1])) return false;
        const int value = (rest_[0] - '0') * 10 + (rest_[1] - '0');
        rest_.remove_prefix(2);
        return value >= least && value <= most;
    }
    std::string_view rest() const noexcept { return rest_; }

private:
    std::string_view rest_;
};

bool take_dotted(Cursor& c, bool (*is_label_char)(char)) noexcept {
    do {
        if (c.take_all(is_label_char).empty()) return false;
    } while (c.take("."));
    return true;
}

bool take_literal(Cursor& c) noexcept { return c.take("[") && !c.take_all(is_literal_char).empty() && c.take("]"); }
bool take_host(Cursor& c) noexcept { return c.sees("[") ? take_literal(c) : take_dotted(c, is_host_char); }
bool take_domain(Cursor& c) noexcept { return c.sees("[") ? take_literal(c) : take_dotted(c, is_domain_char); }

// What was taken between two looks at the rest; some readers decode encoded words anywhere.
bool hides_encoded_word(std::string_view before, std::string_view after) noexcept {
    return before.substr(0, before.size() - after.size()).find("=?") != before.npos;
}

bool take_address(Cursor& c) noexcept {
    const std::string_view before = c.rest();
    const bool has_local =
        c.take("\"") ? !c.take_all(is_quoted_local_char).empty() && c.take("\"") : take_dotted(c, is_atom_char);
    if (!has_local || !c.take("@") || !take_domain(c)) return false;
    return before.size() - c.rest().size() <= address_max && !hides_encoded_word(before, c.rest());
}

bool take_encoded_word(Cursor& c, std::string& text) {
    const std::size_t before = c.rest().size();
    if (!c.take("=?UTF-8?B?")) return false;
    const std::string_view payload = c.take_all(is_base64_char);
    if (!c.take("?=") || before - c.rest().size() > encoded_word_max) return false;
    const auto decoded = decode_base64(payload);
    if (decoded) text += *decoded;
    return decoded && is_seen_line(*decoded);
}

// `text` is what they say together.
bool take_encoded_words(Cursor& c, std::string& text) {
    while (take_encoded_word(c, text)) {
        if (!c.sees(" =?")) return true;
        c.take(" ");
    }
    return false;
}

bool take_encoded_words(Cursor& c) {
    std::string unused;
    return take_encoded_words(c, unused);
}

bool take_phrase(Cursor& c) {
    if (c.take("\"")) return !c.take_all(is_phrase_char).empty() && c.take("\"");
    return take_encoded_words(c);
}

bool take_mailbox(Cursor& c) {
    // A quoted local part starts like a quoted name; only a name has a blank behind its quotes.
    Cursor bare = c;
    if (take_address(bare)) {
        c = bare;
        return true;
    }
    return take_phrase(c) && c.take(" <") && take_address(c) && c.take(">");
}

bool take_message_id(Cursor& c) noexcept {
    const std::string_view before = c.rest();
    if (!c.take("<") || c.take_all(is_atom_char_or_dot).empty() || !c.take("@")) return false;
    const bool has_right = c.sees("[") ? take_literal(c) : take_dotted(c, is_atom_char);
    if (!has_right || !c.take(">")) return false;
    return before.size() - c.rest().size() <= 902 && !hides_encoded_word(before, c.rest());
}

bool take_date(Cursor& c) noexcept {
    constexpr auto days = std::to_array<std::string_view>({"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"});
    constexpr auto months = std::to_array<std::string_view>(
        {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});
    return c.take_one_of(days) && c.take(", ") && c.take_two_digits(1, 31) && c.take(" ") && c.take_one_of(months) &&
           c.take(" ") && c.take_two_digits(19, 99) && c.take_two_digits(0, 99) && c.take(" ") &&
           c.take_two_digits(0, 23) && c.take(":") && c.take_two_digits(0, 59) && c.take(":") &&
           c.take_two_digits(0, 59) && c.take(" ") && (c.take("+") || c.take("-")) && c.take_two_digits(0, 23) &&
           c.take_two_digits(0, 59);
}

std::string_view take_short(Cursor& c, bool (*is_in_set)(char)) noexcept {
    const std::string_view word = c.take_all(is_in_set);
    return word.size() <= 64 ? word : std::string_view();
}

// One grammar per field; what other fields depend on goes into the MailHeader.
bool received(Cursor& c, MailHeader& header) {
    if (c.take("from ") && !(take_host(c) && c.take(" (") && take_literal(c) && c.take(") "))) return false;
    if (!c.take("by ") || !take_dotted(c, is_host_char)) return false;
    if (c.take(" with ") && take_short(c, is_protocol_char).empty()) return false;
    if (!c.take(" id ")) return false;
    header.id = take_short(c, is_id_char);
    return !header.id.empty() && c.take("; ") && take_date(c);
}

bool own(Cursor& c, MailHeader& header) {
    if (!c.take("id=") || take_short(c, is_id_char) != header.id || !c.take("; verdict=")) return false;
    header.verdict = take_short(c, is_letter);
    const bool known = header.verdict == "clean" || header.verdict == "sanitized" || header.verdict == "quarantined";
    if (!known || !c.take("; notice=")) return false;
    header.notice = take_short(c, is_letter);
    const bool fits_verdict = header.verdict == "quarantined"
                                  ? header.notice == "quarantined"
                                  : header.notice == "none" || header.notice == "removed" || header.notice == "warning";
    if (!fits_verdict || !c.take("; hops=") || take_short(c, is_digit).empty()) return false;
    if (c.take("; first-hop=\"") && (take_short(c, is_hop_char).empty() || !c.take("\""))) return false;
    header.is_released = c.take("; order=");
    header.is_unlocked = !header.is_released && c.take("; unlocked=");
    header.is_follow_up = !header.is_released && !header.is_unlocked && c.take("; follows=");
    const bool has_id = header.is_released || header.is_unlocked || header.is_follow_up;
    return !has_id || !take_short(c, is_id_char).empty();
}

bool authentication(Cursor& c, MailHeader&) {
    constexpr auto results = std::to_array<std::string_view>(
        {"none", "pass", "fail", "softfail", "neutral", "policy", "temperror", "permerror"});
    if (!c.take("by=") || !take_dotted(c, is_host_char)) return false;
    bool any = false;
    for (const std::string_view method : {"; spf=", "; dkim=", "; dmarc=", "; arc="}) {
        if (!c.take(method)) continue;
        if (!c.take_one_of(results)) return false;
        any = true;
    }
    return any;
}

bool mailbox(Cursor& c, MailHeader&) { return take_mailbox(c); }

bool mailboxes(Cursor& c, MailHeader&) {
    do {
        if (!take_mailbox(c)) return false;
    } while (c.take(", "));
    return true;
}

bool recipients(Cursor& c, MailHeader& header) { return c.take("undisclosed-recipients:;") || mailboxes(c, header); }

// That somebody here has dealt with the mail is said by us alone, and of every mail of which it is true.
using Tags = std::array<std::string_view, 2>;
constexpr Tags released_tags{"【確認後のお届け】", "[Released]"};
constexpr Tags unlocked_tags{"【パスワード解除後のお届け】", "[Opened with a password]"};
constexpr Tags follow_up_tags{"【無害化後のお届け】", "[Delivered after sanitizing]"};

bool says_one_of(const Tags& tags, std::string_view subject) {
    return std::any_of(tags.begin(), tags.end(),
                       [&](std::string_view tag) { return subject.find(tag) != subject.npos; });
}

bool subject(Cursor& c, MailHeader& header) {
    std::string text;
    if (c.sees("=?")) {
        if (!take_encoded_words(c, text)) return false;
    } else {
        text = c.rest();
        if (!c.take(c.rest()) || text.find("=?") != text.npos || text.find("  ") != text.npos) return false;
    }
    return says_one_of(released_tags, text) == header.is_released &&
           says_one_of(unlocked_tags, text) == header.is_unlocked &&
           says_one_of(follow_up_tags, text) == header.is_follow_up;
}

bool date(Cursor& c, MailHeader&) { return take_date(c); }
bool message_id(Cursor& c, MailHeader&) { return take_message_id(c); }

bool message_ids(Cursor& c, MailHeader&) {
    do {
        if (!take_message_id(c)) return false;
    } while (c.take(" "));
    return true;
}

bool auto_submitted(Cursor& c, MailHeader&) {
    return c.take("auto-generated") || c.take("auto-replied") || c.take("auto-notified");
}

bool list_id(Cursor& c, MailHeader&) {
    if (!c.sees("<") && !(take_phrase(c) && c.take(" "))) return false;
    const std::string_view before = c.rest();
    return c.take("<") && take_dotted(c, is_atom_char) && c.take(">") && !hides_encoded_word(before, c.rest());
}

bool importance(Cursor& c, MailHeader&) { return c.take("low") || c.take("normal") || c.take("high"); }
bool mime_version(Cursor& c, MailHeader&) { return c.take("1.0"); }

bool content_type(Cursor& c, MailHeader& header) {
    header.is_mixed = c.take("multipart/mixed; boundary=\"mugaika-");
    if (header.is_mixed) return c.take(header.id) && c.take("\"");
    return c.take("text/plain; charset=UTF-8");
}

bool transfer_encoding(Cursor& c, MailHeader& header) {
    header.is_base64 = c.take("base64");
    return header.is_base64 ? !header.is_mixed : c.take("7bit");
}

bool text_type(Cursor& c, MailHeader&) { return c.take("text/plain; charset=UTF-8"); }
template <class Header>
bool base64_encoding(Cursor& c, Header&) {
    return c.take("base64");
}

bool file_type(Cursor& c, FileHeader& header) {
    constexpr auto types = std::to_array<std::string_view>({
        "application/gzip",
        "application/msword",
        "application/octet-stream",
        "application/pdf",
        "application/rtf",
        "application/vnd.ms-excel",
        "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
        "application/vnd.ms-excel.sheet.macroEnabled.12",
        "application/vnd.ms-powerpoint",
        "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
        "application/vnd.ms-word.document.macroEnabled.12",
        "application/vnd.oasis.opendocument.presentation",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.rar",
        "application/x-7z-compressed",
        "application/x-js-taro",
        "application/x-lzh-compressed",
        "application/zip",
        "image/bmp",
        "image/gif",
        "image/heic",
        "image/jpeg",
        "image/png",
        "image/tiff",
        "image/webp",
    });
    header.type = c.rest();
    return std::find(types.begin(), types.end(), header.type) != types.end() && c.take(header.type);
}

bool is_file_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= file_name_max && name.front() != '.' && name.front() != ' ' &&
           name.back() != '.' && name.back() != ' ' && name.find_first_of("/\\:*?\"<>|%'") == name.npos &&
           is_seen_line(name);
}

int upper_hex(char c) noexcept {
    if (is_digit(c)) return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// RFC 2231 section 4, percent-encoded only where it has to be.
bool take_percent_text(Cursor& c, std::string& decoded) {
    while (!c.done()) {
        decoded.append(c.take_all(is_percent_text_char));
        if (c.done()) break;
        const std::string_view rest = c.rest();
        if (rest.size() < 3 || rest[0] != '%' || upper_hex(rest[1]) < 0 || upper_hex(rest[2]) < 0) return false;
        const char byte = static_cast<char>(upper_hex(rest[1]) * 16 + upper_hex(rest[2]));
        if (is_percent_text_char(byte)) return false;
        decoded.push_back(byte);
        c.take(rest.substr(0, 3));
    }
    return true;
}

bool is_simple_file_name(std::string_view name) noexcept {
    return name.size() <= 60 && std::all_of(name.begin(), name.end(), is_quoted_file_char);
}

// One name, quoted where it is simple and in RFC 2231 form where it is not.
bool disposition(Cursor& c, FileHeader& header) {
    if (c.take("attachment; filename=\"")) {
        header.name = c.take_all(is_quoted_file_char);
        return is_file_name(header.name) && is_simple_file_name(header.name) && c.take("\"");
    }
    return c.take("attachment; filename*=UTF-8''") && take_percent_text(c, header.name) && is_file_name(header.name) &&
           !is_simple_file_name(header.name);
}

template <class Header>
struct FieldRule {
    std::string_view name;
    bool is_required;
    bool (*fits)(Cursor&, Header&);
};

constexpr auto mail_fields = std::to_array<FieldRule<MailHeader>>({
    {"Received", true, received},
    {"X-Mugaika", true, own},
    {"X-Mugaika-Authentication", false, authentication},
    {"From", true, mailbox},
    {"Sender", false, mailbox},
    {"Reply-To", false, mailboxes},
    {"To", true, recipients},
    {"Cc", false, mailboxes},
    {"Subject", false, subject},
    {"Date", true, date},
    {"Message-ID", true, message_id},
    {"In-Reply-To", false, message_ids},
    {"References", false, message_ids},
    {"Auto-Submitted", false, auto_submitted},
    {"List-Id", false, list_id},
    {"Importance", false, importance},
    {"MIME-Version", true, mime_version},
    {"Content-Type", true, content_type},
    {"Content-Transfer-Encoding", true, transfer_encoding},
});

constexpr auto text_part_fields = std::to_array<FieldRule<MailHeader>>({
    {"Content-Type", true, text_type},
    {"Content-Transfer-Encoding", true, base64_encoding},
});

constexpr auto file_part_fields = std::to_array<FieldRule<FileHeader>>({
    {"Content-Type", true, file_type},
    {"Content-Transfer-Encoding", true, base64_encoding},
    {"Content-Disposition", true, disposition},
});

struct Field {
    std::string_view name;
    std::string value;  // unfolded
    std::size_t at = 0;
};

// A line is longer than 76 columns only when there was no blank to fold at.
bool is_folded_well(std::string_view line, std::size_t text_at) noexcept {
    return line.size() <= columns || line.find(' ', text_at) == line.npos;
}

const char* add_line(std::vector<Field>& fields, std::string_view line, std::size_t at) {
    if (line.find('\t') != line.npos) return "header: a tab";
    if (line.ends_with(' ')) return "header: a blank at the end of a line";
    if (line.starts_with(' ')) {
        if (fields.empty() || line.starts_with("  ")) return "header: odd folding";
        if (!is_folded_well(line, 1)) return "header: a line that should have been folded";
        fields.back().value.append(line);
        return nullptr;
    }
    const std::size_t colon = line.find(": ");
    if (colon == line.npos || line.find(' ') < colon) return "header: not a field";
    if (!is_folded_well(line, colon + 2)) return "header: a line that should have been folded";
    fields.push_back({line.substr(0, colon), std::string(line.substr(colon + 2)), at});
    return nullptr;
}

Judged split(std::string_view& rest, std::vector<Field>& fields) {
    std::size_t at = 0;
    for (;;) {
        const std::size_t end = rest.find("\r\n", at);
        if (end == rest.npos) return Breach{"header: it does not end", at};
        if (end == at) break;
        if (const char* broken = add_line(fields, rest.substr(at, end - at), at)) return Breach{broken, at};
        at = end + 2;
    }
    rest.remove_prefix(at + 2);
    return {};
}

template <class Header>
Judged judge_fields(std::string_view& rest, std::span<const FieldRule<Header>> rules, Header& header) {
    std::vector<Field> fields;
    if (auto breach = split(rest, fields)) return breach;
    auto rule = rules.begin();
    for (const Field& field : fields) {
        // Going on from the rule used last makes order, duplicates and foreign fields one question.
        while (rule != rules.end() && rule->name != field.name && !rule->is_required) ++rule;
        if (rule == rules.end() || rule->name != field.name) {
            return Breach{"header: a field that is unknown, repeated or out of order, or one before it is missing",
                          field.at};
        }
        Cursor value(field.value);
        if (!rule->fits(value, header) || !value.done()) return Breach{"header: a value not of our writing", field.at};
        ++rule;
    }
    if (std::any_of(rule, rules.end(), [](const FieldRule<Header>& r) { return r.is_required; })) {
        return Breach{"header: a required field is missing", 0};
    }
    return {};
}

}  // namespace

Judged judge_mail_header(std::string_view& rest, MailHeader& header) {
    return judge_fields<MailHeader>(rest, mail_fields, header);
}

Judged judge_text_part_header(std::string_view& rest) {
    MailHeader unused;
    return judge_fields<MailHeader>(rest, text_part_fields, unused);
}

Judged judge_file_part_header(std::string_view& rest, FileHeader& header) {
    return judge_fields<FileHeader>(rest, file_part_fields, header);
}

}  // namespace mugaika::gate
