// Many random mails through composer and gate: whatever passes the checks of PlainText and MailAddress can be composed,
// and whatever is composed passes the gate. A failure names the seed of its mail.
#include <catch2/catch.hpp>
#include <random>

#include "mail_reading.hpp"
#include "policy/ascii.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/compose/composer.hpp"
#include "sanitizer/compose/subject_tag.hpp"
#include "sanitizer/mail/sha256.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

class Generator {
public:
    explicit Generator(std::uint64_t seed) : random_(seed) {}

    std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_() % end); }
    bool one_in(std::size_t n) { return below(n) == 0; }

    std::string words(std::size_t characters_max);
    PlainLine plain_line(std::size_t characters_max) { return line(words(characters_max)); }
    std::string lines();
    Mailbox random_mailbox();
    std::vector<Mailbox> mailboxes(std::size_t most);
    std::string message_id();
    Reason reason() { return static_cast<Reason>(below(reason_count)); }
    std::vector<Reason> reasons(std::size_t most);
    TextBlock block();
    PartRow row();
    SafeFile file();
    Extract extract();
    ComposeFacts facts();
    Verdict verdict();

private:
    char32_t character();
    std::mt19937_64 random_;
};

char32_t Generator::character() {
    static constexpr std::u32string_view tricky = U"\"\\<>@:;,.()[]=?%'/*|&#-_~ \u3000　━─＝－ー一…「」（）ａ＠．";
    for (;;) {
        char32_t c = 0;
        switch (below(6)) {
            case 0:
                c = tricky[below(tricky.size())];
                break;
            case 1:
                c = static_cast<char32_t>(0x20 + below(0x5f));
                break;
            case 2:
                c = static_cast<char32_t>('a' + below(26));
                break;
            case 3:
                c = static_cast<char32_t>(0x3041 + below(0x50));
                break;
            case 4:
                c = static_cast<char32_t>(0x4e00 + below(0x5000));
                break;
            default:
                c = static_cast<char32_t>(below(0x20000));
                break;
        }
        if (is_showable(c)) return c;
    }
}

std::string Generator::words(std::size_t characters_max) {
    static constexpr auto phrases =
        std::to_array<std::string_view>({"http://evil.example/", "a@b.example", "www.",
                                         "=?UTF-8?B?YQ==?=", "━━━━━━ メール無害化システムからのお知らせ ━━━━━━",
                                         "無害化システムからのお知らせ", "【確認後のお届け】", "[released]", "【注意】",
                                         "======== End of the notice from the mail sanitizer ========", ".pdf", ".zip",
                                         "受付番号：", "From ", ".", ">", "Re:"});
    std::string out;
    const std::size_t count = below(characters_max + 1);
    for (std::size_t i = 0; i < count; ++i) utf8::append(out, character());
    if (one_in(4)) out += phrases[below(phrases.size())];
    if (one_in(8)) out.insert(0, phrases[below(phrases.size())]);
    return out;
}

std::string Generator::lines() {
    std::string out;
    for (std::size_t i = below(12); i > 0; --i) {
        out += one_in(20) ? std::string(below(3000), 'x') : words(one_in(10) ? 2000 : 60);
        if (one_in(5)) out += "\t";
        out += one_in(6) ? "\n\n" : "\n";
    }
    if (one_in(3)) {  // pure ASCII, for 7bit
        std::erase_if(out, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    }
    return out;
}

Mailbox Generator::random_mailbox() {
    static constexpr auto addresses = std::to_array<std::string_view>(
        {"yamada@example.com", "\"taro..y.\"@docomo.example", "用户@例子.jp", "a@[192.0.2.1]", "a+b=c?d@x-y.example",
         "\"a,b\"@example.com", "a@xn--r8jz45g.jp", "o'brien@example.com"});
    return {one_in(3) ? PlainLine() : plain_line(40), address(addresses[below(addresses.size())])};
}

std::vector<Mailbox> Generator::mailboxes(std::size_t most) {
    std::vector<Mailbox> out;
    for (std::size_t i = below(most + 1); i > 0; --i) out.push_back(random_mailbox());
    return out;
}

std::string Generator::message_id() {
    static constexpr auto ids = std::to_array<std::string_view>(
        {"a@b.example", "", "x..y@[192.0.2.1]", "<a>@b", "a b@c", "$1=2@c", "=?a?=@b", "a@b..c", "a\r\nb@c", "日本@b"});
    return one_in(10) ? std::string(below(1200), 'm') + "@example.com" : std::string(ids[below(ids.size())]);
}

std::vector<Reason> Generator::reasons(std::size_t most) {
    std::vector<Reason> out;
    for (std::size_t i = below(most + 1); i > 0; --i) out.push_back(reason());
    return out;
}

TextBlock Generator::block() {
    TextBlock out = body(lines());
    out.role = static_cast<TextRole>(below(3));
    out.title = plain_line(30);
    out.quote_depth = static_cast<std::uint32_t>(one_in(50) ? random_() : below(4));
    out.summary = {{"Subject", plain_line(50)}, {"From", plain_line(20)}, {words(5), plain_line(20)}};
    return out;
}

PartRow Generator::row() {
    PartRow out;
    out.facts.kind = static_cast<PartKind>(below(part_kind_count));
    out.facts.name = one_in(10) ? std::string("bad\x80\nname") : words(60);
    out.facts.is_attachment = one_in(2);
    out.facts.bytes = random_() >> below(64);
    out.verdict = static_cast<PartVerdict>(below(4));
    out.reason = reason();
    out.notes = reasons(3);
    return out;
}

SafeFile Generator::file() {
    static constexpr auto types = std::to_array<std::string_view>({"application/pdf", "image/png", "text/html", ""});
    SafeFile out;
    out.name = plain_line(one_in(10) ? 300 : 30);
    out.type = types[below(types.size())];
    for (std::size_t i = below(300); i > 0; --i) out.bytes.push_back(static_cast<char>(below(256)));
    return out;
}

Extract Generator::extract() {
    Extract out;
    HeaderFacts& header = out.header;
    header.from = mailboxes(2);
    header.sender = mailboxes(2);
    header.reply_to = mailboxes(2);
    header.to = mailboxes(one_in(20) ? 500 : 4);
    header.cc = mailboxes(4);
    header.from_text = plain_line(30);
    header.subject = plain_line(one_in(10) ? 3000 : 50);
    if (!one_in(4))
        header.date = DateFact{static_cast<std::int64_t>(random_() >> below(64)), static_cast<int>(below(4000)) - 2000};
    header.message_id = message_id();
    for (std::size_t i = below(4); i > 0; --i) header.references.push_back(message_id());
    for (std::size_t i = below(2); i > 0; --i) header.in_reply_to.push_back(message_id());
    header.auto_submitted = static_cast<AutoSubmitted>(below(4));
    header.importance = static_cast<Importance>(below(4));
    header.list_id = one_in(2) ? "news.example.com" : words(20);
    header.list_name = plain_line(30);
    header.received_count = static_cast<std::uint32_t>(random_());
    header.first_hop = plain_line(100);
    header.authentication.by = one_in(2) ? "mx.upstream.example" : words(20);
    for (AuthResult& result : header.authentication.results) result = static_cast<AuthResult>(below(9));
    for (std::size_t i = below(5); i > 0; --i) out.texts.push_back(block());
    for (std::size_t i = below(5); i > 0; --i) out.parts.push_back(row());
    if (one_in(3)) {
        for (std::size_t i = below(4); i > 0; --i) out.files.push_back(file());
    }
    out.findings = reasons(3);
    return out;
}

ComposeFacts Generator::facts() {
    ComposeFacts out = example_facts();
    out.language = one_in(2) ? Language::ja : Language::en;
    out.client_helo = plain_line(20);
    if (one_in(3)) out.client_address = "2001:db8::1";
    if (one_in(3)) out.client_address.clear();
    if (one_in(3)) out.protocol.clear();
    out.original_kept = one_in(2);
    out.original_bytes = random_();
    constexpr std::array<TimeZone, 3> zones{japan_time,
                                            [](std::int64_t) {
                                                return ZoneTime{-1439, "UTC-23:59"};
                                            },
                                            [](std::int64_t) {
                                                return ZoneTime{1439, "UTC+23:59"};
                                            }};
    out.zone = zones.at(below(zones.size()));
    out.kept_days = static_cast<std::uint32_t>(below(3) * 36500);
    out.subject_tags = one_in(2);
    out.from_own_domain = one_in(8);
    out.contact = one_in(2) ? line("情報システム課（内線 1234）") : PlainLine();
    out.notice_phrase = one_in(2) ? line("さくら") : PlainLine();
    for (const char* path : {"1", "2", "3", "1.1", "2/1"}) {
        if (one_in(2)) continue;
        out.ways_out.push_back(
            {path, static_cast<Act>(below(4)), random_(), static_cast<SafeKind>(below(safe_kind_count))});
    }
    return out;
}

Verdict Generator::verdict() { return {static_cast<MailVerdict>(below(3)), reason(), one_in(2), one_in(2)}; }

}  // namespace

TEST_CASE("AC-018 AC-110 AC-117 the gate accepts whatever the composer makes of any extract") {
    for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
        Generator generator(seed);
        const Extract extract = generator.extract();
        const Verdict verdict = generator.verdict();
        ComposeFacts facts = generator.facts();
        ReleaseOrder order;
        order.order_id = "k2j4h6";
        order.person = generator.words(10);
        order.reason = generator.words(30);
        order.parts.resize(generator.below(2), "2");
        order.ordered_at = std::chrono::system_clock::time_point(std::chrono::seconds(1800000000));
        if (generator.one_in(3)) facts.order = &order;

        const std::string mail = composed(extract, verdict, facts);
        const std::string words = gate_words(mail, permit_for(extract));
        if (!words.empty()) {
            INFO("seed " << seed << "\n" << mail << "\n" << shown_text(mail));
            CHECK(words == "");
            continue;
        }
        const TagCopies copies = facts.subject_tags ? TagCopies::all : TagCopies::released;
        const std::string untagged = without_tags(extract.header.subject.str(), copies);
        const std::string_view subject = ascii::trim(untagged);
        const bool may_be_tagged = facts.order != nullptr || facts.subject_tags;
        const std::vector<std::string> subjects = fields(mail, "Subject");
        const bool is_right = subjects.empty() ? subject.empty() && facts.order == nullptr
                              : may_be_tagged  ? std::string_view(subjects.front()).ends_with(subject)
                                               : subjects.front() == subject;
        if (!is_right) {
            INFO("seed " << seed << "\n" << mail);
            CHECK(false);
        }
    }
}

TEST_CASE("the gate accepts a notice for any envelope sender") {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        Generator generator(seed);
        const ComposeFacts facts = generator.facts();
        const Verdict verdict{MailVerdict::quarantined, generator.reason(), true, true};
        const std::string sender = generator.one_in(5) ? std::string("a\xff\r\n.") : generator.words(60);
        const auto mail = Composer::compose_without_extract(verdict, facts, sender);
        REQUIRE(mail.has_value());
        INFO("seed " << seed);
        CHECK(gate_words(mail->bytes()) == "");
    }
}
