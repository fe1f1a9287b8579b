#include "sanitizer/sandboxed/text/enriched.hpp"

#include <algorithm>
#include <cstddef>

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t command_bytes_max = 60;  // RFC 1896
constexpr std::size_t unseen_bytes_max = 200;  // what is longer, or never ends, is no parameter but text

bool is_command(std::string_view name) noexcept {
    return !name.empty() &&
           std::all_of(name.begin(), name.end(), [](char c) { return ascii::is_alnum(c) || c == '-'; });
}

bool is_beyond_latin(char byte) noexcept { return static_cast<unsigned char>(byte) >= 0xe0; }
bool is_inside_character(char byte) noexcept { return static_cast<unsigned char>(byte) >= 0x80; }

class Reader {
public:
    Reader(std::string_view in, Markup markup) : in_(in), markup_(markup) { out_.reserve(in.size()); }

    std::string read() && {
        while (at_ < in_.size()) step();
        end_of_lines();
        return std::move(out_);
    }

private:
    void step() {
        const char c = in_[at_];
        if (c == '\r') {
            ++at_;
        } else if (c == '\n') {
            ++at_;
            ++line_ends_;
        } else if (c == '<') {
            markup();
        } else {
            put(c);
            ++at_;
        }
    }

    void markup() {
        const std::string_view rest = in_.substr(at_);
        if (markup_ == Markup::enriched && rest.starts_with("<<")) {
            put('<');
            at_ += 2;
            return;
        }
        const std::size_t end = rest.substr(0, command_bytes_max + 3).find('>');
        std::string_view name = end == std::string_view::npos ? std::string_view() : rest.substr(1, end - 1);
        const bool closes = name.starts_with('/');
        if (closes) name.remove_prefix(1);
        if (!is_command(name)) {
            put('<');
            ++at_;
            return;
        }
        at_ += end + 1;
        command(ascii::to_lower(name), closes);
    }

    void command(const std::string& name, bool closes) {
        const bool is_enriched = markup_ == Markup::enriched;
        if (!closes && name == (is_enriched ? "param" : "comment")) return skip_to("</" + name + ">");
        if (is_enriched && name == "nofill") {
            end_of_lines();
            nofill_depth_ = closes ? nofill_depth_ - std::min<std::size_t>(nofill_depth_, 1) : nofill_depth_ + 1;
        }
        if (is_enriched || closes) return;
        if (name == "nl" || name == "np") put('\n');
        if (name == "lt") put('<');
    }

    void skip_to(const std::string& end) {
        const std::size_t found = ascii::to_lower(in_.substr(at_, unseen_bytes_max)).find(end);
        if (found != std::string::npos) at_ += found + end.size();
    }

    void put(char c) {
        next_ = c;
        end_of_lines();
        out_.push_back(c);
    }

    // What the line ends seen before this character come to.
    void end_of_lines() {
        const std::size_t count = line_ends_;
        line_ends_ = 0;
        if (count == 0) return;
        if (markup_ == Markup::enriched && nofill_depth_ > 0) {
            out_.append(count, '\n');
        } else if (markup_ == Markup::enriched && count > 1) {
            out_.append(count - 1, '\n');
        } else if (at_ >= in_.size()) {
            out_.push_back('\n');
        } else if (!out_.empty() && !(is_inside_character(out_.back()) && is_beyond_latin(next_))) {
            out_.push_back(' ');
        }
    }

    std::string_view in_;
    Markup markup_;
    std::size_t at_ = 0;
    std::string out_;
    char next_ = ' ';
    std::size_t line_ends_ = 0;
    std::size_t nofill_depth_ = 0;
};

}  // namespace

std::string without_markup(std::string_view utf8, Markup markup) { return Reader(utf8, markup).read(); }

}  // namespace mugaika::sandboxed
