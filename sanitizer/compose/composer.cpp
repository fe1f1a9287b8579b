#include "sanitizer/compose/composer.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/ascii.hpp"
#include "policy/limits.hpp"
#include "sanitizer/compose/attachment.hpp"
#include "sanitizer/compose/base64_writer.hpp"
#include "sanitizer/compose/header_fields.hpp"
#include "sanitizer/compose/header_writer.hpp"
#include "sanitizer/compose/notice.hpp"
#include "sanitizer/mail/written_size.hpp"

namespace mugaika {
namespace {

constexpr std::size_t line_bytes_max = 998;  // RFC 5322 2.1.1

std::string with_crlf(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 32);
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        out.append(text.substr(0, end));
        if (end == text.npos) break;
        out += "\r\n";
        text.remove_prefix(end + 1);
    }
    return out;
}

bool fits_seven_bit(std::string_view text) noexcept {
    if (!ascii::is_ascii(text)) return false;
    while (!text.empty()) {
        const std::size_t length = std::min(text.find('\n'), text.size());
        if (length > line_bytes_max) return false;
        text.remove_prefix(std::min(length + 1, text.size()));
    }
    return true;
}

// Without a text above it the notice needs no line that points to it.
std::string joined(const Notice& notice, const std::string& body) {
    if (notice.text.empty() || body.empty()) return notice.text + body;
    if (notice.place == NoticePlace::before_text) return notice.text + "\n" + body;
    return (notice.head.empty() ? "" : notice.head + "\n") + body + "\n" + notice.text;
}

enum class Encoding { seven_bit, base64 };

void write_content_fields(HeaderWriter& out, std::string_view type, std::string_view parameter,
                          std::string_view encoding) {
    out.begin("Content-Type");
    out.word(std::string(type).append(";"));
    out.word(parameter);
    out.end();
    out.begin("Content-Transfer-Encoding");
    out.word(encoding);
    out.end();
}

// The fields of a text/plain and the text itself, LF line ends.
std::string text_entity(const std::string& text, Encoding encoding) {
    HeaderWriter header;
    write_content_fields(header, "text/plain", "charset=UTF-8", encoding == Encoding::base64 ? "base64" : "7bit");
    std::string out = header.str() + "\r\n";
    const std::string lines = with_crlf(text);
    if (encoding == Encoding::base64) {
        append_base64_lines(out, lines);
    } else {
        out += lines;
    }
    return out;
}

// Everything inside is base64, which has no '-': whatever the files hold, the delimiter cannot occur in them.
std::string mixed_entity(const std::string& text, const std::vector<Attachment>& files, const std::string& id) {
    const std::string boundary = "mugaika-" + id;
    HeaderWriter header;
    write_content_fields(header, "multipart/mixed", "boundary=\"" + boundary + "\"", "7bit");
    std::string out = header.str() + "\r\n--" + boundary + "\r\n" + text_entity(text, Encoding::base64);
    for (const Attachment& file : files) {
        out.append("--").append(boundary).append("\r\n");
        append_attachment(out, file);
    }
    return out.append("--").append(boundary).append("--\r\n");
}

std::string whole_mail(const HeaderFacts& header, const Verdict& verdict, const ComposeFacts& facts, NoticeLevel notice,
                       const std::string& text, const std::vector<Attachment>& files) {
    HeaderWriter fields;
    write_header_fields(fields, header, verdict, notice, facts);
    const std::string start = fields.str() + "MIME-Version: 1.0\r\n";
    if (!files.empty()) return start + mixed_entity(text, files, facts.id);
    return start + text_entity(text, fits_seven_bit(text) ? Encoding::seven_bit : Encoding::base64);
}

HeaderFacts header_without_extract(Language language) {
    HeaderFacts header;
    header.subject = *PlainLine::from(language == Language::ja ? "メールを隔離しました（無害化システムからの通知）"
                                                               : "A mail was quarantined (mail sanitizer)");
    header.auto_submitted = AutoSubmitted::auto_generated;
    return header;
}

// Originals by order, rebuilt files and packed ones, as their parts stand in the mail.
std::vector<Attachment> attachments_of(const Extract& extract) {
    std::vector<std::pair<std::size_t, Attachment>> found;
    const auto place_of = [&](const std::string& path) {
        const auto row = std::find_if(extract.parts.begin(), extract.parts.end(),
                                      [&](const PartRow& part) { return part.facts.path == path; });
        return static_cast<std::size_t>(row - extract.parts.begin());
    };
    for (const SafeFile& file : extract.files) {
        found.push_back({place_of(file.path), {&file.name, file.type, file.bytes}});
    }
    for (const RebuiltFile& file : extract.rebuilt) {
        found.push_back({place_of(file.path), {&file.name, media_type(file.file.kind()), file.file.bytes()}});
    }
    for (const PackedFile& file : extract.packed) {
        found.push_back({place_of(file.path()), {&file.name(), media_type(SafeKind::zip), file.bytes()}});
    }
    // No two of one part, so no two are equal.
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Attachment> files;
    for (const auto& [place, file] : found) files.push_back(file);
    return files;
}

// What the texts take is looked at where they are written.
Result<void> check_size(const Extract& extract) {
    const BudgetLimits limits;
    std::uint64_t files = 0;
    for (const SafeFile& file : extract.files) files += file.bytes.size();
    for (const RebuiltFile& file : extract.rebuilt) files += file.file.bytes().size();
    for (const PackedFile& file : extract.packed) files += file.bytes().size();
    const auto too_much = [](std::string_view what) {
        return Error(Fault::limit, "compose: more than may be written of " + std::string(what));
    };
    if (files > limits.files_bytes_max) return too_much("files");
    const std::uint64_t header_bytes_max = limits.header_bytes_max * AnswerLimits().header_growth_max;
    if (written_bytes(extract.header) > header_bytes_max) return too_much("header fields");
    return {};
}

}  // namespace

Result<SanitizedMail> Composer::compose(const Extract& extract, const Verdict& verdict, const ComposeFacts& facts,
                                        const BodyText& body) {
    if (auto checked = check_facts(facts); !checked) return checked.error();
    if (verdict.verdict == MailVerdict::refused) return Error(Fault::internal, "compose: a refused mail has no text");
    if (auto checked = check_size(extract); !checked) return checked.error();
    const Notice notice = make_notice(extract, verdict, facts);
    if (verdict.verdict == MailVerdict::quarantined) {
        return SanitizedMail(whole_mail(extract.header, verdict, facts, notice.level, notice.text, {}));
    }
    const std::string text = joined(notice, body.text);
    return SanitizedMail(whole_mail(extract.header, verdict, facts, notice.level, text, attachments_of(extract)));
}

Result<BodyText> Composer::body(const Extract& extract, const ComposeFacts& facts) {
    const BodyRules rules{.links_are_dead = gives(extract, Reason::false_link),
                          .notice_phrase = facts.notice_phrase.str(),
                          .parts = extract.parts};
    return body_text(extract.texts, facts.language, rules);
}

Result<SanitizedMail> Composer::compose_without_extract(const Verdict& verdict, const ComposeFacts& facts,
                                                        const std::string& envelope_from_text) {
    if (auto checked = check_facts(facts); !checked) return checked.error();
    const Notice notice = make_notice_without_extract(verdict, facts, envelope_from_text);
    const HeaderFacts header = header_without_extract(facts.language);
    return SanitizedMail(whole_mail(header, verdict, facts, notice.level, notice.text, {}));
}

}  // namespace mugaika
