#include "sanitizer/sandboxed/text/enriched.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace mugaika::sandboxed;

TEST_CASE("case enriched-markup: text/enriched loses its commands and nothing else") {
    struct Row {
        std::string markup, text;
    };
    for (const Row& row :
         {Row{"<bold>重要</bold> 会議は << 10時 >> です。\r\n\r\n<color><param>red</param>締切</color>",
              "重要 会議は < 10時 >> です。\n締切"},
          Row{"one\r\ntwo\r\n\r\nthree", "one two\nthree"}, Row{"一行目\r\n二行目", "一行目二行目"},
          Row{"<nofill>a\r\nb\r\n</nofill>c", "a\nb\nc"},
          Row{"<x-color><param>0000,ffff,0000</param>green</x-color>", "green"},
          Row{"1 < 2 and <3 > 2", "1 < 2 and <3 > 2"}, Row{"<not a command>", "<not a command>"}, Row{"a<", "a<"},
          Row{"<param>never ended " + std::string(300, 'x'), "never ended " + std::string(300, 'x')}, Row{"", ""},
          Row{"last\r\n", "last\n"}}) {
        CAPTURE(row.markup);
        CHECK(without_markup(row.markup, Markup::enriched) == row.text);
    }
}

TEST_CASE("text/richtext loses its commands and nothing else") {
    CHECK(without_markup("<bold>Now</bold> is<nl>the time<comment>for whom?</comment> <lt>x>\r\nfor",
                         Markup::richtext) == "Now is\nthe time <x> for");
}

TEST_CASE("commands that never end and parameters that are none are linear") {
    std::string many;
    while (many.size() < 400'000) many += "<param>";
    CHECK(without_markup(many, Markup::enriched).empty());
    CHECK(without_markup(std::string(400'000, '<'), Markup::enriched).size() == 200'000);
}
