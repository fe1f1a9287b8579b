#include <pwd.h>
#include <unistd.h>

#include "kept_mails.hpp"
#include "relay/ctl/administration.hpp"

using namespace mugaika;
using ctl::Exit;
using ctl::Login;

namespace {

constexpr uid_t nobody_has_it = 4000000001;

}  // namespace

TEST_CASE(
    "who is logged in is looked up: the account that sudo names, or else that of the uid; nothing is taken on trust") {
    REQUIRE(getpwuid(nobody_has_it) == nullptr);
    const std::string root = getpwuid(0)->pw_name;
    CHECK(ctl::login_of(0, nullptr).name == root);
    CHECK(ctl::login_of(0, "").name == root);
    CHECK(ctl::login_of(nobody_has_it, nullptr).name.empty());
    CHECK(ctl::login_of(nobody_has_it, root.c_str()).name == root);
    CHECK(ctl::login_of(nobody_has_it, "no such account\n").name.empty());
    const Login forged = ctl::login_of(0, "no such account");
    CHECK(forged.name == root);
    CHECK(forged.sudo_user == "no such account");  // stands in the event all the same
    CHECK(forged.uid == 0);
    CHECK(ctl::login_of(nobody_has_it, nullptr).uid == nobody_has_it);
}

TEST_CASE("without a name that can be looked up --by is demanded, and nothing is done before") {
    const Kept kept;
    REQUIRE(kept.run({"quarantine", "release", kept.first, "--reason", "r"}).exit == Exit::done);
    const std::string order = kept.orders().at(0).order.order_id;
    const std::size_t events = kept.events().size();
    const Login nameless{nobody_has_it, "", ""};
    const std::vector<std::vector<std::string>> commands{
        {"quarantine", "show", kept.first},
        {"quarantine", "cat", kept.first},
        {"quarantine", "export", kept.first, "-o", kept.path("out")},
        {"quarantine", "release", kept.second, "--reason", "r"},
        {"quarantine", "delete", kept.second, "--reason", "r"},
        {"queue", "hold", order},
        {"queue", "release", order},
        {"queue", "flush", order},
        {"queue", "delete", order, "--reason", "r"},
    };
    for (const auto& command : commands) {
        CAPTURE(command);
        const Ran ran = kept.run_as(nameless, command);
        CHECK(ran.exit == Exit::usage);
        CHECK(ran.out.empty());
        CHECK_THAT(ran.err, Catch::Contains("--by") && Catch::Contains("uid 4000000001 has no name"));
    }
    CHECK_FALSE(std::filesystem::exists(kept.path("out")));
    CHECK(kept.items() == 2);
    CHECK(kept.orders().size() == 1);
    CHECK(kept.events().size() == events);
    // What only looks at lists asks nobody; what a timer does has no person.
    CHECK(kept.run_as(nameless, {"quarantine", "list"}).exit == Exit::done);
    CHECK(kept.run_as(nameless, {"quarantine", "purge"}).exit == Exit::done);
    CHECK(kept.events().back().at("event") == "quarantine.expired");
    CHECK_FALSE(kept.events().back().contains("person"));
    CHECK(kept.events().back().at("uid") == nobody_has_it);
}

TEST_CASE("the real uid, SUDO_USER and --by all stand in every audit event") {
    const Kept kept;
    const Login sudo{0, "yamada-t", "yamada-t"};
    const auto check_event = [&](const std::string& name, const std::string& person) {
        const auto event = kept.events().back();
        CHECK(event.at("event").as_string() == name);
        CHECK(event.at("person").as_string() == person);
        CHECK(event.at("uid") == 0);
        CHECK(event.at("sudo_user") == "yamada-t");
    };
    kept.run_as(sudo, {"quarantine", "show", kept.first});
    check_event("quarantine.viewed", "yamada-t");
    kept.run_as(sudo, {"quarantine", "cat", kept.first, "--original", "--by", "山田"});
    check_event("quarantine.viewed", "山田");
    kept.run_as(sudo, {"quarantine", "export", kept.first, "-o", kept.path("out"), "--by", "山田"});
    check_event("quarantine.exported", "山田");
    kept.run_as(sudo, {"quarantine", "release", kept.first, "--reason", "r", "--by", "山田"});
    check_event("quarantine.released", "山田");
    kept.run_as(sudo, {"queue", "hold", "ALL", "--by", "佐藤"});
    check_event("queue.held", "佐藤");
    kept.run_as(sudo, {"queue", "release", "ALL"});
    check_event("queue.released", "yamada-t");
    kept.run_as(sudo, {"queue", "flush", "ALL"});
    check_event("queue.flushed", "yamada-t");
    kept.run_as(sudo, {"queue", "delete", "ALL", "--reason", "r", "--by", "佐藤"});
    check_event("queue.deleted", "佐藤");
    kept.run_as(sudo, {"quarantine", "delete", kept.first, "--reason", "r", "--by", "山田"});
    check_event("quarantine.deleted", "山田");
    kept.run_as(sudo, {"quarantine", "purge"});
    check_event("quarantine.expired", "yamada-t");
    // Without sudo there is no such key.
    const Kept another;
    another.run_as(Login{1000, "", "sato"}, {"quarantine", "show", another.first});
    CHECK(another.events().back().at("person") == "sato");
    CHECK_FALSE(another.events().back().contains("sudo_user"));
}

TEST_CASE("a person is one line without controls, however it is given") {
    const Kept kept;
    for (const char* by : {"\x1b[2J", "a\nb", "\xff"}) {
        CHECK(kept.run({"quarantine", "show", kept.first, "--by", by}).exit == Exit::usage);
        CHECK(kept.run_as(Login{1000, "", by}, {"quarantine", "show", kept.first}).exit == Exit::usage);
    }
    CHECK(kept.events().empty());
}
