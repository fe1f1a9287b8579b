#include "sanitizer/sandboxed/pipeline.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "policy/findings.hpp"
#include "policy/limits.hpp"
#include "sanitizer/mail/header_words.hpp"
#include "sanitizer/sandboxed/attached_summary.hpp"
#include "sanitizer/sandboxed/budget.hpp"
#include "sanitizer/sandboxed/header/header_facts.hpp"
#include "sanitizer/sandboxed/kept_parts.hpp"
#include "sanitizer/sandboxed/leaf.hpp"
#include "sanitizer/sandboxed/part_judge.hpp"
#include "sanitizer/sandboxed/signature_reader.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"
#include "sanitizer/sandboxed/text/embedded_files.hpp"
#include "sanitizer/sandboxed/types/cms_type.hpp"

namespace mugaika::sandboxed {
namespace {

// The mail itself or an attached one, being read. Never moved: the structure is made of views into `owned_bytes`.
struct OpenMail {
    OpenMail() = default;
    OpenMail(const OpenMail&) = delete;
    OpenMail& operator=(const OpenMail&) = delete;

    std::string owned_bytes;  // of an attached mail
    MailStructure structure;
    std::string path_prefix;        // "" or "2/"
    std::uint32_t depth = 0;        // of the mail's root among multiparts and attached mails
    std::uint32_t quote_depth = 0;  // attached mails around
    std::size_t next_entity = 0;
    std::vector<std::size_t> texts;  // its body texts, as KeptParts counts texts
    HeaderFacts header;              // of an attached mail
};

class MailReader {
public:
    MailReader(const Job& job, const FileTyper& typer, const Handlers& handlers)
        : job_(job),
          typer_(typer),
          budget_(job.budget),
          judge_(job, handlers, budget_),
          kept_(budget_),
          signatures_(job) {}

    Extract read(std::string_view untrusted_mail) &&;

private:
    void step();
    void read_part(OpenMail& mail, std::size_t index);
    void decide_part(Part&& part, OpenMail* mail, std::size_t entity);
    void apply(PartOutcome&& outcome, const Part& part, OpenMail* mail, std::size_t entity, std::size_t row);
    void take_text(TextMade&& made, const Part& part, OpenMail& mail, std::size_t entity, std::size_t row);
    void take_attached_mail(Nested&& nested, const Part& part, const OpenMail& outer, std::size_t entity,
                            std::size_t row);
    bool add_heading(OpenMail& mail, const Part& part, std::size_t row);
    const HeaderFacts& header_of(const OpenMail& mail) { return mail.quote_depth == 0 ? kept_.header() : mail.header; }
    Result<PlainText> without_embedded(PlainText&& text, const Part& part);
    void read_embedded(EmbeddedFile&& file, const std::string& path);
    void close_mail();

    const Job& job_;
    const FileTyper& typer_;
    Budget budget_;
    PartJudge judge_;
    KeptParts kept_;
    SignatureReader signatures_;
    std::deque<OpenMail> open_;  // innermost last
};

bool author_is_writable(const HeaderFacts& header) {
    return header.from.empty() || header_words::is_writable_address(header.from.front().address);
}

// ---- one mail

Extract MailReader::read(std::string_view untrusted_mail) && {
    OpenMail& mail = open_.emplace_back();
    mail.structure = read_structure(untrusted_mail, job_.budget, mail.depth);
    kept_.find(mail.structure.findings);
    HeaderFacts& header = kept_.header();
    if (!mail.structure.entities.empty()) {
        std::vector<Reason> notes;
        header = read_header_facts(mail.structure.entities.front().fields, job_.budget, notes, job_.believed_ids,
                                   mail.structure.text_label());
        kept_.find(notes);
    }
    kept_.add_signatures_of_mail(signatures_.of_mail(mail.structure, header, ""));
    if (!author_is_writable(header)) kept_.find(Reason::from_unwritable);
    if (header.received_count > SmtpLimits().hops_max) kept_.find(Reason::too_many_hops);  // AC-040
    while (!open_.empty()) step();
    return std::move(kept_).finish();
}

// The next leaf of the innermost mail, or that mail's end.
void MailReader::step() {
    OpenMail& mail = open_.back();
    while (mail.next_entity < mail.structure.entities.size()) {
        const std::size_t index = mail.next_entity++;
        if (mail.structure.entities[index].is_multipart) continue;
        read_part(mail, index);
        return;
    }
    close_mail();
}

void MailReader::read_part(OpenMail& mail, std::size_t index) {
    if (!budget_.take_part()) {
        kept_.find(Reason::too_many_parts);
        mail.next_entity = mail.structure.entities.size();
        return;
    }
    Part part = read_leaf(mail.structure, index, mail.path_prefix, budget_, typer_);
    part.mail_depth = mail.quote_depth;
    decide_part(std::move(part), &mail, index);
}

// `mail` is where a text or an attached mail belongs; nothing for a file found inside a text.
void MailReader::decide_part(Part&& part, OpenMail* mail, std::size_t entity) {
    const std::size_t row = kept_.add_row(part);
    if (contains(part.notes, Reason::too_much_decoded)) {
        return kept_.drop(PartVerdict::quarantined, Reason::too_much_decoded, row);
    }
    if (judge_.is_to_be_released(part)) return kept_.release(part, row);
    auto signatures = mail == nullptr ? std::vector<SignatureFact>()
                                      : signatures_.of_part(mail->structure, entity, header_of(*mail), part);
    Decision decision = judge_.decide(std::move(part));
    kept_.row(row).handler = std::move(decision.handler);
    apply(std::move(decision.outcome), part, mail, entity, row);
    kept_.add_signatures(std::move(signatures), row);
}

// ---- what became of it

void MailReader::apply(PartOutcome&& outcome, const Part& part, OpenMail* mail, std::size_t entity, std::size_t row) {
    if (auto* removed = std::get_if<Removed>(&outcome)) return kept_.drop(PartVerdict::removed, removed->why, row);
    if (auto* kept = std::get_if<Quarantined>(&outcome)) return kept_.drop(PartVerdict::quarantined, kept->why, row);
    // Text inside a text has been cut out because it is no text for anyone; it does not come back.
    if (mail == nullptr) return kept_.drop(PartVerdict::quarantined, Reason::uuencoded_file, row);
    if (auto* nested = std::get_if<Nested>(&outcome)) {
        return take_attached_mail(std::move(*nested), part, *mail, entity, row);
    }
    take_text(std::move(std::get<TextMade>(outcome)), part, *mail, entity, row);
}

void MailReader::take_text(TextMade&& made, const Part& part, OpenMail& mail, std::size_t entity, std::size_t row) {
    MadeText text = kept_.begin_text(made, part, mail.quote_depth, row);
    text.entity = entity;
    auto rest = without_embedded(std::move(made.text), part);
    if (!rest) return kept_.drop(PartVerdict::quarantined, Reason::handler_failed, row);
    text.block.text = std::move(*rest);
    if (const auto body = kept_.take_text(std::move(text), part)) mail.texts.push_back(*body);
}

// ---- attached mails

void MailReader::take_attached_mail(Nested&& nested, const Part& part, const OpenMail& outer, std::size_t entity,
                                    std::size_t row) {
    const std::uint32_t depth = outer.depth + outer.structure.entities[entity].depth + 1;
    if (depth >= job_.budget.depth_max) return kept_.drop(PartVerdict::quarantined, Reason::too_deep, row);
    OpenMail& mail = open_.emplace_back();
    mail.owned_bytes = std::move(nested.untrusted_mail);
    mail.path_prefix = part.facts.path + "/";
    mail.depth = depth;
    mail.quote_depth = part.mail_depth + 1;
    mail.structure = read_structure(mail.owned_bytes, job_.budget, depth);
    if (!add_heading(mail, part, row)) {
        open_.pop_back();
        return kept_.drop(PartVerdict::quarantined, Reason::text_too_long, row);
    }
    PartRow& shown = kept_.row(row);
    shown.verdict = PartVerdict::text;
    shown.method = Method::text_file;
    add_once(shown.notes, mail.structure.findings);
    kept_.find_heavy(mail.structure.findings);
    // Signed data have no author of their own: whoever attached them shows them as theirs.
    const bool is_bare = part.facts.detected_type == signed_container_type;
    const HeaderFacts& author = is_bare ? header_of(outer) : mail.header;
    kept_.add_signatures(signatures_.of_mail(mail.structure, author, part.facts.path), row);
    if (mail.quote_depth > AnswerLimits().quote_depth_shown) add_once(shown.notes, Reason::quotes_flattened);
}

// The block of the attached mail itself; its texts follow with the same depth. False when it cannot be paid for.
bool MailReader::add_heading(OpenMail& mail, const Part& part, std::size_t row) {
    MadeText heading;
    heading.row = row;
    heading.block.path = part.facts.path;
    heading.block.role = TextRole::quoted;
    heading.block.title = title_of(part.facts);
    heading.block.quote_depth = mail.quote_depth;
    if (!mail.structure.entities.empty()) {
        std::vector<Reason> notes;
        mail.header = read_header_facts(mail.structure.entities.front().fields, job_.budget, notes, {},
                                        mail.structure.text_label());
        add_once(kept_.row(row).notes, notes);
        heading.block.summary = attached_summary(mail.header);
    }
    return kept_.add_heading(std::move(heading));
}

// ---- files inside texts

Result<PlainText> MailReader::without_embedded(PlainText&& text, const Part& part) {
    if (!may_hold_embedded_files(text.str())) return std::move(text);
    CutText cut = cut_embedded_files(text.str(), job_.budget.parts_max);
    std::size_t number = 0;
    for (EmbeddedFile& file : cut.files) {
        if (!budget_.take_part()) {
            kept_.find(Reason::too_many_parts);
            break;
        }
        read_embedded(std::move(file), part.facts.path + "/" + std::to_string(++number));
    }
    return PlainText::from(std::move(cut.text));
}

void MailReader::read_embedded(EmbeddedFile&& file, const std::string& path) {
    Part part;
    part.facts.path = path;
    part.facts.is_attachment = true;
    part.untrusted_bytes = std::move(file.block);
    if (file.coding == EmbeddedCoding::uuencode) {
        Entity entity;
        entity.body = part.untrusted_bytes;
        entity.encoding = TransferEncoding::uuencode;
        part.untrusted_bytes = decode_body(entity, part.untrusted_bytes.size(), part.notes);
    }
    const bool is_paid = budget_.take_decoded(part.untrusted_bytes.size());
    if (!is_paid) part.untrusted_bytes.clear();
    describe_bytes(part, file.untrusted_name, typer_);
    if (!is_paid) {
        part.facts.kind = PartKind::other;
        add_once(part.notes, Reason::too_much_decoded);
    }
    const std::size_t row = kept_.rows();
    decide_part(std::move(part), nullptr, 0);
    PartRow& decided = kept_.row(row);
    if (decided.verdict == PartVerdict::quarantined && decided.reason == Reason::not_rebuilt) {
        decided.reason = Reason::uuencoded_file;
    }
}

// ---- the end of a mail

void MailReader::close_mail() {
    kept_.choose_texts(open_.back().structure, open_.back().texts);
    open_.pop_back();
}

}  // namespace

Extract read_mail(std::string_view untrusted_mail, const Job& job, const FileTyper& typer) {
    return read_mail_with(make_handlers(job.profile, job.time_zone), untrusted_mail, job, typer);
}

Extract read_mail_with(const Handlers& handlers, std::string_view untrusted_mail, const Job& job,
                       const FileTyper& typer) {
    return MailReader(job, typer, handlers).read(untrusted_mail);
}

}  // namespace mugaika::sandboxed
