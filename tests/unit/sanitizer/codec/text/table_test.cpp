// What a table keeps, and what of it is disarmed. AC-207, AC-187
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sanitizer/checker/text/check_text.hpp"
#include "sanitizer/codec/text/table_cells.hpp"
#include "tests/unit/sanitizer/codec/text/text_files.hpp"

using namespace mugaika;

namespace {

std::string table_of(std::string_view bytes) {
    const FileMade made = made_of("a.csv", bytes);
    const auto checked = checker::check_text(SafeKind::csv, made.untrusted_bytes);
    INFO(made.untrusted_bytes);
    CHECK(checked.has_value());
    return made.untrusted_bytes.substr(byte_order_mark.size());
}

std::size_t cells_in(std::string_view text, char separator) {
    codec::TableCells cells(text, separator);
    std::size_t count = 0;
    for (codec::Cell cell; cells.next(cell);) ++count;
    return count;
}

}  // namespace

TEST_CASE("numbers, telephone numbers, dates, amounts and signs stay as they are. AC-207") {
    for (const std::string cell : {"-123",
                                   "+81-3-1234-5678",
                                   "1E5",
                                   "-1E5",
                                   "+1.5e-10",
                                   "0012",
                                   "-1.5",
                                   "-.5",
                                   "+090-1234-5678",
                                   "-10%",
                                   "-¥1,234",
                                   "-￥１，２３４",
                                   "－１２３",
                                   "＋５",
                                   "−7",
                                   "-",
                                   "--",
                                   "---",
                                   "－",
                                   "- - -",
                                   "+",
                                   "+-",
                                   "-5kg",
                                   "-5 kg",
                                   "+3日",
                                   "-5℃",
                                   "-5℃～+5℃",
                                   "+81 (0)3-1234-5678",
                                   "+81-3-1234-5678 内線123",
                                   "+81-3-1234-5678（代表）",
                                   "-1/2",
                                   "-12:30",
                                   "+2026/11/29",
                                   "-1,234,567",
                                   "-1,234円",
                                   "- 5",
                                   "-(5)",
                                   "a=b",
                                   "a@example.jp",
                                   "1+1",
                                   "'=1",
                                   "x"}) {
        INFO(cell);
        CHECK(table_of(cell + ";x\r\n") == cell + ";x\r\n");
        CHECK(table_of("\"" + cell + "\",x\r\n") == "\"" + cell + "\",x\r\n");
        CHECK(table_of("x\t" + cell) == "x\t" + cell);
    }
}

TEST_CASE("a number stays whatever stands in the cells behind it") {
    for (const std::string row : {"-123,メモ (至急)", "-123,=", "-5,*注記", "-0.5,<0.1,>20", "-1,\"a\",'b", "-1,&c",
                                  "-1,Total(JPY)", "+81-3-1,#1,x|y", "-1,[a],{b}", "-1,2026/11/29,abc", "-1;(x)"}) {
        INFO(row);
        const std::string made = table_of(row + "\r\n");
        CHECK(made.starts_with(row.substr(0, 4)));
    }
    CHECK(table_of("-1,+A1\r\n") == "-1,'+A1\r\n");
    CHECK(table_of("-1,=A1,-2\r\n") == "-1,'=A1,-2\r\n");
}

TEST_CASE("what a spreadsheet would run has an apostrophe in front, and is counted. AC-207 AC-187") {
    for (const std::string cell : {"=1+1",
                                   "=cmd|'/c calc'!A0",
                                   "@SUM(A1)",
                                   "+A1",
                                   "-A1",
                                   "+cmd|'/c calc'!A0",
                                   "-1+cmd|'/c calc'!A0",
                                   "-2+3+cmd|' /C calc'!A0",
                                   "+1+A1",
                                   "-1-A1",
                                   "+SUM(1)",
                                   "-1*A1",
                                   "-1&A1",
                                   "＝1",
                                   "＠x",
                                   "＋Ａ１",
                                   "－ＳＵＭ（1）",
                                   " =1",
                                   "  =1",
                                   "　=1",
                                   "\xc2\xa0=1",
                                   "﹦1",
                                   "﹢A1",
                                   "﹣A1",
                                   "﹫x",
                                   "₌1",
                                   "−A1",
                                   "=",
                                   "-(A1)",
                                   "-1:5 LOG10(A1)",
                                   "-5x(A1)",
                                   "+1^A1",
                                   "-1<A1",
                                   "- 項目",
                                   "-メモ",
                                   "+α",
                                   "-1.A",
                                   "-1 cmd|'/c calc'!A0",
                                   "-１｜x！A0",
                                   "+1'x",
                                   "+'[x]y'!A1"}) {
        INFO(cell);
        CHECK(table_of(cell) == "'" + cell);
        CHECK(table_of("x," + cell + ",y\r\n") == "x,'" + cell + ",y\r\n");
        CHECK(table_of("x;" + cell + ";y\r\n") == "x;'" + cell + ";y\r\n");
        CHECK(table_of("x\t" + cell + "\ty\r\n") == "x\t'" + cell + "\ty\r\n");
        CHECK(table_of("x,\"" + cell + "\",y\r\n") == "x,\"'" + cell + "\",y\r\n");
        CHECK(lost(made_of("a.csv", "x," + cell + "\r\n\"" + cell + "\"\r\n"), Reason::formula_disarmed) == 2);
    }
}

TEST_CASE("what cannot be seen in front of a sign does not hide it") {
    CHECK(table_of("\xe2\x80\x8b=1") == "'=1");                           // U+200B
    CHECK(table_of("a,\xef\xbb\xbf=1") == "a,'=1");                       // a byte order mark
    CHECK(table_of("\x01=1") == "'=1");                                   // a control character
    CHECK(table_of("a\r=1") == "a\r\n'=1");                               // CR alone ends a line
    CHECK(table_of("a\xe2\x80\xa8=1") == "a\r\n'=1");                     // so does U+2028
    CHECK(table_of(std::string_view("\xff\xfe=\0001\000", 6)) == "'=1");  // UTF-16
}

TEST_CASE("quotes, line breaks and separators inside cells hide no formula, and part no cell anew") {
    struct Row {
        std::string_view in, out;
    };
    const Row rows[] = {
        {"\"=1\"", "\"'=1\""},
        {"\"\"=1", "\"\"'=1"},
        {"\"\"\"=1\"\"\"", "\"\"\"'=1\"\"\""},
        {" \"=1\"", "' \"=1\""},
        {"\" =1\"", "\"' =1\""},
        {"\"\n=1\"", "\"'\n=1\""},
        {"\"\t=1\"", "\"'\t=1\""},
        {"\"a;=1\"", "\"a;=1\""},
        {"\"a\t=1\"", "\"a\t=1\""},
        {"a,\"b;=1\"", "a,\"b;'=1\""},
        {"\"-1\",\"abc(def)\"", "\"-1\",\"abc(def)\""},
        {"\"-1\"+A1", "\"'-1\"+A1"},
        {"\"-1,\"&WEB(A1)", "\"'-1,\"&WEB(A1)"},
        {"a;\"x\n=1\"", "a;\"x\r\n'=1\""},
        {"\"a\n=1\",b", "\"a\n=1\",b"},          // one cell that begins with a letter, for everybody
        {"\"a\n=1,b\n+A1", "\"a\n'=1,b\n'+A1"},  // a quote that nothing closes
        {"\"\"\"\n=1", "\"\"\"'\n'=1"},
        {"sep=;\n1;2", "'sep=;\r\n1;2"},
        {"\"sep=|\"\n1|2", "\"'sep=|\"\r\n1|2"},
        {"SEP=,", "'SEP=,"},
        {"a\nsep=;", "a\r\nsep=;"},
        {"a;b,\"-1;+5\",A1", "a;b,\"-1;+5\",A1"},
        {"\"-1,WEB(A1)\"", "\"'-1,WEB(A1)\""},
        {"-1,&WEB(A1)", "'-1,&WEB(A1)"},
        {"-1,&'\\\\h\\[x]y'!A1", "'-1,&'\\\\h\\[x]y'!A1"},
        {"-1,x|y!z", "'-1,x|y!z"},
    };
    for (const Row& row : rows) {
        INFO(row.in);
        const std::string out = table_of(row.in);
        CHECK(out == row.out);
        std::string without_cr = out;
        without_cr.erase(std::remove(without_cr.begin(), without_cr.end(), '\r'), without_cr.end());
        for (const char separator : {',', ';', '\t'})
            CHECK(cells_in(without_cr, separator) == cells_in(row.in, separator));
    }
}

TEST_CASE("every other byte of a table is what it was") {
    const std::string table =
        "\"番号\",氏名,\"住所、\"\"番地\"\"\",電話\r\n0001,神戸 太郎, "
        "前の空白,\"03-1234-5678\"\r\n,,,\r\n\"\",\"a\nb\",1E5,-1\r\n";
    CHECK(table_of(table) == table);
    CHECK(made_of("a.csv", table).losses.empty());
}

TEST_CASE("a table of many quotes, cells and signs takes time in proportion") {
    for (const std::string piece : {"\"", "\"\"\n", ",", "=", "\"=\n", "-,", "-1,&", "\"\n\"", "+a;", "|!"}) {
        std::string table;
        while (table.size() < 300'000) table += piece;
        const FileOutcome outcome = outcome_of(text_facts("a.csv"), table);
        const FileMade& made = std::get<FileMade>(outcome);
        CHECK(checker::check_text(SafeKind::csv, made.untrusted_bytes).has_value());
        CHECK(made_of("a.csv", made.untrusted_bytes).untrusted_bytes == made.untrusted_bytes);
    }
}

// Tables of the signs that matter, put together by a fixed generator: whatever they are, the checker takes what is
// made, it is made once, and each way of parting it finds as many cells as before.
TEST_CASE("any table of the dangerous signs is made harmless in one go") {
    const std::vector<std::string> pieces{"\"", "\"\"", ",", ";", "\t", "\n", "=",  "+",  "-", "@", "'", "1",
                                          "A",  "A(",   "|", "!", " ",  "&",  "会", "－", "/", ".", "x"};
    std::uint32_t state = 1;
    for (std::uint32_t round = 0; round < 60'000; ++round) {
        std::string table;
        for (std::uint32_t i = 0; i < 3 + round % 12; ++i) {
            state = state * 1664525 + 1013904223;
            table += pieces[(state >> 8) % pieces.size()];
        }
        const FileOutcome outcome = outcome_of(text_facts("a.csv"), table);
        const auto* made = std::get_if<FileMade>(&outcome);
        if (made == nullptr) continue;
        const auto checked = checker::check_text(SafeKind::csv, made->untrusted_bytes);
        const bool same = made_of("a.csv", made->untrusted_bytes).untrusted_bytes == made->untrusted_bytes;
        std::string out = made->untrusted_bytes.substr(3);
        out.erase(std::remove(out.begin(), out.end(), '\r'), out.end());
        bool same_cells = true;
        for (const char separator : {',', ';', '\t'})
            same_cells = same_cells && cells_in(out, separator) == cells_in(table, separator);
        if (checked && same && same_cells) continue;
        INFO(table << " became " << made->untrusted_bytes << (checked ? "" : checked.error().words()));
        REQUIRE(checked.has_value());
        REQUIRE(same);
        REQUIRE(same_cells);
    }
}
