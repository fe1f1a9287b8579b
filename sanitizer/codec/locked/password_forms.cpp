#include "sanitizer/codec/locked/password_forms.hpp"

#include <iconv.h>

#include <optional>
#include <stdexcept>

#include "policy/ascii.hpp"

namespace mugaika::codec::locked {
namespace {

// Kept as long as the process lives: its module could not be loaded later.
iconv_t to_cp932() {
    static const iconv_t handle = iconv_open("CP932", "UTF-8");
    if (handle == iconv_t(-1)) throw std::runtime_error("iconv lacks CP932");
    return handle;
}

std::optional<std::string> in_cp932(std::string_view utf8) {
    std::string in(utf8);
    std::string out(2 * in.size(), '\0');
    char* from = in.data();
    char* to = out.data();
    std::size_t left = in.size();
    std::size_t room = out.size();
    iconv(to_cp932(), nullptr, nullptr, nullptr, nullptr);
    if (iconv(to_cp932(), &from, &left, &to, &room) == std::size_t(-1)) return std::nullopt;
    out.resize(out.size() - room);
    return out;
}

}  // namespace

std::vector<std::string> password_forms(std::string_view typed) {
    std::vector<std::string> forms{std::string(typed)};
    if (ascii::is_ascii(typed)) return forms;
    if (auto form = in_cp932(typed)) forms.push_back(*std::move(form));
    return forms;
}

void load_password_forms() { to_cp932(); }

}  // namespace mugaika::codec::locked
