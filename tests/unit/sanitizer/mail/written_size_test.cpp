#include "sanitizer/mail/written_size.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "policy/limits.hpp"
#include "policy/utf8.hpp"

using namespace mugaika;

namespace {

TextBlock block(TextRole role, std::uint32_t depth, std::string text) {
    TextBlock made;
    made.role = role;
    made.quote_depth = depth;
    made.text = PlainText::from(std::move(text)).value();
    return made;
}

}  // namespace

TEST_CASE("every line is counted with the marks before it and the line end behind it") {
    struct Row {
        std::string text;
        std::uint32_t depth;
        std::uint64_t bytes;
    };
    const auto row = GENERATE(values<Row>({
        {"", 8, 0},
        {"a", 0, 2},
        {"a\n", 0, 2},
        {"a\nb", 0, 4},
        {"a", 1, 4},
        {"a\n", 3, 8},
        {"\n", 8, 17},
        {"\n\n\n", 8, 51},
        {"あ\n\nい", 2, 3 + 1 + 1 + 3 + 1 + 3 * 4},
    }));
    CAPTURE(row.text, row.depth);
    CHECK(lines_bytes(row.text, row.depth) == row.bytes);
    CHECK(written_bytes(block(TextRole::body, row.depth, row.text)) == row.bytes + 1);
}

TEST_CASE("a block is shown no deeper than the cap, and the heading of an attached mail at least once quoted") {
    const std::uint32_t cap = AnswerLimits().quote_depth_shown;
    CHECK(shown_depth(block(TextRole::body, 0, "")) == 0);
    CHECK(shown_depth(block(TextRole::quoted, 0, "")) == 1);
    CHECK(shown_depth(block(TextRole::quoted, cap, "")) == cap);
    CHECK(shown_depth(block(TextRole::attached, cap + 1, "")) == cap);
    CHECK(shown_depth(block(TextRole::body, UINT32_MAX, "")) == cap);
}

TEST_CASE("headings and summaries are counted") {
    const TextBlock bare = block(TextRole::attached, 1, "x");
    TextBlock titled = bare;
    titled.title = PlainLine::from(std::string(100, 't')).value();
    CHECK(written_bytes(titled) == written_bytes(bare) + 100);
    CHECK(written_bytes(bare) > written_bytes(block(TextRole::body, 1, "x")));
    TextBlock summed = block(TextRole::quoted, 2, "");
    const std::uint64_t before = written_bytes(summed);
    summed.summary = {{"From", PlainLine::from(std::string(500, 'f')).value()}};
    CHECK(written_bytes(summed) > before + 500 + 2 * quote_mark.size());
}

TEST_CASE("what is cut off is as little as has to be, and characters stay whole") {
    const std::string text = GENERATE(as<std::string>(), "", "a", "ab\ncd\n", "\n\n\n\n", "あいう\nえお", "長い行");
    const std::uint32_t depth = GENERATE(0u, 1u, 8u);
    for (std::uint64_t bytes = 0; bytes < lines_bytes(text, depth) + 3; ++bytes) {
        CAPTURE(text, depth, bytes);
        const std::string_view cut = cut_to_written(text, depth, bytes);
        CHECK(text.starts_with(cut));
        CHECK(lines_bytes(cut, depth) <= bytes);
        CHECK(utf8::cut(text, cut.size()).size() == cut.size());
        // One character more would be too much.
        const std::string_view rest = std::string_view(text).substr(cut.size());
        if (rest.empty()) continue;
        const std::size_t next = cut.size() + utf8::first(rest).bytes;
        CHECK(lines_bytes(std::string_view(text).substr(0, next), depth) > bytes);
    }
}
