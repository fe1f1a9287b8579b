// text/enriched (RFC 1896) and text/richtext (RFC 1341) without their commands.
#pragma once

#include <string>
#include <string_view>

namespace mugaika::sandboxed {

enum class Markup { enriched, richtext };

// "<<" is a "<"; a command is a word in angle brackets; what stands in a short <param> (or <comment>) is for programs.
// In enriched text one line end is a blank and each further one a line, but not inside <nofill>; in richtext a line
// ends at <nl>. Between wide characters no blank is written. Linear.
std::string without_markup(std::string_view utf8, Markup);

}  // namespace mugaika::sandboxed
