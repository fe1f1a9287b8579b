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
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/sandboxed/attached_summary.hpp"
#include "sanitizer/sandboxed/blank_text.hpp"
#include "sanitizer/sandboxed/budget.hpp"
#include "sanitizer/sandboxed/header/header_facts.hpp"
#include "sanitizer/sandboxed/kinds.hpp"
#include "sanitizer/sandboxed/leaf.hpp"
#include "sanitizer/sandboxed/made_texts.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"
#include "sanitizer/sandboxed/text/embedded_files.hpp"

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
    std::vector<std::size_t> texts;  // its body texts, as indices of MadeTexts
};

struct Decision {
    PartOutcome outcome;
    std::string handler;
};

class MailReader {
public:
    MailReader(const Job& job, const FileTyper& typer, const Handlers& handlers)
        : job_(job), typer_(typer), handlers_(handlers), budget_(job.budget), texts_(budget_, extract_) {}

    Extract read(std::string_view untrusted_mail) &&;

private:
    void step();
    void read_part(OpenMail& mail, std::size_t index);
    void decide_part(Part&& part, OpenMail* mail, std::size_t entity);
    Decision decide(const Part& part);
    Decision ask_handlers(const Part& part) const;
    bool is_paid_up(const Part& part) const;
    bool is_to_be_released(const Part& part) const;
    void release(const Part& part, std::size_t row);
    void apply(PartOutcome&& outcome, const Part& part, OpenMail* mail, std::size_t entity, std::size_t row);
    void take_text(TextMade&& made, const Part& part, OpenMail& mail, std::size_t entity, std::size_t row);
    void take_file(Rebuilt&& rebuilt, std::size_t row);
    void drop(PartVerdict verdict, Reason why, std::size_t row);
    void take_attached_mail(Nested&& nested, const Part& part, const OpenMail& outer, std::size_t entity,
                            std::size_t row);
    bool add_heading(const OpenMail& mail, const Part& part, std::size_t row);
    Result<PlainText> without_embedded(PlainText&& text, const Part& part);
    void read_embedded(EmbeddedFile&& file, const std::string& path);
    void close_mail();
    void find(Reason reason) { add_once(extract_.findings, reason); }
    void find_heavy(const std::vector<Reason>& notes);
    void note(std::size_t row, Reason reason) { add_once(extract_.parts[row].notes, reason); }

    const Job& job_;
    const FileTyper& typer_;
    const Handlers& handlers_;
    Budget budget_;
    Extract extract_;
    std::deque<OpenMail> open_;  // innermost last
    MadeTexts texts_;
};

PartVerdict verdict_of(const PartOutcome& outcome) {
    if (std::holds_alternative<Rebuilt>(outcome)) return PartVerdict::rebuilt;
    if (std::holds_alternative<Removed>(outcome)) return PartVerdict::removed;
    if (std::holds_alternative<Quarantined>(outcome)) return PartVerdict::quarantined;
    return PartVerdict::text;
}

bool is_heavy(Reason reason) { return weight(reason) >= Weight::ambiguous; }

bool author_is_writable(const HeaderFacts& header) {
    return header.from.empty() || header_words::is_writable_address(header.from.front().address);
}

PlainLine to_line(const std::string& text) {
    auto line = PlainLine::from(text);
    return line ? std::move(*line) : PlainLine();
}

void say_how_text_was_made(TextMade& made, std::string_view method, PartRow& row) {
    row.verdict = PartVerdict::text;
    row.method = method;
    row.charset = std::move(made.charset);
    row.undecodable = made.undecodable;
    add_once(row.notes, made.notes);
}

// A file must have a name; the path makes it unique. AC-096
std::string file_name_of(const PartFacts& facts) {
    if (!facts.name.empty()) return facts.name;
    std::string name = "attachment-" + facts.path;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '.' || c == '/'; }, '-');
    return name + ".bin";
}

// A multipart whose parts cannot be told apart is a leaf, and its text would be headers and base64, which is text for
// nobody: not when the mail is released, either.
std::optional<Reason> raw_structure(const Part& part) {
    const std::string_view bytes = part.untrusted_bytes;
    const bool has_delimiters = bytes.starts_with("--") || bytes.find("\n--") != bytes.npos;
    if (!has_delimiters || !part.facts.declared_type.starts_with("multipart/")) return std::nullopt;
    const auto odd = std::find_if(part.notes.begin(), part.notes.end(),
                                  [](Reason note) { return weight(note) == Weight::ambiguous; });
    if (odd == part.notes.end()) return std::nullopt;
    return *odd;
}

// ---- one mail

Extract MailReader::read(std::string_view untrusted_mail) && {
    OpenMail& mail = open_.emplace_back();
    mail.structure = read_structure(untrusted_mail, job_.budget, mail.depth);
    add_once(extract_.findings, mail.structure.findings);
    if (!mail.structure.entities.empty()) {
        std::vector<Reason> notes;
        extract_.header = read_header_facts(mail.structure.entities.front().fields, job_.budget, notes,
                                            job_.believed_ids, mail.structure.text_label());
        add_once(extract_.findings, notes);
    }
    if (!author_is_writable(extract_.header)) find(Reason::from_unwritable);
    if (extract_.header.received_count > SmtpLimits().hops_max) find(Reason::too_many_hops);  // AC-040
    while (!open_.empty()) step();
    texts_.emit();
    return std::move(extract_);
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
        find(Reason::too_many_parts);
        mail.next_entity = mail.structure.entities.size();
        return;
    }
    Part part = read_leaf(mail.structure, index, mail.path_prefix, budget_, typer_);
    part.mail_depth = mail.quote_depth;
    decide_part(std::move(part), &mail, index);
}

// `mail` is where a text or an attached mail belongs; nothing for a file found inside a text.
void MailReader::decide_part(Part&& part, OpenMail* mail, std::size_t entity) {
    const std::size_t row_index = extract_.parts.size();
    PartRow& row = extract_.parts.emplace_back();
    row.facts = part.facts;
    row.notes = part.notes;
    find_heavy(part.notes);
    const bool is_unread = contains(part.notes, Reason::too_much_decoded);
    if (!is_unread) row.sha256 = sha256_hex(part.untrusted_bytes);
    if (is_unread) return drop(PartVerdict::quarantined, Reason::too_much_decoded, row_index);
    if (is_to_be_released(part)) return release(part, row_index);
    Decision decision = decide(part);
    row.handler = std::move(decision.handler);
    apply(std::move(decision.outcome), part, mail, entity, row_index);
}

// ---- what is to become of a part

Decision MailReader::decide(const Part& part) {
    const PartKind kind = part.facts.kind;
    const PartAction action = job_.profile.action_for(kind);
    switch (action) {
        case PartAction::refuse:
            find(Reason::policy_refuse);
            return {Quarantined{Reason::policy_refuse}, "policy"};
        case PartAction::remove:
            if (kind != PartKind::signature) return {Removed{Reason::policy_remove}, "policy"};
            break;
        case PartAction::quarantine:
            if (!is_never_made(kind)) return {Quarantined{Reason::policy_quarantine}, "policy"};
            break;
        case PartAction::hold:
            if (!is_never_made(kind)) return {Quarantined{Reason::policy_hold}, "policy"};
            break;
        case PartAction::text:
        case PartAction::rebuild:
        case PartAction::image_pdf:
        case PartAction::unpack:
            break;
    }
    // A codec makes a file of it; no text is made here, and none is paid for.
    const bool is_file = is_text_file(job_.profile, part.facts);
    if (!is_file && !is_paid_up(part)) return {Quarantined{Reason::text_too_long}, "budget"};
    if (const auto why = raw_structure(part)) return {Quarantined{*why}, "structure"};
    if (is_file) return {Quarantined{Reason::not_rebuilt}, "text"};
    Decision decision = ask_handlers(part);
    // The relay asks the same again: what the profile does not let this kind become, it does not become.
    if (!may_end_as(job_.profile, kind, verdict_of(decision.outcome)))
        decision.outcome = Quarantined{Reason::not_rebuilt};
    return decision;
}

// Nothing is decoded for which there is no room any more.
bool MailReader::is_paid_up(const Part& part) const {
    return budget_.text_left() > 0 || part.untrusted_bytes.empty() || !becomes_text(part.facts.kind);
}

Decision MailReader::ask_handlers(const Part& part) const {
    for (const auto& handler : handlers_) {
        if (!handler->accepts(part.facts)) continue;
        Decision decision{Quarantined{Reason::handler_failed}, std::string(handler->name())};
        try {
            auto outcome = handler->handle(part, budget_);
            if (outcome) decision.outcome = std::move(*outcome);
        } catch (...) {
            // Whatever it was: this part is kept back, and the worker does not live on (may_live_on).
        }
        return decision;
    }
    return {Quarantined{Reason::not_rebuilt}, ""};
}

bool MailReader::is_to_be_released(const Part& part) const {
    const auto& paths = job_.released_parts;
    const bool is_refused = job_.profile.action_for(part.facts.kind) == PartAction::refuse;
    return job_.profile.release_originals && !is_refused && is_releasable(part.facts) &&
           std::find(paths.begin(), paths.end(), part.facts.path) != paths.end();
}

// ---- what became of it

void MailReader::release(const Part& part, std::size_t row_index) {
    if (!budget_.take_file(part.untrusted_bytes.size())) {
        return drop(PartVerdict::quarantined, Reason::files_too_large, row_index);
    }
    PartRow& row = extract_.parts[row_index];
    row.verdict = PartVerdict::rebuilt;
    row.method = "ウ-4";
    row.reason = Reason::released_by_person;
    row.handler = "release";
    row.out_name = file_name_of(part.facts);
    row.out_sha256 = row.sha256;
    extract_.files.push_back({part.facts.path, to_line(row.out_name), part.facts.detected_type, part.untrusted_bytes});
}

void MailReader::apply(PartOutcome&& outcome, const Part& part, OpenMail* mail, std::size_t entity, std::size_t row) {
    if (auto* removed = std::get_if<Removed>(&outcome)) return drop(PartVerdict::removed, removed->why, row);
    if (auto* kept = std::get_if<Quarantined>(&outcome)) return drop(PartVerdict::quarantined, kept->why, row);
    if (auto* rebuilt = std::get_if<Rebuilt>(&outcome)) return take_file(std::move(*rebuilt), row);
    // Text inside a text has been cut out because it is no text for anyone; it does not come back.
    if (mail == nullptr) return drop(PartVerdict::quarantined, Reason::uuencoded_file, row);
    if (auto* nested = std::get_if<Nested>(&outcome)) {
        return take_attached_mail(std::move(*nested), part, *mail, entity, row);
    }
    take_text(std::move(std::get<TextMade>(outcome)), part, *mail, entity, row);
}

void MailReader::drop(PartVerdict verdict, Reason why, std::size_t row) {
    extract_.parts[row].verdict = verdict;
    extract_.parts[row].reason = why;
    extract_.parts[row].method.clear();
    if (is_heavy(why)) find(why);
}

void MailReader::take_file(Rebuilt&& rebuilt, std::size_t row_index) {
    auto name = PlainLine::from(rebuilt.name);
    const bool has_name = name && !name->empty() && name->str().size() <= AnswerLimits().name_bytes_max;
    if (!has_name) return drop(PartVerdict::quarantined, Reason::handler_failed, row_index);
    if (!budget_.take_file(rebuilt.bytes.size())) {
        return drop(PartVerdict::quarantined, Reason::files_too_large, row_index);
    }
    PartRow& row = extract_.parts[row_index];
    row.verdict = PartVerdict::rebuilt;
    row.method = std::move(rebuilt.method);
    row.out_name = name->str();
    row.out_sha256 = sha256_hex(rebuilt.bytes);
    extract_.files.push_back({row.facts.path, std::move(*name), std::move(rebuilt.type), std::move(rebuilt.bytes)});
}

void MailReader::take_text(TextMade&& made, const Part& part, OpenMail& mail, std::size_t entity, std::size_t row) {
    MadeText text;
    text.row = row;
    text.entity = entity;
    text.notes_before = extract_.parts[row].notes.size();
    text.is_plain = part.facts.kind == PartKind::text;
    text.is_calendar = part.facts.kind == PartKind::calendar;
    text.words = std::move(made.words);
    // Reports and calendars are files of text, never bodies.
    const bool can_be_body = text.is_plain || part.facts.kind == PartKind::html;
    const bool is_body = can_be_body && !part.facts.is_attachment;
    say_how_text_was_made(made, is_body && mail.quote_depth == 0 ? "ア" : "ウ-1", extract_.parts[row]);
    text.block.path = part.facts.path;
    text.block.role = is_body ? TextRole::body : TextRole::attached;
    if (!is_body) text.block.title = to_line(part.facts.name);
    text.block.quote_depth = mail.quote_depth;
    auto rest = without_embedded(std::move(made.text), part);
    if (!rest) return drop(PartVerdict::quarantined, Reason::handler_failed, row);
    text.block.text = std::move(*rest);
    if (text.is_calendar && !texts_.is_new_calendar(text)) {
        return drop(PartVerdict::removed, Reason::alternative_not_shown, row);
    }
    const bool has_nothing = text.block.text.empty() && part.facts.bytes > 0;
    const bool has_no_room = has_nothing && contains(extract_.parts[row].notes, Reason::text_too_long);
    if (has_nothing) note(row, Reason::empty_part);
    if (has_no_room) return drop(PartVerdict::quarantined, Reason::text_too_long, row);
    if (const auto why = why_blank(part, text.block.text, extract_.parts[row].notes)) {
        if (!is_body) return drop(PartVerdict::removed, *why, row);
        note(row, *why);
    }
    const auto index = texts_.add(std::move(text));
    if (!index) return drop(PartVerdict::quarantined, Reason::text_too_long, row);
    if (is_body) mail.texts.push_back(*index);
}

// ---- attached mails

void MailReader::take_attached_mail(Nested&& nested, const Part& part, const OpenMail& outer, std::size_t entity,
                                    std::size_t row) {
    const std::uint32_t depth = outer.depth + outer.structure.entities[entity].depth + 1;
    if (depth >= job_.budget.depth_max) return drop(PartVerdict::quarantined, Reason::too_deep, row);
    OpenMail& mail = open_.emplace_back();
    mail.owned_bytes = std::move(nested.untrusted_mail);
    mail.path_prefix = part.facts.path + "/";
    mail.depth = depth;
    mail.quote_depth = part.mail_depth + 1;
    mail.structure = read_structure(mail.owned_bytes, job_.budget, depth);
    if (!add_heading(mail, part, row)) {
        open_.pop_back();
        return drop(PartVerdict::quarantined, Reason::text_too_long, row);
    }
    extract_.parts[row].verdict = PartVerdict::text;
    extract_.parts[row].method = "ウ-1";
    add_once(extract_.parts[row].notes, mail.structure.findings);
    find_heavy(mail.structure.findings);
    if (mail.quote_depth > AnswerLimits().quote_depth_shown) note(row, Reason::quotes_flattened);
}

// The block of the attached mail itself; its texts follow with the same depth. False when it cannot be paid for.
bool MailReader::add_heading(const OpenMail& mail, const Part& part, std::size_t row) {
    MadeText heading;
    heading.row = row;
    heading.block.path = part.facts.path;
    heading.block.role = TextRole::quoted;
    heading.block.title = to_line(part.facts.name);
    heading.block.quote_depth = mail.quote_depth;
    if (!mail.structure.entities.empty()) {
        std::vector<Reason> notes;
        const auto facts = read_header_facts(mail.structure.entities.front().fields, job_.budget, notes, {},
                                             mail.structure.text_label());
        add_once(extract_.parts[row].notes, notes);
        heading.block.summary = attached_summary(facts);
    }
    return texts_.add(std::move(heading)).has_value();
}

// ---- files inside texts

Result<PlainText> MailReader::without_embedded(PlainText&& text, const Part& part) {
    if (!may_hold_embedded_files(text.str())) return std::move(text);
    CutText cut = cut_embedded_files(text.str(), job_.budget.parts_max);
    std::size_t number = 0;
    for (EmbeddedFile& file : cut.files) {
        if (!budget_.take_part()) {
            find(Reason::too_many_parts);
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
    const std::size_t row = extract_.parts.size();
    decide_part(std::move(part), nullptr, 0);
    PartRow& decided = extract_.parts[row];
    if (decided.verdict == PartVerdict::quarantined && decided.reason == Reason::not_rebuilt) {
        decided.reason = Reason::uuencoded_file;
    }
}

// ---- the end of a mail, and of all

void MailReader::close_mail() {
    texts_.choose(open_.back().structure, open_.back().texts);
    open_.pop_back();
}

void MailReader::find_heavy(const std::vector<Reason>& notes) {
    for (const Reason reason : notes) {
        if (is_heavy(reason)) find(reason);
    }
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
