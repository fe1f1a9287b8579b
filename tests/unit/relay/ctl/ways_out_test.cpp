// Promise: whatever is said to deliver a file does. Each act that is found is carried out on the same mail, which goes
// through the real programs once more.
#include <boost/beast/core/detail/base64.hpp>
#include <map>

#include "ctl_fixture.hpp"
#include "relay/compose_for_route.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/recipient_groups.hpp"
#include "sanitizer/finish/finish_mail.hpp"
#include "sanitizer/finish/pictured_parts.hpp"
#include "sanitizer/finish/ways_out.hpp"
#include "test_places.hpp"
#include "tests/support/made_archive.hpp"
#include "tests/support/made_locked_package.hpp"
#include "tests/support/made_package.hpp"
#include "tests/support/sanitizer_build.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

struct Content {
    std::string name;
    std::string type;
    std::string bytes;
};

std::string file_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string base64(const std::string& bytes) {
    namespace codec = boost::beast::detail::base64;
    std::string text(codec::encoded_size(bytes.size()), '\0');
    text.resize(codec::encode(text.data(), bytes.data(), bytes.size()));
    std::string lines;
    for (std::size_t at = 0; at < text.size(); at += 76) lines += text.substr(at, 76) + "\r\n";
    return lines;
}

RawMail mail_with(const std::vector<Content>& contents) {
    std::string text =
        "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\ntext\r\n";
    for (const Content& content : contents) {
        text += "--b\r\nContent-Type: " + content.type + "\r\nContent-Disposition: attachment; filename=\"" +
                content.name + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64(content.bytes);
    }
    return RawMail::from_bytes(text + "--b--\r\n").value();
}
RawMail mail_with(const Content& content) { return mail_with(std::vector{content}); }

std::string docx() { return made_zip(docx_parts({"<w:p><w:r><w:t>text</w:t></w:r></w:p>"})); }

// What people have when they save the same content as that.
Content as_kind(const Content& content, SafeKind kind) {
    const std::string stem = content.name.substr(0, content.name.rfind('.'));
    const std::map<SafeKind, std::string> made{
        {SafeKind::docx, docx()},
        {SafeKind::xlsx, made_zip(xlsx_parts({"<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"}))},
        {SafeKind::pptx, made_zip(pptx_parts({}))},
        {SafeKind::pdf, file_text(std::string(MUGAIKA_SOURCE) + "/tests/fuzz/seeds/pdf_checker/plain.pdf")}};
    return {stem + std::string(extension(kind)), std::string(media_type(kind)), made.at(kind)};
}

// The contents that are sent, and what each is once its password has been told.
struct Sent {
    Content content;
    std::string opened = {};
};

std::vector<Sent> all_sent() {
    Lock lock;
    lock.password = "himitsu";
    const std::string source = MUGAIKA_SOURCE;
    const std::string book = "/tests/unit/sanitizer/codec/locked/old-office/plain.xls";
    const std::string zip = zip_of({{"a.txt", "text\r\n"}});
    const std::string locked_zip = made_zip_file({{{"a.txt", "not readable", 0, 1}}});
    return {{{"old.xls", "application/vnd.ms-excel", made_compound(std::vector<MadePart>{{"Workbook", "x"}})}},
            {{"old.doc", "application/msword", made_compound(std::vector<MadePart>{{"WordDocument", "x"}})}},
            {{"new.docx", std::string(media_type(SafeKind::docx)), docx()}},
            {{"list.csv", "text/csv", "a,b\r\n" + std::string(3000, '1') + "\r\n"}},
            {{"a.pdf", "application/pdf", "%PDF-1.4\ndamaged"}},
            {{"a.exe", "application/octet-stream", "MZ" + std::string(100, 'x')}},
            {{"a.bin", "application/octet-stream", std::string("\0\1\2\3", 4)}},
            {{"locked.docx", "application/octet-stream", made_compound(locked_agile(docx(), lock))}, docx()},
            {{"locked.zip", "application/zip", locked_zip}, zip},
            {{"plain.pdf", "application/pdf", file_text(source + "/tests/fuzz/seeds/pdf_checker/plain.pdf")}},
            {{"book.xls", "application/vnd.ms-excel", file_text(source + book)}}};
}

const std::vector<std::string> profiles{
    "",
    "[profile.standard]\nrelease_originals = true\n",
    "[profile.standard.attachments]\noffice = \"quarantine\"\n",
    "[profile.standard.attachments]\noffice = \"hold\"\npdf = \"remove\"\n",
    "[profile.standard.attachments]\noffice = \"text\"\npdf = \"text\"\n",
    "[profile.standard.attachments]\nencrypted = \"quarantine\"\nother = \"remove\"\n",
    "[[profile.standard.rule]]\nname = [\"*.docx\"]\naction = \"quarantine\"\n",
    "[[profile.standard.rule]]\nlarger_than = 500\naction = \"hold\"\n",
    "[[profile.standard.rule]]\nlarger_than = 500\nkind = [\"text\"]\naction = \"remove\"\n"
    "[[profile.standard.rule]]\nsender = [\"@example.com\"]\nkind = [\"archive\"]\naction = \"quarantine\"\n",
    "[profile.standard]\nrelease_originals = true\n"
    "[[profile.standard.rule]]\nname = [\"*.xls\"]\naction = \"refuse\"\n",
};

class Sanitizer {
public:
    explicit Sanitizer(Config config)
        : config_(std::move(config)),
          route_(&config_.routes.front()),
          profile_(profiles_for(config_, route_, "a@example.com", "b@city.example.lg.jp").as_received) {}

    const Profile& profile() const { return profile_; }

    // `size_max`: of the next hop; 0: nothing is known of it.
    Finished finished(const RawMail& raw, std::uint64_t size_max = 0) const {
        const auto answer = ctl::ask_about_all(raw, profile_, config_, std::chrono::system_clock::now()).value();
        FinishFacts facts = facts_for(raw);
        facts.size_max = size_max;
        return finish(answer, profile_, facts);
    }
    // Composed of what was asked once, for a next hop that says how much it takes.
    std::vector<WayOut> ways_for_size(const RawMail& raw, std::uint64_t size_max) const {
        const auto answer = ctl::ask_about_all(raw, profile_, config_, std::chrono::system_clock::now()).value();
        FinishFacts facts = facts_for(raw);
        const std::uint64_t whole = finish(answer, profile_, facts).mail->bytes().size();
        facts.size_max = size_max;
        const Finished fitting = finish(answer, profile_, facts);
        if (fitting.mail->bytes().size() <= size_max) ++fitted;
        return ways_out(fitting.ledger.parts, profile_, fitting.verdict.verdict, Original::kept, {},
                        LargeFiles(*answer.extract, whole, size_max));
    }
    mutable int fitted = 0;

    // What a reader sees of it.
    std::string text_for_size(const RawMail& raw, std::uint64_t size_max) const {
        const std::string mail(finished(raw, size_max).mail->bytes());
        const std::size_t begin = mail.find("base64\r\n\r\n") + 10;
        std::string lines = mail.substr(begin, mail.find("--", begin) - begin);
        std::erase_if(lines, [](char c) { return c == '\r' || c == '\n'; });
        namespace codec = boost::beast::detail::base64;
        std::string text(codec::decoded_size(lines.size()), '\0');
        text.resize(codec::decode(text.data(), lines.data(), lines.size()).first);
        return text;
    }

    Finished released(const RawMail& raw, const std::string& part, const Ledger& kept) const {
        ReleaseOrder order;
        order.order_id = make_order_id();
        order.ordered_at = std::chrono::system_clock::now();
        order.parts = {part};
        order.person = "tester";
        order.reason = "needed";
        const auto answer = ctl::ask_about(raw, profile_, config_, std::chrono::system_clock::now(), {part}).value();
        FinishFacts facts = facts_for(raw);
        facts.compose.order = &order;
        facts.keeping = FinishFacts::Keeping::done;
        facts.stored = &kept;
        return finish(answer, profile_, facts);
    }

    // As the relay does (MailFlow::release).
    Finished pictured(const RawMail& raw, const std::string& part, const Ledger& kept) const {
        ReleaseOrder order;
        order.kind = OrderKind::image_pdf;
        order.order_id = make_order_id();
        order.ordered_at = std::chrono::system_clock::now();
        order.parts = {part};
        order.person = "tester";
        order.reason = "needed";
        Profile ordered = profile_;
        ordered.pictured_parts = order.parts;
        auto answer = ctl::ask_about_all(raw, ordered, config_, std::chrono::system_clock::now()).value();
        leave_only_pictured(*answer.extract, order.parts);
        FinishFacts facts = facts_for(raw);
        facts.compose.order = &order;
        facts.compose.follow_up = order.order_id;
        facts.compose.followed_at = order.ordered_at;
        facts.keeping = FinishFacts::Keeping::done;
        facts.stored = &kept;
        return finish(answer, ordered, facts);
    }
    PagesDrawn pages() const { return ctl::pages_drawn(config_); }

private:
    FinishFacts facts_for(const RawMail& raw) const {
        FinishFacts facts;
        facts.envelope_sender = "a@example.com";
        facts.original_sha256 = raw.sha256();
        facts.compose.id = "abcdefghjkmnpqrstvwxyz0123";
        facts.compose.hostname = config_.hostname;
        fill_for_route(facts.compose, config_, route_);
        facts.compose.received_at = std::chrono::system_clock::now();
        facts.compose.original_bytes = raw.size();
        return facts;
    }

    Config config_;
    const Route* route_;
    Profile profile_;
};

bool is_delivered(const Finished& finished) {
    for (const PartRow& row : finished.ledger.parts) {
        if (row.facts.path == "2") return finished.mail.has_value() && row.verdict == PartVerdict::rebuilt;
    }
    return false;
}

Content carried_out(const WayOut& way, const Sent& sent) {
    Content content = sent.content;
    switch (way.act) {
        case Act::password:
            REQUIRE_FALSE(sent.opened.empty());
            content.bytes = sent.opened;
            break;
        case Act::smaller:
            REQUIRE(content.type == "text/csv");  // the only one that can be cut anywhere
            content.bytes.resize(static_cast<std::size_t>(way.bytes));
            break;
        case Act::other_kind:
            return as_kind(content, way.kind);
        case Act::release:
        case Act::image_pdf:
        case Act::own_mail:
            break;
    }
    return content;
}

// Of the old ones only one has more than the beginning of a document.
bool is_document(const Content& content) { return !content.name.starts_with("old."); }

Finished after_it(const Sanitizer& sanitizer, const WayOut& way, const Sent& sent, const Ledger& kept) {
    const RawMail raw = mail_with(sent.content);
    if (way.act == Act::release) return sanitizer.released(raw, way.path, kept);
    if (way.act == Act::image_pdf) return sanitizer.pictured(raw, way.path, kept);
    return sanitizer.finished(mail_with(carried_out(way, sent)));
}

}  // namespace

TEST_CASE("every act that is said to deliver a file delivers it") {
    if (!worker_is_there()) return;
    std::map<Act, int> seen;
    int without = 0;
    for (const std::string& profile : profiles) {
        const CtlFixture fixture;
        fixture.configure(profile);
        const Sanitizer sanitizer(fixture.config());
        for (const Sent& sent : all_sent()) {
            CAPTURE(profile, sent.content.name);
            // LibreOffice takes its time: it is asked where a profile speaks of its files.
            if (sent.content.name == "book.xls" && profile.find("office") == profile.npos) continue;
            const RawMail raw = mail_with(sent.content);
            const Finished before = sanitizer.finished(raw);
            for (const std::string& alarm : before.alarms) FAIL(alarm);
            if (is_delivered(before) || before.verdict.verdict == MailVerdict::refused) continue;
            const auto ways = ways_out(before.ledger.parts, sanitizer.profile(), before.verdict.verdict, Original::kept,
                                       sanitizer.pages());
            if (ways.empty()) ++without;
            for (const WayOut& way : ways) {
                // What only changes in size is a rule's matter, and of these only one can be made smaller here.
                if (way.act == Act::smaller && sent.content.type != "text/csv") continue;
                if (way.act == Act::image_pdf && (test::sanitizer_build || !is_document(sent.content))) continue;
                ++seen[way.act];
                CAPTURE(static_cast<int>(way.act), to_string(way.kind), way.bytes);
                const Finished after = after_it(sanitizer, way, sent, before.ledger);
                for (const std::string& alarm : after.alarms) UNSCOPED_INFO(alarm);
                CHECK(is_delivered(after));
            }
        }
    }
    for (const Act act : {Act::password, Act::release, Act::smaller, Act::other_kind}) CHECK(seen[act] >= 2);
    CHECK(without > 9);
    if (test::sanitizer_build) return say_skipped("pages that are drawn: engines have limits that no sanitizer keeps");
    const PagesDrawn drawn = ctl::pages_drawn(CtlFixture().config());
    if (!drawn.of_pdf) return say_skipped("acts of an administrator who has pages drawn: poppler is not here");
    CHECK(seen[Act::image_pdf] >= (drawn.of_office.any() ? 6 : 2));
}

TEST_CASE("of a mail that is too large for its next hop whatever is said to deliver a file delivers it") {
    if (!worker_is_there()) return;
    const CtlFixture fixture;
    fixture.configure("[profile.standard]\nrelease_originals = true\n");
    const Sanitizer sanitizer(fixture.config());
    const auto csv = [](const std::string& name, std::size_t rows) {
        std::string text;
        for (std::size_t row = 0; row < rows; ++row) text += std::to_string(row) + ",town\r\n";
        return Content{name, "text/csv", text};
    };
    const std::string zip = zip_of({{"a.txt", std::string(30000, 'a') + "\r\n"}});  // 100 bytes, and packed anew 30000
    const std::vector<Content> contents{
        csv("a.csv", 1000), csv("b.csv", 1500), csv("c.csv", 4000), {"d.zip", "application/zip", zip}};
    const RawMail raw = mail_with(contents);
    std::map<Act, int> seen;
    for (const std::uint64_t size_max : {1u, 8000u, 20000u, 26000u, 40000u, 60000u, 80000u, 100000u}) {
        for (const WayOut& way : sanitizer.ways_for_size(raw, size_max)) {
            Content content = contents.at(static_cast<std::size_t>(std::stoul(way.path)) - 2);
            CAPTURE(size_max, content.name, static_cast<int>(way.act), way.bytes);
            ++seen[way.act];
            if (way.act == Act::smaller && content.type != "text/csv") continue;  // nobody can cut that
            if (way.act == Act::smaller) content.bytes.resize(static_cast<std::size_t>(way.bytes));
            const Finished after = sanitizer.finished(mail_with(content), size_max);
            CHECK(is_delivered(after));
            REQUIRE(after.mail);
            CHECK(after.mail->bytes().size() <= size_max);
        }
    }
    CHECK_THAT(
        sanitizer.text_for_size(raw, 60000),
        Catch::Contains("受け取るには：差出人に、ファイルごとに別のメールに分けて送り直すよう依頼してください。"));
    CHECK(seen.size() == 2);  // no release: it would carry the other files too
    CHECK(seen[Act::own_mail] >= 4);
    CHECK(seen[Act::smaller] >= 4);
    CHECK(sanitizer.fitted >= 7);
}

TEST_CASE("what would deliver a file is said by policy try and by the notice, one line for each file") {
    if (!worker_is_there()) return;
    const CtlFixture fixture;
    const RawMail raw = mail_with(all_sent().front().content);
    const std::string mail(raw.untrusted_bytes().value().view());
    CHECK_THAT(fixture.run({"policy", "try"}, mail).out, Catch::Contains("would be delivered: sent again as xlsx"));
    const auto tried = json_lines(fixture.run({"policy", "try", "--json"}, mail).out);
    REQUIRE(tried.size() == 1);
    const auto& way = tried[0].at("parts").at(1).at("would_deliver").at(0).as_object();
    CHECK(way.at("act") == "other_kind");
    CHECK(way.at("kind") == "xlsx");
    CHECK_FALSE(tried[0].at("parts").at(0).as_object().contains("would_deliver"));

    const Ran kept = fixture.run({"sanitize", "--keep", "--rcpt", "b@city.example.lg.jp"}, mail);
    CAPTURE(kept.err);
    REQUIRE(kept.exit == ctl::Exit::done);
    const Ran shown = fixture.run({"quarantine", "show", "ALL"});
    CHECK_THAT(shown.out, Catch::Contains("part 2 would be delivered: sent again as xlsx"));
    const auto items = json_lines(fixture.run({"quarantine", "show", "ALL", "--json"}).out);
    REQUIRE(items.size() == 1);
    CHECK(items[0].at("would_deliver").at(0).at("part") == "2");
    CHECK(items[0].at("would_deliver").at(0).at("kind") == "xlsx");
}
