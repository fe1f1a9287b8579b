#include "kept_mails.hpp"

using namespace mugaika;
using ctl::Exit;

namespace {

class Releasing : public Kept {
public:
    Ran release(const std::string& id, std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"quarantine", "release", id, "--reason", "r", "--by", "山田"});
        return run(more);
    }
    void deliver_all() const {
        for (const OwedOrder& owed : orders()) deliver(owed);
    }
};

}  // namespace

TEST_CASE("what was released and delivered to somebody is released to them again only with --again") {
    const Releasing kept;
    kept.configure("[profile.standard]\nrelease_originals = true\n");
    REQUIRE(kept.release(kept.first).exit == Exit::done);
    kept.deliver_all();
    const Ran refused = kept.release(kept.first);
    CHECK(refused.exit == Exit::refused);
    CHECK_THAT(refused.err, Catch::Contains("was delivered to a@city.example.lg.jp") &&
                                Catch::Contains("released by 山田") && Catch::Contains("--again"));
    CHECK(kept.orders().empty());
    CHECK(kept.release(kept.first, {"--rcpt", "z@city.example.lg.jp", "--rcpt", "a@city.example.lg.jp"}).exit ==
          Exit::refused);
    // To somebody else, or something else of it, is not the same.
    CHECK(kept.release(kept.first, {"--rcpt", "z@city.example.lg.jp"}).exit == Exit::done);
    CHECK(kept.release(kept.first, {"--parts", "2"}).exit == Exit::done);
    kept.deliver_all();
    CHECK(kept.release(kept.first, {"--parts", "2"}).exit == Exit::refused);
    CHECK(kept.release(kept.first, {"--parts", "2", "--again"}).exit == Exit::done);
    CHECK(kept.release(kept.first, {"--again"}).exit == Exit::done);
    CHECK(kept.orders().size() == 2);
    CHECK(kept.release(kept.second).exit == Exit::done);
}

TEST_CASE("releasing what was delivered when it came, or what has an order already, warns and is done") {
    const Releasing kept;
    const std::string sent = kept.keep("A: b\r\n\r\n", "c@city.example.lg.jp", std::chrono::hours(1),
                                       [](QuarantineItem& item) { item.ledger.verdict = MailVerdict::sanitized; });
    const Ran again = kept.release(sent);
    CHECK(again.exit == Exit::done);
    CHECK_THAT(again.err, Catch::Contains("warning: kept mail " + sent + " was delivered, rebuilt, when it came"));
    CHECK(kept.release(sent, {"--rcpt", "z@city.example.lg.jp"}).err.find("was delivered") == std::string::npos);
    CHECK(kept.release(kept.first).err.empty());
    const Ran twice = kept.release(kept.first);
    CHECK(twice.exit == Exit::done);
    CHECK_THAT(twice.err, Catch::Contains("has an order already, ") && Catch::Contains("of 山田"));
    CHECK(kept.orders().size() == 4);
}

TEST_CASE("what a scanner forbade is not released: the command says what, why and what one can do") {
    const Releasing kept;
    kept.configure("[profile.standard]\nrelease_originals = true\n");
    const auto found = [&](MailVerdict verdict) {
        return kept.keep(verdict == MailVerdict::sanitized ? "A: b\r\n\r\n" : "A: c\r\n\r\n", "c@city.example.lg.jp",
                         std::chrono::hours(1), [verdict](QuarantineItem& item) {
                             item.ledger.verdict = verdict;
                             item.ledger.parts[0].reason = Reason::malware_found;
                         });
    };
    const std::string sent = found(MailVerdict::sanitized);
    for (const std::vector<std::string>& more :
         {std::vector<std::string>{"--parts", "2"}, std::vector<std::string>{}}) {
        const Ran refused = kept.release(sent, more);
        CHECK(refused.exit == Exit::refused);
        CHECK_THAT(refused.err, Catch::Contains("part 2") && Catch::Contains("a scanner found malware in it") ||
                                    Catch::Contains("in which a scanner found malware"));
        CHECK_THAT(refused.err, Catch::Contains("`mugaika stats --id " + sent + "`") &&
                                    Catch::Contains("`mugaika quarantine export " + sent + " --part 2`"));
    }
    CHECK(kept.orders().empty());
    // The letter itself was held: it goes, and the file stays.
    const std::string held = found(MailVerdict::quarantined);
    CHECK(kept.release(held, {"--parts", "2"}).exit == Exit::refused);
    const Ran goes = kept.release(held);
    CHECK(goes.exit == Exit::done);
    CHECK_THAT(goes.err, Catch::Contains("goes without part 2: a scanner found malware in it"));
    CHECK(kept.orders().size() == 1);
}
