#include "sanitizer/compose/subject_tag.hpp"

#include <catch2/catch.hpp>

#include "mail_reading.hpp"
#include "sanitizer/compose/composer.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

ReleaseOrder order() {
    ReleaseOrder made;
    made.order_id = "k2j4h6";
    made.person = "佐藤";
    made.reason = "確認済み";
    made.ordered_at = std::chrono::system_clock::time_point(std::chrono::seconds(1794183000));
    return made;
}

std::string subject_of(const Extract& extract, const Verdict& verdict, const ComposeFacts& facts) {
    const std::string mail = composed(extract, verdict, facts);
    CHECK(gate_words(mail) == "");
    return field(mail, "Subject");
}

}  // namespace

TEST_CASE("a site may have what is held or warned of shown in the Subject") {
    Extract warned = example_extract();
    warned.findings = {Reason::false_link};
    Extract removed = example_extract();
    removed.parts = {removed_file("a.pdf", PartKind::pdf, Reason::not_rebuilt)};
    ComposeFacts facts = example_facts();
    CHECK(subject_of(warned, sanitized, facts) == "会議のご案内");
    facts.subject_tags = true;
    CHECK(subject_of(warned, sanitized, facts) == "【注意】会議のご案内");
    CHECK(subject_of(warned, quarantined, facts) == "【隔離】会議のご案内");
    CHECK(subject_of(removed, sanitized, facts) == "会議のご案内");
    CHECK(subject_of(example_extract(), clean, facts) == "会議のご案内");
    facts.language = Language::en;
    CHECK(subject_of(warned, sanitized, facts) == "[Caution] 会議のご案内");
    warned.header.subject = line(" ");
    CHECK(subject_of(warned, sanitized, facts) == "[Caution]");
}

TEST_CASE("a release says so in its Subject and bears the date of the release; the notice tells the original's") {
    const ReleaseOrder ordered = order();
    ComposeFacts facts = example_facts();
    facts.order = &ordered;
    const std::string mail = composed(example_extract(), sanitized, facts);
    CHECK(gate_words(mail) == "");
    CHECK(field(mail, "Subject") == "【確認後のお届け】会議のご案内");
    CHECK(field(mail, "Date") == "Mon, 09 Nov 2026 09:10:00 +0900");
    CHECK(contains(shown_text(mail), "元のメールの日時：2026-11-05 09:53 (JST)\n"));
    facts.language = Language::en;
    CHECK(subject_of(example_extract(), sanitized, facts) == "[Released] 会議のご案内");
}

TEST_CASE("a mail with files that a password opened says so in its Subject, its notice and to filters") {
    ComposeFacts facts = example_facts();
    facts.unlocked_from = "0123456789abcdefghjkmnpqrs";
    const std::string mail = composed(example_extract(), sanitized, facts);
    CHECK(gate_words(mail) == "");
    CHECK(field(mail, "Subject") == "【パスワード解除後のお届け】会議のご案内");
    CHECK(contains(field(mail, "X-Mugaika"), "unlocked=0123456789abcdefghjkmnpqrs"));
    CHECK(contains(shown_text(mail), "パスワードで開きました。無害化できたものを添付しています。\n"));
    facts.language = Language::en;
    CHECK(subject_of(example_extract(), sanitized, facts) == "[Opened with a password] 会議のご案内");
    const ReleaseOrder ordered = order();
    facts.order = &ordered;  // of a file in it that was held again
    CHECK(subject_of(example_extract(), sanitized, facts) == "[Released] 会議のご案内");
    CHECK(gate_words(composed(example_extract(), sanitized, facts)) == "");
    facts.order = nullptr;
    facts.unlocked_from = "no id";
    CHECK(Composer::compose(example_extract(), sanitized, facts, BodyText()).has_error());
    for (const char* copy :
         {"【パスワード解除後のお届け】x", "[opened with a password]x", "［Ｏｐｅｎｅｄ with a password］x"}) {
        INFO(copy);
        CHECK(without_tags(copy, TagCopies::released) == "x");
    }
}

TEST_CASE("what a first mail could not bring answers that one, under our tag, with an id and a date of its own") {
    const Extract extract = example_extract();
    const std::string first = composed(extract, sanitized, example_facts());
    ComposeFacts facts = example_facts();
    facts.follow_up = "00112233445566778899aabbcc";
    facts.followed_at = facts.received_at + std::chrono::hours(24);
    const std::string mail = composed(extract, sanitized, facts);
    CHECK(gate_words(mail) == "");
    CHECK(field(mail, "Subject") == "【無害化後のお届け】会議のご案内");
    CHECK(contains(field(mail, "X-Mugaika"), "; follows=00112233445566778899aabbcc"));
    CHECK(field(mail, "In-Reply-To") == field(first, "Message-ID"));
    CHECK(contains(field(mail, "References"), field(first, "Message-ID")));
    CHECK(contains(field(mail, "Message-ID"), "<00112233445566778899aabbcc." + facts.id + "@"));
    CHECK(field(mail, "Date") != field(first, "Date"));
    CHECK(contains(shown_text(mail), "・先のメールでお届けできなかったものです。"));
    Extract nothing = extract;  // in which nothing comes after all
    nothing.texts.clear();
    CHECK(contains(shown_text(composed(nothing, sanitized, facts)), "お届けできませんでした。"));
    facts.language = Language::en;
    CHECK(subject_of(extract, sanitized, facts) == "[Delivered after sanitizing] 会議のご案内");
    facts.follow_up = "no id";
    CHECK(Composer::compose(extract, sanitized, facts, BodyText()).has_error());
    for (const char* copy : {"【無害化後のお届け】x", "[delivered after sanitizing]x"}) {
        CHECK(without_tags(copy, TagCopies::released) == "x");
    }
}

TEST_CASE("copies of the tags from outside are taken away, however they are spelled and wherever they stand") {
    for (const char* copy :
         {"【確認後のお届け】x", "Re: 【確認後のお届け】x", "〖確認後のお届け〗x", "［確認後のお届け］x",
          "[ 確認後の お届け ]x", "【確認\u300d後】【確認後のお届け】x", "【確【確認後のお届け】認後のお届け】x",
          "[Released]x", "[RELEASED]x", "［Ｒｅｌｅａｓｅｄ］x", "【released】x", "【確認後のお届\ufe00け】x",
          "【確\u0301認後のお届け】x"}) {
        INFO(copy);
        const std::string left = without_tags(copy, TagCopies::released);
        CHECK(left.ends_with("x"));
        CHECK_FALSE(contains(left, "確認後のお届け】"));
        CHECK_FALSE(contains(left, "eleased"));
        CHECK_FALSE(contains(left, "お届\ufe00け"));
    }
    for (const char* copy : {"【隔離】x", "【隔\uf9ea】x", "Fwd: [Quarantined]x", "【注意】x", "〔注　意〕x",
                             "[caution]x", "【隔【注意】離】x"}) {
        INFO(copy);
        CHECK(contains(copy, without_tags(copy, TagCopies::released)));  // the site has no such tags
        const std::string left = without_tags(copy, TagCopies::all);
        CHECK((left == "x" || left == "Fwd: x"));
    }
}

TEST_CASE("other words in brackets, and brackets alone, stay") {
    for (const char* same :
         {"【重要】台風の接近について", "【注意喚起】不審なメール", "【隔離室の清掃】", "[ML:123] Re: 注意", "注意】",
          "【", "】】", "【】", "", "(注意)", "「確認後のお届け」の件"}) {
        CHECK(without_tags(same, TagCopies::all) == same);
    }
    const std::string many(20000, '[');
    CHECK(without_tags(many + std::string(20000, ']'), TagCopies::all).size() == 40000);
}
