#include "relay/engines/clamd_reply.hpp"

#include "policy/shown_text.hpp"

namespace mugaika {
namespace {

// The text before `end`, when the reply ends so.
bool ends_with(std::string_view& text, std::string_view end) noexcept {
    if (!text.ends_with(end)) return false;
    text.remove_suffix(end.size());
    return true;
}

}  // namespace

Result<ScanAnswer> read_clamd_reply(std::string_view untrusted_reply) {
    constexpr std::string_view about_it = "stream: ";
    std::string_view text = untrusted_reply;
    const std::string said = "clamd said \"" + shown_text(untrusted_reply, scan_words_bytes_max) + '"';
    if (text.ends_with("ERROR")) {
        const bool too_large = text.find("size limit exceeded") != std::string_view::npos;
        return Error(too_large ? Fault::limit : Fault::unavailable, said);
    }
    if (!text.starts_with(about_it)) return Error(Fault::protocol, said);
    text.remove_prefix(about_it.size());
    if (text == "OK") return ScanAnswer(ScanPassed{});
    if (ends_with(text, " FOUND") && !text.empty()) {
        return ScanAnswer(ScanForbids{shown_text(text, scan_words_bytes_max)});
    }
    return Error(Fault::protocol, said);
}

std::string clamd_piece_head(std::size_t bytes) {
    std::string head;
    for (int shift = 24; shift >= 0; shift -= 8) head += static_cast<char>((bytes >> shift) & 0xff);
    return head;
}

}  // namespace mugaika
