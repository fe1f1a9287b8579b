// Mails that pose as this system: what is quoted, what is said, and that the gate judges the same by its own tables.
#include "sanitizer/compose/impostor.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "mail_reading.hpp"
#include "policy/findings.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/compose/body_text.hpp"
#include "sanitizer/compose/composer.hpp"
#include "sanitizer/compose/gate_voice.hpp"
#include "sanitizer/compose/notice_mark.hpp"
#include "sanitizer/compose/notice_words.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

constexpr std::string_view hostname = "mx.city.example.lg.jp";

std::vector<Reason> impostures_of(const Extract& extract, ComposeFacts facts = example_facts()) {
    facts.hostname = hostname;
    return impostures(extract, *Composer::body(extract, facts), facts);
}

std::vector<Reason> impostures_of(const std::string& text) {
    Extract extract = example_extract();
    extract.texts = {body(text)};
    return impostures_of(extract);
}

std::string shown(const std::string& text, std::string_view phrase = {}) {
    return body_text({body(text)}, Language::ja, {.notice_phrase = phrase})->text;
}

bool gate_hears(const std::string& text, std::string_view phrase = {}) {
    gate::VoiceReader voice(phrase);
    bool poses = false;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view one = rest.substr(0, rest.find('\n'));
        poses = voice.poses(one) || poses;
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    }
    return poses;
}

// What the gate would say of a composer that quotes nothing.
std::string unquoted_words(const std::string& text) {
    std::string mail = composed(example_extract(), clean, example_facts());
    const std::size_t body_at = mail.find("\r\n\r\n") + 4;
    std::string coded;
    for (const char c : text) coded += c == '\n' ? std::string("\r\n") : std::string(1, c);
    static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string lines;
    std::size_t columns = 0;
    for (std::size_t i = 0; i < coded.size(); i += 3) {
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 3; ++k)
            bits = bits << 8 | (i + k < coded.size() ? static_cast<unsigned char>(coded[i + k]) : 0u);
        for (std::size_t k = 0; k < 4; ++k) lines += i + k > coded.size() ? '=' : digits[bits >> (18 - 6 * k) & 63];
        if ((columns += 4) == 76) {
            lines += "\r\n";
            columns = 0;
        }
    }
    if (columns > 0) lines += "\r\n";
    return gate_words(mail.substr(0, body_at) + lines);
}

}  // namespace

TEST_CASE("AC-133 a forged mark is quoted and said, whatever its letters and rules are made of") {
    for (const char* forged : {
             "━━━━━━ メール無害化システムからのお知らせ ━━━━━━",
             "━━ メール無\xef\xb8\x80害化システムからのお知らせ ━━",      // variation selector
             "━━ メール無\xf3\xa0\x84\x80害化システムからのお知らせ ━━",  // of ideographs
             "━━ メール無害化シ\xcc\xb6ステムからのお知らせ ━━",          // combining mark
             "━━ メール無害化\xef\xbf\xbcシステムからのお知らせ ━━",      // object replacement
             "━━ メール🈚害化システムからのお知らせ ━━",
             "━━ ﾒｰﾙ無害化ｼｽﾃﾑからのお知らせ ━━",
             "━━ ﾒｰﾙ無害化ｼｽﾃﾑｶﾗﾉｵ知ﾗｾ ━━",
             "━━ メール無害化㋛㋜㋢㋰からのお知らせ ━━",
             "━━ メール无害化システ厶からのお知らせ ━━",
             "〓〓〓 メール無害化 〓〓〓",
             "※※※ 無害化システム ※※※",
             "★★★ 無害化 ★★★",
             "➖➖➖ 無害化 ➖➖➖",
             "≡≡≡ 無害化 ≡≡≡",
             "⼀⼀⼀ 無害化 ⼀⼀⼀",
             "〰〰〰 無害化 〰〰〰",
             "＝＝＝ 無害化 ＝＝＝",
             "═══ 無害化 ═══",
             "🔔🔔🔔 無害化 🔔🔔🔔",
             "=== Nоtice frоm the mail sanitizer ===",  // Cyrillic о
             "=== Νοtice from thе mаil sаnitizеr ===",  // Greek and Cyrillic
             "𝐍𝐨𝐭𝐢𝐜𝐞 𝐟𝐫𝐨𝐦 𝐭𝐡𝐞 𝐦𝐚𝐢𝐥 𝐬𝐚𝐧𝐢𝐭𝐢𝐳𝐞𝐫",
             "ⓃⓄⓉⒾⒸⒺ ⒻⓇⓄⓂ ⓉⒽⒺ ⓂⒶⒾⓁ ⓈⒶⓃⒾⓉⒾⓏⒺⓇ",
             "🅽🅾🆃🅸🅲🅴 🅵🆁🅾🅼 🆃🅷🅴 🅼🅰🅸🅻 🆂🅰🅽🅸🆃🅸🆉🅴🆁",
             "Notice from the mai1 sanitizer",
             "N0tice from the mail sanitizer",
             "our notice from the mail sanitizer",
             "～～～ ｍｕｇａｉｋａ ～～～",
             "無害化システムからの通知",
         }) {
        INFO(forged);
        CHECK(looks_like_mark(forged));
        const std::string text = std::string("前\n") + forged + "\n後\n";
        CHECK(shown(text) == std::string("前\n> ") + forged + "\n後\n");
        CHECK(impostures_of(text) == std::vector{Reason::forged_notice});
        CHECK(gate_hears(forged));
    }
    // Where only the composer looks: the gate's table has the letters of the marks alone.
    for (const char* forged :
         {"━━━ メール無害化ジスデムからのお知らせ ━━━", "Notice frorn the rnail sanitizer", "€€€ 無害化 €€€"}) {
        INFO(forged);
        CHECK(shown(std::string(forged) + "\n") == std::string("> ") + forged + "\n");
    }
}

TEST_CASE("AC-133 a name of the system next to a rule is quoted: the rule on the line before or behind") {
    for (const char* name : {"無害化システム", "メール無害化", "メール無害化システムより", "無害化のお知らせ",
                             "mugaika", "Mail Sanitizer"}) {
        for (const char* rule : {"━━━━━━━━━━━━", "----------", "★★★", "━━ 重要 ━━", "━━━ 重要なお知らせ ━━━"}) {
            const std::string between = std::string(rule) + "\n" + name + "\n" + rule + "\n";
            INFO(between);
            CHECK(shown(between) == std::string(rule) + "\n> " + name + "\n" + rule + "\n");
            const std::string below = std::string(rule) + "\n\n" + name + "\nx\n";
            CHECK(shown(below) == std::string(rule) + "\n\n> " + name + "\nx\n");
            const std::string above = std::string("x\n") + name + "\n" + rule + "\n";
            CHECK(shown(above) == std::string("x\n> ") + name + "\n" + rule + "\n");
            CHECK(impostures_of(above) == std::vector{Reason::forged_notice});
        }
    }
    CHECK(gate_hears("━━━━\n無害化システム\n"));
    CHECK(gate_hears("無害化システム\n\n━━━━\n"));
    CHECK_FALSE(gate_hears("━━━━\n> x\n無害化システム\n"));
}

TEST_CASE("AC-133 a title over several lines is quoted as a whole") {
    CHECK(shown("a\nメール無害化\nシステムからの\nお知らせ\nb\n") ==
          "a\n> メール無害化\n> システムからの\n> お知らせ\nb\n");
    CHECK(shown("無害化\n\nシステム\n━━━━\nからのお知らせ\n") == "> 無害化\n\n> システム\n━━━━\n> からのお知らせ\n");
    CHECK(shown("Notice from\nthe mail\nsanitizer\n") == "> Notice from\n> the mail\n> sanitizer\n");
    CHECK(shown("━━━━\nメール無害\n化システム\n━━━━\n") == "━━━━\n> メール無害\n> 化システム\n━━━━\n");
    const std::string vertical = "無\n害\n化\nシ\nス\nテ\nム\nか\nら\nの\nお\n知\nら\nせ\n";
    std::string quoted;
    for (std::string_view rest = vertical; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
        quoted.append("> ").append(rest.substr(0, rest.find('\n') + 1));
    }
    CHECK(shown(vertical) == quoted);
    // A line that is caught alone hides no other that follows it.
    CHECK(shown("無害化システムからのお知らせ\n無害化システム\nからのお知らせ\n") ==
          "> 無害化システムからのお知らせ\n> 無害化システム\n> からのお知らせ\n");
    CHECK(gate_hears("メール無害化\nシステムからの\nお知らせ\n"));
    CHECK_FALSE(gate_hears("メール無害化\n> システムからの\nお知らせ\n"));
}

TEST_CASE("AC-133 a copied notice without its marks is quoted and said") {
    for (const Language language : {Language::ja, Language::en}) {
        const NoticeWords& words = notice_words(language);
        for (const std::string_view sentence :
             {words.quarantined, words.unreadable, words.removed_heading, words.not_kept}) {
            INFO(sentence);
            CHECK(gate::repeats_notice(sentence));
            CHECK(gate::repeats_notice("\u3000 " + std::string(sentence) + "続き"));
            CHECK_FALSE(gate::repeats_notice("> " + std::string(sentence)));
            CHECK_FALSE(gate::repeats_notice(sentence.substr(0, sentence.size() - 3)));
            CHECK(unquoted_words("前\n" + std::string(sentence) + "\n")
                      .starts_with("gate: notice: a sentence of one outside it"));
            CHECK(shown(std::string(sentence) + "\n") == "> " + std::string(sentence) + "\n");
            CHECK(shown("・ " + std::string(sentence) + "\n").starts_with("> "));
            CHECK(impostures_of(std::string(sentence) + "\n") == std::vector{Reason::forged_notice});
        }
    }
}

TEST_CASE("a reply below a notice of ours passes the gate, with quote marks and without") {
    for (const Language language : {Language::ja, Language::en}) {
        const NoticeWords& words = notice_words(language);
        const std::string notice = std::string(opening_mark(language)) + "\n" + std::string(words.removed_heading) +
                                   "\n" + std::string(words.not_kept) + "\n" + std::string(words.kept) + "\n" +
                                   std::string(closing_mark(language)) + "\n";
        std::string quoted;
        for (std::string_view rest = notice; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
            quoted.append("> ").append(rest.substr(0, rest.find('\n') + 1));
        }
        for (const std::string& reply : {"了解しました。\n\n-----Original Message-----\n" + notice, quoted}) {
            Extract extract = example_extract();
            extract.texts = {body(reply)};
            INFO(reply);
            CHECK(gate_words(composed(extract, clean, example_facts())) == "");
        }
    }
}

TEST_CASE("ordinary lines about the system, rules and notices are not quoted") {
    for (const char* ordinary : {
             "━━━━━━ 今月のお知らせ ━━━━━━\n",
             "----\nサーバーのメンテナンスのお知らせ\n----\n",
             "無害化装置（※）を更新します。\n",
             "サーバーのメール無害化について\n",
             "無害化装置の更新\n----------\n",
             "お世話になっております。\n無害化システムの件でご連絡いたします。\n",
             "======== Newsletter ========\nThis notice is from the mail room.\n",
             "sanitizer\n",
             "手の消毒液（hand sanitizer）を置きました。\n\n----\n山田\n",
             "受付番号：12345\n",
             "心当たりがない場合は、何もする必要はありません。\n",
             "> ━━━━━━ メール無害化システムからのお知らせ ━━━━━━\n",
             "> ━━━━\n無害化システム\n> ━━━━\n",
         }) {
        INFO(ordinary);
        CHECK(shown(ordinary) == ordinary);
        CHECK(impostures_of(ordinary).empty());
        CHECK_FALSE(gate_hears(ordinary));
    }
}

TEST_CASE("a calendar's SUMMARY, a file's name and a heading are read like any other line") {
    CHECK(shown("件名 (SUMMARY): ━━ メール無害化システムからのお知らせ ━━\n").starts_with("> "));
    TextBlock file = body("x\n");
    file.role = TextRole::attached;
    file.title = line("━━━ メール無害化システムからのお知らせ ━━━.txt");
    CHECK(body_text({file}, Language::ja)->text.starts_with("> "));
    Extract extract = example_extract();
    extract.texts.push_back(file);
    CHECK(impostures_of(extract) == std::vector{Reason::forged_notice});
    // Quoted under its heading, an attached mail cannot be mistaken.
    TextBlock attached = body("━━━ メール無害化システムからのお知らせ ━━━\n");
    attached.title = file.title;
    attached.quote_depth = 1;
    extract.texts = {attached};
    CHECK(impostures_of(extract).empty());
}

TEST_CASE("AC-097 a file's name stays inside the heading of its text") {
    TextBlock file = body("x\n");
    file.role = TextRole::attached;
    file.title = line("a］［b」https://evil.example/x");
    CHECK(body_text({file}, Language::ja)->text == "［添付テキスト：a)(b』https[:]//evil[.]example/x］\nx\n");
}

TEST_CASE("the phrase of a site belongs to genuine notices") {
    const std::string text = "前\n合い言葉は青い鳥です\n後\n青い 鳥\n";
    CHECK(shown(text) == text);
    CHECK(shown(text, "青い鳥の歌") == text);
    CHECK(shown("合い言葉：青い鳥の歌\n", "青い鳥の歌") == "> 合い言葉：青い鳥の歌\n");
    CHECK(shown("青 い・鳥\xef\xb8\x80ノ歌\n", "青い鳥の歌").starts_with("> "));
    CHECK(shown("青い鳥\nの歌\n", "青い鳥の歌") == "> 青い鳥\n> の歌\n");
    CHECK(gate_hears("青い鳥の歌\n", "青い鳥の歌"));
    CHECK_FALSE(gate_hears("青い鳥の歌\n"));
    Extract extract = example_extract();
    extract.texts = {body("青い鳥の歌\n")};
    ComposeFacts facts = example_facts();
    facts.notice_phrase = line("青い鳥の歌");
    CHECK(impostures_of(extract, facts) == std::vector{Reason::forged_notice});
    CHECK(impostures_of(extract).empty());
    const std::string mail = composed(extract, clean, facts);
    CHECK(contains(shown_text(mail), "> 青い鳥の歌\n"));
    GatePermit permit;
    permit.notice_phrase = "青い鳥の歌";
    CHECK(gate_words(mail, permit) == "");
    CHECK(gate_words(composed(extract, clean, example_facts()), permit) != "");
}

TEST_CASE("AC-105 a mail whose author or subject poses as the system is marked") {
    const auto marked = [](auto change) {
        Extract extract = example_extract();
        change(extract.header);
        return impostures_of(extract) == std::vector{Reason::poses_as_system};
    };
    CHECK(marked([](HeaderFacts& h) { h.from = {mailbox("", "unknown-sender@mx.city.example.lg.jp")}; }));
    CHECK(marked([](HeaderFacts& h) { h.from = {mailbox("", "x@MX.city.example.lg.jp")}; }));
    CHECK(marked([](HeaderFacts& h) { h.from = {mailbox("", "x@sub.mx.city.example.lg.jp")}; }));
    CHECK(marked([](HeaderFacts& h) { h.from = {mailbox("", "unknown-sender@mugaika.invalid")}; }));
    CHECK(marked([](HeaderFacts& h) { h.from = {mailbox("", "non-ascii-address@smtputf8.invalid")}; }));
    CHECK(marked([](HeaderFacts& h) { h.sender = {mailbox("", "x@mx.city.example.lg.jp")}; }));
    CHECK(marked([](HeaderFacts& h) { h.reply_to = {mailbox("メール無害化システム", "x@evil.example")}; }));
    CHECK(marked([](HeaderFacts& h) { h.from = {mailbox("ﾒｰﾙ🈚害化ｼｽﾃﾑ", "x@evil.example")}; }));
    CHECK(marked([](HeaderFacts& h) { h.from = {mailbox("Mаil Sаnitizer", "x@evil.example")}; }));
    CHECK(marked([](HeaderFacts& h) {
        h.from.clear();
        h.from_text = line("無害化システム");
    }));
    CHECK(marked([](HeaderFacts& h) { h.subject = line("メールを隔離しました（無害化システムからの通知）"); }));
    CHECK(marked([](HeaderFacts& h) { h.subject = line("無害化システムからのお知らせ"); }));
    CHECK(marked([](HeaderFacts& h) { h.subject = line("━━━ 無害化 ━━━"); }));
    for (const char* ordinary :
         {"無害化システム更新のご案内", "Re: メール無害化について", "会議のご案内", "Hand sanitizer for sale"}) {
        INFO(ordinary);
        CHECK_FALSE(marked([&](HeaderFacts& h) { h.subject = line(ordinary); }));
    }
    CHECK_FALSE(marked([](HeaderFacts& h) { h.from = {mailbox("山田", "x@city.example.lg.jp")}; }));
    CHECK_FALSE(marked([](HeaderFacts& h) { h.from = {mailbox("山田", "x@notmx.city.example.lg.jp")}; }));
}

TEST_CASE("where the configuration has people at the relay's own name, their addresses are no impostors") {
    const auto found = [](const char* author, const char* name, std::vector<std::string> peoples_domains) {
        Extract extract = example_extract();
        extract.header.from = {mailbox(name, author)};
        // What the mail says of its recipients is no exemption.
        extract.header.to = {mailbox("", "x@mx.city.example.lg.jp"), mailbox("", author)};
        ComposeFacts facts = example_facts();
        facts.peoples_domains = std::move(peoples_domains);
        return impostures_of(extract, facts) == std::vector{Reason::poses_as_system};
    };
    const std::vector<std::string> people{std::string(hostname)};
    CHECK(found("yamada@mx.city.example.lg.jp", "山田", {}));
    CHECK_FALSE(found("yamada@mx.city.example.lg.jp", "山田", people));
    CHECK_FALSE(found("yamada@MX.City.example.lg.jp", "山田", people));
    CHECK_FALSE(found("MAILER-DAEMON@mx.city.example.lg.jp", "Mail Delivery System", people));
    CHECK(found("yamada@sub.mx.city.example.lg.jp", "山田", people));  // not one of them
    CHECK(found("yamada@mx.city.example.lg.jp", "山田", {"sub.mx.city.example.lg.jp"}));
    CHECK_FALSE(found("yamada@sub.mx.city.example.lg.jp", "山田", {"sub.mx.city.example.lg.jp"}));
    // Names and addresses of the system ring as ever.
    CHECK(found("yamada@mx.city.example.lg.jp", "メール無害化システム", people));
    CHECK(found("unknown-sender@mx.city.example.lg.jp", "", people));
    CHECK(found("Non-ASCII-Address@mx.city.example.lg.jp", "", people));
    CHECK(found("unknown-sender@mugaika.invalid", "", people));
}

TEST_CASE("calendars and reports stand under a heading that says what they are, and that an impostor cannot fill") {
    const auto shown_as = [](PartKind kind, const char* type, Language language, const char* title = "") {
        TextBlock block = body("x\n");
        block.path = "2";
        block.role = TextRole::attached;
        block.title = line(title);
        PartRow row;
        row.facts.path = "2";
        row.facts.kind = kind;
        row.facts.detected_type = type;
        return body_text({block}, language, {.parts = std::span(&row, 1)})->text;
    };
    CHECK(shown_as(PartKind::calendar, "text/calendar", Language::ja, "会議.ics") == "［予定：会議.ics］\nx\n");
    CHECK(shown_as(PartKind::calendar, "text/calendar", Language::en) == "[Calendar entry]\nx\n");
    CHECK(shown_as(PartKind::calendar, "text/vcard", Language::ja) == "［連絡先］\nx\n");
    CHECK(shown_as(PartKind::calendar, "text/vcard", Language::en) == "[Contact]\nx\n");
    CHECK(shown_as(PartKind::report, "message/delivery-status", Language::ja) == "［配送状況の通知］\nx\n");
    CHECK(shown_as(PartKind::report, "message/delivery-status", Language::en) == "[Delivery report]\nx\n");
    CHECK(shown_as(PartKind::report, "message/disposition-notification", Language::ja) == "［開封の通知］\nx\n");
    CHECK(shown_as(PartKind::report, "text/rfc822-headers", Language::ja) == "［届かなかったメールの見出し］\nx\n");
    CHECK(shown_as(PartKind::text, "text/plain", Language::ja, "a.txt") == "［添付テキスト：a.txt］\nx\n");
    CHECK(shown_as(PartKind::calendar, "text/calendar", Language::ja, "━━ 無害化システムからのお知らせ.ics")
              .starts_with("> ［予定："));
}

TEST_CASE("one pass finds and quotes: what is quoted is what is said, across texts and headings too") {
    Extract extract = example_extract();
    extract.texts = {body("━━━━━━━━\n"), body("無害化システム\n")};
    const BodyText made = *Composer::body(extract, example_facts());
    CHECK(made.text == "━━━━━━━━\n\n> 無害化システム\n");
    CHECK(made.has_look_alikes);
    CHECK(impostures_of(extract) == std::vector{Reason::forged_notice});
    extract.texts = {body("x\n")};
    CHECK_FALSE(Composer::body(extract, example_facts())->has_look_alikes);
}

TEST_CASE("both findings have a sentence that stands before the text") {
    CHECK(contains(advice_for(Reason::forged_notice, Language::ja).sentence,
                   "本文に、このシステムのお知らせを装った文があります"));
    for (const Reason reason : {Reason::forged_notice, Reason::poses_as_system}) {
        CHECK(advice_for(reason, Language::ja).is_warning);
        CHECK_FALSE(advice_for(reason, Language::en).sentence.empty());
    }
}

TEST_CASE("the gate refuses forged lines that nobody quoted") {
    for (const char* forged : {"前\n━━ ﾒｰﾙ無害化ｼｽﾃﾑからのお知らせ ━━\n", "前\n〓〓〓 🈚害化 〓〓〓\n",
                               "前\nメール無害化\nシステムからのお知らせ\n", "前\n━━━━\n無害化システム\n"}) {
        INFO(forged);
        CHECK(unquoted_words(forged).starts_with("gate: notice: a line poses as one"));
    }
    CHECK(unquoted_words("前\n━━ 今月のお知らせ ━━\n") == "");
}

TEST_CASE("whatever look-alikes a text is made of, the gate accepts what the composer quoted") {
    static constexpr std::u32string_view signs =
        U"無无🈚害化シしｼ㋛すスてテでムむ厶⼛からカ力ガのノ丿おオォ才知せセゼ通知メールーnNոоοo0t𝐭тicсеefƒrгmмｍhaаαlI1|"
        U"sѕzugk mugaika"
        U"━─═=-*#★〓※➖≡⼀一〰＝ー-_~>｜|.,:、。「」（）・ \u00a0\u3000\u2800\ufe00\u0301\u3099\ufffc€①ⓜ🅼\n\n\n\n";
    static constexpr std::u32string_view pieces[] = {
        U"無害化",  U"システム", U"からの", U"お知らせ", U"mail sanitizer", U"notice from the ",
        U"mugaika", U"━━━━",     U"\n",     U"\n> ",     U"メール"};
    for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
        std::mt19937_64 random(seed);
        std::string text;
        for (int i = 0; i < 30; ++i) {
            if (random() % 3 == 0) {
                utf8::append(text, signs[random() % signs.size()]);
            } else {
                for (const char32_t c : pieces[random() % std::size(pieces)]) utf8::append(text, c);
            }
        }
        text += '\n';
        const auto plain = PlainText::from(text);
        if (!plain) continue;
        INFO("seed " << seed << "\n" << text);
        CHECK_FALSE(gate_hears(shown(text)));
    }
}

TEST_CASE("many short lines are read in one pass") {
    std::string text;
    for (int i = 0; i < 200000; ++i) text += "せ\n";
    CHECK(shown(text).size() == text.size());
}
