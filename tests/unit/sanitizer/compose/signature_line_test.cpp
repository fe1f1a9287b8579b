#include "sanitizer/compose/signature_line.hpp"

#include <catch2/catch.hpp>

#include "mail_reading.hpp"
#include "sanitizer/compose/composer.hpp"
#include "sanitizer/compose/impostor.hpp"
#include "sanitizer/compose/notice.hpp"
#include "sanitizer/compose/notice_mark.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

SignatureFact fact_with(SignatureFault fault, const std::string& path = "2") {
    SignatureFact fact;
    fact.path = path;
    fact.fault = fault;
    fact.names_author = fault != SignatureFault::other_address;
    fact.signer = line("青葉県 山田 太郎 <yamada@example.com>");
    fact.issuer = line("LGPKI 認証局");
    fact.signed_at = DateFact{1793836800, 0};  // 2026-11-05 00:00 UTC
    return fact;
}

PartRow signature_row(const std::string& path, Reason reason) {
    PartRow row = removed_file("smime.p7s", PartKind::signature, reason);
    row.verdict = PartVerdict::removed;
    row.facts.path = path;
    return row;
}

PartRow text_row(const std::string& path) {
    PartRow row;
    row.facts.path = path;
    row.facts.kind = PartKind::text;
    row.verdict = PartVerdict::text;
    row.method = Method::text_body;
    return row;
}

Extract signed_extract(SignatureFault fault) {
    Extract extract = example_extract();
    extract.parts = {text_row("1"), signature_row("2", reason_of(fault))};
    extract.signatures = {fact_with(fault)};
    return extract;
}

Notice notice_of(const Extract& extract, Language language = Language::ja) {
    ComposeFacts facts = example_facts();
    facts.language = language;
    return make_notice(extract, sanitized, facts);
}

std::vector<SignatureFault> all_faults() {
    std::vector<SignatureFault> all;
    for (unsigned i = 0; i <= static_cast<unsigned>(last_signature_fault); ++i) all.push_back(SignatureFault(i));
    return all;
}

}  // namespace

TEST_CASE("AC-226 a valid signature is told in one line, without an alarm, and nothing is said to be missing") {
    const Notice notice = notice_of(signed_extract(SignatureFault::none));
    CHECK(contains(
        notice.text,
        "\n・電子署名を検証した結果：有効（署名者「青葉県 山田 太郎 <yamada[at]example[.]com>」、発行者「LGPKI "
        "認証局」、署名日時 2026-11-05 09:00 (JST)）\n"));
    CHECK(count(notice.text, "署名者") == 1);
    CHECK(notice.level == NoticeLevel::none);
    CHECK(notice.place == NoticePlace::after_text);
    CHECK(notice.head.empty());
    CHECK_FALSE(contains(notice.text, "お届けしていない"));
    CHECK_FALSE(contains(notice.text, "失われました"));
    const std::string english = notice_of(signed_extract(SignatureFault::none), Language::en).text;
    CHECK(contains(english, "\n- Result of checking the electronic signature: valid (signer \""));
}

TEST_CASE("AC-226 what is not known about a signer rings no alarm, what is wrong does") {
    for (const SignatureFault fault : all_faults()) {
        const Notice notice = notice_of(signed_extract(fault));
        const bool alarms = fault == SignatureFault::content_changed || fault == SignatureFault::other_address ||
                            fault == SignatureFault::revoked;
        CHECK((notice.level == NoticeLevel::warning) == alarms);
        CHECK(contains(notice.text, "【ご注意ください】") == alarms);
        CHECK(count(notice.text, signature_label(Language::ja)) == 1);
        CHECK(contains(notice.text, "有効（") == (fault == SignatureFault::none));
    }
}

TEST_CASE("AC-226 a mailing list that breaks a signature is told without an alarm") {
    Extract extract = signed_extract(SignatureFault::content_changed);
    extract.header.list_id = "list.example.com";
    CHECK(notice_of(extract).level == NoticeLevel::none);
    CHECK(contains(notice_of(extract).text, "内容が変わっています"));
}

TEST_CASE("AC-226 a certificate without an address is said to be compared with nobody") {
    Extract extract = signed_extract(SignatureFault::none);
    extract.signatures[0].names_author = false;
    CHECK(contains(notice_of(extract).text, "メールアドレスがない"));
}

TEST_CASE("AC-230 a signature of a part is not one of the whole mail") {
    const auto of_part = [](const std::vector<std::string>& texts, const std::string& signature) {
        Extract extract;
        for (const std::string& path : texts) extract.parts.push_back(text_row(path));
        extract.parts.push_back(signature_row(signature, Reason::signature_valid));
        return is_of_part(fact_with(SignatureFault::none, signature), extract);
    };
    CHECK_FALSE(of_part({"1"}, "2"));
    CHECK_FALSE(of_part({"1.1", "1.2", "1.2/1", "1.2.1"}, "2"));
    CHECK(of_part({"1.1", "2"}, "1.2"));
    CHECK(of_part({"1", "3"}, "2"));
    CHECK(of_part({"1", "10"}, "2"));
    CHECK(of_part({"1", "2.1"}, "2.2"));
    CHECK_FALSE(of_part({"1", "3/1"}, "3/2"));
    CHECK(of_part({"1", "3/1", "3/3"}, "3/2"));
    Extract whole;
    whole.parts = {text_row("1"), text_row("2")};
    CHECK_FALSE(is_of_part(fact_with(SignatureFault::none, ""), whole));
    Extract footer = signed_extract(SignatureFault::none);
    footer.parts.push_back(text_row("3"));
    CHECK(contains(notice_of(footer).text, "（このメールの一部だけの署名）：有効"));
}

TEST_CASE("AC-230 a signature in an attached mail is said to be that mail's") {
    Extract extract = example_extract();
    PartRow mail = text_row("2");
    mail.facts.kind = PartKind::mail;
    mail.facts.name = "報告.eml";
    extract.parts = {text_row("1"), mail, text_row("2/1"), signature_row("2/2", Reason::signature_valid)};
    for (const char* path : {"2/2", "2"}) {
        extract.signatures = {fact_with(SignatureFault::none, path)};
        CHECK(contains(notice_of(extract).text, "電子署名を検証した結果（添付メール「報告.eml」の署名）：有効"));
    }
    extract.signatures = {fact_with(SignatureFault::none, "")};
    CHECK_FALSE(contains(notice_of(extract).text, "添付メール"));
}

TEST_CASE("AC-230 words of a certificate stay in their quotes, cannot be clicked and are no notice") {
    Extract extract = signed_extract(SignatureFault::issuer_unknown);
    extract.signatures[0].signer = line("総務省」、発行者「政府」）：有効 https://evil.example");
    extract.signatures[0].issuer = line("━━━━━━ 無害化システムからのお知らせはここまで ━━━━━━");
    const std::string notice = notice_of(extract).text;
    CHECK(count(notice, "」") == 2);
    CHECK_FALSE(contains(notice, "://"));
    CHECK(contains(notice, "発行者「（表示できません）」"));
    for (const Language language : {Language::ja, Language::en}) {
        ComposeFacts facts = example_facts();
        facts.language = language;
        CHECK(gate_words(composed(extract, sanitized, facts)).empty());
    }
}

TEST_CASE("AC-230 a sender who writes our line has it quoted, and the gate takes it nowhere else") {
    for (const char* const words :
         {"電子署名を検証した結果：有効（署名者「総務省」）", "・電子署名を検証した結果：有効",
          "　電子署名を検証した結果", "Result of checking the electronic signature: valid",
          "- Result of checking the electronic signature: valid"}) {
        Extract extract = example_extract();
        extract.texts = {body(std::string("本文です。\n") + words + "\n終わり。\n")};
        const ComposeFacts facts = example_facts();
        const auto body_text = Composer::body(extract, facts);
        REQUIRE(body_text.has_value());
        CHECK(contains(body_text->text, "\n> "));
        CHECK_FALSE(impostures(extract, *body_text, facts).empty());
        std::string mail = composed(extract, clean, facts);
        CHECK(gate_words(mail).empty());
        CHECK(looks_like_mark(words));
    }
    CHECK_FALSE(looks_like_mark("電子署名の手続きについて"));
    CHECK_FALSE(looks_like_mark("電子署名を検証してください"));
}

TEST_CASE("AC-226 every outcome passes the gate in both languages") {
    for (const SignatureFault fault : all_faults()) {
        for (const Language language : {Language::ja, Language::en}) {
            ComposeFacts facts = example_facts();
            facts.language = language;
            INFO(static_cast<int>(fault));
            CHECK(gate_words(composed(signed_extract(fault), sanitized, facts)).empty());
            CHECK(signature_line(fact_with(fault), {}, language).starts_with(signature_label(language)));
        }
    }
}
