#include "sanitizer/sandboxed/types/web_archive_look.hpp"

#include <algorithm>
#include <array>

#include "policy/ascii.hpp"
#include "sanitizer/sandboxed/types/field_name.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t header_bytes_max = 8192;

// What only a mail has that went to somebody.
constexpr auto fields_of_sent_mails = std::to_array<std::string_view>(
    {"to", "cc", "bcc", "received", "return-path", "delivered-to", "message-id", "x-original-to"});

std::string_view take_line(std::string_view& text) noexcept {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

}  // namespace

bool looks_like_web_archive(std::string_view untrusted_bytes) noexcept {
    std::string_view text = untrusted_bytes.substr(0, header_bytes_max);
    bool has_version = false;
    bool is_related = false;
    bool begins_value = false;  // of Content-Type, whose value may stand on the next line
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (line.empty()) break;
        const bool is_continued = ascii::is_blank(line.front());
        if (is_continued && begins_value) is_related = ascii::istarts_with(ascii::trim(line), web_archive_type);
        if (is_continued) {
            begins_value = false;
            continue;
        }
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !is_field_name(line.substr(0, colon))) return false;
        const std::string_view name = line.substr(0, colon);
        const auto is_it = [name](std::string_view field) { return ascii::iequals(name, field); };
        if (std::any_of(fields_of_sent_mails.begin(), fields_of_sent_mails.end(), is_it)) return false;
        const std::string_view value = ascii::trim(line.substr(colon + 1));
        begins_value = is_it("content-type") && value.empty();
        has_version = has_version || is_it("mime-version");
        if (is_it("content-type")) is_related = ascii::istarts_with(value, web_archive_type);
    }
    return has_version && is_related;
}

bool is_web_archive_extension(std::string_view lower_case_extension) noexcept {
    return lower_case_extension == "mht" || lower_case_extension == "mhtml";
}

}  // namespace mugaika::sandboxed
