#include "sanitizer/sandboxed/html/html_picture.hpp"

#include <algorithm>
#include <array>

#include "policy/ascii.hpp"
#include "sanitizer/sandboxed/html/html_number.hpp"

namespace mugaika::sandboxed {
namespace {

// How the bytes of pictures of one pixel begin, in base64: GIF and PNG say their size at the start.
constexpr std::array<std::string_view, 3> dots{"R0lGODlhAQAB", "R0lGODdhAQAB", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB"};

bool is_at_most_one(std::string_view size) {
    size = ascii::trim(size);
    const auto number = read_number(size);
    return number && *number <= 1 && (size.empty() || size == "px");
}

bool holds_dot(std::string_view data_address) {
    const std::size_t comma = data_address.find(',');
    if (comma == std::string_view::npos) return false;
    const std::string_view bytes = data_address.substr(comma + 1);
    return std::any_of(dots.begin(), dots.end(), [&](std::string_view dot) { return bytes.starts_with(dot); });
}

}  // namespace

HtmlPicture read_picture(const HtmlToken& img, const HtmlStyle& style) {
    const std::string_view source = ascii::trim(img.value_of("src"));
    HtmlPicture picture;
    picture.is_inside = ascii::istarts_with(source, "data:");
    picture.is_of_mail = picture.is_inside || ascii::istarts_with(source, "cid:");
    picture.is_dot = style.is_dot() || is_at_most_one(img.value_of("width")) ||
                     is_at_most_one(img.value_of("height")) || (picture.is_inside && holds_dot(source.substr(0, 200)));
    picture.name = ascii::trim(img.value_of("alt"));
    if (picture.name.empty() && ascii::istarts_with(source, "cid:"))
        picture.name = source.substr(4, source.find('@') - 4);
    return picture;
}

std::string picture_words(const std::string& name) { return "[画像: " + name + "]"; }

}  // namespace mugaika::sandboxed
