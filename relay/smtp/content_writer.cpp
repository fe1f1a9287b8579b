#include "relay/smtp/content_writer.hpp"

#include <algorithm>

namespace mugaika::smtp {
namespace {

bool has_leading_dot(std::string_view content) noexcept {
    return content.starts_with('.') || content.find("\n.") != std::string_view::npos;
}

}  // namespace

bool has_clean_line_ends(std::string_view content) noexcept {
    if (content.empty()) return false;
    while (!content.empty()) {
        const std::size_t cr = content.find('\r');
        const std::size_t lf = content.find('\n');
        if (cr == std::string_view::npos || lf != cr + 1) return false;
        content.remove_prefix(lf + 1);
    }
    return true;
}

bool append_stuffed(std::string& to, std::string_view piece, bool at_line_start) {
    while (!piece.empty()) {
        if (at_line_start && piece.front() == '.') to += '.';
        const std::size_t line_end = piece.find('\n');
        at_line_start = line_end != std::string_view::npos;
        const std::size_t length = at_line_start ? line_end + 1 : piece.size();
        to += piece.substr(0, length);
        piece.remove_prefix(length);
    }
    return at_line_start;
}

ContentWriter::ContentWriter(std::string_view content) : rest_(content), has_dots_(has_leading_dot(content)) {}

std::array<std::string_view, 2> ContentWriter::next_chunk() {
    std::string_view chunk = rest_.substr(0, content_chunk_bytes);
    rest_.remove_prefix(chunk.size());
    done_ = rest_.empty();
    if (has_dots_) {
        stuffed_.clear();
        at_line_start_ = append_stuffed(stuffed_, chunk, at_line_start_);
        chunk = stuffed_;
    }
    return {chunk, done_ ? std::string_view(".\r\n") : std::string_view()};
}

}  // namespace mugaika::smtp
