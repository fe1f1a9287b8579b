// A second opinion: on harmless HTML our stream reader shows the words that a full HTML5 tree shows, in the same order.
// Gumbo itself is not used on mail: it is quadratic on hostile input.
#include <gumbo.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "policy/findings.hpp"
#include "sanitizer/sandboxed/html/html_text.hpp"
#include "sanitizer/sandboxed/text/charset.hpp"
#include "test_places.hpp"
#include "tests/support/skipped.hpp"

using mugaika::BudgetLimits;
using mugaika::LinkStyle;
using mugaika::Reason;
using mugaika::sandboxed::html_to_text;
using mugaika::sandboxed::HtmlText;

namespace {

struct DestroyOutput {
    void operator()(GumboOutput* output) const { gumbo_destroy_output(&kGumboDefaultOptions, output); }
};

bool is_silent(GumboTag tag) {
    constexpr std::array tags{GUMBO_TAG_SCRIPT, GUMBO_TAG_STYLE,    GUMBO_TAG_TITLE,  GUMBO_TAG_TEMPLATE,
                              GUMBO_TAG_IFRAME, GUMBO_TAG_OBJECT,   GUMBO_TAG_SVG,    GUMBO_TAG_RP,
                              GUMBO_TAG_VIDEO,  GUMBO_TAG_NOFRAMES, GUMBO_TAG_CANVAS, GUMBO_TAG_AUDIO};
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

// Those that do not part words.
bool is_inline(GumboTag tag) {
    constexpr std::array tags{GUMBO_TAG_A,    GUMBO_TAG_B,       GUMBO_TAG_I,      GUMBO_TAG_U,    GUMBO_TAG_S,
                              GUMBO_TAG_EM,   GUMBO_TAG_BIG,     GUMBO_TAG_SMALL,  GUMBO_TAG_SPAN, GUMBO_TAG_FONT,
                              GUMBO_TAG_CODE, GUMBO_TAG_STRONG,  GUMBO_TAG_SUB,    GUMBO_TAG_SUP,  GUMBO_TAG_STRIKE,
                              GUMBO_TAG_TT,   GUMBO_TAG_IMG,     GUMBO_TAG_LABEL,  GUMBO_TAG_RUBY, GUMBO_TAG_RT,
                              GUMBO_TAG_RB,   GUMBO_TAG_Q,       GUMBO_TAG_CITE,   GUMBO_TAG_KBD,  GUMBO_TAG_SAMP,
                              GUMBO_TAG_VAR,  GUMBO_TAG_ABBR,    GUMBO_TAG_MARK,   GUMBO_TAG_TIME, GUMBO_TAG_DEL,
                              GUMBO_TAG_INS,  GUMBO_TAG_BUTTON,  GUMBO_TAG_INPUT,  GUMBO_TAG_NOBR, GUMBO_TAG_WBR,
                              GUMBO_TAG_DFN,  GUMBO_TAG_ACRONYM, GUMBO_TAG_UNKNOWN};
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

const GumboVector* children_of(const GumboNode& node) {
    return node.type == GUMBO_NODE_DOCUMENT  ? &node.v.document.children
           : node.type == GUMBO_NODE_ELEMENT ? &node.v.element.children
                                             : nullptr;
}

std::string gumbo_text(const std::string& html) {
    const std::unique_ptr<GumboOutput, DestroyOutput> output(
        gumbo_parse_with_options(&kGumboDefaultOptions, html.data(), html.size()));
    struct Open {
        const GumboNode* node;
        unsigned next;
    };
    std::vector<Open> open{{output->document, 0}};
    std::string text;
    while (!open.empty()) {
        const GumboNode& node = *open.back().node;
        const bool silent = node.type == GUMBO_NODE_ELEMENT && is_silent(node.v.element.tag);
        const bool parts = node.type == GUMBO_NODE_ELEMENT && !silent && !is_inline(node.v.element.tag);
        if (open.back().next == 0 && parts) text += ' ';
        if (node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE || node.type == GUMBO_NODE_CDATA)
            text += node.v.text.text;
        const GumboVector* children = children_of(node);
        if (children == nullptr || silent || open.back().next >= children->length) {
            if (parts) text += ' ';
            open.pop_back();
        } else {
            open.push_back({static_cast<const GumboNode*>(children->data[open.back().next++]), 0});
        }
    }
    return text;
}

std::vector<std::string> words_of(std::string text) {
    for (std::size_t at = text.find("\xc2\xa0"); at != std::string::npos; at = text.find("\xc2\xa0", at))
        text.replace(at, 2, " ");
    std::istringstream in(text);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

void check_same_words(const std::string& html) {
    const HtmlText ours = html_to_text(html, LinkStyle::defang, BudgetLimits{});
    CHECK(words_of(ours.words) == words_of(gumbo_text(html)));
}

}  // namespace

TEST_CASE("gumbo and we read the same words in harmless HTML") {
    for (const std::string html :
         {"<html><head><title>t</title></head><body><p>One <b>two</b> three.</p><p>Four</p></body></html>",
          "<p>段落<p>次の段落<br>改行<div>箱<div>中</div>後</div>",
          "<ul><li>a<li>b<ul><li>c</ul><li>d</ul><ol><li>x</ol>",
          "<table><thead><tr><th>品名<th>数量</thead><tbody><tr><td>りんご<td>10<tr><td>みかん<td>5</table>",
          "<table><tr><td><table><tr><td>in<td>ner</table><td>outer</table>after",
          "<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>です",
          "<a href=https://example.jp/>見積書</a>と<a href=x>請求書</a>",
          "<b><p>mis</b>nested</p> and <i><b>over</i>lapping</b>",
          "<b>a<div>b</b>c</div>d<i>e<p>f</i>g<b>h</b></p>",
          "&lt;tag&gt; &amp;amp; &copy; &#12354;&#x3044; &nbsp; x&nbsp;y &notit; &unknown;",
          "<pre>\nline one\n  line two</pre><blockquote>quoted<blockquote>deeper</blockquote></blockquote>",
          "<!-- comment --><!DOCTYPE html><p>after<!--[if mso]>mso<![endif]--> it<![if !mso]>shown<![endif]>",
          "<dl><dt>term<dd>definition<dt>other<dd>more</dl><h1>h</h1><h2>i</h2>",
          "<script>var a = '<p>no</p>';</script><style>p{color:red}</style>yes<noscript>too</noscript>",
          "<svg><text>no</text></svg><p>yes <math><mi>x</mi></math> again",
          "<select><option>one<option>two</select><textarea>area <b></textarea><button>go</button>",
          "<p>unclosed <b>bold <i>both<p>next</i></b> end",
          "<center><font size=2>old <tt>style</tt></font></center><hr>x<hr/>y",
          "<p>a</p>b</p>c<br/>d</br>e",
          "<form><p>in <input value=no> form</form>",
          "<o:p>&nbsp;</o:p><p class=MsoNormal>Word<o:p></o:p> text</p>"}) {
        CAPTURE(html);
        check_same_words(html);
    }
}

TEST_CASE("gumbo and we read the same words in the HTML files of the corpora") {
    const std::filesystem::path folder = std::filesystem::path(MUGAIKA_CORPORA) / "file_markup_benign";
    if (!std::filesystem::exists(folder)) {
        mugaika::test::say_skipped("gumbo beside us: " + folder.string() + " is not there");
        return;
    }
    std::size_t compared = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".html") continue;
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        const std::string html = mugaika::sandboxed::decode_text(bytes, "").utf8;
        const HtmlText ours = html_to_text(html, LinkStyle::defang, BudgetLimits{});
        // Gumbo knows nothing of hiding.
        const bool hides = std::any_of(ours.notes.begin(), ours.notes.end(), [](Reason reason) {
            return reason == Reason::hidden_text_dropped || reason == Reason::hidden_text_shown ||
                   reason == Reason::hidden_text_repeated;
        });
        if (hides) continue;
        CAPTURE(entry.path().filename().string());
        CHECK(words_of(ours.words) == words_of(gumbo_text(html)));
        ++compared;
    }
    CHECK(compared > 15);
}
