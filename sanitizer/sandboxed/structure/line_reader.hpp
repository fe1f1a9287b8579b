// Lines of a mail, one memchr each. What ends a line is decided once for the whole text: CRLF where there is a single
// one in it, LF for texts that know no CRLF at all (attached mails that were stored on Unix). Any other CR or LF is
// data.
#pragma once

#include <cstddef>
#include <string_view>

namespace mugaika::sandboxed {

struct Line {
    std::size_t begin = 0;     // offset in the text
    std::string_view content;  // without its line end
    bool has_stray = false;    // holds a CR or LF that ends no line
};

class LineReader {
public:
    explicit LineReader(std::string_view text) : text_(text), crlf_(text.find("\r\n") != std::string_view::npos) {}

    bool at_end() const noexcept { return position_ >= text_.size(); }
    std::size_t position() const noexcept { return position_; }
    void go_to(std::size_t position) noexcept { position_ = position; }
    bool has_crlf() const noexcept { return crlf_; }
    std::string_view text() const noexcept { return text_; }

    // The end of the data before a line that begins at `begin`: the line end in front of it belongs to a delimiter
    // line (RFC 2046 5.1.1), but never reaches back before `floor`.
    std::size_t end_before(std::size_t begin, std::size_t floor) const noexcept {
        const std::size_t line_end_bytes = crlf_ ? 2 : 1;
        return begin >= floor + line_end_bytes ? begin - line_end_bytes : floor;
    }

    // Must not be called at the end.
    Line next() noexcept {
        Line line{position_, {}, false};
        std::size_t from = position_;
        for (;;) {
            const std::size_t lf = text_.find('\n', from);
            if (lf == std::string_view::npos) return finish(line, text_.size(), text_.size());
            if (!crlf_) return finish(line, lf, lf + 1);
            if (lf > position_ && text_[lf - 1] == '\r') return finish(line, lf - 1, lf + 1);
            line.has_stray = true;
            from = lf + 1;
        }
    }

private:
    Line finish(Line line, std::size_t end, std::size_t next_begin) noexcept {
        line.content = text_.substr(line.begin, end - line.begin);
        line.has_stray = line.has_stray || line.content.find('\r') != std::string_view::npos;
        position_ = next_begin;
        return line;
    }

    std::string_view text_;
    bool crlf_;
    std::size_t position_ = 0;
};

}  // namespace mugaika::sandboxed
