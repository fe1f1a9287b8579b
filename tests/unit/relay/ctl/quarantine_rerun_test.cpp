#include "kept_mails.hpp"
#include "relay/quarantine/rerun_order.hpp"

using namespace mugaika;
using ctl::Exit;

namespace {

class Rerunning : public Kept {
public:
    Ran rerun(std::vector<std::string> more, const std::string& input = {}) const {
        more.insert(more.begin(), {"quarantine", "rerun", "--by", "山田"});
        return run(more, input);
    }
    // Delivered, and a file of it stayed for this reason.
    std::string delivered(const std::string& recipient, Reason why,
                          PartVerdict verdict = PartVerdict::quarantined) const {
        return keep("A: b\r\n\r\n", recipient, std::chrono::hours(2), [&](QuarantineItem& item) {
            item.ledger.verdict = MailVerdict::sanitized;
            item.ledger.reason = why;
            item.ledger.parts[0].verdict = verdict;
            item.ledger.parts[0].reason = why;
        });
    }
    void change(const std::function<void(OwedOrder&)>& how) const {
        auto outbox = Outbox::open(config().outbox_dir());
        REQUIRE(outbox->change(orders().at(0).order.order_id, how).has_value());
    }
};

}  // namespace

TEST_CASE("a mail is ordered to be judged again by its id: durable, due at once, said and logged") {
    const Rerunning kept;
    const std::string id = kept.delivered("c@city.example.lg.jp", Reason::engine_unavailable);
    const Ran ran = kept.rerun({id});
    CHECK(ran.exit == Exit::done);
    CHECK_THAT(ran.out, Catch::Contains(id + "  order ") && Catch::Contains("to c@city.example.lg.jp"));
    REQUIRE(kept.orders().size() == 1);
    const OwedOrder owed = kept.orders()[0];
    CHECK(owed.order.kind == OrderKind::rerun);
    CHECK(owed.order.item_id == id);
    CHECK(owed.order.person == "山田");
    CHECK(owed.next_try <= std::chrono::system_clock::now());
    CHECK_THAT(kept.run({"quarantine", "list", "--state", "rerun"}).out, Catch::Contains(id));
    CHECK_THAT(kept.run({"queue", "list"}).out, Catch::Contains("rerun"));
    CHECK_THAT(kept.run({"quarantine", "show", id, "--by", "x"}).out,
               Catch::Contains("waits     order " + owed.order.order_id + " of 山田, tries 0, next try "));
}

TEST_CASE("a mail that waits to be judged again has one order, which is hurried; a held one stays held") {
    const Rerunning kept;
    const std::string id = kept.delivered("c@city.example.lg.jp", Reason::codec_late);
    REQUIRE(kept.rerun({id}).exit == Exit::done);
    kept.change([](OwedOrder& owed) {
        owed.attempts = 5;
        owed.state = OwedOrder::State::failed;
        owed.next_try += std::chrono::hours(1);
    });
    CHECK(kept.rerun({id}).exit == Exit::done);
    REQUIRE(kept.orders().size() == 1);
    CHECK(kept.orders()[0].attempts == 0);
    CHECK(kept.orders()[0].state == OwedOrder::State::waiting);
    CHECK(kept.orders()[0].next_try <= std::chrono::system_clock::now());
    kept.change([](OwedOrder& owed) { owed.state = OwedOrder::State::held; });
    const Ran held = kept.rerun({id});
    CHECK(held.exit == Exit::refused);
    CHECK_THAT(held.err, Catch::Contains("is held") && Catch::Contains("mugaika queue release"));
    CHECK(kept.orders()[0].state == OwedOrder::State::held);
}

TEST_CASE("filters choose mails, alone or among ids; without either the command asks which") {
    const Rerunning kept;  // with two more mails, held as not_rebuilt, of an hour and a hundred days ago
    const std::string id = kept.delivered("c@city.example.lg.jp", Reason::engine_unavailable);
    const auto chosen = [&](const std::vector<std::string>& more, const std::string& input = {}) {
        std::vector<std::string> with_json = more;
        with_json.push_back("--json");
        const Ran ran = kept.rerun(with_json, input);
        CHECK(ran.exit == Exit::done);
        return static_cast<std::size_t>(std::count(ran.out.begin(), ran.out.end(), '\n'));
    };
    CHECK(chosen({"--reason", "engine_unavailable"}) == 1);
    CHECK(chosen({"--reason", "codec_late"}) == 0);
    CHECK(chosen({"--since", "-3h"}) == 2);
    CHECK(chosen({"--until", "-24h"}) == 1);
    CHECK(chosen({"--since", "-3h", "--reason", "engine_unavailable"}) == 1);
    CHECK(chosen({"ALL"}) == 3);
    CHECK(chosen({"ALL", "--reason", "engine_unavailable"}) == 1);
    CHECK(chosen({"-", "--reason", "engine_unavailable"}, kept.first + "\n" + id + "\n") == 1);
    const Ran nobody = kept.rerun({});
    CHECK(nobody.exit == Exit::usage);
    CHECK_THAT(nobody.err, Catch::Contains("which mails?"));
    CHECK_THAT(kept.rerun({"--reason", "engine_unavailabel"}).err,
               Catch::Contains("did you mean \"engine_unavailable\"?"));
    CHECK(kept.rerun({"all"}).exit != Exit::done);
}

TEST_CASE("of what was delivered whole nothing is judged again, and whoever still gets the mail itself is left out") {
    const Rerunning kept;
    const std::string whole = kept.delivered("c@city.example.lg.jp", Reason::none, PartVerdict::rebuilt);
    const Ran nothing = kept.rerun({whole});
    CHECK(nothing.exit == Exit::refused);
    CHECK_THAT(nothing.err, Catch::Contains("nothing stayed"));
    CHECK_THAT(kept.rerun({"ALL", "--since", "-90m", "--until", "-30m"}).out, Catch::Contains(kept.first));
    const std::string owed = kept.delivered("d@city.example.lg.jp", Reason::engine_unavailable);
    ReleaseOrder rest;
    rest.kind = OrderKind::rest;
    rest.order_id = make_order_id();
    rest.item_id = owed;
    rest.recipients = {address("d@city.example.lg.jp")};
    rest.person = "mugaika-relay";
    REQUIRE(Outbox::open(kept.config().outbox_dir())->add(rest).has_value());
    CHECK_THAT(kept.rerun({owed}).err, Catch::Contains("are still to get the mail itself"));
}

TEST_CASE("a mail that only waits to be judged again is deleted with its order") {
    const Rerunning kept;
    const std::string id = kept.delivered("c@city.example.lg.jp", Reason::engine_unavailable);
    REQUIRE(kept.rerun({id}).exit == Exit::done);
    CHECK(kept.run({"quarantine", "delete", id, "--reason", "spam", "--by", "x"}).exit == Exit::done);
    CHECK(kept.orders().empty());
}

TEST_CASE("show tells what became of each time, and what stayed for which reason") {
    const Rerunning kept;
    const std::string id = kept.delivered("c@city.example.lg.jp", Reason::engine_unavailable);
    RerunNote note;
    note.order_id = make_order_id();
    note.person = "mugaika-relay";
    note.result = RerunResult::brought;
    note.recipients = {"c@city.example.lg.jp"};
    note.brought = {"2"};
    note.stays = {{"3", Reason::malware_found}};
    note.at = std::chrono::system_clock::now();
    const auto store = kept.open(QuarantineStore::Access::relay);
    REQUIRE(store->note_rerun(id, note).has_value());
    note.result = RerunResult::nothing_new;
    note.brought.clear();
    REQUIRE(store->note_rerun(id, note).has_value());
    const std::string text = kept.run({"quarantine", "show", id, "--by", "x"}).out;
    CHECK_THAT(text, Catch::Contains("went on: parts 2; part 3 stays, malware_found"));
    CHECK_THAT(text, Catch::Contains("nothing new could cross, nothing was sent; part 3 stays"));
    CHECK_THAT(kept.run({"quarantine", "show", id, "--json", "--by", "x"}).out,
               Catch::Contains("\"result\":\"brought\",\"parts\":[\"2\"]"));
    REQUIRE(store->remove(id).has_value());
    CHECK(store->reruns(id)->empty());
}
