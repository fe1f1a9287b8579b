#include "sanitizer/sandboxed/leaf.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/mail/plain_text.hpp"
#include "sanitizer/sandboxed/kinds.hpp"
#include "sanitizer/sandboxed/types/cms_type.hpp"
#include "sanitizer/sandboxed/types/file_name.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t type_bytes_max = 255;  // RFC 6838 4.2: 127 on each side of the slash

bool is_first_leaf(const MailStructure& mail, const Entity& entity) {
    const auto first = std::find_if(mail.entities.begin(), mail.entities.end(),
                                    [](const Entity& other) { return !other.is_multipart; });
    return first != mail.entities.end() && &*first == &entity;
}

// A text with a name is a file, unless it stands where a body stands: the whole mail or what it begins with, one form
// of several, or the root of a page with pictures. Some mailers give names to bodies.
bool is_attachment(const MailStructure& mail, const Entity& entity) {
    if (entity.disposition == "attachment") return true;
    if (entity.untrusted_name.empty() || entity.parent < 0) return false;
    const Entity& parent = mail.entities[static_cast<std::size_t>(entity.parent)];
    const bool is_text = entity.type == "text/plain" || entity.type == "text/html";
    if (is_text && is_first_leaf(mail, entity)) return false;
    return !is_text || (parent.type != "multipart/alternative" && parent.type != "multipart/related");
}

// A picture that belongs to a page: beside it in a multipart/related, whatever its disposition says.
bool is_inline(const MailStructure& mail, const Entity& entity) {
    return entity.parent >= 0 && mail.entities[static_cast<std::size_t>(entity.parent)].type == "multipart/related";
}

// A file that merely looks like text is no body, unless it is as short as one.
bool is_long_lookalike(const PartFacts& facts) {
    return facts.kind == PartKind::text && !is_called_text(facts) && facts.bytes > looking_like_text_bytes_max;
}

bool is_called_signed(const PartFacts& facts) {
    const std::string_view type = facts.declared_type;
    return type == "application/pkcs7-mime" || type == "application/x-pkcs7-mime" ||
           ascii::to_lower(facts.name).ends_with(".p7m");
}

// RFC 8551 3.1: what is signed is an entity with its header. Other content, such as a bare file, is none.
bool begins_like_entity(std::string_view content) {
    return ascii::istarts_with(content, "content-") || ascii::istarts_with(content, "mime-version:");
}

// Signed data beside a letter are read as a mail that is nothing else, whose content is taken out where its structure
// is read: what was signed are the texts and files of an attached mail. Not where anything is odd on the way to it.
void open_signed(Part& part, const Entity& entity) {
    const bool is_beside = entity.parent >= 0 && entity.encoding == TransferEncoding::base64;
    if (part.facts.detected_type != signed_container_type || !is_beside || !is_called_signed(part.facts)) return;
    const auto content = signed_content(part.untrusted_bytes);
    if (!content || !begins_like_entity(*content)) return;
    part.untrusted_bytes = "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    part.untrusted_bytes += entity.body;
    part.facts.kind = PartKind::mail;
}

}  // namespace

void describe_bytes(Part& part, std::string_view untrusted_name, const FileTyper& typer) {
    const FileType type = typer.type_of(part.untrusted_bytes, part.facts.declared_type, extension_of(untrusted_name));
    part.facts.detected_type = type.type;
    part.facts.kind = type.kind;
    part.facts.name = clean_file_name(untrusted_name, part.notes);
    if (!is_plain(part.facts.name, TextRule::line)) part.facts.name.clear();
    part.facts.bytes = part.untrusted_bytes.size();
    if (type.dangerous_name) add_once(part.notes, Reason::dangerous_name);
    if (type.name_lies) add_once(part.notes, Reason::name_lies);
}

Part read_leaf(const MailStructure& mail, std::size_t index, std::string_view path_prefix, Budget& budget,
               const FileTyper& typer) {
    const Entity& entity = mail.entities[index];
    Part part;
    part.facts.path = std::string(path_prefix) + entity.path;
    part.facts.declared_type = entity.type.size() <= type_bytes_max ? entity.type : "";
    part.facts.is_attachment = is_attachment(mail, entity);
    part.charset_label = entity.charset_label;
    part.calendar_method = entity.calendar_method;
    part.format_flowed = entity.format_flowed;
    part.delsp = entity.delsp;
    add_once(part.notes, entity.findings);
    std::vector<Reason> findings;
    part.untrusted_bytes = decode_body(entity, static_cast<std::size_t>(budget.decoded_left()), findings);
    if (!budget.take_decoded(part.untrusted_bytes.size())) {
        part.untrusted_bytes.clear();
        add_once(findings, Reason::too_much_decoded);
    }
    add_once(part.notes, findings);
    describe_bytes(part, entity.untrusted_name, typer);
    if (part.facts.kind == PartKind::image && is_inline(mail, entity)) add_once(part.notes, Reason::inline_picture);
    if (contains(findings, Reason::too_much_decoded)) part.facts.kind = PartKind::other;
    if (findings.empty() && !any_ambiguous(mail.findings)) open_signed(part, entity);
    if (is_long_lookalike(part.facts)) part.facts.is_attachment = true;
    return part;
}

}  // namespace mugaika::sandboxed
