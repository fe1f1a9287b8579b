#include "sanitizer/sandboxed/kept_parts.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "policy/findings.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/mail/signature_summary.hpp"
#include "sanitizer/sandboxed/blank_text.hpp"

namespace mugaika::sandboxed {
namespace {

bool is_heavy(Reason reason) { return weight(reason) >= Weight::ambiguous; }

PlainLine to_line(const std::string& text) {
    auto line = PlainLine::from(text);
    return line ? std::move(*line) : PlainLine();
}

void say_how_text_was_made(TextMade& made, Method method, PartRow& row) {
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

// Reports and calendars are files of text, never bodies.
bool is_body(const PartFacts& facts) noexcept {
    return (facts.kind == PartKind::text || facts.kind == PartKind::html) && !facts.is_attachment;
}

}  // namespace

PlainLine title_of(const PartFacts& facts) { return to_line(facts.name); }

std::size_t KeptParts::add_row(const Part& part) {
    PartRow& row = extract_.parts.emplace_back();
    row.facts = part.facts;
    row.notes = part.notes;
    find_heavy(part.notes);
    if (!contains(part.notes, Reason::too_much_decoded)) row.sha256 = sha256_hex(part.untrusted_bytes);
    return extract_.parts.size() - 1;
}

void KeptParts::find(Reason reason) { add_once(extract_.findings, reason); }
void KeptParts::find(const std::vector<Reason>& reasons) { add_once(extract_.findings, reasons); }

void KeptParts::find_heavy(const std::vector<Reason>& notes) {
    for (const Reason reason : notes) {
        if (is_heavy(reason)) find(reason);
    }
}

void KeptParts::drop(PartVerdict verdict, Reason why, std::size_t row) {
    extract_.parts[row].verdict = verdict;
    extract_.parts[row].reason = why;
    extract_.parts[row].method = Method::none;
    if (is_heavy(why)) find(why);
}

void KeptParts::release(const Part& part, std::size_t row_index) {
    if (!budget_.take_file(part.untrusted_bytes.size())) {
        return drop(PartVerdict::quarantined, Reason::files_too_large, row_index);
    }
    PartRow& row = extract_.parts[row_index];
    row.verdict = PartVerdict::rebuilt;
    row.method = Method::looked_at;
    row.reason = Reason::released_by_person;
    row.handler = "release";
    row.out_name = file_name_of(part.facts);
    row.out_sha256 = row.sha256;
    extract_.files.push_back({part.facts.path, to_line(row.out_name), part.facts.detected_type, part.untrusted_bytes});
}

void KeptParts::add_signatures(std::vector<SignatureFact>&& facts, std::size_t row_index) {
    if (facts.empty()) return;
    PartRow& row = extract_.parts[row_index];
    const Reason said = signature_reason(facts, row.facts.path);
    std::erase(row.notes, Reason::signature_dropped);
    if (row.reason == Reason::signature_dropped) {
        row.reason = said;
    } else {
        add_once(row.notes, said);
    }
    std::move(facts.begin(), facts.end(), std::back_inserter(extract_.signatures));
}

void KeptParts::add_signatures_of_mail(std::vector<SignatureFact>&& facts) {
    if (facts.empty()) return;
    std::erase(extract_.findings, Reason::signature_dropped);
    find(signature_reason(facts, ""));
    std::move(facts.begin(), facts.end(), std::back_inserter(extract_.signatures));
}

MadeText KeptParts::begin_text(TextMade& made, const Part& part, std::uint32_t quote_depth, std::size_t row) {
    MadeText text;
    text.row = row;
    text.notes_before = extract_.parts[row].notes.size();
    text.is_plain = part.facts.kind == PartKind::text;
    text.is_calendar = part.facts.kind == PartKind::calendar;
    text.words = std::move(made.words);
    const bool is_shown_as_body = is_body(part.facts);
    say_how_text_was_made(made, is_shown_as_body && quote_depth == 0 ? Method::text_body : Method::text_file,
                          extract_.parts[row]);
    text.block.path = part.facts.path;
    text.block.role = is_shown_as_body ? TextRole::body : TextRole::attached;
    if (!is_shown_as_body) text.block.title = title_of(part.facts);
    text.block.quote_depth = quote_depth;
    return text;
}

std::optional<std::size_t> KeptParts::take_text(MadeText&& text, const Part& part) {
    const std::size_t row = text.row;
    const auto dropped = [&](PartVerdict verdict, Reason why) {
        drop(verdict, why, row);
        return std::nullopt;
    };
    if (text.is_calendar && !texts_.is_new_calendar(text)) {
        return dropped(PartVerdict::removed, Reason::alternative_not_shown);
    }
    const bool has_nothing = text.block.text.empty() && part.facts.bytes > 0;
    const bool has_no_room = has_nothing && contains(extract_.parts[row].notes, Reason::text_too_long);
    if (has_nothing) add_once(extract_.parts[row].notes, Reason::empty_part);
    if (has_no_room) return dropped(PartVerdict::quarantined, Reason::text_too_long);
    if (const auto why = why_blank(part, text.block.text, extract_.parts[row].notes)) {
        if (!is_body(part.facts)) return dropped(PartVerdict::removed, *why);
        add_once(extract_.parts[row].notes, *why);
    }
    const auto index = texts_.add(std::move(text));
    if (!index) return dropped(PartVerdict::quarantined, Reason::text_too_long);
    return is_body(part.facts) ? index : std::nullopt;
}

Extract KeptParts::finish() && {
    texts_.emit();
    return std::move(extract_);
}

}  // namespace mugaika::sandboxed
