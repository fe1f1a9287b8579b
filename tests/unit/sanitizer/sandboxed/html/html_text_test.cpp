#include "sanitizer/sandboxed/html/html_text.hpp"

#include <catch2/catch.hpp>

#include "policy/findings.hpp"
#include "sanitizer/sandboxed/html/html_meta_charset.hpp"
#include "sanitizer/sandboxed/text/charset.hpp"
#include "sanitizer/sandboxed/text/clean_text.hpp"

using mugaika::BudgetLimits;
using mugaika::contains;
using mugaika::LinkStyle;
using mugaika::Reason;
using mugaika::sandboxed::html_meta_charset;
using mugaika::sandboxed::html_to_text;
using mugaika::sandboxed::HtmlText;
using namespace std::string_literals;

namespace {

std::string text(std::string_view html, LinkStyle style = LinkStyle::defang) {
    return html_to_text(html, style, BudgetLimits{}).utf8;
}

std::vector<Reason> notes(std::string_view html) { return html_to_text(html, LinkStyle::defang, BudgetLimits{}).notes; }

bool notes_hidden(std::string_view html) { return contains(notes(html), Reason::hidden_text_dropped); }

std::string repeated(std::string_view what, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += what;
    return out;
}

struct Case {
    std::string_view html;
    std::string_view text;
};

void check_all(const std::vector<Case>& cases) {
    for (const Case& c : cases) {
        CAPTURE(c.html);
        CHECK(text(c.html) == c.text);
    }
}

}  // namespace

TEST_CASE("AC-134 blanks collapse, blocks begin lines, paragraphs stand apart") {
    check_all({
        {"a  b\n c", "a b c"},
        {"<div>a</div><div>b</div>", "a\nb"},
        {"<p>a</p><p>b</p>", "a\n\nb"},
        {"<p>a<p>b", "a\n\nb"},
        {"a<br>b<br><br>c", "a\nb\n\nc"},
        {"a<br></div><div>b", "a\nb"},
        {"<div>a<br></div><div>b</div>", "a\nb"},
        {"<b>bo</b>ld", "bold"},
        {"a</p>b", "a\n\nb"},
        {"a&nbsp;&nbsp;b &amp;lt; c", "a  b &lt; c"},
        {"日本語の\n文章です。 次\n\tの", "日本語の文章です。 次の"},
        {"Hello\nworld 日本\nabc", "Hello world 日本 abc"},
        {"<h1>題</h1>本文<h4>小見出し</h4>", "■ 題\n\n本文\n\n● 小見出し"},
        {"<h1></h1>本文", "本文"},
        {"a<hr>b", "a\n----------------------------------------\nb"},
        {"<pre>\n a\n  b</pre>c", " a\n  b\n\nc"},
        {"<span style='display:block'>a</span>b", "a\nb"},
        {"<p style='margin:0'>a</p><p style='margin:0'>b</p>", "a\nb"},
        {"<style>p.MsoNormal{margin:0mm}</style><p class=MsoNormal>a</p><p class=MsoNormal>b</p>", "a\nb"},
        {"<html><body>a</body></html><html><body>b", "ab"},
        {"<title>t</title><script>x</script>a", "a"},
        {"<q>引用</q>", "「引用」"},
        {"10<sup>5</sup> m<sup></sup>", "10^5 m"},
        {"", ""},
    });
}

TEST_CASE("AC-134 lists keep their numbers and their nesting") {
    check_all({
        {"<ul><li>a<li>b</ul>", "・a\n・b"},
        {"<ol><li>a<li>b</ol>", "1. a\n2. b"},
        {"<ol start=9><li>a<li>b<li value=20>c<li>d</ol>", "9. a\n10. b\n20. c\n21. d"},
        {"<ol reversed start=3><li>a<li>b</ol>", "3. a\n2. b"},
        {"<ul><li>a<ol><li>x<li>y</ol><li>b</ul>", "・a\n  1. x\n  2. y\n・b"},
        {"<ul><li>a<br>b</ul>c", "・a\n  b\nc"},
        {"<ul><li></ul>x", "x"},
        {"<dl><dt>項<dd>説明<dt>次<dd>も</dl>", "項\n    説明\n次\n    も"},
        {"<ol start=99999999999><li>a</ol>", "1. a"},
    });
}

TEST_CASE("AC-134 quotations, ruby and pictures are shown as text") {
    check_all({
        {"<blockquote>a<p>b</blockquote>c", "> a\n>\n> b\n\nc"},
        {"<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n> > b"},
        {"<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>", "漢字(かんじ)"},
        {"<ruby>漢<rt>かん<rb>字<rt>じ</ruby>", "漢(かん)字(じ)"},
        {"<ruby>漢<rt></rt></ruby>字", "漢字"},
        {"<img src='cid:logo.png@1' alt=''>", "[画像: logo.png]"},
        {"<img src='cid:1' alt=市章>", "[画像: 市章]"},
        {"<img src='http://t.example/1.gif'>a", "a"},
        {"<a href='https://example.jp/'><img src=x></a>", "[画像] [hxxps[:]//example[.]jp/]"},
    });
}

TEST_CASE("AC-134 a table of data becomes columns that line up, with double width for Japanese") {
    CHECK(
        text("<table><tr><th>品名<th>数量<th>備考<tr><td>りんご<td>10<td><tr><td>みかん（大）<td>5<td>急ぎ</table>") ==
        "品名         | 数量 | 備考\n"
        "りんご       | 10   |\n"
        "みかん（大） | 5    | 急ぎ");
    CHECK(text("<table><tr><td colspan=2>合計<td>3<tr><td>a<td>b<td>c</table>") == "合計  | 3\na | b | c");
    CHECK(text("<table><tr><td rowspan=2>a<td>b<tr><td>c</table>") == "a | b\n  | c");
    CHECK(text("<table><caption>表1</caption><tr><td>a<td>b</table>") == "表1\na | b");
    CHECK(text("x<table><tr><td>a<td><td>b</table>y") == "x\na | b\n\ny");
}

TEST_CASE("AC-134 a table for layout becomes lines") {
    CHECK(text("<table><tr><td><p>left</p><p>more</p></td><td>right</td></tr></table>") == "left\n\nmore\nright");
    CHECK(text("<table><tr><td><table><tr><td>a<td>b<tr><td>c<td>d</table></td><td>z</table>") == "a | b\nc | d\n\nz");
    CHECK(text("<table><tr><td>" + repeated("長", 60) + "<td>b</table>") == repeated("長", 60) + "\tb");
    CHECK(text("<table><tr><td>only</table>") == "only");
    CHECK(text("<table><tr><td>a<td>b<tr>" + repeated("<td>x", 30) + "</table>").find("a\tb\nx\tx") == 0);
}

TEST_CASE("AC-137 the true target stands behind the text of a link") {
    const std::string html = "<a href='https://example.jp/x?a=1&amp;b=2'>見積書</a>です";
    CHECK(text(html) == "見積書 [hxxps[:]//example[.]jp/x?a=1&b=2]です");
    CHECK(text(html, LinkStyle::plain) == "見積書 [https://example.jp/x?a=1&b=2]です");
    CHECK(text(html, LinkStyle::drop) == "見積書です");
    CHECK(notes(html).empty());
    CHECK(text("<a href='https://example.jp/'>https://example.jp/</a>") == "https://example.jp/");
    CHECK(text("<a href='mailto:info@example.jp?subject=x'>担当</a>") == "担当 [info@example.jp]");
    CHECK(text("<a href='mailto:info@example.jp'>info@example.jp</a>") == "info@example.jp");
    CHECK(text("<a href='#top'>上へ</a>") == "上へ");
    CHECK(text("<a href='https://example.jp/'></a>x") == "x");
    CHECK(text("<a href='https://a.example/'><div>箱</div></a>次") == "箱 [hxxps[:]//a[.]example/]\n次");
    CHECK(text("<a href=https://a.example/>一<a href=https://b.example/>二") ==
          "一 [hxxps[:]//a[.]example/]二 [hxxps[:]//b[.]example/]");
    CHECK(text("<map><area href=https://a.example/ alt=地図></map>") == "[画像: 地図] [hxxps[:]//a[.]example/]");
}

TEST_CASE("AC-137 a link that says another address than its own is noted") {
    CHECK(contains(notes("<a href='https://evil.example/'>https://www.bank.example.jp/</a>"), Reason::false_link));
    CHECK(contains(notes("<a href='https://evil.example/'><b>www.</b>bank.jp</a>"), Reason::false_link));
    CHECK_FALSE(contains(notes("<a href='https://www.bank.example.jp/login'>bank.example.jp</a>"), Reason::false_link));
    CHECK_FALSE(contains(notes("<a href='https://files.example.jp/1'>見積書.pdf</a>"), Reason::false_link));
}

TEST_CASE("AC-137 no scheme that could do something is alive in the text, in any style") {
    for (const auto* href :
         {"javascript:alert(1)", " java\nscript:alert(1)", "JAVASCRIPT:alert(1)", "&#106;avascript:alert(1)",
          "vbscript:x", "data:text/html,<b>x", "file:///C:/x.exe", "search-ms:query=x&amp;crumb=location:\\\\x\\y",
          "ms-msdt:/id x", "\\\\server\\share\\x.exe", "ms-word:ofe|u|https://evil.example/x", "\xc2\xa0javascript:x",
          "javascript\xe2\x80\x8b:x"}) {
        CAPTURE(href);
        for (const LinkStyle style : {LinkStyle::defang, LinkStyle::plain}) {
            std::vector<Reason> clean_notes;
            const std::string shown =
                mugaika::sandboxed::clean_text(text("<a href=\""s + href + "\">押す</a>", style), clean_notes).str();
            CAPTURE(shown);
            CHECK(shown.find("押す [") == 0);
            for (const auto* live : {"javascript:", "vbscript:", "data:", "file:", "search-ms:", "ms-msdt:", "ms-word:",
                                     "\\\\", "https://"}) {
                CHECK(shown.find(live) == std::string::npos);
            }
        }
    }
}

TEST_CASE("AC-135 hidden text that is the only one of its kind is marked, whatever hides it") {
    for (const auto* hiding : {"<div style='display:none'>X</div>",
                               "<div style='display : none !important; color: red'>X</div>",
                               "<div style='DISPLAY:NONE'>X</div>",
                               "<div style='disp\\6c ay:none'>X</div>",
                               "<div style='display:/**/none'>X</div>",
                               "<span style='visibility:hidden'>X</span>",
                               "<span style='opacity:0'>X</span>",
                               "<span style='font-size:0'>X</span>",
                               "<span style='font-size:1px'>X</span>",
                               "<span style='font:0/0 a'>X</span>",
                               "<div hidden>X</div>",
                               "<div style='position:absolute;left:-9999px'>X</div>",
                               "<div style='text-indent:-9999px'>X</div>",
                               "<div style='max-height:0;overflow:hidden'>X</div>",
                               "<div style='width:0px;overflow:hidden'>X</div>",
                               "<font color=white>X</font>",
                               "<font color=#FFFFFE>X</font>",
                               "<p style='color:#fff'>X</p>",
                               "<p style='color:rgb(255,255,255)'>X</p>",
                               "<p style='color:transparent'>X</p>",
                               "<p style='color:rgba(0,0,0,0)'>X</p>",
                               "<table><tr><td bgcolor=#003366><font color='#003366'>X</font></table>",
                               "<body bgcolor=black><p>X",
                               "<body bgcolor=black text=white><div style='color:#000'>X",
                               "<div style='background:#eee;color:#eee'>X</div>",
                               "<style>.x{display:none}</style><div class='a x'>X</div>",
                               "<style>#x{font-size:0}</style><div id=x>X</div>",
                               "<style>u{visibility:hidden}</style><u>X</u>",
                               "<style><!-- p.x, b { display : none } --></style><b>X</b>",
                               "<b class=x>X</b><style>b.x{display:none}</style>",
                               "<style>.x{display:none!important}</style><b class=x style='display:block'>X</b>",
                               "<svg><text>X</text></svg>",
                               "<iframe>X</iframe>",
                               "<object>X</object>",
                               "<template>X</template>",
                               "<div style=display:none><div>X</div></div>",
                               "<dialog>X</dialog>",
                               "<x-y style=display:none>X</x-y>",
                               "<p><font color=white>X<p>X",
                               "<div><font color=white>X</div>X",
                               "<li><b style=font-size:0>X<li>X"}) {
        CAPTURE(hiding);
        const HtmlText shown = html_to_text("before "s + hiding, LinkStyle::defang, BudgetLimits{});
        CHECK(shown.utf8.find("［隠された文字：X") != std::string::npos);
        CHECK(shown.utf8.find("X］") != std::string::npos);
        CHECK(shown.words == "before");
        CHECK(shown.notes == std::vector{Reason::hidden_text_shown});
    }
}

TEST_CASE("AC-135 a rule hides text wherever its style element stands") {
    for (const auto* page :
         {"<p class=x>X</p>a<style>.x{display:none}</style>", "<p class=x>X</p>a<STYLE>.x{display:none}",
          "<p class=x>X</p>a\r\n<b>\r\n</b><style\r\ntitle='</style>'>\r\n.x{display:none}</style>",
          "<style>p{}</style><p class=x>X</p>a<!-- <style> --><style>.x{display:none}</style>",
          "<style>.x{display:none}</style><p class=x>X</p>a<script>'<style>'</script>"}) {
        INFO(page);
        CHECK(text(page) == "a");
    }
    CHECK(text("<p class=x>X</p>a<script>'<style>.x{display:none}</style>'</script>") == "X\n\na");
}

TEST_CASE("AC-135 text that is seen is not taken for hidden") {
    for (const auto* showing : {"<div style='mso-hide:all'>X</div>",
                                "<noscript>X</noscript>",
                                "<td style='font-size:0'><span style='font-size:14px'>X</span>",
                                "<p style='visibility:hidden'><b style='visibility:visible'>X</b>",
                                "<table><tr><td bgcolor=#003366><font color=white>X</font></table>",
                                "<div style='background:#036;color:#fff'>X</div>",
                                "<div style='background:url(cid:1);color:#fff'>X</div>",
                                "<body background='cid:1'><font color=white>X</font>",
                                "<div style='display:none'></div>X",
                                "<div style='display:none'>&nbsp;&zwnj;&#847;</div>X",
                                "<style>@media(max-width:600px){.x{display:none}}</style><p class=x>X",
                                "<style>.a .x{display:none}</style><p class=x>X",
                                "<style>.h td{background:#036}</style><font color=white>X</font>",
                                "<p style='opacity:1'>X",
                                "<p style='color:#666'>X",
                                "<p style='left:-9999px'>X",
                                "<p style='overflow:hidden'>X",
                                "<div hidden><p></div>X",
                                "<p style='font:normal 400 12px x'>X",
                                "<style>.x{display:none}</style><b class=x style='display:inline!important'>X</b>",
                                "<div style='display:none'></div></div>X",
                                "<p style='display:none'><font color=red></p>X",
                                "<p><font color=white></font><p>X",
                                "<table><tr><td><font color=white></table>X",
                                "<body bgcolor=black link=white><a href=#>X</a>",
                                "<script>s</script>X",
                                "<style>a{}</style>X",
                                "<title>T</title>X"}) {
        CAPTURE(showing);
        const HtmlText shown = html_to_text(showing, LinkStyle::defang, BudgetLimits{});
        CHECK(shown.utf8 == "X");
        for (const Reason reason :
             {Reason::hidden_text_dropped, Reason::hidden_text_shown, Reason::hidden_text_repeated})
            CHECK_FALSE(contains(shown.notes, reason));
    }
}

TEST_CASE("AC-136 no markup is left of tricky HTML") {
    check_all({
        {"a<!-- <b> -- > --><!-- x --!>b", "ab"},
        {"<!--[if mso]><p>mso</p><![endif]-->a<![if !mso]>b<![endif]>", "ab"},
        {"<![CDATA[x]]>a", "a"},
        {"<b><i>a</b>b</i>", "ab"},
        {"<div<p>a", "a"},
        {"a<b", "a"},
        {"a<3 and <<b>x", "a<3 and <x"},
        {"<p title='a>b'>c", "c"},
        {"&lt;script&gt;alert&lt;/script&gt;", "<script>alert</script>"},
        {"&#150;&#x2014;&copy&notit;&#0;", "–—©¬it;\xef\xbf\xbd"},
        {"<svg><style><p>a", "a"},
        {"<textarea><b>x</b></textarea>", "<b>x</b>"},
        {"<xmp><b>x</b></xmp>", "<b>x</b>"},
        {"<plaintext><b>x", "<b>x"},
        {"<select><option>a<option>b</select>", "a\nb"},
    });
    CHECK(text("<scr\0ipt>a</scr\0ipt>"s) == "a");
    CHECK(text("<b\0>a"s) == "a");
}

TEST_CASE("AC-228 text swallowed by an unclosed tag or comment is missed") {
    CHECK(text("a<img src=\"http://evil.example/?<p>secret</p>") == "a");
    CHECK(notes_hidden("a<img src=\"http://evil.example/?<p>secret</p>"));
    CHECK(notes_hidden("a<!-- <p>swallowed</p>"));
    CHECK(notes_hidden("a<title>swallowed"));
    CHECK(notes_hidden("a<script>swallowed"));
    CHECK_FALSE(notes_hidden("<p>a</p></htm"));
    CHECK_FALSE(notes_hidden("<script>a</script><p>b"));
}

TEST_CASE("AC-138 what would be fetched is dropped and noted") {
    for (const auto* remote :
         {"<img src=http://x/1.gif>", "<img src=//x/1.gif>", "<body background='https://x/1'>",
          "<img srcset='https://x/1 2x'>", "<div style='background:url(http://x)'>",
          "<div style=\"background:u\\72l('https://x')\">", "<style>@import 'x';</style>",
          "<style>p{background:url(http://x)}</style>", "<link rel=stylesheet href=http://x>",
          "<video poster=http://x></video>", "<iframe src=http://x></iframe>", "<script src=http://x></script>",
          "<object data=http://x></object>", "<input type=image src=http://x>",
          "<meta http-equiv=refresh content='0;url=http://x'>", "<embed src=\\\\x\\y>"}) {
        CAPTURE(remote);
        CHECK(contains(notes(remote), Reason::remote_content_dropped));
        CHECK(text(remote).find("http") == std::string::npos);
    }
    CHECK(notes("<img src='cid:1'>").empty());
    CHECK(notes("<a href='https://example.jp/'>x</a>").empty());
    CHECK(contains(notes("<img src='data:image/png;base64,AA'>"), Reason::not_rebuilt));
}

TEST_CASE("AC-139 forms are dropped, what is written in them stays, base changes nothing") {
    const HtmlText form = html_to_text(
        "<form action=http://x>名前<input value=山田><input type=hidden value=secret><input type=password value=pw>"
        "<input type=checkbox checked>同意<button>送信</button></form>",
        LinkStyle::defang, BudgetLimits{});
    CHECK(form.utf8 == "名前[山田][x] 同意送信");
    CHECK(contains(form.notes, Reason::form_dropped));
    CHECK(text("<base href=https://evil.example/><a href='login.html'>入る</a>") == "入る [login.html]");
}

TEST_CASE("words are what is shown, without targets and signs") {
    const HtmlText shown = html_to_text("<h1>題</h1><ul><li>a</ul><a href=https://x.example/>b</a><img alt=c src=d>",
                                        LinkStyle::defang, BudgetLimits{});
    CHECK(shown.words == "題 a b");
}

TEST_CASE("links past the limit keep their text") {
    BudgetLimits limits;
    limits.links_max = 3;
    const HtmlText shown = html_to_text(repeated("<a href=https://x.example/>y</a>", 10), LinkStyle::defang, limits);
    CHECK(contains(shown.notes, Reason::links_cut));
    CHECK(shown.utf8 == repeated("y [hxxps[:]//x[.]example/]", 3) + "yyyyyyy");
}

TEST_CASE("text past the limit is cut and that is said") {
    BudgetLimits limits;
    limits.text_bytes_max = 1000;
    const HtmlText cut =
        html_to_text(repeated("<blockquote>", 20) + repeated("<p>word</p>", 10000), LinkStyle::defang, limits);
    CHECK(cut.utf8.size() <= 1000);
    CHECK(contains(cut.notes, Reason::text_too_long));
    limits = BudgetLimits{};
    limits.html_bytes_max = 10;
    CHECK(contains(html_to_text(repeated("x", 20), LinkStyle::defang, limits).notes, Reason::text_too_long));
}

TEST_CASE("deeper than the stack the text is still given, and hidden text still hidden") {
    const std::string deep =
        repeated("<div>", 2000) + "deep<div style='display:none'>X</div>" + repeated("</div>", 2000) + "after";
    const HtmlText shown = html_to_text(deep, LinkStyle::defang, BudgetLimits{});
    CHECK(shown.utf8.find("deep") == 0);
    CHECK(shown.utf8.find("after") != std::string::npos);
    CHECK(shown.utf8.find("［隠された文字：X］") != std::string::npos);
    CHECK(text(repeated("<b>", 100000) + "a<table><tr><td>b<td>c</table><a href=https://x.example/>d</a>") ==
          "a\nb | c\n\nd [hxxps[:]//x[.]example/]");
}

// The work is bounded by what is written and by the tokens; a test that ends says that neither grows by multiplication.
TEST_CASE("hostile sizes end, with output in proportion") {
    const std::vector<std::pair<const char*, std::string>> inputs{
        {"nested div", repeated("<div>", 200000) + "x"},
        {"nested and closed div", repeated("<div>", 100000) + "x" + repeated("</div>", 100000)},
        {"unclosed b", repeated("<b>", 100000) + "x"},
        {"mis-nested font", repeated("<font><p></font>", 20000)},
        {"end tags without start", repeated("</i></td></b></x>", 100000)},
        {"end tags that reach nothing", "<i><table><td>" + repeated("<span>", 400) + repeated("</i>", 200000)},
        {"attributes", "<a" + repeated(" x=1", 250000) + ">"},
        {"cells", "<table>" + repeated("<td>x", 100000)},
        {"rows", "<table>" + repeated("<tr><td>x<td>y", 100000)},
        {"colspan", repeated("<table><td colspan=99999999 rowspan=99999999>x<td>y<tr><td>z</table>", 2000)},
        {"nested tables", repeated("<table><tr><td>x", 10000)},
        {"nested lists", repeated("<ul><li>x", 10000)},
        {"nested quotes", repeated("<blockquote>x", 10000)},
        {"anchors", repeated("<a href=http://www.x.example/>www.", 20000)},
        {"styles",
         "<style>" + repeated("a,b,.c,#d{display:none}", 20000) + "</style>" + repeated("<p class='a b c d'>", 20000)},
        {"style attributes", repeated("<p style='" + repeated("color:red;(", 50) + "'>x", 2000)},
        {"comments", repeated("<!--", 100000)},
        {"references", repeated("&CounterClockwiseContourIntegra", 50000)},
        {"rubies", repeated("<ruby><rt>x", 50000)},
        {"svg", repeated("<svg><p>", 50000)},
    };
    for (const auto& [name, html] : inputs) {
        CAPTURE(name);
        CHECK(html_to_text(html, LinkStyle::defang, BudgetLimits{}).utf8.size() <= html.size() * 20);
    }
}

TEST_CASE("the charset of a meta tag is found, and nothing that is no label") {
    CHECK(html_meta_charset("<html><head><META charset=\"Shift_JIS\">") == "shift_jis");
    CHECK(html_meta_charset("<meta http-equiv='Content-Type' content='text/html; charset=ISO-2022-JP'>") ==
          "iso-2022-jp");
    CHECK(html_meta_charset("<meta http-equiv=Content-Type content='text/html;charset = \"euc-jp\"'>") == "euc-jp");
    CHECK(html_meta_charset("<!-- <meta charset=utf-8> -->").empty());
    CHECK(html_meta_charset("<meta charset='a b\r\nBcc: x'>").empty());
    CHECK(html_meta_charset(repeated(" ", 5000) + "<meta charset=utf-8>").empty());
    CHECK(html_meta_charset("").empty());
}
