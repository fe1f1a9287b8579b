// Tables as officials send them. Item 8 of issue 9.
#include <catch2/catch.hpp>

#include "sanitizer/sandboxed/html/html_text.hpp"

using mugaika::BudgetLimits;
using mugaika::LinkStyle;
using mugaika::sandboxed::html_to_text;
using namespace std::string_literals;

namespace {

std::string text(std::string_view html) { return html_to_text(html, LinkStyle::defang, BudgetLimits{}).utf8; }

std::string repeated(std::string_view what, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += what;
    return out;
}

// So wide that no table with it is aligned.
const std::string wide = repeated("長い説明", 14);

}  // namespace

TEST_CASE("AC-134 a table too wide to align gives each row as labels and values") {
    const std::string body = "<tr><td>12月1日<td>防災訓練<td>" + wide + "<tr><td>12月8日<td><td>" + wide + "</table>後";
    const std::string rows =
        "月日：12月1日 ／ 行事名：防災訓練 ／ 内容：" + wide + "\n月日：12月8日 ／ 内容：" + wide + "\n\n後";
    CHECK(text("<table><tr><th>月日<th>行事名<th>内容" + body) == rows);
    CHECK(text("<table><thead><tr><td>月日<td>行事名<td>内容</thead>" + body) == rows);
    // As Word writes it, with nothing that says which row is the head.
    CHECK(text("<table border=1><tr><td><p>月日</p><td><p>行事名</p><td><p>内容</p>" + body) == rows);
    CHECK(text("<table><tr><td colspan=3>行事予定<tr><th>月日<th>行事名<th>内容" + body) == "行事予定\n" + rows);
    // Heads over two rows and two columns.
    CHECK(text("<table><tr><th rowspan=2>課<th colspan=2>件数<tr><th>4月<th>5月<tr><td>" + wide +
               "<td>3<td>4</table>") == "課：" + wide + " ／ 件数 4月：3 ／ 件数 5月：4");
    // A cell over several rows is said in each of them.
    CHECK(text("<table><tr><th>月<th>担当<th>備考<tr><td rowspan=2>12月<td>山田<td>" + wide + "<tr><td>鈴木<td>" +
               wide + "</table>") ==
          "月：12月 ／ 担当：山田 ／ 備考：" + wide + "\n月：12月 ／ 担当：鈴木 ／ 備考：" + wide);
    CHECK(text("<table><tr><th>項目<th>内容<tr><td>日時<td>" + wide + "<br>雨天中止<tr><td>場所<td>本庁</table>") ==
          "項目：日時 ／ 内容：" + wide + " 雨天中止\n項目：場所 ／ 内容：本庁");
}

TEST_CASE("AC-134 two columns too wide to align are a label and what it names") {
    CHECK(text("<table><tr><td>日時<td>12月1日<br>午前10時から<tr><td>議題<td>" + wide + "</table>次") ==
          "日時：12月1日\n      午前10時から\n議題：" + wide + "\n\n次");
}

TEST_CASE("AC-134 a label that ends with a colon gets no second one") {
    const std::string rows = "日時：12月1日\n議題：" + wide;
    for (const std::string colon : {"：", ":", " :", "：&nbsp;"}) {
        CAPTURE(colon);
        CHECK(text("<table><tr><td>日時" + colon + "<td>12月1日<tr><td>議題" + colon + "<td>" + wide + "</table>") ==
              rows);
    }
}

TEST_CASE("AC-134 a wide table without heads keeps one TAB for each column") {
    CHECK(text("<table><tr><td>" + wide + "<td><td>a<tr><td>b<td>c<td>d<tr><td><td>e</table>") ==
          wide + "\t\ta\nb\tc\td\n\te");
    CHECK(text("<table><tr><td colspan=2>" + wide + "<td>a<tr><td>b<td>c<td>d</table>") == wide + "\t\ta\nb\tc\td");
    CHECK(text("<table><tr><td rowspan=2>" + wide + "<td>a<td>b<tr><td>c<td>d</table>") == wide + "\ta\tb\n\tc\td");
    // A column that is empty everywhere is a spacer.
    CHECK(text("<table><tr><td>" + wide + "<td>&nbsp;<td>a<tr><td>b<td><td>c</table>") == wide + "\ta\nb\tc");
}

TEST_CASE("AC-134 empty cells, colspan and rowspan keep their place between bars") {
    CHECK(text("<table><tr><th>4月<th>5月<th>6月<tr><td>12<td><td>5<tr><td><td>3<td></table>") ==
          "4月 | 5月 | 6月\n12  |     | 5\n    | 3   |");
    CHECK(text("<table><tr><td>品名<td>数<td>計<tr><td colspan=2>合計<td>9<tr><td rowspan=2>a<td>1<td>2<tr><td><td>3"
               "</table>") == "品名 | 数 | 計\n合計      | 9\na    | 1  | 2\n     |    | 3");
    CHECK(text("<table><tr><td>a<td>b<tr><td colspan=99>題</table>") == "a | b\n題");
}

TEST_CASE("AC-134 cells of several lines are laid out in their column") {
    CHECK(
        text("<style>p.MsoNormal{margin:0mm}</style><table class=MsoTableGrid><tr><td><p class=MsoNormal>日時</p><td>"
             "<p class=MsoNormal>令和8年12月1日（火）</p><p class=MsoNormal>午前10時から</p><tr><td><p class=MsoNormal>"
             "場所</p><td><p class=MsoNormal>本庁舎3階</p><p class=MsoNormal>第一会議室</p></table><p class=MsoNormal>"
             "出欠は") ==
        "日時 | 令和8年12月1日（火）\n     | 午前10時から\n場所 | 本庁舎3階\n     | 第一会議室\n\n出欠は");
    CHECK(text("<table border=1><tr><th>月<th>担当<th>備考</tr><tr><td "
               "rowspan=2>12月<td>山田<br>佐藤<td>A<tr><td>鈴木<td>B"
               "</table>") == "月   | 担当 | 備考\n12月 | 山田 | A\n     | 佐藤 |\n     | 鈴木 | B");
    CHECK(text("<table><tr><td><p>a</p><p>b</p><td>c<tr><td>d<td><ul><li>e<li>f</ul></table>") ==
          "a | c\nb |\nd | ・e\n  | ・f");
}

TEST_CASE("AC-134 what lays out a page is no table of data") {
    const std::string two_columns = "<tr><td><p>左</p><p>続き</p><td>右<tr><td><p>左2</p><p>続き2</p><td>右2</table>";
    CHECK(text("<table role=presentation>" + two_columns) == "左\n\n続き\n右\n左2\n\n続き2\n右2");
    CHECK(text("<table>" + two_columns) == "左    | 右\n続き  |\n左2   | 右2\n続き2 |");
    CHECK(
        text("<table><tr><td>" + repeated("<p>長い本文です。</p>", 20) + "<td>横<tr><td>a<td>b</table>").find(" | ") ==
        std::string::npos);
    CHECK(text("<table><tr><td>" + repeated("<p>本文</p>", 3) + "</table>後") == "本文\n\n本文\n\n本文\n後");
}

TEST_CASE("AC-134 what follows a table stands apart from it") {
    for (const auto* after : {"後", "<p>後", "<div>後</div>", "<br>後", "<p>&nbsp;</p><p>後"}) {
        CAPTURE(after);
        CHECK(text("前<table><tr><td>a<td>b<tr><td>c<td>d</table>"s + after).find("前\na | b\nc | d\n\n後") == 0);
    }
    CHECK(text("<table><tr><td>a</table>後") == "a\n後");
    // Also where the page itself is laid out by tables.
    const std::string data = "<table border=1><tr><td>a<td>b<tr><td>c<td>d</table>";
    CHECK(text("<table width=600><tr><td>" + data + "<tr><td>後</table>") == "a | b\nc | d\n\n後");
    CHECK(text("<table role=presentation><tr><td><table><tr><td>" + data + "</table></table>後") ==
          "a | b\nc | d\n\n後");
}
