// Mails of which files stayed for what passes by itself, judged again: what can cross then follows, once.
#include <algorithm>
#include <deque>

#include "mail_flow_fixture.hpp"
#include "relay/quarantine/rerun_order.hpp"
#include "sanitizer/compose/base64_writer.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

// Says the same of every file until a test says otherwise.
struct Switched : Scanner {
    const std::string& name() const noexcept override { return called; }
    boost::asio::awaitable<Result<ScanAnswer>> scan(const FileToScan& file, Clock::time_point) override {
        ++asked;
        const bool is_bad = file.untrusted_bytes.find("malware") != std::string_view::npos;
        Result<ScanAnswer> answer = Error(Fault::unavailable, "connection refused");
        if (is_up) answer = is_bad && !is_corrected ? ScanAnswer(ScanForbids{"Found.Test"}) : ScanAnswer(ScanPassed{});
        co_return answer;
    }
    std::string called = "clamd";
    bool is_up = false;
    bool is_corrected = false;  // after a false alarm
    int asked = 0;
};

struct Scanned : Bench {
    explicit Scanned(const std::function<void(Config&)>& change = {})
        : Bench(worker_program, [&](Config& c) {
              c.outbox_retry = 1s;
              if (change) change(c);
          }) {
        auto made = std::make_unique<Switched>();
        scanner = made.get();
        std::vector<std::unique_ptr<Scanner>> one;
        one.push_back(std::move(made));
        flow->use(std::make_shared<Scanners>(io, std::vector<ScannerSettings>(1), std::move(one), Scanners::News{}));
    }
    QuarantineItem only_item() const {
        REQUIRE(kept().size() == 1);
        return store->load(kept()[0].id).value();
    }
    std::vector<RerunNote> runs(const QuarantineItem& item) const { return store->reruns(item.id).value(); }
    void order_again(const QuarantineItem& item) const {
        const auto order = rerun_order(item, item.envelope.recipients, "yamada", "by hand",
                                       std::chrono::system_clock::now(), std::chrono::days(1));
        REQUIRE(Outbox::open(folder / "outbox")->add(order).has_value());
    }
    void run_until_nothing_waits() {
        run_until([this] { return owed().empty(); });
    }
    Switched* scanner = nullptr;
};

std::string letter(const std::vector<std::pair<std::string, std::string>>& files) {
    std::string mail =
        "From: a@example.com\r\nTo: b@city.example\r\nSubject: report\r\nMessage-ID: <one@example.com>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/plain\r\n\r\nthe letter\r\n";
    for (const auto& [name, text] : files) {
        mail += "--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=" + name + "\r\n\r\n" +
                text + "\r\n";
    }
    return mail + "--b--\r\n";
}

bool has_file(const std::string& mail, const std::string& name) {
    return mail.find("filename=\"" + name + "\"") != std::string::npos;
}

}  // namespace

TEST_CASE("a file that no scanner could look at follows in the same thread once one can, and once only") {
    if (!worker_is_built()) return;
    Scanned bench;
    CHECK(begins(bench.answer_to(letter({{"a.txt", "safe"}})), "250 "));
    REQUIRE(bench.hop.mails.size() == 1);
    CHECK_FALSE(has_file(bench.hop.mails[0], "a.txt"));
    // Durable before the 250: the order, beside the original.
    const QuarantineItem item = bench.only_item();
    CHECK(item.message_id == "one@example.com");
    REQUIRE(bench.owed().size() == 1);
    CHECK(bench.owed()[0].order.kind == OrderKind::rerun);
    CHECK(bench.owed()[0].order.item_id == item.id);
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.count_events("\"result\":\"waits\"") > 0; });
    CHECK(bench.owed()[0].attempts == 0);  // nobody could be asked: that counts for nothing
    CHECK(bench.hop.mails.size() == 1);
    bench.scanner->is_up = true;
    bench.run_until_nothing_waits();
    REQUIRE(bench.hop.mails.size() == 2);
    const std::string& second = bench.hop.mails[1];
    CHECK(has_file(second, "a.txt"));
    CHECK_THAT(second, Catch::Contains("In-Reply-To: <one@example.com>\r\n"));
    CHECK_THAT(second, Catch::Contains("References: <one@example.com>\r\n"));
    CHECK(second.find("Message-ID: <one@example.com>") == std::string::npos);
    CHECK_THAT(second, Catch::Contains("; follows="));
    std::string the_letter;
    append_base64_lines(the_letter, "the letter\r\n");
    CHECK(second.find(the_letter.substr(0, 12)) == std::string::npos);
    CHECK(bench.count_events("\"quarantine.delivered\"") == 1);
    const auto runs = bench.runs(item);
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].brought == std::vector<std::string>{"2"});
    CHECK(runs[0].recipients == std::vector<std::string>{"b@city.example"});
    // By hand: nothing is left to follow.
    bench.order_again(item);
    bench.run_until_nothing_waits();
    CHECK(bench.hop.mails.size() == 2);
    CHECK(bench.runs(item).back().result == RerunResult::nothing_new);
    CHECK(bench.kept().size() == 1);
}

TEST_CASE("what follows holds nothing that had arrived, and nothing that a scanner forbids") {
    if (!worker_is_built()) return;
    Scanned bench;
    CHECK(begins(bench.answer_to(letter({{"a.txt", "safe"}, {"b.txt", "malware"}})), "250 "));
    const QuarantineItem item = bench.only_item();
    bench.scanner->is_up = true;
    const BusyClerk busy(bench, 1ms);
    bench.run_until_nothing_waits();
    REQUIRE(bench.hop.mails.size() == 2);
    CHECK(has_file(bench.hop.mails[1], "a.txt"));
    CHECK_FALSE(has_file(bench.hop.mails[1], "b.txt"));
    const auto runs = bench.runs(item);
    REQUIRE(runs.size() == 1);
    REQUIRE(runs[0].stays.size() == 1);
    CHECK(runs[0].stays[0].path == "3");
    CHECK(runs[0].stays[0].why == Reason::malware_found);
    // A false alarm that was corrected: only that file follows, and nobody asks about the other one.
    bench.scanner->asked = 0;
    bench.scanner->is_corrected = true;
    bench.order_again(item);
    bench.run_until_nothing_waits();
    CHECK(bench.scanner->asked == 1);
    REQUIRE(bench.hop.mails.size() == 3);
    CHECK(has_file(bench.hop.mails[2], "b.txt"));
    CHECK_FALSE(has_file(bench.hop.mails[2], "a.txt"));
    const auto id_of = [](const std::string& mail) { return mail.substr(mail.find("Message-ID: "), 60); };
    CHECK(id_of(bench.hop.mails[1]) != id_of(bench.hop.mails[2]));
}

TEST_CASE("what a scanner forbade does not follow where none is asked any more") {
    if (!worker_is_built()) return;
    Scanned bench;
    const bool at_first = GENERATE(true, false);  // found at the first delivery, or when it was judged again
    bench.scanner->is_up = at_first;
    CHECK(begins(bench.answer_to(letter({{"b.txt", "malware"}})), "250 "));
    const QuarantineItem item = bench.only_item();
    bench.scanner->is_up = true;
    const BusyClerk busy(bench, 1ms);
    bench.run_until_nothing_waits();
    bench.flow->use(std::shared_ptr<Scanners>());
    bench.order_again(item);
    bench.run_until_nothing_waits();
    CHECK(bench.hop.mails.size() == 1);
    CHECK(bench.runs(item).back().stays.at(0).why == Reason::malware_found);
}

// matrix: release/refused, release/unavailable
TEST_CASE(
    "an original that a person lets cross is shown to scanners first: forbidden it ends the order, unseen it waits") {
    if (!worker_is_built()) return;
    Scanned bench([](Config& config) { config.profiles["standard"].base.release_originals = true; });
    const bool is_bad = GENERATE(true, false);
    // Of a kind that nobody rebuilds, so that no scanner was asked when it came.
    std::string mail = letter({{"a.xyz", is_bad ? "\x01 malware" : "\x01 safe"}});
    mail.replace(mail.rfind("text/plain"), 10, "application/x-unknown");
    CHECK(begins(bench.answer_to(mail), "250 "));
    CHECK(bench.scanner->asked == 0);
    const QuarantineItem item = bench.only_item();
    const auto original = bench.store->load_original(item.id).value();
    ReleaseOrder order = order_for(item);
    order.parts = {"2"};
    const FlowEnd unseen = bench.wait_for(bench.flow->release(order, item, original));
    REQUIRE(unseen.outcome != nullptr);
    CHECK(unseen.outcome->failure == Failure::unavailable);
    bench.scanner->is_up = true;
    const FlowEnd end = bench.wait_for(bench.flow->release(order, item, original));
    CHECK(end.delivered == !is_bad);
    CHECK((end.outcome != nullptr && end.outcome->failure == Failure::refused) == is_bad);
    CHECK(bench.hop.mails.size() == (is_bad ? 1 : 2));
    CHECK(bench.count_events("\"scanner.found\"") == (is_bad ? 1 : 0));
}

TEST_CASE("when nothing can follow nothing is sent, and the item says so") {
    if (!worker_is_built()) return;
    Scanned bench;
    CHECK(begins(bench.answer_to(letter({{"b.txt", "malware"}})), "250 "));
    const QuarantineItem item = bench.only_item();
    bench.scanner->is_up = true;
    const BusyClerk busy(bench, 1ms);
    bench.run_until_nothing_waits();
    CHECK(bench.hop.mails.size() == 1);
    const auto runs = bench.runs(item);
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].result == RerunResult::nothing_new);
    CHECK(runs[0].stays.at(0).why == Reason::malware_found);
    CHECK(bench.count_events("\"result\":\"nothing_new\"") == 1);
}

TEST_CASE("a mail that is judged again walks as at its first delivery: what is held now stays, whatever is ordered") {
    if (!worker_is_built()) return;
    Scanned bench;
    CHECK(begins(bench.answer_to(letter({{"a.txt", "safe"}})), "250 "));
    bench.scanner->is_up = true;
    bench.config.profiles["standard"].base.actions[static_cast<std::size_t>(PartKind::text)] = PartAction::hold;
    bench.config.profiles["standard"].base.release_originals = true;
    bench.flow->use(std::make_shared<const Config>(bench.config));
    const BusyClerk busy(bench, 1ms);
    bench.run_until_nothing_waits();
    CHECK(bench.hop.mails.size() == 1);
}

TEST_CASE("a next hop that is away delays what follows and doubles nothing") {
    if (!worker_is_built()) return;
    Scanned bench;
    CHECK(begins(bench.answer_to(letter({{"a.txt", "safe"}})), "250 "));
    bench.scanner->is_up = true;
    bench.script("MAIL", {"451 4.3.0 later\r\n"});
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.count_events("\"quarantine.release_failed\"") == 1; });
    CHECK(bench.owed().at(0).state == OwedOrder::State::waiting);
    bench.hop.scripts[0].answers.clear();
    bench.run_until_nothing_waits();
    REQUIRE(bench.hop.mails.size() == 2);
    CHECK(has_file(bench.hop.mails[1], "a.txt"));
}

TEST_CASE("what arrived is not sent again while the disk takes no note of it") {
    if (!worker_is_built()) return;
    Scanned bench;
    CHECK(begins(bench.answer_to(letter({{"a.txt", "safe"}})), "250 "));
    const QuarantineItem item = bench.only_item();
    bench.scanner->is_up = true;
    const std::string notes = bench.folder / "quarantine/rerun";
    const std::string away = bench.folder / "away";
    std::filesystem::rename(notes, away);
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.hop.mails.size() == 2 && bench.count_events("\"result\":\"waits\"") > 1; });
    CHECK(bench.owed().size() == 1);
    std::filesystem::rename(away, notes);
    bench.run_until_nothing_waits();
    CHECK(bench.hop.mails.size() == 2);
    CHECK(bench.runs(item).at(0).brought == std::vector<std::string>{"2"});
}

TEST_CASE("a mail that was deleted meanwhile ends its order, without a word to anybody") {
    if (!worker_is_built()) return;
    Scanned bench;
    CHECK(begins(bench.answer_to(letter({{"a.txt", "safe"}})), "250 "));
    REQUIRE(bench.store->remove(bench.only_item().id).has_value());
    bench.scanner->is_up = true;
    const BusyClerk busy(bench, 1ms);
    bench.run_until_nothing_waits();
    CHECK(bench.hop.mails.size() == 1);
    CHECK(bench.count_events("\"result\":\"gone\"") == 1);
}

TEST_CASE("250 is said only when the order is durable, too") {
    if (!worker_is_built()) return;
    Scanned bench;
    std::filesystem::create_directory(bench.folder / "outbox/lock");  // cannot be opened as a file
    CHECK(begins(bench.answer_to(letter({{"a.txt", "safe"}})), "451 "));
    std::filesystem::remove(bench.folder / "outbox/lock");
    // The sender's second try: the same mail, the same order.
    CHECK(begins(bench.answer_to(letter({{"a.txt", "safe"}})), "250 "));
    CHECK(bench.owed().size() == 1);
    CHECK(bench.kept().size() == 1);
}

TEST_CASE("a mail that comes again, because its 250 was lost, and whole now, is not followed by what it brought") {
    if (!worker_is_built()) return;
    Scanned bench;
    CHECK(begins(bench.answer_to(letter({{"a.txt", "safe"}})), "250 "));
    CHECK(bench.owed().size() == 1);
    bench.scanner->is_up = true;
    CHECK(begins(bench.answer_to(letter({{"a.txt", "safe"}})), "250 "));
    REQUIRE(bench.hop.mails.size() == 2);
    CHECK(has_file(bench.hop.mails[1], "a.txt"));
    const BusyClerk busy(bench, 1ms);
    bench.run_until_nothing_waits();
    CHECK(bench.hop.mails.size() == 2);
}

TEST_CASE("what waits for an answer in vain is given up after some tries, and the item says so") {
    if (!worker_is_built()) return;
    Scanned bench;
    CHECK(begins(bench.answer_to(letter({{"a.txt", "safe"}})), "250 "));
    const QuarantineItem item = bench.only_item();
    auto outbox = Outbox::open(bench.folder / "outbox").value();
    const auto its_last = outbox.change(bench.owed()[0].order.order_id, [](OwedOrder& owed) {
        owed.order.valid_until = std::chrono::system_clock::now() - 1s;
        owed.next_try = owed.order.valid_until;
    });
    REQUIRE(its_last.has_value());
    const BusyClerk busy(bench, 1ms);
    bench.run_until_nothing_waits();
    CHECK(bench.hop.mails.size() == 1);
    CHECK(bench.runs(item).at(0).result == RerunResult::given_up);
    CHECK(bench.count_events("\"result\":\"given_up\"") == 1);
}

TEST_CASE("each recipient gets what that one does not have") {
    if (!worker_is_built()) return;
    Scanned bench;
    CHECK(begins(bench.answer_to(letter({{"a.txt", "safe"}}), {"b@city.example", "c@city.example"}), "250 "));
    const QuarantineItem item = bench.only_item();
    RerunNote had;
    had.order_id = bench.owed()[0].order.order_id;
    had.person = "yamada";
    had.result = RerunResult::brought;
    had.recipients = {"b@city.example"};
    had.brought = {"2"};
    had.at = std::chrono::system_clock::now();
    REQUIRE(bench.store->note_rerun(item.id, had).has_value());
    bench.scanner->is_up = true;
    const BusyClerk busy(bench, 1ms);
    bench.run_until_nothing_waits();
    CHECK(bench.hop.mails.size() == 2);
    const auto runs = bench.runs(item);
    REQUIRE(runs.size() == 3);  // the note above, and one for each of both
    CHECK(std::count_if(runs.begin() + 1, runs.end(), [](const RerunNote& run) {
              const bool is_brought = run.result == RerunResult::brought;
              return run.recipients == std::vector<std::string>{is_brought ? "c@city.example" : "b@city.example"};
          }) == 2);
}
