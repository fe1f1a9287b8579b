#include "sanitizer/codec/words/vertical_lines.hpp"

#include <algorithm>

#include "policy/utf8.hpp"

namespace mugaika::codec::words {
namespace {

constexpr std::size_t lines_min = 8;

struct Line {
    std::size_t characters = 0;
    bool is_japanese = false;  // one character, of kana, kanji, wide signs
};

Line measured(std::string_view line) {
    constexpr std::size_t enough = 3;
    Line found;
    while (!line.empty() && found.characters < enough) {
        const utf8::Character c = utf8::first(line);
        found.is_japanese = c.value >= 0x2e80;
        line.remove_prefix(c.bytes);
        ++found.characters;
    }
    found.is_japanese = found.is_japanese && found.characters == 1;
    return found;
}

// Lines that may be characters of one column.
class Run {
public:
    void add(std::string_view line, const Line& measure) {
        joined_.append(line);
        apart_.append(line).push_back('\n');
        ++lines_;
        if (measure.is_japanese) ++japanese_;
    }
    void flush_to(std::string& out) {
        const bool is_vertical = lines_ >= lines_min && japanese_ * 4 >= lines_ * 3;
        out.append(is_vertical ? joined_.append("\n") : apart_);
        *this = Run();
    }

private:
    std::string joined_, apart_;
    std::size_t lines_ = 0, japanese_ = 0;
};

}  // namespace

std::string with_vertical_lines_joined(std::string_view text) {
    std::string out;
    Run run;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        const Line measure = measured(line);
        if (measure.characters == 1 || measure.characters == 2) {
            run.add(line, measure);
        } else {
            run.flush_to(out);
            out.append(line).push_back('\n');
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    run.flush_to(out);
    return out;
}

}  // namespace mugaika::codec::words
