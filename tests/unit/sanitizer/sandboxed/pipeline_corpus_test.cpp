#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/pipeline.hpp"
#include "tests/support/corpus.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;

namespace {

bool has_kana_or_kanji(std::string_view text) {
    while (!text.empty()) {
        const auto character = utf8::first(text);
        if (character.value >= 0x3041 && character.value <= 0x30fe) return true;
        if (character.value >= 0x4e00 && character.value <= 0x9fff) return true;
        text.remove_prefix(character.bytes);
    }
    return false;
}

}  // namespace

TEST_CASE("every real mail gives rows with paths of their own and plain texts, and none is lost in silence") {
    const FileTyper typer = FileTyper::load().value();
    const std::string folder =
        GENERATE("mail_ambiguity", "mail_bounce", "mail_crypto", "mail_general", "mail_japanese");
    for (const auto& file : test::read_corpus(folder)) {
        INFO(folder << "/" << file.name);
        const Extract extract = read_mail(file.bytes, {}, typer);
        CHECK(!extract.parts.empty());
        std::set<std::string> paths;
        for (const PartRow& row : extract.parts) {
            CHECK(paths.insert(row.facts.path).second);
            CHECK((row.verdict == PartVerdict::text || row.reason != Reason::none));
            CHECK(is_plain(row.facts.name, TextRule::line));
        }
        for (const TextBlock& block : extract.texts) {
            CHECK(is_plain(block.text.str(), TextRule::text));
            CHECK(paths.count(block.path) == 1);
        }
        CHECK(extract.files.empty());
    }
}

TEST_CASE("mails of Japanese mailers can be read") {
    const FileTyper typer = FileTyper::load().value();
    std::size_t readable = 0;
    const auto files = test::read_corpus("mail_japanese");
    for (const auto& file : files) {
        const Extract extract = read_mail(file.bytes, {}, typer);
        std::string all = extract.header.subject.str();
        for (const TextBlock& block : extract.texts) all += block.text.str();
        if (has_kana_or_kanji(all)) ++readable;
    }
    if (!files.empty())
        CHECK(readable * 10 >= files.size() * 8);  // some are bounces with Japanese in nothing but a name
}
