#include "sanitizer/mail/written_size.hpp"

#include <algorithm>

#include "policy/limits.hpp"
#include "policy/utf8.hpp"

namespace mugaika {
namespace {

// Above the longest heading that we write around a title, and the longest label before a line of the summary, in any
// language.
constexpr std::uint64_t heading_bytes_max = 96;
constexpr std::uint64_t label_bytes_max = 24;

std::uint64_t marks_bytes(std::uint32_t depth) noexcept { return depth * quote_mark.size(); }

std::uint64_t summary_bytes(const TextBlock& block, std::uint64_t marks) noexcept {
    std::uint64_t bytes = marks + 1;  // the empty line behind it
    for (const auto& [name, value] : block.summary) bytes += marks + label_bytes_max + value.str().size() + 1;
    return bytes;
}

std::uint64_t mailboxes_bytes(const std::vector<Mailbox>& mailboxes) noexcept {
    std::uint64_t bytes = 0;
    for (const Mailbox& mailbox : mailboxes) {
        bytes += mailbox.name.str().size() + mailbox.address.local().size() + mailbox.address.domain().size();
    }
    return bytes;
}

std::uint64_t ids_bytes(const std::vector<std::string>& ids) noexcept {
    std::uint64_t bytes = 0;
    for (const std::string& id : ids) bytes += id.size();
    return bytes;
}

// What joins two emoji joins none where the text is cut between them.
std::string_view without_last_joiner(std::string_view text) noexcept {
    constexpr std::string_view joiner = "\u200d";
    return text.ends_with(joiner) ? text.substr(0, text.size() - joiner.size()) : text;
}

}  // namespace

std::uint32_t shown_depth(const TextBlock& block) noexcept {
    const std::uint32_t least = block.role == TextRole::quoted ? 1 : 0;
    return std::clamp(block.quote_depth, least, AnswerLimits().quote_depth_shown);
}

std::uint64_t lines_bytes(std::string_view text, std::uint32_t depth) noexcept {
    const auto line_ends = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    const std::uint64_t unended = text.empty() || text.back() == '\n' ? 0 : 1;
    return text.size() + unended + (line_ends + unended) * marks_bytes(depth);
}

std::uint64_t written_bytes(const TextBlock& block) noexcept {
    const std::uint32_t depth = shown_depth(block);
    const std::uint64_t marks = marks_bytes(depth);
    std::uint64_t bytes = 1 + lines_bytes(block.text.str(), depth);  // an empty line parts it from the block before
    if (block.role != TextRole::body || !block.title.empty())
        bytes += marks + heading_bytes_max + block.title.str().size() + 1;
    if (block.role == TextRole::quoted) bytes += summary_bytes(block, marks);
    return bytes;
}

std::string_view cut_to_written(std::string_view text, std::uint32_t depth, std::uint64_t bytes) noexcept {
    if (lines_bytes(text, depth) <= bytes) return text;
    const std::uint64_t around = marks_bytes(depth) + 1;
    std::size_t taken = 0;
    while (taken < text.size() && bytes >= around) {
        const std::string_view rest = text.substr(taken);
        const std::size_t length = std::min(rest.find('\n'), rest.size());
        if (length + around > bytes)
            return without_last_joiner(text.substr(0, taken + utf8::cut(rest, bytes - around).size()));
        taken = std::min(taken + length + 1, text.size());
        bytes -= length + around;
    }
    return text.substr(0, taken);
}

std::uint64_t written_bytes(const HeaderFacts& header) noexcept {
    std::uint64_t bytes = header.message_id.size() + header.list_id.size() + header.authentication.by.size() +
                          ids_bytes(header.in_reply_to) + ids_bytes(header.references);
    for (const auto* list : {&header.from, &header.sender, &header.reply_to, &header.to, &header.cc}) {
        bytes += mailboxes_bytes(*list);
    }
    for (const auto* line : {&header.from_text, &header.subject, &header.list_name, &header.first_hop}) {
        bytes += line->str().size();
    }
    return bytes;
}

}  // namespace mugaika
