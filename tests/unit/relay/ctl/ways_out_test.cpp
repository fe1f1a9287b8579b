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

RawMail mail_with(const Content& content) {
    const std::string text =
        "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\ntext\r\n--b\r\nContent-Type: " +
        content.type + "\r\nContent-Disposition: attachment; filename=\"" + content.name +
        "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64(content.bytes) + "--b--\r\n";
    return RawMail::from_bytes(text).value();
}

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

    Finished finished(const RawMail& raw) const {
        const auto answer = ctl::ask_about_all(raw, profile_, config_, std::chrono::system_clock::now()).value();
        return finish(answer, profile_, facts_for(raw));
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
                if (way.act == Act::image_pdf && !is_document(sent.content)) continue;
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
    const PagesDrawn drawn = ctl::pages_drawn(CtlFixture().config());
    if (!drawn.of_pdf) return say_skipped("acts of an administrator who has pages drawn: poppler is not here");
    CHECK(seen[Act::image_pdf] >= (drawn.of_office.any() ? 6 : 2));
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
