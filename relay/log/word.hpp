// A value of one of our enumerations in an event: written as its name; a name that a later version wrote is kept as it
// stands.
#pragma once

#include <string>
#include <string_view>

namespace mugaika {

template <class Enum>
class Word {
public:
    Word() = default;  // "": not known
    Word(Enum known) : text_(to_string(known)) {}
    static Word read(std::string_view untrusted_text) {
        Word word;
        word.text_ = untrusted_text;
        return word;
    }

    const std::string& text() const noexcept { return text_; }
    bool is(Enum value) const noexcept { return text_ == to_string(value); }
    bool operator==(const Word&) const = default;

private:
    std::string text_;
};

}  // namespace mugaika
