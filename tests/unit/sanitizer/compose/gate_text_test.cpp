// Saboteurs of what is read: texts, their encoding, and the notice.
#include <catch2/catch.hpp>
#include <string>

#include "policy/utf8.hpp"
#include "saboteurs.hpp"
#include "sanitizer/compose/gate_text.hpp"

using namespace mugaika;
using namespace mugaika::test;

TEST_CASE("AC-119 AC-126 AC-130 AC-131 saboteurs of the text are stopped") {
    const char* unseen = "text: a character";
    check_stopped({
        {"RLO inside base64", with_encoded_text("漢\u202e字\r\n"), unseen},
        {"joiner between letters", with_encoded_text("漢\u200d字\r\n"), unseen},
        {"joiner behind a picture only", with_encoded_text("\U0001f468\u200d字\r\n"), unseen},
        {"joiner before a picture only", with_encoded_text("漢\ufe0f\u200d\U0001f468\r\n"), unseen},
        {"two joiners", with_encoded_text("\U0001f468\u200d\u200d\U0001f469\r\n"), unseen},
        {"joiner at the end", with_encoded_text("漢\U0001f468\u200d\r\n"), unseen},
        {"zero-width space", with_encoded_text("漢\u200b字\r\n"), unseen},
        {"byte order mark", with_encoded_text("\ufeff漢字\r\n"), unseen},
        {"tag character", with_encoded_text("漢\U000e0041\r\n"), unseen},
        {"private use", with_encoded_text("漢\ue000\r\n"), unseen},
        {"noncharacter", with_encoded_text("漢\U0001ffff\r\n"), unseen},
        {"C1 control", with_encoded_text("漢\u0085\r\n"), unseen},
        {"Hangul filler", with_encoded_text("漢\u3164字\r\n"), unseen},
        {"half-width Hangul filler", with_encoded_text("漢\uffa0字\r\n"), unseen},
        {"Hangul choseong filler", with_encoded_text("漢\u115f字\r\n"), unseen},
        {"soft hyphen", with_encoded_text("漢\u00ad字\r\n"), unseen},
        {"grapheme joiner", with_encoded_text("漢\u034f字\r\n"), unseen},
        {"Arabic letter mark", with_encoded_text("漢\u061c字\r\n"), unseen},
        {"Khmer vowel that is not seen", with_encoded_text("漢\u17b4字\r\n"), unseen},
        {"Mongolian vowel separator", with_encoded_text("漢\u180e字\r\n"), unseen},
        {"isolate", with_encoded_text("漢\u2066字\r\n"), unseen},
        {"interlinear annotation", with_encoded_text("漢\ufff9字\r\n"), unseen},
        {"musical beam", with_encoded_text("漢\U0001d173字\r\n"), unseen},
        {"line separator", with_encoded_text("漢\u2028\r\n"), unseen},
        {"bare LF inside base64", with_encoded_text("漢\n.\r\n"), unseen},
        {"bare CR inside base64", with_encoded_text("漢\r.\r\n"), unseen},
        {"NUL inside base64", with_encoded_text(std::string("\xe6\xbc\xa2\0\r\n", 6)), unseen},
        {"ESC inside base64", with_encoded_text("漢\x1b(J\r\n"), unseen},
        {"overlong slash", with_encoded_text("漢\xc0\xaf\r\n"), "text: not UTF-8"},
        {"overlong 3 bytes", with_encoded_text("\xe0\x80\xaf\r\n"), "text: not UTF-8"},
        {"surrogate", with_encoded_text("\xed\xa0\x80\r\n"), "text: not UTF-8"},
        {"past the last plane", with_encoded_text("\xf4\x90\x80\x80\r\n"), "text: not UTF-8"},
        {"cut character", with_encoded_text("漢\xe5\xad"), "text: not UTF-8"},
        {"Shift_JIS", with_encoded_text("\x8a\xbf\x8e\x9a\r\n"), "text: not UTF-8"},
        {"last line without end", with_encoded_text("漢字"), "text: the last line"},
        {"base64 without need", with_encoded_text("plain\r\n"), "body: base64 without need"},
    });
}

TEST_CASE("saboteurs of base64 are stopped") {
    const std::string mail = with_encoded_text("漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字\r\n");
    const std::string start = raw_header(mail);
    const std::string lines = mail.substr(start.size());
    REQUIRE(gate_words(mail) == "");
    check_stopped({
        {"junk", start + "!" + lines.substr(1), "base64: not canonical"},
        {"blank", start + " " + lines.substr(1), "base64: not canonical"},
        {"short first line", start + lines.substr(0, 4) + "\r\n" + lines.substr(4), "base64: a line of another"},
        {"empty line", start + "\r\n" + lines, "base64: a line of another"},
        {"one long line", start + base64(decode_base64(lines)) + "\r\n", "base64: a line of another"},
        {"padding inside", start + std::string(75, 'A') + "=\r\nYWJj\r\n", "base64: a line of another"},
        {"no padding", start + "5ryi5a2XDQ\r\n", "base64: not canonical"},
        {"bits that say nothing", start + "5ryi5a2XDQp=\r\n", "base64: not canonical"},
        {"trailing bytes", mail + "MAIL FROM:<x@y.example>\r\n", "base64: "},
        {"an empty line at the end", mail + "\r\n", "base64: "},
    });
}

TEST_CASE("AC-119 the gate's quick look at common characters agrees with its close one for every character") {
    std::vector<char32_t> disagreed;
    for (char32_t c = 0x80; c <= 0x10ffff; ++c) {
        std::string text;
        utf8::append(text, c);  // surrogates too: three bytes that are no UTF-8
        const bool seen = gate::is_seen_line(text);
        if (gate::judge_text(text + "\r\n", "id", gate::NoticeRule::may_have_one).has_value() == seen)
            disagreed.push_back(c);
    }
    CHECK(disagreed.empty());
}

TEST_CASE("AC-133 saboteurs of the notice are stopped") {
    const std::string& notice = english_notice;
    const auto with_line = [&](std::string_view line) {
        return with_ascii_text(with_replaced(notice, "Reference", std::string(line) + "\r\nReference"));
    };
    const char* clicked = "notice: something that can be clicked";
    const char* poses = "notice: a line poses as one";
    check_stopped({
        {"a forged second notice", with_ascii_text(notice + "\r\nHello\r\n\r\n" + notice), "notice: a line poses"},
        {"a forged notice that is not ours", with_ascii_text("Hello\r\n" + notice), "notice: no empty line before"},
        {"a look-alike", with_ascii_text("Hello\r\nNotice  from the MAIL sanitizer\r\n"), poses},
        {"a look-alike behind the notice", with_ascii_text(notice + "\r\nNotice from the mail sanitizer\r\n"), poses},
        {"a Japanese look-alike", with_encoded_text("無害化　システムからの お知らせ\r\n"), poses},
        {"an end without a start", with_ascii_text("======== End of the notice from the mail sanitizer ========\r\n"),
         poses},
        {"no end", with_ascii_text(notice.substr(0, notice.rfind("====", notice.rfind("===") - 20)).substr(0, 50)),
         "notice: it does not end"},
        {"no number", with_ascii_text(with_replaced(notice, "7h3k9m2p4q6r8s0t", "")), "notice: no reference number"},
        {"another mail's number", with_ascii_text(with_replaced(notice, "7h3k", "8h3k")),
         "notice: no reference number"},
        {"text right behind it", with_ascii_text(notice + "Hello\r\n"), "notice: no empty line after"},
        {"text on both sides", with_ascii_text("Hello\r\n\r\n" + notice + "\r\nHello\r\n"), "notice: text after it"},
        {"mixed languages",
         with_encoded_text(with_replaced(japanese_notice, "━━━━━━ 無害化システムからのお知らせはここまで ━━━━━━",
                                         "======== End of the notice from the mail sanitizer ========")),
         poses},
        {"URL", with_line("see http://evil.example/"), clicked},
        {"scheme without slashes", with_line("ms-msdt:x"), clicked},
        {"www", with_line("see WWW.3com"), clicked},
        {"mail address", with_line("write to a@b"), clicked},
        {"host name", with_line("see evil.example now"), clicked},
        {"file name that is a host name", with_line("invoice.com"), clicked},
        {"file name with a path behind it", with_line("invoice.zip/x"), clicked},
        {"UNC path", with_line("\\\\server\\share"), clicked},
        {"extension as a label", with_line("x.pdf.com"), clicked},
        {"quarantined, with text", quarantined_header() + notice + "\r\nHello\r\n", "notice: text after it"},
        {"quarantined, text first", quarantined_header() + "Hello\r\n\r\n" + notice, "notice: text before"},
        {"quarantined, no notice", quarantined_header(), "notice: a quarantined mail without one"},
    });
}

TEST_CASE("what the header says of the notice is what the reader sees: a line above the text, or the notice itself") {
    const std::string head =
        "=== Notice from the mail sanitizer: attachments removed: 12 (see the end of this mail) ===\r\n";
    const std::string other =
        "=== Notice from the mail sanitizer: something was removed (see the end of this mail) ===\r\n";
    const std::string text = "Hello\r\n\r\n";
    const auto with_level = [&](std::string_view level, const std::string& body) {
        return with_replaced(raw_header(ascii_mail()), "notice=none", "notice=" + std::string(level)) + body;
    };
    const std::string& notice = english_notice;
    for (const std::string& line : {head, other})
        CHECK(gate_words(with_level("removed", line + "\r\n" + text + notice)) == "");
    CHECK(gate_words(with_level("removed", notice + "\r\n" + text)) == "");
    CHECK(gate_words(with_level("warning", notice + "\r\n" + text)) == "");
    const std::string numberless = with_replaced(head, "12", "");
    const std::string spelled = with_replaced(head, "12", "a dozen");
    check_stopped({
        {"removed, and nothing points to it", with_level("removed", text + notice), "notice: nothing points to it"},
        {"removed, and there is no notice", with_level("removed", text), "notice: there is none"},
        {"a line that points to nothing", with_level("removed", head + "\r\n" + text), "notice: there is none"},
        {"no empty line behind it", with_level("removed", head + text + notice),
         "notice: no empty line after the line"},
        {"the line twice", with_level("removed", head + "\r\n" + head + text + notice), "notice: a line poses"},
        {"the line below the text", with_level("removed", text + head + "\r\n" + notice), "notice: a line poses"},
        {"no number", with_level("removed", numberless + "\r\n" + text + notice), "notice: a line poses"},
        {"words for the number", with_level("removed", spelled + "\r\n" + text + notice), "notice: a line poses"},
        {"a line without need", with_level("none", head + "\r\n" + text + notice), "notice: a line poses"},
        {"a warning below the text", with_level("warning", text + notice), "notice: a warning below the text"},
        {"a warning that is not there", with_level("warning", text), "notice: there is none"},
    });
}
