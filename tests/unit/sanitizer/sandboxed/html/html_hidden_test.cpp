// Which hidden text rings, which is left out, which is shown, and what is not hidden at all. Item 6 and 7 of issue 9.
#include "sanitizer/sandboxed/html/html_hidden.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "policy/findings.hpp"
#include "sanitizer/sandboxed/html/html_text.hpp"

using mugaika::BudgetLimits;
using mugaika::contains;
using mugaika::LinkStyle;
using mugaika::Reason;
using mugaika::weight;
using mugaika::Weight;
using mugaika::sandboxed::html_to_text;
using mugaika::sandboxed::HtmlText;
using namespace std::string_literals;

namespace {

HtmlText read(std::string_view html) { return html_to_text(html, LinkStyle::defang, BudgetLimits{}); }

std::string repeated(std::string_view what, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += what;
    return out;
}

// Nothing of it reaches the reader as a warning, and nothing is kept because of it.
bool is_quiet(const HtmlText& text) {
    return std::all_of(text.notes.begin(), text.notes.end(), [](Reason r) { return weight(r) == Weight::note; });
}

void check_shown(std::string_view html, std::string_view expected) {
    CAPTURE(html);
    const HtmlText text = read(html);
    CHECK(text.utf8 == expected);
    CHECK(text.notes.empty());
}

}  // namespace

TEST_CASE("AC-135 the preheaders of the usual senders neither ring nor cost the original") {
    const std::string padding = repeated("&#847; &zwnj; &nbsp; &#8199; &shy; ", 40);
    for (const std::string& preheader : std::vector<std::string>{
             // Mailchimp
             "<!--*|IF:MC_PREVIEW_TEXT|*--><span class=mcnPreviewText style='display:none; font-size:0px; "
             "line-height:0px; "
             "max-height:0px; max-width:0px; opacity:0; overflow:hidden; visibility:hidden; mso-hide:all;'>今月の講座は"
             "「家計簿」</span>",
             // SendGrid
             "<table class='module preheader preheader-hide' data-type=preheader border=0 style='display: none "
             "!important; "
             "mso-hide: all; visibility: hidden; opacity: 0; color: transparent; height: 0; width: 0;'><tr><td "
             "role=module-content><p>今月の講座は「家計簿」</p></td></tr></table>",
             // HubSpot
             "<div id=preview_text style='display:none!important'>今月の講座は「家計簿」</div>",
             "<div style='display:none;font-size:1px;color:#F5F8FA;line-height:1px;max-height:0px;max-width:0px;"
             "opacity:0;overflow:hidden;'>今月の講座は「家計簿」" +
                 padding + "</div>",
             // Cerberus
             "<div style='max-height:0; overflow:hidden; mso-hide:all;' "
             "aria-hidden=true>今月の講座は「家計簿」</div><div "
             "style='display: none; font-size: 1px; line-height: 1px; max-height: 0px; max-width: 0px; opacity: 0; "
             "overflow: hidden; mso-hide: all; font-family: sans-serif;'>" +
                 padding + "</div>",
             // Postmark
             "<style>.preheader{display:none !important;visibility:hidden;mso-hide:all;font-size:1px;line-height:1px;"
             "max-height:0;max-width:0;opacity:0;overflow:hidden;}</style><span "
             "class=preheader>今月の講座は「家計簿」</span>",
             // MJML
             "<div "
             "style='display:none;font-size:1px;color:#ffffff;line-height:1px;max-height:0px;max-width:0px;opacity:0;"
             "overflow:hidden;'>今月の講座は「家計簿」</div>",
             // react-email
             "<div style='display:none;overflow:hidden;line-height:1px;opacity:0;max-height:0;max-width:0' "
             "data-skip-in-text=true>今月の講座は「家計簿」<div>" +
                 repeated(" &nbsp;&zwnj;&#8203;&zwj;&#8206;&#8207;&#65279;", 100) + "</div></div>",
             // GOV.UK Notify
             "<span style='display: none;font-size: 1px;color: #fff; max-height: 0;'>今月の講座は「家計簿」…</span>",
         }) {
        CAPTURE(preheader);
        const HtmlText text = read("<body>" + preheader + "<p>図書館から講座のお知らせです。</p>");
        CHECK(text.utf8 == "図書館から講座のお知らせです。");
        CHECK(text.notes == std::vector{Reason::hidden_text_repeated});
        CHECK(is_quiet(text));
    }
}

TEST_CASE("AC-135 what is shown elsewhere in the mail is no loss and no alarm: twins, sr-only, microdata, spacers") {
    const std::string shown = "<p>説明会は12月1日に市役所で開きます。お申し込みは電話03-1234-5678まで。</p>";
    for (const std::string& twin : std::vector<std::string>{
             // the same for telephones, with and without the rule that shows it there
             "<div class=mobile "
             "style='display:none;mso-hide:all;max-height:0;overflow:hidden'>説明会は12月1日に市役所で"
             "開きます。</div>",
             "<style>@media only screen and "
             "(max-width:480px){.mobile{display:block!important;max-height:none!important}}"
             "</style><div class=mobile style='display:none;max-height:0;overflow:hidden'>説明会は１２月１日に市役所で"
             "開きます。</div>",
             "<span class=sr-only style='position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)'>"
             "お申し込みは電話</span>",
             "<div itemscope itemtype='http://schema.org/Event'><span itemprop=name style='display:none'>説明会</span>"
             "<time itemprop=startDate datetime='20261201T010000Z' "
             "style='display:none'>20261201T010000Z</time></div>"}) {
        CAPTURE(twin);
        const HtmlText text = read(shown + twin);
        CHECK(text.utf8 == "説明会は12月1日に市役所で開きます。お申し込みは電話03-1234-5678まで。");
        CHECK(text.notes == std::vector{Reason::hidden_text_repeated});
    }
    for (const auto* spacer :
         {"<div style='font-size:1px;line-height:1px'>&nbsp;</div>", "<td style='font-size:0'>&#8203;</td>",
          "<font color=white>.</font>", "<span style='display:none'>&#847;&zwnj;&nbsp;&#8199;|</span>"}) {
        CAPTURE(spacer);
        CHECK(read(shown + spacer).notes.empty());
    }
    check_shown("a<noscript>表示できません</noscript>", "a\n表示できません");
}

TEST_CASE("AC-135 hidden text that is the only one of its kind is shown where it stood, marked, and nothing is kept") {
    const HtmlText text =
        read("<p>前</p><div style='display:none'>参加費は<b>500円</b>です。<p>持ち物：筆記用具</div><p>後</p>");
    CHECK(text.utf8 == "前\n\n［隠された文字：参加費は500円です。\n\n持ち物：筆記用具］\n\n後");
    CHECK(text.notes == std::vector{Reason::hidden_text_shown});
    CHECK(is_quiet(text));
    CHECK(read("<table><tr><td>a<td style='color:#fff'>裏<td>b</table>").utf8 == "a | ［隠された文字：裏］ | b");
    CHECK(read("<table><tr><td>a<td hidden>裏<td>b<tr><td>c<td hidden>陰<td>d</table>").utf8 ==
          "a | ［隠された文字：裏］ | b\nc | ［隠された文字：陰］ | d");
    CHECK(read("<svg><title>名</title><text>図</text></svg><p>文").utf8 == "［隠された文字：図］\n\n文");
    CHECK(read("<object>代わり</object><p>文").notes == std::vector{Reason::hidden_text_shown});
    check_shown("<math><mi>x</mi><mo>=</mo><mn>2</mn><annotation>x=2</annotation></math>です", "x=2です");
    CHECK(read("a <table style='display:none'><tr><td>一<td>二</table> b").utf8 == "a\n［隠された文字：一 二］\nb");
    CHECK(read("<p>表</p><a href='https://x.example/' style='display:none'>裏</a>").utf8 ==
          "表\n\n［隠された文字：裏］");
}

TEST_CASE("AC-135 a mail wholly in white is shown") {
    const HtmlText text = read(
        "<body dir=auto><div style='color:rgb(255,255,255)'>明日の会議を欠席します。</div>"
        "<ul style='color:#fff'><li>山田</ul>");
    CHECK(text.utf8 == "［この文章は、画面に見えない文字で書かれています］\n明日の会議を欠席します。\n・山田");
    CHECK(text.words == "明日の会議を欠席します。 山田");
    CHECK(text.notes == std::vector{Reason::hidden_text_shown});
    // Written in a dark window, with a signature of the program that is seen: all of it, however long.
    const std::string body = repeated("こちらこそありがとうございました。", 300);
    const HtmlText dark =
        read("<div style='color:#fff'>" + body + "</div><p><a href='https://aka.ms/x'>Outlook for iOS を入手</a>");
    CHECK(dark.utf8.find(body) != std::string::npos);
    CHECK(dark.notes == std::vector{Reason::hidden_text_shown});
    CHECK(read("<div style='display:none'>本文</div>").utf8 ==
          "［この文章は、画面に見えない文字で書かれています］\n本文");
}

TEST_CASE("AC-135 hidden characters inside words are dropped and ring") {
    for (const auto* split :
         {"<p>pass<span style='font-size:0'>qzx</span>word</p>", "<p>振<span style='display:none'>xx</span>込</p>",
          "<p>パス<font color=white>あ</font>ワード</p>",
          "<p>Pay<b style='visibility:hidden'> - </b>Pal Pay<b style='visibility:hidden'>x</b>Pal",
          "<p>b<i style='font-size:1px'>1</i>ank"}) {
        CAPTURE(split);
        const HtmlText text = read("<p>お知らせ</p>"s + split);
        CHECK(contains(text.notes, Reason::hidden_text_dropped));
        CHECK(text.utf8.find("隠された") == std::string::npos);
    }
    for (const auto* beside :
         {"<a href='https://x.example/'>こちら<span style='display:none'>外部リンク</span></a>をご覧",
          "<p>word <span style='display:none'>hidden</span> word", "10<span style='display:none'>から</span>12",
          "a<br><b style='display:none'>x</b>b", "市役所<span style='display:none'>（新しい画面）</span>総務課"}) {
        CAPTURE(beside);
        CHECK_FALSE(contains(read("<p>お知らせ</p>"s + beside).notes, Reason::hidden_text_dropped));
    }
}

TEST_CASE("AC-135 a mass of hidden text rings, its beginning is shown") {
    const std::string mass = repeated("無関係な語句の羅列。", 1000);
    for (const auto* hiding : {"<div style='display:none'>", "<div style='font-size:0'>", "<template>"}) {
        CAPTURE(hiding);
        const HtmlText text =
            read("<p>お得な情報です。" + repeated("ぜひご覧ください。", 200) + "</p>" + hiding + mass + "</div>");
        CHECK(contains(text.notes, Reason::hidden_text_dropped));
        CHECK(text.utf8.find("［隠された文字：無関係な語句") != std::string::npos);
        CHECK(text.utf8.size() < 30000);
    }
    // In heaps of small pieces too.
    const HtmlText pieces = read("<p>情報</p>" + repeated("<b style='display:none'>無関係な語</b>-", 3000));
    CHECK(contains(pieces.notes, Reason::hidden_text_dropped));
    CHECK(contains(read("<div style='display:none'>" + mass + "</div>" + repeated("見える。", 10)).notes,
                   Reason::hidden_text_dropped));
}

TEST_CASE("AC-135 hidden text that contradicts what is seen rings") {
    for (const auto* other : {"<p style='color:white'>振込先は三菱銀行本店 普通 7654321 です。</p>",
                              "<p style='display:none'>振込先は三菱銀行本店　普通　９９９９９９９です。</p>"}) {
        CAPTURE(other);
        const HtmlText text = read("<p>振込先は三菱銀行本店 普通 1234567 です。</p>"s + other);
        CHECK(contains(text.notes, Reason::hidden_text_dropped));
        CHECK(text.utf8 == "振込先は三菱銀行本店 普通 1234567 です。");
    }
    // Nearly all of it the same, but not what counts.
    const std::string sentence =
        "お申し込みいただいた講座の受講料は、別添の払込票により期日までに必ずお納めください。金額は";
    CHECK(contains(read("<p>" + sentence + "5000円です。</p><p hidden>" + sentence + "8000円です。</p>").notes,
                   Reason::hidden_text_dropped));
}

TEST_CASE("AC-135 what cannot be computed is not hidden: colours, pictures and drawings behind the text") {
    for (const auto* shown : {
             "<table bgcolor=firebrick><tr><td><font color=#FFFFFF>X</font></table>",
             "<a style='background:steelblue;color:white'>X</a>",
             "<td style='background-color:hsl(210,50%,30%)'><font color='#ffffff'>X</font>",
             "<div style='background:hsl(210deg 50% 30% / 1);color:#fff'>X</div>",
             "<div style='background:var(--brand);color:#fff'>X</div>",
             "<div style='background-color:oklch(40% 0.2 250);color:#fff'>X</div>",
             "<div style='background:color-mix(in srgb, navy 80%, black);color:#fff'>X</div>",
             "<div style='background:rgba(0,0,0,.5);color:#fff'>X</div>",
             "<div style='color:var(--text, #fff)'>X</div>",
             "<div style='color:oklch(100% 0 0)'>X</div>",
             "<div style='color:nosuchcolor'>X</div>",
             "<body text=white bgcolor=nosuchcolor>X",
             "<table bgcolor=036><tr><td><font color=white>X</font></table>",
             "<table bgcolor='#12345'><tr><td><font color=white>X</font></table>",
             "<td background='https://x.example/a.png' bgcolor='#ffffff' style='color:#fff'>X",
             "<td bgcolor='#ffffff' background=a.png><p style='color:#fff'>X",
             "<div style='background-image:url(cid:1);background-color:#fff;color:#fff'>X</div>",
             "<div style='background:#fff url(cid:1) no-repeat center;color:#fff'>X</div>",
             "<div style='background:linear-gradient(#036,#069);color:#fff'>X</div>",
             "<div><!--[if gte mso 9]><v:rect fill=true><v:fill type=frame src=a.png /><v:textbox><![endif]--><font "
             "color=white>X</font><!--[if gte mso 9]></v:textbox></v:rect><![endif]--></div>",
             "<v:rect fillcolor='#003366'><v:textbox><font color=white>X</font></v:textbox></v:rect>",
             "<div style='position:relative'><img src=a.png><div "
             "style='position:absolute;top:9px;color:#fff'>X</div></div>",
             "<div style='margin-top:-150px;color:#fff'>X</div>",
             "<div style='font-size:calc(1px + 1vw)'>X</div>",
             "<div style='height:calc(0px + 2em);overflow:hidden'>X</div>",
             "<div style='opacity:var(--o)'>X</div>",
             "<a href='#' style='mso-hide:all;background-color:#ffa100;color:#ffffff;display:inline-block'>X</a>",
         }) {
        const bool has_picture = std::string_view(shown).find("https:") != std::string_view::npos;
        CAPTURE(shown);
        const HtmlText text = read(shown);
        CHECK(text.utf8 == "X");
        CHECK(text.notes == (has_picture ? std::vector{Reason::remote_content_dropped} : std::vector<Reason>{}));
    }
}

TEST_CASE("AC-135 a rule elsewhere that may show an element again means shown") {
    for (const auto* rules :
         {".x{display:none}@media screen{.x{display:block}}", ".x{display:none}.y .x{display:block}",
          ".x{display:none}.x.z{display:block}", ".x{display:none}div.x.z{display:inline}",
          ".x{display:none}body > .x{display:table}", ".x{display:none}[class~=x]{display:block}",
          ".x{display:none}div[class='x']{display:block}",
          ".x{display:none}@supports(display:grid){@media all{.x{display:grid}}}",
          ".x{display:none}@media print{.x{display:none}}@media screen{.x{display:block}}",
          ".x{display:none}@media screen{.x{display:block}}@media print{.x{display:none}}",
          ".x{font-size:0}@media screen{.x{font-size:14px}}", ".x{color:#fff}.y div{color:#000}",
          ".x{visibility:hidden}div:first-child{visibility:visible}",
          ".x{max-height:0;overflow:hidden}@media screen{.x{max-height:none}}", ".x{opacity:0}.x:not(.q){opacity:1}"}) {
        check_shown("<style>"s + rules + "</style><div class='x z'>受付は12月1日から</div><p>以上</p>",
                    "受付は12月1日から\n\n以上");
    }
    // … also against the element's own style, where the rule is important.
    check_shown(
        "<style>@media screen{.x{display:block!important}}</style><div class=x style='display:none'>受付</div>以上",
        "受付\n以上");
    for (const auto* hidden :
         {"<style>@media screen{.x{display:block}}</style><p>a</p><div class=x style='display:none'>裏</div>",
          "<style>.x{display:none}@media screen{.q{display:block}.x::before{display:block}}</style><p>a</p><i "
          "class=x>裏</i>",
          "<style>.x{display:none}@media screen{.x{display:block}}</style><p>a</p><div class=x><i hidden>裏</i></div>",
          "<style>.x{display:none}@media screen{.x{display:none!important}}</style><p>a</p><i class=x>裏</i>"}) {
        CAPTURE(hidden);
        CHECK(read(hidden).utf8 == "a\n\n［隠された文字：裏］");
    }
}

TEST_CASE("AC-217 a program and a page in a frame are said, data in a script is not") {
    for (const auto* program :
         {"<script>go()</script>a", "<script src='x.js'></script>a", "<script type=module>x</script>a",
          "<script type='text/javascript'>x</script>a", "<script language=vbs>x</script>a"}) {
        CAPTURE(program);
        CHECK(contains(read(program).notes, Reason::script_dropped));
    }
    CHECK(weight(Reason::script_dropped) == Weight::lossy);
    for (const auto* data : {"<script type='application/ld+json'>{\"@type\":\"Event\"}</script>a",
                             "<script type='text/template'><p>x</p></script>a", "<script></script>a"}) {
        CAPTURE(data);
        CHECK(read(data).notes.empty());
    }
    for (const auto* frame : {"<iframe srcdoc='<p>中</p>'></iframe>a", "<iframe src='data:text/html,x'></iframe>a",
                              "<object data='data:text/html,x'></object>a", "<embed src=' DATA:text/html,x'>a"}) {
        CAPTURE(frame);
        CHECK(contains(read(frame).notes, Reason::frame_dropped));
        CHECK(read(frame).utf8 == "a");
    }
    CHECK(weight(Reason::frame_dropped) == Weight::lossy);
}

TEST_CASE("judging hidden text is bounded") {
    for (const auto& [name, html] : std::vector<std::pair<const char*, std::string>>{
             {"many runs", repeated("<b hidden>x</b>y", 200000)},
             {"one run", "<p>a</p><b hidden>" + repeated("語句 ", 500000)},
             {"rules to be set aside", "<style>" + repeated("a b,c d,.e .f{display:block}", 8000) +
                                           ".x{display:none}</style>" + repeated("<p class=x>x", 20000)},
             {"selectors with one block",
              "<style>" + repeated("a b,", 20000) + "c d{" + repeated("color:red;", 8000) + "}</style><p hidden>x"},
             {"rules in rules", "<style>" + repeated("@media all{", 20000) + "</style>a<p hidden>x"}}) {
        CAPTURE(name);
        CHECK(read(html).utf8.size() <= html.size() * 20);
    }
}
