// The composer writes no more than was paid for, and a taken-over worker's bomb is stopped before it is written.
#include <catch2/catch.hpp>
#include <string>

#include "mail_reading.hpp"
#include "policy/limits.hpp"
#include "sanitizer/compose/body_text.hpp"
#include "sanitizer/compose/composer.hpp"
#include "sanitizer/mail/written_size.hpp"
#include "tests/support/made_checked_file.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

TextBlock block_of(TextRole role, std::uint32_t depth, std::string_view utf8) {
    TextBlock block;
    block.role = role;
    block.quote_depth = depth;
    block.text = text(utf8);
    if (role != TextRole::body) block.title = line("議事録.txt");
    if (role == TextRole::quoted) {
        block.summary = {
            {"From", line("a <a@b.example>")}, {"To", line("c")}, {"Subject", line("件名")}, {"Date", line("2026")}};
    }
    return block;
}

std::uint64_t written_bytes_of(const std::vector<TextBlock>& blocks) {
    std::uint64_t bytes = 0;
    for (const TextBlock& block : blocks) bytes += written_bytes(block);
    return bytes;
}

}  // namespace

TEST_CASE("what is written is what is counted, at any depth, in both languages") {
    const Language language = GENERATE(Language::ja, Language::en);
    const TextRole role = GENERATE(TextRole::body, TextRole::attached, TextRole::quoted);
    const std::uint32_t depth = GENERATE(0u, 1u, 7u, 8u, 9u, 31u);
    const std::string words = GENERATE(as<std::string>(), "", "a", "a\n\nb\n", "\n\n\n\n\n\n\n\n\n\n");
    const std::vector<TextBlock> blocks(3, block_of(role, depth, words));
    const std::size_t written = body_text(blocks, language)->text.size();
    CAPTURE(depth, words);
    CHECK(written <= written_bytes_of(blocks));
    // Of a body nothing is rounded but the empty line before the first block.
    if (role == TextRole::body && !words.empty()) CHECK(written + 1 == written_bytes_of(blocks));
}

TEST_CASE("lines that look like marks of a notice come to a fifth more at most") {
    std::string words;
    for (int i = 0; i < 1000; ++i) words += "===mugaika\n";
    const std::vector<TextBlock> blocks{block_of(TextRole::body, 0, words)};
    const std::size_t written = body_text(blocks, Language::ja)->text.size();
    CHECK(written > written_bytes_of(blocks));
    CHECK(written * 5 <= written_bytes_of(blocks) * 6);
}

TEST_CASE("mails that are attached more deeply than is shown are quoted at the cap, and their headings say how deep") {
    const Language language = GENERATE(Language::ja, Language::en);
    const auto shown = [&](std::uint32_t depth) {
        return body_text({block_of(TextRole::quoted, depth, ""), block_of(TextRole::body, depth, "x\n")}, language)
            ->text;
    };
    const std::string level = language == Language::ja ? "（20 段目）" : " (level 20)";
    CHECK(count(shown(20), level) == 1);
    CHECK(count(shown(20), "> ") ==
          AnswerLimits().quote_depth_shown * 7);  // heading, four lines, an empty one, the text
    CHECK(count(shown(8), "段目") + count(shown(8), "level") == 0);
    CHECK(count(shown(8), "> ") == AnswerLimits().quote_depth_shown * 7);
}

// matrix: compose/internal
TEST_CASE("a bomb that no check can have passed is an Error, whatever it is made of") {
    const BudgetLimits limits;
    Extract extract = example_extract();
    SECTION("quoted lines") {
        extract.texts = {block_of(TextRole::body, 31, std::string(limits.text_bytes_max / 16, '\n'))};
    }
    SECTION("many texts") { extract.texts.assign(9, block_of(TextRole::body, 0, std::string(1u << 20, 'x'))); }
    SECTION("files") {
        SafeFile file{"1", line("a.pdf"), "application/pdf", std::string(limits.files_bytes_max / 2 + 1, 'x')};
        extract.files.assign(2, file);
    }
    SECTION("a packed file beside another one") {
        std::vector<RebuiltFile> members;
        members.push_back(
            made_rebuilt_file("1/1", "a.png", SafeKind::png, std::string(limits.files_bytes_max / 2 + 1, 'x')));
        extract.packed.push_back(PackedFile::from("1", line("a.zip"), std::move(members)).value());
        extract.files.push_back(
            {"2", line("a.pdf"), "application/pdf", std::string(limits.files_bytes_max / 2 + 1, 'x')});
    }
    SECTION("header fields") { extract.header.to.assign(2000, mailbox(std::string(8000, 'x'), "a@b.example")); }
    const auto body = Composer::body(extract, example_facts());
    if (body.has_error()) {
        CHECK(body.error().fault() == Fault::limit);
        return;
    }
    const auto composed = Composer::compose(extract, sanitized, example_facts(), *body);
    REQUIRE_FALSE(composed.has_value());
    CHECK(composed.error().fault() == Fault::limit);
}
