// What texts say, for comparing the forms of a multipart/alternative: line breaks, punctuation, width, case and links
// may differ, words and numbers may not. Works for Japanese, which has no blanks between words: runs of three
// characters are counted. Linear in the texts. AC-069.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika::sandboxed {

// What one text says, prepared for comparing.
class Words {
public:
    Words() = default;                                 // of no text
    explicit Words(std::string_view untrusted_utf8) {  // often of a whole text: no more is kept than is asked for
        read(untrusted_utf8);
        std::vector<char32_t>().swap(letters_);
    }

    void read(std::string_view untrusted_utf8);  // of this text instead; the room of the last one is used again
    std::size_t characters() const noexcept { return characters_; }  // letters and digits, links left out
    // Hashes of all runs of three characters, in order.
    const std::vector<std::uint32_t>& runs() const noexcept { return runs_; }
    // Every number but zero, modulo 2^64; "1,000" is one.
    const std::vector<std::uint64_t>& numbers() const noexcept { return numbers_; }

private:
    std::size_t characters_ = 0;
    std::vector<char32_t> letters_;
    std::vector<std::uint32_t> runs_;
    std::vector<std::uint64_t> numbers_;
};

// All that some texts say together.
class Said {
public:
    // Room for texts of so many characters together.
    explicit Said(std::size_t characters_max);

    void add(const Words&);
    // Most of the runs, and every number: who reads these texts learns nothing from that one. With more characters than
    // there is room for, more may seem to be said than is.
    bool says(const Words&) const;
    // The same of every run: quicker to ask of a whole text, and mostly enough.
    bool says_all(const Words&) const;

private:
    bool has(std::uint32_t run) const noexcept { return seen_[run >> shift_]; }
    std::size_t missing(const Words&) const noexcept;
    bool has_numbers(const Words&) const;

    unsigned shift_;
    std::vector<bool> seen_;
    std::vector<std::uint64_t> numbers_;  // sorted
};

// The sentences of a text that say something new, in their lines; "" when there is none. `own` is what its author says:
// what is written between the words by us, such as the names of pictures, is nothing new.
std::string additions(std::string_view utf8, const Said& said, const Said& own);

// A text form that says nothing of its own: it has no words; or it is short, and all of its sentences point to the HTML
// form, to a browser or to a page ("正しく表示されない場合はこちら"), are courtesies, or are said by the HTML form, of
// which `html` is what it says; or it is far shorter than that form and all of it is said there.
bool is_stub(std::string_view plain_text, const Words& plain, std::size_t html_characters, const Said& html);

}  // namespace mugaika::sandboxed
