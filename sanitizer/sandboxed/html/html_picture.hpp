// A picture in HTML, as far as text can say it.
#pragma once

#include <string>

#include "sanitizer/sandboxed/html/html_style.hpp"
#include "sanitizer/sandboxed/html/html_tokenizer.hpp"

namespace mugaika::sandboxed {

inline constexpr const char* nameless_picture = "[画像]";

struct HtmlPicture {
    bool is_dot = false;      // of one pixel, or one pixel high or wide: nothing that anyone sees
    bool is_inside = false;   // its bytes stand in the page itself (data:)
    std::string name;         // its text; else the name of the part that it is (cid:); "" when it has none
    bool is_of_mail = false;  // its bytes are in the mail, be it here or in a part
};

HtmlPicture read_picture(const HtmlToken& img, const HtmlStyle&);

// "[画像: 市章]".
std::string picture_words(const std::string& name);

}  // namespace mugaika::sandboxed
