#include "sanitizer/mail/file_made.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "policy/ascii.hpp"

namespace mugaika {

bool is_listed_link(std::string_view link) noexcept {
    constexpr std::array schemes{std::string_view("http://"), std::string_view("https://"),
                                 std::string_view("mailto:")};
    const bool has_scheme = std::any_of(schemes.begin(), schemes.end(), [&](std::string_view scheme) {
        return link.size() > scheme.size() && ascii::istarts_with(link, scheme);
    });
    return has_scheme && link.size() <= listed_link_bytes_max && std::all_of(link.begin(), link.end(), [](char c) {
               return c > ' ' && c < '\x7f' && c != '"' && c != '<' && c != '>';
           });
}

void add_loss(std::vector<Loss>& losses, Reason what, std::uint32_t count) {
    if (count == 0) return;
    const auto row = std::find_if(losses.begin(), losses.end(), [what](const Loss& loss) { return loss.what == what; });
    if (row == losses.end()) return losses.push_back({what, count});
    const std::uint32_t room = std::numeric_limits<std::uint32_t>::max() - row->count;
    row->count += std::min(room, count);
}

}  // namespace mugaika
