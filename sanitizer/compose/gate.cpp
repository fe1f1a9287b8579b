#include "sanitizer/compose/gate.hpp"

#include <map>

#include "sanitizer/compose/gate_file.hpp"
#include "sanitizer/compose/gate_header.hpp"
#include "sanitizer/compose/gate_text.hpp"
#include "sanitizer/compose/gate_zip.hpp"

namespace mugaika {
namespace {

using gate::Breach;
using gate::Judged;
using gate::MailHeader;
using gate::NoticeRule;

constexpr std::size_t line_bytes_max = 998;  // RFC 5322 2.1.1

// ASCII without controls but TAB, lines of at most 998 ended with CRLF: true for each byte of the mail, so that no
// other rule has to ask.
Judged judge_lines(std::string_view bytes) noexcept {
    std::size_t line_at = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const char c = bytes[at];
        if (c >= ' ' && c <= '~') continue;
        if (c == '\r') {
            if (at + 1 == bytes.size() || bytes[at + 1] != '\n') return Breach{"lines: a bare CR", at};
            if (at - line_at > line_bytes_max) return Breach{"lines: longer than 998", line_at};
            line_at = ++at + 1;
        } else if (c == '\n') {
            return Breach{"lines: a bare LF", at};
        } else if (c != '\t') {
            return Breach{"lines: a control character or a byte that is not ASCII", at};
        }
    }
    if (line_at != bytes.size()) return Breach{"lines: the last line does not end", line_at};
    return {};
}

bool fits_seven_bit(std::string_view text) noexcept {
    std::size_t length = 0;
    for (char c : text) {
        length = c == '\n' ? 0 : length + 1;
        if (static_cast<unsigned char>(c) >= 0x80 || length > line_bytes_max + 1) return false;  // + CR
    }
    return true;
}

class MailReader {
public:
    MailReader(std::string_view bytes, const GatePermit& permit)
        : bytes_(bytes), rest_(bytes), text_rules_{permit.links_must_be_dead, permit.notice_phrase} {
        for (const PermittedFile& file : permit.files) permitted_.emplace(file.sha256, &file);
    }

    Judged judge() {
        if (auto breach = judge_lines(bytes_)) return breach;
        if (auto breach = here(gate::judge_mail_header(rest_, header_))) return breach;
        return header_.is_mixed ? judge_mixed() : judge_single();
    }

private:
    // A breach found in `rest_`, counted from the start of the mail. A header is taken away only when it is accepted.
    Judged here(Judged breach) const noexcept {
        if (breach) breach->offset += bytes_.size() - rest_.size();
        return breach;
    }
    Judged here(std::string_view rule) const noexcept { return here(Breach{rule, 0}); }

    Judged judge_single();
    Judged judge_mixed();
    Judged judge_file();
    Judged judge_text(std::string_view text) const;
    Judged take_base64(std::string& out);

    std::string_view bytes_;
    std::string_view rest_;  // not yet judged
    gate::TextRules text_rules_;
    MailHeader header_;
    std::multimap<std::string_view, const PermittedFile*> permitted_;  // by digest, not yet used
};

NoticeRule rule_for(std::string_view notice) noexcept {
    if (notice == "quarantined") return NoticeRule::is_only_one;
    if (notice == "warning") return NoticeRule::stands_first;
    return notice == "removed" ? NoticeRule::is_seen : NoticeRule::may_have_one;
}

Judged MailReader::judge_text(std::string_view text) const {
    return gate::judge_text(text, header_.id, rule_for(header_.notice), text_rules_);
}

Judged MailReader::judge_single() {
    if (!header_.is_base64) return here(judge_text(rest_));
    std::string text;
    if (auto breach = here(gate::decode_base64_lines(rest_, text))) return breach;
    if (fits_seven_bit(text)) return here("body: base64 without need");
    return judge_text(text);
}

// Up to the next delimiter line; base64 has no '-'.
Judged MailReader::take_base64(std::string& out) {
    const std::size_t line_end = rest_.starts_with("--") ? 0 : rest_.find("\r\n--");
    if (line_end == rest_.npos) return here("mixed: a part that does not end");
    const std::string_view lines = rest_.substr(0, line_end == 0 ? 0 : line_end + 2);
    if (auto breach = here(gate::decode_base64_lines(lines, out))) return breach;
    rest_.remove_prefix(lines.size());
    return {};
}

Judged judge_as_permitted(const gate::FileHeader& header, std::string_view file, const PermittedFile& permitted) {
    if (permitted.kind.empty()) return {};
    if (auto breach = gate::judge_type(permitted.kind, header.type)) return breach;
    if (auto breach = gate::judge_kind(permitted.kind, header.name, file)) return breach;
    return permitted.kind == "zip" ? gate::judge_zip(file, permitted.members) : Judged();
}

// Of two permits for the same bytes one may be an original's.
Judged MailReader::judge_file() {
    gate::FileHeader header;
    if (auto breach = here(gate::judge_file_part_header(rest_, header))) return breach;
    std::string file;
    if (auto breach = take_base64(file)) return breach;
    Judged breach = here("mixed: the file before this is not permitted");
    const auto [first, last] = permitted_.equal_range(gate::hex_digest(file));
    for (auto permitted = first; permitted != last; ++permitted) {
        breach = judge_as_permitted(header, file, *permitted->second);
        if (breach) continue;
        permitted_.erase(permitted);
        break;
    }
    return breach;
}

Judged MailReader::judge_mixed() {
    if (header_.verdict == "quarantined") return here("mixed: files in a quarantined mail");
    const std::string delimiter = "--mugaika-" + header_.id;
    const std::string next_part = delimiter + "\r\n";
    const auto take = [&](std::string_view line) {
        const bool found = rest_.starts_with(line);
        if (found) rest_.remove_prefix(line.size());
        return found;
    };
    if (!take(next_part)) return here("mixed: no delimiter");
    if (auto breach = here(gate::judge_text_part_header(rest_))) return breach;
    std::string text;
    if (auto breach = take_base64(text)) return breach;
    if (auto breach = judge_text(text)) return breach;
    if (!take(next_part)) return here("mixed: no file");
    do {
        if (auto breach = judge_file()) return breach;
    } while (take(next_part));
    if (!take(delimiter + "--\r\n")) return here("mixed: no delimiter");
    return rest_.empty() ? Judged() : here("mixed: something after the end");
}

}  // namespace

Result<void> Gate::accepts(std::string_view bytes, const GatePermit& permit) {
    const Judged breach = MailReader(bytes, permit).judge();
    if (!breach) return {};
    return Error(Fault::protocol,
                 "gate: " + std::string(breach->rule) + ", at offset " + std::to_string(breach->offset));
}

Result<GatedMail> Gate::inspect(SanitizedMail mail, const GatePermit& permit) {
    if (auto judged = accepts(mail.bytes_, permit); !judged) return judged.error();
    return GatedMail(std::move(mail.bytes_));
}

}  // namespace mugaika
