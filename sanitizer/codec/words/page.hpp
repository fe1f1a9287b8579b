// The text that comes of a document, line by line: no blank at the end of a line, never two empty lines together.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika::codec::words {

class Page {
public:
    explicit Page(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}

    // One line or several. Throws Refused (files_too_large) when there is more than may be.
    void add(std::string_view lines);
    void title(std::string_view);    // ours, of a sheet or slide: as a heading, and no word of the document
    void heading(std::string_view);  // as in bodies: "■ " in front, an empty line before and behind
    // Throws Refused when there is no room for so many bytes more: asked while a line is made of what repeats itself.
    void expect(std::uint64_t bytes) const;
    void gap();  // an empty line, unless one stands there or nothing does

    const std::string& text() const noexcept { return text_; }
    bool says_something() const noexcept { return says_something_; }  // beside titles
    std::string take() &&;                                            // ends with its last word

private:
    void add_line(std::string_view);

    std::uint64_t bytes_max_;
    std::string text_;
    bool says_something_ = false;
};

// Of one line: without the blanks around it, with single blanks for line ends and tabs. What stands in a cell.
std::string in_one_line(std::string_view);

// "a\tb", without the empty cells at the end.
std::string joined_cells(const std::vector<std::string>&);

}  // namespace mugaika::codec::words
