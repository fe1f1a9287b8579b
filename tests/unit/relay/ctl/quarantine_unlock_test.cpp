// `mugaika quarantine unlock`: the real worker, codec and checker, a quarantine and an outbox.
#include <sys/stat.h>

#include "kept_mails.hpp"
#include "relay/quarantine/unlock_notes.hpp"
#include "sanitizer/compose/base64_writer.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "tests/support/made_locked_zip.hpp"

using namespace mugaika;
using namespace mugaika::test;
using ctl::Exit;

namespace {

constexpr std::string_view password = "Himitsu-2026!";

std::string mail_with(const std::string& file) {
    std::string mail =
        "From: =?UTF-8?B?5bGx55Sw?= <yamada@example.com>\r\nTo: a@city.example.lg.jp\r\nCc: c@city.example.lg.jp\r\n"
        "Subject: =?UTF-8?B?6KaL56mN5pu4?=\r\nDate: Thu, 05 Nov 2026 10:11:12 +0900\r\n"
        "Message-ID: <77@example.com>\r\nReferences: <76@example.com>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nsee the file\r\n"
        "--b\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename=\"quote.zip\"\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n";
    append_base64_lines(mail, file);
    return mail + "--b--\r\n";
}

class Locked : public Kept {
public:
    explicit Locked(std::string file = locked_by_library("aes256", std::string(password),
                                                         {{"見積書.txt", "合計 1,000 円\n"}, {"b.exe", "MZ"}}))
        : id(keep(mail_with(file), "a@city.example.lg.jp", std::chrono::hours(1), [&](QuarantineItem& item) {
              item.ledger.parts = {locked_row(file), member_row("2/1"), text_row()};
          })) {}

    Ran unlock(std::vector<std::string> more, std::string_view typed = password) const {
        more.insert(more.begin(), {"quarantine", "unlock"});
        more.insert(more.end(), {"--reason", "電話で確認", "--by", "山田"});
        return run(more, std::string(typed) + "\n");
    }
    Ran unlock() const { return unlock({id, "--part", "2"}); }

    std::vector<boost::json::object> events_named(std::string_view name) const {
        std::vector<boost::json::object> found;
        for (const auto& event : events()) {
            if (event.at("event").as_string() == name) found.push_back(event);
        }
        return found;
    }
    UnlockRecord record() const { return open(QuarantineStore::Access::reader)->unlocks(id).value(); }

    static PartRow locked_row(const std::string& file) {
        PartRow row;
        row.facts.path = "2";
        row.facts.name = "quote.zip";
        row.facts.kind = PartKind::encrypted;
        row.facts.detected_type = "application/zip";
        row.facts.bytes = file.size();
        row.sha256 = sha256_hex(file);
        row.verdict = PartVerdict::quarantined;
        row.reason = Reason::encrypted;
        return row;
    }
    static PartRow member_row(std::string path) {
        PartRow row;
        row.facts.path = std::move(path);
        row.facts.name = "見積書.txt";
        row.verdict = PartVerdict::quarantined;
        row.reason = Reason::encrypted;
        return row;
    }
    static PartRow text_row() {
        PartRow row;
        row.facts.path = "3";
        row.facts.kind = PartKind::text;
        row.verdict = PartVerdict::text;
        return row;
    }

    const std::string id;
};

std::string original_of(const Locked& kept, const std::string& id) {
    const RawMail raw = kept.open(QuarantineStore::Access::reader)->load_original(id).value();
    return std::string(raw.untrusted_bytes()->view());
}

}  // namespace

TEST_CASE("AC-152 the right password files a follow-up in the same thread, and an order for the whole road") {
    if (!worker_is_there()) return;
    const Locked kept;
    const std::size_t before = kept.items();
    const Ran ran = kept.unlock();
    INFO(ran.err);
    REQUIRE(ran.exit == Exit::done);
    CHECK_THAT(ran.out,
               Catch::Contains(kept.id + "  opened  part 2 quote.zip") && Catch::Contains("a@city.example.lg.jp"));
    CHECK(kept.items() == before + 1);
    const auto orders = kept.orders();
    REQUIRE(orders.size() == 1);
    const ReleaseOrder& order = orders[0].order;
    CHECK(order.kind == OrderKind::unlock);
    CHECK(order.item_goes_with_it);
    CHECK(order.person == "山田");
    CHECK(order.recipients == std::vector{address("a@city.example.lg.jp")});
    const QuarantineItem item = kept.open(QuarantineStore::Access::reader)->load(order.item_id).value();
    CHECK(item.unlocked_from == kept.id);
    CHECK(item.subject.str() == "見積書");
    CHECK(item.envelope.sender_text() == "sender@example.com");
    const std::string mail = original_of(kept, order.item_id);
    CHECK_THAT(mail,
               Catch::Contains("\r\nIn-Reply-To: <77@example.com>\r\n") &&
                   Catch::Contains("\r\nReferences: <76@example.com> <77@example.com>\r\n") &&
                   Catch::Contains("<yamada@example.com>\r\n") && Catch::Contains("\r\nCc: c@city.example.lg.jp\r\n") &&
                   Catch::Contains("Message-ID: <" + order.order_id + "." + kept.id + "@mx.city.example.lg.jp>") &&
                   Catch::Contains("filename=\"quote.zip\""));
    CHECK(mail.find("Thu, 05 Nov 2026") == std::string::npos);  // dated when it was opened
    // Judged as at a first delivery: the text crosses, the program in it does not.
    REQUIRE(item.ledger.parts.size() == 3);
    CHECK(item.ledger.parts[0].verdict == PartVerdict::rebuilt);
    CHECK(item.ledger.parts[0].out_kind == "zip");
    CHECK(item.ledger.parts[1].verdict == PartVerdict::rebuilt);
    CHECK(item.ledger.parts[2].verdict == PartVerdict::quarantined);
    CHECK(std::count(item.ledger.findings.begin(), item.ledger.findings.end(), Reason::unlocked) == 1);
    const auto events = kept.events_named("quarantine.unlocked");
    REQUIRE(events.size() == 1);
    CHECK(events[0].at("id").as_string() == kept.id);
    CHECK(events[0].at("follow_up").as_string() == order.item_id);
    CHECK(events[0].at("order").as_string() == order.order_id);
    CHECK(events[0].at("person").as_string() == "山田");
    CHECK(events[0].at("why").as_string() == "電話で確認");
    CHECK(kept.record().wrong_tries == 0);
    const Ran shown = kept.run({"quarantine", "show", kept.id, "--by", "x"});
    CHECK_THAT(shown.out, Catch::Contains("by 山田 (電話で確認), parts 2, went on as " + order.item_id));
    CHECK_THAT(kept.run({"quarantine", "show", order.item_id, "--by", "x"}).out,
               Catch::Contains("opened of") && Catch::Contains(kept.id));
    CHECK_THAT(kept.run({"queue", "list"}).out, Catch::Contains("unlock"));
}

TEST_CASE("AC-152 the password stands in no file, no event and nothing that is said") {
    if (!worker_is_there()) return;
    const Locked kept;
    std::string said;
    for (const std::string_view typed : {password, std::string_view("AnotherSecret")}) {
        const Ran ran = kept.unlock({kept.id, "--part", "2"}, typed);
        said += ran.out + ran.err;
    }
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kept.path(""))) {
        if (!entry.is_regular_file()) continue;
        ++files;
        std::ifstream in(entry.path(), std::ios::binary);
        said += std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    }
    CHECK(files > 5);
    CHECK(said.find(password) == std::string::npos);
    CHECK(said.find("AnotherSecret") == std::string::npos);
    CHECK(said.find("合計") == std::string::npos);  // what was opened lies encrypted only
}

TEST_CASE("AC-152 a member is opened with the archive around it, and the same twice only with --again") {
    if (!worker_is_there()) return;
    const Locked kept;
    REQUIRE(kept.unlock({kept.id, "--part", "2/1", "--part", "2"}).exit == Exit::done);
    CHECK(kept.orders().size() == 1);
    const Ran twice = kept.unlock();
    CHECK(twice.exit == Exit::refused);
    CHECK_THAT(twice.err, Catch::Contains("was opened on") && Catch::Contains("by 山田") && Catch::Contains("--again"));
    CHECK(kept.unlock({kept.id, "--part", "2", "--again"}).exit == Exit::done);
    CHECK(kept.orders().size() == 2);
    CHECK(kept.record().opened.size() == 2);
}

TEST_CASE("AC-152 wrong passwords are counted, said and at last not tried any more") {
    if (!worker_is_there()) return;
    const Locked kept;
    const std::size_t before = kept.items();
    for (std::uint32_t left = password_tries_max; left-- > 0;) {
        const Ran wrong = kept.unlock({kept.id, "--part", "2"}, "wrong");
        CHECK(wrong.exit == Exit::refused);
        CHECK_THAT(wrong.err, Catch::Contains("wrong password for part 2"));
        if (left > 0) CHECK_THAT(wrong.err, Catch::Contains("tries left for this mail: " + std::to_string(left)));
        if (left == 0) CHECK_THAT(wrong.err, Catch::Contains("none is left") && Catch::Contains("quarantine export"));
    }
    const Ran refused = kept.unlock();  // the right one, too late
    CHECK(refused.exit == Exit::refused);
    CHECK_THAT(refused.err, Catch::Contains("10 wrong passwords were tried, and no more are") &&
                                Catch::Contains("export " + kept.id + " --part 2"));
    CHECK(kept.items() == before);
    CHECK(kept.orders().empty());
    CHECK(kept.events_named("quarantine.unlock_failed").size() == password_tries_max);
    CHECK(kept.events_named("quarantine.unlocked").empty());
    CHECK_THAT(kept.run({"quarantine", "show", kept.id, "--by", "x"}).out,
               Catch::Contains("wrong passwords so far: 10 of 10") && Catch::Contains("not opened here"));
    REQUIRE(kept.run({"quarantine", "delete", kept.id, "--reason", "r", "--by", "x"}).exit == Exit::done);
    CHECK_FALSE(std::filesystem::exists(kept.path("state/quarantine/unlocked/" + kept.id + ".unlocked")));
}

TEST_CASE("AC-152 damage is no wrong password, and is not counted") {
    if (!worker_is_there()) return;
    std::string zip = locked_by_library("aes256", std::string(password), {{"a.txt", noise(600)}});
    zip[300] = static_cast<char>(zip[300] ^ 1);
    const Locked kept(zip);
    const Ran ran = kept.unlock();
    CHECK(ran.exit == Exit::refused);
    CHECK_THAT(ran.err, Catch::Contains("document_damaged") && Catch::Contains("not counted as a wrong password"));
    CHECK(kept.record().wrong_tries == 0);
    CHECK(kept.events_named("quarantine.unlock_failed").at(0).at("why").as_string() == "document_damaged");
}

TEST_CASE("unlock says what is missing or cannot be, before it asks for a password") {
    const Locked kept;
    struct Wrong {
        std::vector<std::string> arguments;
        Exit exit;
        std::string words;
    };
    for (const Wrong& wrong : {Wrong{{kept.id, "--part", "9"}, Exit::refused, "has no part 9"},
                               Wrong{{kept.id, "--part", "3"}, Exit::refused, "has no password"},
                               Wrong{{kept.second, "--part", "2"}, Exit::refused, "has no password"},
                               Wrong{{"x", "--part", "2"}, Exit::usage, "is no id"},
                               Wrong{{"-", "--part", "2"}, Exit::usage, "standard input is for the password"},
                               Wrong{{"0123456789abcdefghjkmnpqrs", "--part", "2"}, Exit::refused, "no kept mail"}}) {
        INFO(wrong.words);
        const Ran ran = kept.unlock(wrong.arguments);
        CHECK(ran.exit == wrong.exit);
        CHECK_THAT(ran.err, Catch::Contains(wrong.words));
    }
    CHECK(kept.run({"quarantine", "unlock", kept.id, "--part", "2"}, "x\n").exit == Exit::usage);  // no reason
    CHECK(kept.run({"quarantine", "unlock", kept.id, "--reason", "r"}, "x\n").exit == Exit::usage);
    CHECK(kept.orders().empty());
    kept.configure("[profile.standard]\nattachments = { encrypted = \"quarantine\" }\n");
    const Ran forbidden = kept.unlock();
    CHECK(forbidden.exit == Exit::refused);
    CHECK_THAT(forbidden.err, Catch::Contains("encrypted = \"quarantine\""));
    CHECK(kept.record().wrong_tries == 0);
}

TEST_CASE("unlock without a password tries nothing") {
    if (!worker_is_there()) return;
    const Locked kept;
    const std::vector<std::string> command{"quarantine", "unlock", kept.id, "--part", "2",
                                           "--reason",   "r",      "--by",  "x"};
    CHECK(kept.run(command, "").exit == Exit::usage);
    CHECK(kept.run(command, "\n" + std::string(password) + "\n").exit == Exit::usage);
    const Ran long_one = kept.run(command, std::string(2000, 'x') + "\n");
    CHECK(long_one.exit == Exit::usage);
    CHECK_THAT(long_one.err, Catch::Contains("more than 1024 bytes"));
    CHECK(kept.record().wrong_tries == 0);
    // The first line without its end, whatever the end is and whatever follows.
    CHECK(kept.run(command, std::string(password) + "\r\nmore\n").exit == Exit::done);
}

TEST_CASE("unlock of what nobody here opens names what it is, and export") {
    const Locked kept;
    for (const auto& [type, words] : std::vector<std::pair<std::string, std::string>>{
             {"application/vnd.rar", "a RAR file"}, {"application/pkcs7-mime", "a key opens"}}) {
        const std::string id = kept.keep("Subject: " + type + "\r\n\r\n", "a@city.example.lg.jp", std::chrono::hours(1),
                                         [its = type](QuarantineItem& item) {
                                             item.ledger.parts = {Locked::locked_row("x")};
                                             item.ledger.parts[0].facts.detected_type = its;
                                         });
        const Ran ran = kept.unlock({id, "--part", "2"});
        CHECK(ran.exit == Exit::refused);
        CHECK_THAT(ran.err, Catch::Contains(words) && Catch::Contains("quarantine export " + id + " --part 2`"));
    }
    const std::string outer =
        kept.keep("Subject: zip\r\n\r\n", "a@city.example.lg.jp", std::chrono::hours(1), [&](QuarantineItem& item) {
            PartRow zip = Locked::locked_row("x");
            zip.facts.kind = PartKind::archive;
            item.ledger.parts = {zip};
        });
    CHECK_THAT(kept.unlock({outer, "--part", "2"}).err, Catch::Contains("files in it have; give their numbers"));
    // As a whole or one file of it.
    for (const std::string part : {"2", "2/1"}) {
        const std::string id = kept.keep("Subject: rar " + part + "\r\n\r\n", "a@city.example.lg.jp",
                                         std::chrono::hours(1), [&](QuarantineItem& item) {
                                             PartRow rar = Locked::locked_row("x");
                                             rar.facts.detected_type = "application/vnd.rar";
                                             rar.reason = part == "2" ? Reason::encrypted : Reason::members_held;
                                             item.ledger.parts = {rar, Locked::member_row("2/1")};
                                         });
        const Ran ran = kept.unlock({id, "--part", part});
        CHECK(ran.exit == Exit::refused);
        CHECK_THAT(ran.err, Catch::Contains("a RAR file") && Catch::Contains("quarantine export " + id));
    }
}

TEST_CASE("tries of a password are counted before each try, survive, and a record that cannot be read gives none") {
    const Locked kept;
    const auto store = kept.open(QuarantineStore::Access::relay);
    for (std::uint32_t left = password_tries_max; left-- > 0;)
        CHECK(store->count_password_try(kept.id).value() == left);
    CHECK(store->count_password_try(kept.id).error().fault() == Fault::limit);
    REQUIRE(store->take_back_password_try(kept.id).has_value());
    CHECK(kept.open(QuarantineStore::Access::reader)->count_password_try(kept.id).value() == 0);
    const std::string file = kept.path("state/quarantine/unlocked/" + kept.id + ".unlocked");
    for (const std::string text : {"", "{}", "{\"wrong_tries\":0}", "{\"wrong_tries\":-1,\"opened\":[]}",
                                   "{\"wrong_tries\":0,\"opened\":[1]}"}) {
        INFO(text);
        std::ofstream(file, std::ios::trunc) << text;
        CHECK(store->count_password_try(kept.id).has_error());
    }
    // What belongs to no mail goes when a relay starts.
    std::ofstream(kept.path("state/quarantine/unlocked/0123456789abcdefghjkmnpqrs.unlocked")) << "{}";
    kept.open(QuarantineStore::Access::relay);
    CHECK_FALSE(std::filesystem::exists(kept.path("state/quarantine/unlocked/0123456789abcdefghjkmnpqrs.unlocked")));
    CHECK(std::filesystem::exists(file));
}
