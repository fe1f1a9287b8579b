// Files written into a text: uuencode, yEnc, BinHex. Mail readers offer them as attachments, so they are attachments:
// cut out of the text and decided on like any other part. AC-074.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika::sandboxed {

enum class EmbeddedCoding { uuencode, yenc, binhex };

struct EmbeddedFile {
    EmbeddedCoding coding = EmbeddedCoding::uuencode;
    std::string untrusted_name;  // "" when the block names none
    std::string block;           // as it stood in the text, first and last line included
};

struct CutText {
    std::string text;  // no line in it begins a block for any reader we know
    std::vector<EmbeddedFile> files;
};

// `text` has LF line ends. A "begin" line without data behind it is no file: it is indented by one blank and stays.
// Linear; at most `files_max` files are cut out singly, what follows the last one is cut out with it.
CutText cut_embedded_files(std::string_view text, std::size_t files_max);

// Whether any line may begin a block; false for nearly all texts, and then nothing need be copied.
bool may_hold_embedded_files(std::string_view text) noexcept;

}  // namespace mugaika::sandboxed
