#include "sanitizer/compose/body_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/limits.hpp"
#include "policy/unlinked.hpp"
#include "sanitizer/compose/notice_mark.hpp"
#include "sanitizer/compose/notice_words.hpp"
#include "sanitizer/mail/written_size.hpp"

namespace mugaika {
namespace {

struct SummaryLabel {
    std::string_view field;
    std::string_view japanese;
    std::string_view english;
};
// Fields of an attached mail's summary; others are not shown.
constexpr auto summary_labels = std::to_array<SummaryLabel>({
    {"From", "差出人：", "From: "},
    {"To", "宛先：", "To: "},
    {"Cc", "写し：", "Cc: "},
    {"Subject", "件名：", "Subject: "},
    {"Date", "日時：", "Date: "},
});

// What belongs to an attached mail stays with it, so only what does not is put in front.
int rank(const TextBlock& block) noexcept {
    if (block.role == TextRole::quoted || block.quote_depth > 0) return 2;
    return block.role == TextRole::attached ? 1 : 0;
}

class BodyWriter {
public:
    BodyWriter(Language language, const BodyRules& rules, std::size_t bytes)
        : language_(language), words_(notice_words(language)), links_are_dead_(rules.links_are_dead) {
        text_.reserve(bytes);
        for (const PartRow& part : rules.parts) {
            const bool has_words = part.facts.kind == PartKind::calendar || part.facts.kind == PartKind::report;
            if (has_words) named_by_kind_.emplace(part.facts.path, &part.facts);
            if (part.method == Method::image_pdf) pictured_.insert(part.facts.path);
        }
    }

    void block(const TextBlock&);
    std::string take() && { return std::move(text_); }

private:
    void line(std::string_view line);
    void heading(std::string_view what, const TextBlock&);
    std::string what_is_attached(const TextBlock&) const;
    void summary(const TextBlock&);

    Language language_;
    const NoticeWords& words_;
    bool links_are_dead_;
    std::map<std::string_view, const PartFacts*> named_by_kind_;  // by path
    std::set<std::string_view> pictured_;                         // paths of what became pictures of its pages
    std::string prefix_;
    std::string text_;
};

void BodyWriter::line(std::string_view line) {
    text_.append(prefix_);
    if (links_are_dead_) {
        text_.append(unlinked(line));
    } else {
        append_with_ordinary_links(text_, line);
    }
    text_.push_back('\n');
}

void BodyWriter::heading(std::string_view what, const TextBlock& block) {
    std::string words = std::string(words_.heading_open).append(what);
    if (block.quote_depth > shown_depth(block)) {
        words.append(words_.level_before).append(std::to_string(block.quote_depth)).append(words_.level_after);
    }
    if (!block.title.empty()) words.append(words_.heading_colon).append(in_quotes(unlinked(block.title.str())));
    line(words.append(words_.heading_close));
}

std::string BodyWriter::what_is_attached(const TextBlock& block) const {
    if (pictured_.contains(block.path)) return std::string(words_.beside_pictures);
    const auto found = named_by_kind_.find(block.path);
    if (found == named_by_kind_.end()) return std::string(words_.attached_text);
    std::string words(kind_words(*found->second, language_));
    if (ascii::is_lower(words.front())) words.front() = static_cast<char>(words.front() - ('a' - 'A'));
    return words;
}

void BodyWriter::summary(const TextBlock& block) {
    for (const auto& [field, value] : block.summary) {
        const auto label = std::find_if(summary_labels.begin(), summary_labels.end(),
                                        [&, name = std::string_view(field)](const auto& l) { return l.field == name; });
        if (label == summary_labels.end() || value.empty()) continue;
        const std::string_view words = language_ == Language::ja ? label->japanese : label->english;
        line(std::string(words).append(value.str()));
    }
    line("");
}

void BodyWriter::block(const TextBlock& block) {
    if (!text_.empty()) text_ += '\n';
    prefix_.clear();
    for (std::uint32_t i = 0; i < shown_depth(block); ++i) prefix_ += quote_mark;
    if (block.role == TextRole::body && !block.title.empty()) heading(words_.added_text, block);
    if (block.role == TextRole::attached) heading(what_is_attached(block), block);
    if (block.role == TextRole::quoted) {
        heading(words_.attached_mail, block);
        summary(block);
    }
    std::string_view rest = block.text.str();
    while (!rest.empty()) {
        const std::size_t length = std::min(rest.find('\n'), rest.size());
        line(rest.substr(0, length));
        rest.remove_prefix(std::min(length + 1, rest.size()));
    }
}

BodyText with_look_alikes_quoted(std::string text, std::string_view phrase) {
    const std::vector<std::size_t> lines = look_alikes(text, phrase);
    if (lines.empty()) return {std::move(text), false};
    std::string quoted;
    quoted.reserve(text.size() + lines.size() * quote_mark.size());
    std::size_t copied = 0;
    for (const std::size_t at : lines) {
        quoted.append(text, copied, at - copied).append(quote_mark);
        copied = at;
    }
    return {std::move(quoted.append(text, copied)), true};
}

}  // namespace

Result<BodyText> body_text(const std::vector<TextBlock>& texts, Language language, const BodyRules& rules) {
    std::uint64_t bytes = 0;
    for (const TextBlock& block : texts) bytes += written_bytes(block);
    constexpr std::uint64_t bytes_max = BudgetLimits().text_bytes_max;
    if (bytes > bytes_max) {
        return Error(Fault::limit, "compose: texts of " + std::to_string(bytes) + " bytes as written, allowed are " +
                                       std::to_string(bytes_max));
    }
    BodyWriter writer(language, rules, bytes);
    for (const int wanted : {0, 1, 2}) {
        for (const TextBlock& block : texts) {
            if (rank(block) == wanted) writer.block(block);
        }
    }
    return with_look_alikes_quoted(std::move(writer).take(), rules.notice_phrase);
}

}  // namespace mugaika
