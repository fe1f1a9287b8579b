#include "sanitizer/compose/body_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "policy/limits.hpp"
#include "sanitizer/compose/notice_mark.hpp"
#include "sanitizer/compose/notice_words.hpp"

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
    explicit BodyWriter(Language language) : language_(language), words_(notice_words(language)) {}

    void block(const TextBlock&);
    std::string take() && { return std::move(text_); }

private:
    void line(std::string_view line);
    void heading(std::string_view what, const PlainLine& title);
    void summary(const TextBlock&);

    Language language_;
    const NoticeWords& words_;
    std::string prefix_;
    std::string text_;
};

void BodyWriter::line(std::string_view line) {
    text_.append(prefix_);
    const bool is_quoted = !prefix_.empty() || line.starts_with('>');
    if (!is_quoted && looks_like_mark(line)) text_ += "> ";
    text_.append(line).push_back('\n');
}

void BodyWriter::heading(std::string_view what, const PlainLine& title) {
    std::string words = std::string(words_.heading_open).append(what);
    if (!title.empty()) words.append(words_.heading_colon).append(title.str());
    line(words.append(words_.heading_close));
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
    const std::uint32_t least = block.role == TextRole::quoted ? 1 : 0;
    const std::uint32_t depth = std::clamp(block.quote_depth, least, BudgetLimits().depth_max);
    prefix_.clear();
    for (std::uint32_t i = 0; i < depth; ++i) prefix_ += "> ";
    if (block.role == TextRole::attached) heading(words_.attached_text, block.title);
    if (block.role == TextRole::quoted) {
        heading(words_.attached_mail, block.title);
        summary(block);
    }
    std::string_view rest = block.text.str();
    while (!rest.empty()) {
        const std::size_t length = std::min(rest.find('\n'), rest.size());
        line(rest.substr(0, length));
        rest.remove_prefix(std::min(length + 1, rest.size()));
    }
}

}  // namespace

std::string body_text(const std::vector<TextBlock>& texts, Language language) {
    BodyWriter writer(language);
    for (const int wanted : {0, 1, 2}) {
        for (const TextBlock& block : texts) {
            if (rank(block) == wanted) writer.block(block);
        }
    }
    return std::move(writer).take();
}

}  // namespace mugaika
