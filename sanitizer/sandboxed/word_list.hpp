// The shown words of a text, blanks collapsed, for comparing it with another version of itself.
#pragma once

#include <string>
#include <string_view>

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {

class WordList {
public:
    void add(std::string_view text) {
        while (!text.empty()) {
            const bool no_break_space = text.starts_with("\xc2\xa0");
            if (no_break_space || ascii::is_space(text.front())) {
                gap();
            } else {
                if (gap_ && !words_.empty()) words_.push_back(' ');
                gap_ = false;
                words_.push_back(text.front());
            }
            text.remove_prefix(no_break_space ? 2 : 1);
        }
    }
    void gap() noexcept { gap_ = true; }  // what comes next is another word
    std::string take() { return std::move(words_); }

private:
    std::string words_;
    bool gap_ = false;
};

}  // namespace mugaika::sandboxed
