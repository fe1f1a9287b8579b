#include "sanitizer/sandboxed/made_texts.hpp"

#include <algorithm>
#include <utility>

#include "policy/findings.hpp"
#include "sanitizer/sandboxed/paid_text.hpp"
#include "sanitizer/sandboxed/repeated_calendar.hpp"

namespace mugaika::sandboxed {
namespace {

void drop(PartRow& row, PartVerdict verdict, Reason why) {
    row.verdict = verdict;
    row.reason = why;
    row.method = Method::none;
}

}  // namespace

std::optional<std::size_t> MadeTexts::add(MadeText&& text) {
    if (!pay(text)) return std::nullopt;
    texts_.push_back(std::move(text));
    return texts_.size() - 1;
}

bool MadeTexts::is_new_calendar(const MadeText& calendar) {
    const auto before = std::find_if(texts_.rbegin(), texts_.rend(), [](const MadeText& t) { return t.is_calendar; });
    if (before == texts_.rend() || !before->is_shown) return true;
    if (before->block.quote_depth != calendar.block.quote_depth) return true;
    if (repeats_calendar(before->block.text.str(), calendar.block.text.str())) return false;
    if (repeats_calendar(calendar.block.text.str(), before->block.text.str())) hide(*before);
    return true;
}

void MadeTexts::choose(const MailStructure& mail, const std::vector<std::size_t>& texts) {
    std::vector<Form> forms;
    for (const std::size_t index : texts) {
        const MadeText& text = texts_[index];
        const std::string& shown = text.block.text.str();
        forms.push_back({text.entity, text.is_plain, text.words.empty() ? shown : text.words, shown});
    }
    const std::vector<FormVerdict> verdicts = choose_forms(mail, forms);
    for (std::size_t i = 0; i < forms.size(); ++i) {
        MadeText& text = texts_[texts[i]];
        std::string().swap(text.words);
        if (verdicts[i].shown == FormShown::no) hide(text);
        if (verdicts[i].shown == FormShown::additions) show_additions(text, verdicts[i].additions);
    }
}

// What is not shown is no text any more, and what was noticed while it was made is of no concern to the reader.
void MadeTexts::hide(MadeText& text) {
    text.is_shown = false;
    text.block.text = PlainText();
    budget_.give_back_text(std::exchange(text.paid, 0));
    PartRow& row = extract_.parts[text.row];
    row.notes.resize(text.notes_before);
    row.undecodable = 0;
    drop(row, PartVerdict::removed, Reason::alternative_not_shown);
}

// Its title says which form it is of, so that the sentences are not taken for the end of the text before them.
void MadeTexts::show_additions(MadeText& text, const std::string& additions) {
    auto plain = PlainText::from(additions);
    auto title = PlainLine::from(text.is_plain ? "text" : "HTML");
    budget_.give_back_text(std::exchange(text.paid, 0));
    if (plain) text.block.text = std::move(*plain);
    if (title) text.block.title = std::move(*title);
    // What a title takes may be more than what was left out: then the reader is told what is missing.
    if (!plain || !pay(text)) {
        hide(text);
        drop(extract_.parts[text.row], PartVerdict::quarantined, Reason::text_too_long);
        note(text, Reason::alternative_differs);
        return add_once(extract_.findings, Reason::alternative_differs);
    }
    PartRow& row = extract_.parts[text.row];
    // What was noticed elsewhere in that form is of no more concern than when none of it is shown.
    std::erase(row.notes, Reason::hidden_text_dropped);
    const bool has_link = additions.find("hxxp") != std::string::npos || additions.find("://") != std::string::npos;
    if (!has_link) std::erase(row.notes, Reason::false_link);
    note(text, Reason::alternative_added);
}

void MadeTexts::emit() {
    for (MadeText& text : texts_) {
        const bool is_heading = text.block.role == TextRole::quoted;
        if (!text.is_shown || (text.block.text.empty() && !is_heading)) continue;
        extract_.texts.push_back(std::move(text.block));
    }
}

bool MadeTexts::pay(MadeText& text) {
    const auto paid = pay_for(text.block, budget_);
    if (!paid) return false;
    text.paid = paid->bytes;
    if (paid->is_cut) note(text, Reason::text_too_long);
    return true;
}

void MadeTexts::note(const MadeText& text, Reason reason) { add_once(extract_.parts[text.row].notes, reason); }

}  // namespace mugaika::sandboxed
