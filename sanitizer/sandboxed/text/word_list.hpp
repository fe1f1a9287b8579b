// The shown words of a text, blanks collapsed, for comparing it with another version of itself.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "policy/ascii.hpp"
#include "sanitizer/sandboxed/text/word_run.hpp"

namespace mugaika::sandboxed {

class WordList {
public:
    void add(std::string_view text) {
        while (!text.empty()) {
            std::size_t length = 1;
            if (text.starts_with(no_break_space)) {
                gap();
                length = no_break_space.size();
            } else if (ascii::is_space(text.front())) {
                gap();
            } else {
                if (gap_ && !words_.empty()) words_.push_back(' ');
                gap_ = false;
                length = word_run(text);
                words_.append(text.substr(0, length));
            }
            text.remove_prefix(length);
        }
    }
    void gap() noexcept { gap_ = true; }  // what comes next is another word
    // At most so many of the last bytes.
    std::string_view last(std::size_t bytes_max) const noexcept {
        return std::string_view(words_).substr(words_.size() - std::min(bytes_max, words_.size()));
    }
    std::string take() { return std::move(words_); }

private:
    std::string words_;
    bool gap_ = false;
};

}  // namespace mugaika::sandboxed
