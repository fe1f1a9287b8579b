// What stands for more than its letters: struck text, list marks, symbol fonts, forms, pictures. Items 8 and 9 of
// issue 9.
#include <catch2/catch.hpp>

#include "policy/findings.hpp"
#include "sanitizer/sandboxed/html/html_list.hpp"
#include "sanitizer/sandboxed/html/html_symbols.hpp"
#include "sanitizer/sandboxed/html/html_text.hpp"

using mugaika::BudgetLimits;
using mugaika::contains;
using mugaika::LinkStyle;
using mugaika::Reason;
using mugaika::sandboxed::html_to_text;
using mugaika::sandboxed::HtmlText;
using mugaika::sandboxed::item_mark;
using mugaika::sandboxed::ListMarker;
using namespace std::string_literals;

namespace {

HtmlText read(std::string_view html) { return html_to_text(html, LinkStyle::defang, BudgetLimits{}); }

struct Case {
    std::string_view html;
    std::string_view text;
};

void check_all(const std::vector<Case>& cases) {
    for (const Case& c : cases) {
        CAPTURE(c.html);
        CHECK(read(c.html).utf8 == c.text);
    }
}

}  // namespace

TEST_CASE("AC-134 struck text is marked, so that no rate doubles") {
    check_all({
        {"補助率は<s><span style='color:red'>2分の1</span></s><u>3分の2</u>以内", "補助率は［削除：2分の1］3分の2以内"},
        {"<del>10万円</del>20万円", "［削除：10万円］20万円"},
        {"<strike>a</strike>b", "［削除：a］b"},
        {"<span style='text-decoration:line-through'>a</span>b", "［削除：a］b"},
        {"<span style='text-decoration:underline line-through red'>a</span>b", "［削除：a］b"},
        {"<style>.d{text-decoration-line:line-through}</style><i class=d>a</i>b", "［削除：a］b"},
        {"a <s>b</s> c", "a ［削除：b］ c"},
        {"<s>2分</s><s>の1</s>", "［削除：2分の1］"},
        {"<s>a<p>b</p></s>c", "［削除：a\n\nb］\n\nc"},
        {"<s>a</s><br>b<s></s>c", "［削除：a］\nbc"},
        {"<table><tr><td><s>1</s>2<td><s>3</s></table>", "［削除：1］2 | ［削除：3］"},
        {"<s>a</s><img src=cid:x alt=b><hr>", "［削除：a］[画像: b]\n----------------------------------------"},
        {"<s style='text-decoration:none'>a</s>b", "ab"},
        {"<ul><li><s>a</s><li>b</ul>", "・［削除：a］\n・b"},
    });
    CHECK(read("<s>2分の1</s>3分の2").words == "2分の13分の2");
}

TEST_CASE("AC-134 lists are marked as the page says") {
    check_all({
        {"<ol type=a><li>甲<li>乙</ol>", "a. 甲\nb. 乙"},
        {"<ol type=A start=27><li>甲</ol>", "AA. 甲"},
        {"<ol type=i><li>甲<li>乙<li>丙<li>丁</ol>", "i. 甲\nii. 乙\niii. 丙\niv. 丁"},
        {"<ol type=I start=9><li>甲</ol>", "IX. 甲"},
        {"<ol><li type=a>甲<li>乙</ol>", "a. 甲\n2. 乙"},
        {"<ol style='list-style:lower-alpha inside'><li>甲</ol>", "a. 甲"},
        {"<ol style='list-style-type:upper-roman'><li>甲</ol>", "I. 甲"},
        {"<ol style='list-style-type:cjk-ideographic' start=12><li>甲</ol>", "十二、甲"},
        {"<ol style='list-style-type:katakana'><li>甲<li>乙</ol>", "ア、甲\nイ、乙"},
        {"<ol style='list-style-type:katakana-iroha' start=2><li>甲</ol>", "ロ、甲"},
        {"<ol style='list-style-type:hiragana'><li>甲</ol>", "あ、甲"},
        {"<ol style='list-style-type:nosuch'><li>甲</ol>", "1. 甲"},
        {"<ul style='list-style:none'><li>甲<li>乙</ul>", "甲\n乙"},
        {"<ol style='list-style-type:none'><li>甲</ol>", "甲"},
        {"<style>.m li{color:red}.m{list-style:none}</style><ul class=m><li>甲</ul>", "甲"},
        {"<ul><li style='list-style:none'>甲<li>乙</ul>", "甲\n・乙"},
        {"<ul style='list-style:none'><li>甲<ul><li>乙</ul></ul>", "甲\n・乙"},
        {"<ul style='list-style:square url(x.png)'><li>甲</ul>", "・甲"},
        {"<ol start=0 type=a><li>甲</ol>", "0. 甲"},
        {"<li>甲", "・甲"},
    });
    CHECK(item_mark(ListMarker::upper_roman, 3999) == "MMMCMXCIX. ");
    CHECK(item_mark(ListMarker::upper_roman, 4000) == "4000. ");
    CHECK(item_mark(ListMarker::kanji, 99) == "九十九、");
    CHECK(item_mark(ListMarker::kanji, 100) == "100. ");
    CHECK(item_mark(ListMarker::katakana, 49) == "49. ");
    CHECK(item_mark(ListMarker::lower_alpha, 2147483647).size() < 12);
    CHECK(item_mark(ListMarker::lower_roman, -2147483647) == "-2147483647. ");
}

TEST_CASE("AC-134 Word's bullets in symbol fonts become bullets") {
    const auto item = [](std::string_view font, std::string_view sign) {
        return "<p class=MsoListParagraph><span style='font-family:" + std::string(font) +
               "'><span style='mso-list:Ignore'>" + std::string(sign) +
               "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span>甲</p>";
    };
    CHECK(read(item("Symbol", "·")).utf8 == "・ 甲");
    CHECK(read(item("Symbol", "&#61623;")).utf8 == "・ 甲");
    CHECK(read(item("Wingdings", "§")).utf8 == "▪ 甲");
    CHECK(read(item("Wingdings", "&#61607;")).utf8 == "▪ 甲");
    CHECK(read(item("Wingdings", "Ø")).utf8 == "➢ 甲");
    CHECK(read(item("Wingdings", "l")).utf8 == "● 甲");
    CHECK(read(item("Wingdings", "n")).utf8 == "■ 甲");
    CHECK(read(item("Wingdings", "ü")).utf8 == "✓ 甲");
    CHECK(read(item("\"Courier New\"", "o")).utf8 == "○ 甲");
    CHECK(read(item("游明朝", "1.")).utf8 == "1. 甲");
    check_all({
        {"<font face=Wingdings>à</font>次へ <span style='font-family:Wingdings'>J</span>", "→次へ ☺"},
        {"<span style='font-family:Arial,Wingdings'>Jan</span>", "Jan"},
        {"<span style='font:10pt Wingdings'>l<b style='font-family:Arial'>l</b></span>", "●l"},
        {"<span style='font-family:Symbol'>a</span>", "a"},
        {"<span style='mso-list:Ignore'>o</span>k", "○k"},
        {"<span>o</span>k", "ok"},
    });
}

TEST_CASE("AC-139 only a form that asks for a password or an address of mail warns") {
    for (const auto* asks :
         {"<input type=password>", "<input type=email>", "<form><input name=UserPassword></form>",
          "<input name=login_id id=login>", "<input placeholder='メールアドレスを入力'>", "パスワード：<input name=f1>",
          "<p>暗証番号</p><input type=tel name=q>", "<label>E-mail</label> <input type=text name=a>",
          "<textarea name=passwords></textarea>", "<input autocomplete=cc-number>"}) {
        CAPTURE(asks);
        CHECK(contains(read(asks).notes, Reason::form_dropped));
    }
    for (const auto* harmless :
         {"<form action=/s><input type=search name=q placeholder='サイト内を検索'><button>検索</button></form>",
          "<input type=checkbox name=a>はい", "<input type=radio name=mail checked>メールで",
          "<form><select><option>一<option>二</select></form>", "<input type=submit value=送信>",
          "<textarea name=comment>ご意見</textarea>", "<input type=text name=count>", "<button>次へ</button>",
          "<input type=hidden name=mail value=x>"}) {
        CAPTURE(harmless);
        CHECK(read(harmless).notes.empty());
    }
    CHECK(read("<form><input type=checkbox checked>出席 <input type=checkbox>欠席</form>").utf8 == "[x] 出席 [ ] 欠席");
}

TEST_CASE("AC-134 a picture of one pixel is nothing") {
    for (const auto* dot :
         {"<img src=cid:dot@x width=1 height=1>", "<img src=cid:dot@x width=1px height=1px alt=x>",
          "<img src=cid:dot@x style='width:1px;height:1px'>", "<img src=cid:line@x width=600 height=1>",
          "<a href='https://x.example/'><img src=cid:dot@x width=1 height=1 border=0></a>", "<img src=cid:x width=0>",
          "<img src='data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'>",
          "<img "
          "src='data:image/"
          "png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAA'>"}) {
        CAPTURE(dot);
        const HtmlText text = read("a"s + dot + "b");
        CHECK(text.utf8 == "ab");
        CHECK(text.notes.empty());
    }
    CHECK(read("<img src=cid:logo@x width=100% height=40>").utf8 == "[画像: logo]");
    CHECK(read("<img src=cid:logo@x width=12>").utf8 == "[画像: logo]");
    CHECK(contains(read("<img src='data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAg'>").notes,
                   Reason::not_rebuilt));
}
