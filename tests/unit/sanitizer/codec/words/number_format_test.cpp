#include "sanitizer/codec/words/number_format.hpp"

#include <catch2/catch.hpp>

#include "sanitizer/codec/words/list_numbers.hpp"

using namespace mugaika::codec::words;

TEST_CASE("a number is shown as its format says, as far as anybody would miss it") {
    struct Row {
        const char *value, *format, *shown;
    };
    for (const Row& row : {Row{"1234.5", "", "1234.5"},
                           Row{"0.30000000000000004", "General", "0.3"},
                           Row{"1234.5", "#,##0", "1,235"},
                           Row{"-1234567", "#,##0", "-1,234,567"},
                           Row{"0.5", "0%", "50%"},
                           Row{"0.1256", "0.0%", "12.6%"},
                           Row{"3", "0.00", "3.00"},
                           Row{"7.25", "0.0", "7.3"},
                           Row{"1.005", "0.00", "1.01"},
                           Row{"0.5", "0", "1"},
                           Row{"9.995", "#,##0.00", "10.00"},
                           Row{"999999.5", "#,##0", "1,000,000"},
                           Row{"0.0004", "0.00", "0.00"},
                           Row{"0.05", "0.0", "0.1"},
                           Row{"1e-300", "0.00", "0.00"},
                           Row{"0", "0.0", "0.0"},
                           Row{"123456789012345678", "0", "123456789012346000"},
                           Row{"1.5", "0.##", "1.5"},
                           Row{"2", "0.##", "2"},
                           Row{"5", "000", "5"},
                           Row{"1200", "\"¥\"#,##0", "¥1,200"},
                           Row{"1200", "[$¥-411]#,##0", "¥1,200"},
                           Row{"-3", "#,##0;\"△\"#,##0", "△3"},
                           Row{"-3", "#,##0;[Red]#,##0", "-3"},
                           Row{"-0.001", "0.0", "0.0"},
                           Row{"12", "0\"人\"", "12人"},
                           Row{"12", "\"第\"0\"号\"", "第12号"},
                           Row{"1e20", "0", "100000000000000000000"},
                           Row{"7", ";;;", "7"},
                           Row{"7", "\"有\"", "7"},
                           Row{"1.5e-7", "0.00E+00", "1.5e-07"},
                           Row{"text", "0", "text"},
                           Row{"nan", "0", "nan"},
                           Row{"", "0", ""}}) {
        CAPTURE(row.value, row.format);
        CHECK(shown_number(row.value, row.format, Epoch::of_1900) == row.shown);
    }
}

TEST_CASE("dates and times are told, also those of eras") {
    struct Row {
        const char *value, *format, *shown;
    };
    for (const Row& row :
         {Row{"46356", "yyyy/m/d", "2026/11/30"}, Row{"46356", "[$-411]ggge\"年\"m\"月\"d\"日\";@", "2026/11/30"},
          Row{"46356.75", "yyyy/m/d h:mm", "2026/11/30 18:00"}, Row{"0.5", "h:mm", "12:00"},
          Row{"1.25", "[h]:mm", "30:00"}, Row{"0.000011574", "h:mm:ss", "0:00:01"}, Row{"61", "m/d", "1900/3/1"},
          Row{"1", "yyyy/m/d", "1900/1/1"}, Row{"-1", "yyyy/m/d", "-1"}, Row{"99999999", "yyyy/m/d", "99999999"}}) {
        CAPTURE(row.value, row.format);
        CHECK(shown_number(row.value, row.format, Epoch::of_1900) == row.shown);
    }
    CHECK(shown_number("0", "yyyy/m/d", Epoch::of_1904) == "1904/1/1");
    CHECK(built_in_format(14) == "yyyy/m/d");
    CHECK(built_in_format(58) == "yyyy/m/d");
    CHECK(built_in_format(3) == "#,##0");
    CHECK(built_in_format(1000).empty());
}

TEST_CASE("figures of lists are written as the list says") {
    struct Row {
        std::uint32_t number;
        const char *format, *written;
    };
    for (const Row& row :
         {Row{12, "decimal", "12"}, Row{12, "decimalFullWidth", "１２"}, Row{3, "decimalEnclosedCircle", "③"},
          Row{21, "decimalEnclosedCircle", "21"}, Row{2, "aiueoFullWidth", "イ"}, Row{2, "irohaFullWidth", "ロ"},
          Row{27, "lowerLetter", "aa"}, Row{14, "upperRoman", "XIV"}, Row{23, "japaneseCounting", "二十三"},
          Row{10, "japaneseCounting", "十"}, Row{20, "chineseCounting", "二十"}, Row{5, "none", ""},
          Row{7, "whatever", "7"}, Row{4'000'000'000, "upperRoman", "4000000000"}}) {
        CAPTURE(row.number, row.format);
        CHECK(list_figure(row.number, row.format) == row.written);
    }
}
