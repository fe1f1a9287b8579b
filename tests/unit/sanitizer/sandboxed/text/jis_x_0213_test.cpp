// Issue 9, item 4: JIS X 0213, mixed and broken ISO-2022-JP, the labels of Outlook and of mobile phones.
#include "sanitizer/sandboxed/text/jis_x_0213.hpp"

#include <iconv.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "policy/findings.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/text/broken_line.hpp"
#include "sanitizer/sandboxed/text/charset.hpp"
#include "sanitizer/sandboxed/text/charset_names.hpp"
#include "sanitizer/sandboxed/text/encoded_word.hpp"
#include "tests/unit/sanitizer/sandboxed/text/encoded_by_icu.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using mugaika::sandboxed::test::encoded;
using namespace std::string_literals;

namespace {

const std::string replacement = "\xef\xbf\xbd";

std::string decoded(const std::string& bytes, std::string_view label) { return decode_text(bytes, label).utf8; }

// The C library's table, made by others than ours.
class Iconv {
public:
    Iconv() : converter_(iconv_open("UTF-8", "EUC-JISX0213")) {}
    ~Iconv() {
        if (is_there()) iconv_close(converter_);
    }
    Iconv(const Iconv&) = delete;
    Iconv& operator=(const Iconv&) = delete;
    bool is_there() const { return converter_ != reinterpret_cast<iconv_t>(-1); }

    // "" for what it does not know.
    std::string utf8(std::string bytes) const {
        std::string out(32, '\0');
        char* in = bytes.data();
        std::size_t in_left = bytes.size();
        char* to = out.data();
        std::size_t out_left = out.size();
        iconv(converter_, nullptr, nullptr, nullptr, nullptr);
        if (iconv(converter_, &in, &in_left, &to, &out_left) == static_cast<std::size_t>(-1)) return "";
        iconv(converter_, nullptr, nullptr, &to, &out_left);
        out.resize(out.size() - out_left);
        return out;
    }

private:
    iconv_t converter_;
};

std::string euc(unsigned plane, unsigned row, unsigned cell) {
    std::string bytes = plane == 2 ? "\x8f" : "";
    bytes.push_back(static_cast<char>(0xa0 + row));
    bytes.push_back(static_cast<char>(0xa0 + cell));
    return bytes;
}

}  // namespace

TEST_CASE("case charset-jisx0213-iso-2022-jp-2004: both planes are read, in all three codings") {
    CHECK(decoded("\x1b$(Q.!\x1b$B\\[It\x1b(B \x1b$(QOT\x1b$B$k\x1b(B \x1b$(Q\"9\x1b(B \x1b$(Q-!\x1b(B",
                  "ISO-2022-JP-2004") == "俱樂部 \xf0\xa0\xae\x9fる ゟ ①");
    for (const char* label : {"ISO-2022-JP-3", "iso-2022-jp", "ISO-2022-JP-2004", ""}) {
        CAPTURE(label);
        CHECK(decoded("\x1b$(P!!\x1b(B", label) == "𠂉");
        CHECK(decoded("\x1b$(O.!\x1b(B", label) == "俱");
    }
    CHECK(decoded("\xae\xa1\xcf\xd4\x8f\xa1\xa1", "EUC-JIS-2004") == "俱𠮟𠂉");
    CHECK(decoded("\x87\x9f\x98\x73\xf0\x40", "Shift_JIS-2004") == "俱𠮟𠂉");
    CHECK(decoded("\x8a\xbf\x8e\x9a \x5c\x7e \xb1", "Shift_JISX0213") == "漢字 \\~ ｱ");
    CHECK(decoded("\xa4\xab\x8e\xb1\xa4\xf7", "EUC-JIS-2004") == "かｱか゚");  // one character there, two in Unicode
    CHECK(decoded("\x8f\xb0\xa1", "EUC-JIS-2004") == "丂");  // rows of JIS X 0212 that plane 2 leaves free
    CHECK(decode_text("\xa4\xab\xa4\xab\xa4\xab\x8f\xa2", "EUC-JIS-2004").undecodable > 0);
}

TEST_CASE("wave dash and its kin come out of JIS X 0213 as Windows has them") {
    CHECK(decoded("\x1b$(Q!A!]!B!q!r\"L\x1b(B", "iso-2022-jp-2004") == "～－∥￠￡￢");
    CHECK(decoded("\x81\x60\x81\x7c", "shift_jis-2004") == "～－");
}

TEST_CASE("the table of JIS X 0213 is the one that others have") {
    const Iconv iconv;
    if (!iconv.is_there()) {
        WARN("no EUC-JISX0213 in the C library: not compared");
        return;
    }
    std::size_t compared = 0;
    std::vector<std::string> differ;
    for (unsigned plane = 1; plane <= 2; ++plane) {
        for (unsigned row = 1; row <= 94; ++row) {
            for (unsigned cell = 1; cell <= 94; ++cell) {
                const JisX0213 ours = jis_x_0213(plane, row, cell);
                if (ours.first == 0 || (plane == 1 && row == 2 && (cell == 18 || cell == 54 || cell == 55))) {
                    continue;  // of ~ and two brackets one table has the narrow, the other the wide form
                }
                std::string text;
                utf8::append(text, ours.first);
                if (ours.second != 0) utf8::append(text, ours.second);
                ++compared;
                if (iconv.utf8(euc(plane, row, cell)) != text) {
                    differ.push_back(std::to_string(plane) + "-" + std::to_string(row) + "-" + std::to_string(cell) +
                                     " " + text);
                }
            }
        }
    }
    CHECK(compared > 4250);
    CHECK(differ == std::vector<std::string>{});
}

TEST_CASE("case charset-jis-plus-utf8-footer: lines in other charsets between those of ISO-2022-JP are read") {
    const std::string jis = "\x1b$B2q5D$N$*CN$i$;$G$9!#\x1b(B\r\n";
    const std::string read = "会議のお知らせです。\r\n";
    const std::string footer = "このメールはメーリングリストから送信\r\n";
    for (const char* icu : {"UTF-8", "windows-31j", "EUC-JP"}) {
        for (const char* label : {"iso-2022-jp", "utf-8", "", "us-ascii"}) {
            CAPTURE(icu, label);
            const Decoded text = decode_text(jis + "--\r\n" + encoded(footer, icu), label);
            CHECK(text.utf8 == read + "--\r\n" + footer);
            CHECK(text.undecodable == 0);
            CHECK((contains(text.notes, Reason::charset_guessed) || contains(text.notes, Reason::charset_label_wrong)));
        }
    }
    CHECK(decoded(footer + jis, "utf-8") == footer + read);
    CHECK(decoded("d\xc3\xa9j\xc3\xa0 vu\r\n" + jis, "iso-2022-jp") == "déjà vu\r\n" + read);
    const Decoded bad = decode_text(jis + "\xff\xfe\xff\r\n", "iso-2022-jp");
    CHECK(bad.utf8.starts_with(read));
    CHECK(bad.undecodable > 0);
}

TEST_CASE("case charset-jis-line-broken-open: a line that was broken between two bytes of a character goes on") {
    const std::string hiragana = "あいうえおかきくけこさしすせそたちつてと";
    std::string pairs;
    for (char c = 0x22; c < 0x4a; c = static_cast<char>(c + 2)) pairs += "$"s + c;
    // At every place, also inside a character, and twice.
    for (std::size_t at = 1; at + 3 < pairs.size(); ++at) {
        CAPTURE(at);
        const std::string bytes = "\x1b$B" + pairs.substr(0, at) + "\r\n" + pairs.substr(at) + "\x1b(B\r\nend\r\n";
        const Decoded text = decode_text(bytes, "iso-2022-jp");
        const std::size_t whole = at / 2 * 3;
        CHECK(text.utf8.size() == decode_text("\x1b$B" + pairs + "\x1b(B", "").utf8.size() + 2 + 7);
        CHECK(text.utf8.substr(whole, 2) == "\r\n");
        CHECK(text.undecodable == 0);
        CHECK(text.utf8.ends_with("\r\nend\r\n"));
    }
    const std::string vowels(38, '$');
    CHECK(decoded("\x1b$B$\"\r\n" + vowels + "\x1b(B\r\nend\r\n", "iso-2022-jp").starts_with("あ\r\nいいいい"));
}

TEST_CASE("a text that was broken after every so many bytes is whole again") {
    const std::string text =
        "本日はお忙しい中、会議にご出席いただき誠にありがとうございました。議事録を送付しますのでご確認ください。";
    const std::string bytes = encoded(text, "ISO-2022-JP");
    for (std::size_t width = 20; width < bytes.size(); ++width) {
        CAPTURE(width);
        std::string lines;
        for (std::size_t at = 0; at < bytes.size(); at += width) lines += bytes.substr(at, width) + "\n";
        const Decoded read = decode_text(lines + "plain text here", "iso-2022-jp");
        std::string joined = read.utf8;
        std::erase(joined, '\n');
        // Where a break falls into the last escape, or leaves little to judge by, something may be lost, but not
        // silently.
        const bool is_whole = joined == text + "plain text here";
        CHECK((is_whole || read.undecodable > 0));
        if (width >= 30 && width < bytes.size() - 10) CHECK(is_whole);
    }
}

TEST_CASE("AC-120 a line behind an open one stays ASCII where it is that, and is doubted where it may be") {
    CHECK(decoded("\x1b$BF|\r\nplain\nF|", "iso-2022-jp") == "日\r\nplain\nF|");
    CHECK(decoded("\x1b$BF|\r\nhttp://www.example.jp/ more\n", "iso-2022-jp") == "日\r\nhttp://www.example.jp/ more\n");
    const Decoded kanji = decode_text("\x1b$BF|\r\n2q5D;qNA\r\nx\r\n", "iso-2022-jp");  // 会議資料, or not
    CHECK(kanji.utf8 == "日\r\n2q5D;qNA\r\nx\r\n");
    CHECK(kanji.undecodable == 1);
    CHECK(contains(kanji.notes, Reason::undecodable));
}

TEST_CASE("what follows a broken line is judged by its pairs, its kana and its escape") {
    struct Row {
        const char* rest;
        bool has_half;
        LineRest is;
    };
    for (const Row& row :
         {Row{"$\"$$$&\r\n", false, LineRest::pairs}, Row{"F|\x1b(B\r\n", false, LineRest::pairs},
          Row{"F|\x1b(J", false, LineRest::pairs}, Row{"F|\x1b$B", false, LineRest::doubtful},
          Row{"abc", false, LineRest::ascii}, Row{"\r\n", false, LineRest::ascii}, Row{"abcd", false, LineRest::ascii},
          Row{"$$ $& $(\n", false, LineRest::pairs}, Row{"\"$$$&\r\n", true, LineRest::pairs},
          Row{" $$", true, LineRest::ascii}, Row{")!)!)!\x1b(B", false, LineRest::ascii},
          Row{"F|", false, LineRest::doubtful}, Row{"$\"$$$&$\r\n", false, LineRest::pairs},
          Row{"$\"$$$&$\x1b(B", false, LineRest::ascii}}) {
        CAPTURE(row.rest, row.has_half);
        CHECK(judge_line_rest(row.rest, row.has_half) == row.is);
    }
}

TEST_CASE("case header-charset-label-dollar: labels of Outlook, of mobile phones and of PHP are known") {
    struct Row {
        const char* label;
        const char* name;
    };
    for (const Row& row : {Row{"_iso-2022-jp$ESC", "ISO-2022-JP"}, Row{"_iso-2022-jp$SIO", "ISO-2022-JP"},
                           Row{"_iso-2022-jpesc", "ISO-2022-JP"}, Row{"ISO-2022-JP-MOBILE#KDDI", "ISO-2022-JP"},
                           Row{"iso-2022-jp-mobilekddi", "ISO-2022-JP"}, Row{"SJIS-Mobile#DOCOMO", "windows-31j"},
                           Row{"UTF-8-Mobile#SOFTBANK", "UTF-8"}, Row{"ISO-2022-JP-3", "ISO-2022-JP"},
                           Row{"Shift_JIS-2004", "Shift_JIS-2004"}, Row{"SJIS-2004", "Shift_JIS-2004"},
                           Row{"EUC-JIS-2004", "EUC-JIS-2004"}, Row{"EUC-JISX0213", "EUC-JIS-2004"}}) {
        CAPTURE(row.label);
        REQUIRE(charset_by_label(row.label) != nullptr);
        CHECK(charset_by_label(row.label)->name == row.name);
    }
    std::vector<Reason> notes;
    CHECK(decode_unstructured("=?_iso-2022-jp$ESC?B?GyRCMnE1RC0hGyhC?=", notes) == "会議①");
    CHECK(decode_unstructured("=?ISO-2022-JP-MOBILE#KDDI?B?GyRCMnE1RC0hGyhC?=", notes) == "会議①");
    CHECK(notes.empty());
}
