// What every reader does whose pictures leave as PNG: pay before rows are made, write at the end.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sanitizer/codec/pictures/png_writer.hpp"
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// Takes the pixels and the bytes of all rows. `format` begins the words.
std::optional<FileNotMade> pay_for_rows(const PngHeader&, FilePurse&, std::string_view format);

FileOutcome made_png(const PngPicture&, std::vector<Loss>, FilePurse&, std::string_view format);

}  // namespace mugaika::codec
