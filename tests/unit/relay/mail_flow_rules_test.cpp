// One mail to recipients for whom different rules hold.
#include <set>

#include "mail_flow_fixture.hpp"
#include "policy/policy_file.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const std::vector<std::string> two{"b@city.example", "c@city.example"};

// A text that came as a file: it crosses as one, rebuilt.
const std::string with_file =
    "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    "Content-Type: text/plain\r\n\r\nthe letter\r\n--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; "
    "filename=list.csv\r\n\r\nname,number\r\nhanako,1\r\n--b--\r\n";

std::function<void(Config&)> under(const std::string& toml) {
    return [toml](Config& config) {
        PolicyReading reading = read_policy_text(toml, "p.toml");
        for (const FileFault& fault : reading.faults) FAIL(fault.text());
        config.profiles = std::move(reading.profiles);
        config.outbox_retry = 0s;
    };
}

const std::string not_for_c =
    "[[profile.standard.rule]]\nrecipient = [\"c@city.example\"]\nkind = [\"text\"]\naction = \"quarantine\"\n";

bool has_letter(const std::string& mail) {
    constexpr std::string_view in_base64 = "dGhlIGxldHRlcg";
    return mail.find("the letter") != std::string::npos || mail.find(in_base64) != std::string::npos;
}
bool has_file(const std::string& mail) { return mail.find("list.csv\"\r\n") != std::string::npos; }

// With the file and without it.
std::pair<std::size_t, std::size_t> counted(const FakeNextHop& hop) {
    const auto with = static_cast<std::size_t>(std::count_if(hop.mails.begin(), hop.mails.end(), has_file));
    return {with, hop.mails.size() - with};
}

bool all_have_the_letter(const FakeNextHop& hop) { return std::all_of(hop.mails.begin(), hop.mails.end(), has_letter); }

std::string id_in(const std::string& mail) {
    const std::size_t at = mail.find("Message-ID: ");
    return at == std::string::npos ? std::string() : mail.substr(at, mail.find("\r\n", at) - at);
}

FakeScript that_answers(const std::string& verb, const std::string& words) {
    FakeScript script;
    script.answers[verb] = {words};
    return script;
}

}  // namespace

TEST_CASE("recipients under different rules get their own composition, one transaction each, in the same attempt") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, under(not_for_c));
    const std::string answer = bench.answer_to(with_file, {"b@city.example", "c@city.example", "d@city.example"});
    CHECK(begins(answer, "250 2.0.0 Ok, id "));
    CHECK(counted(bench.hop) == std::pair<std::size_t, std::size_t>(1, 1));
    CHECK(all_have_the_letter(bench.hop));
    CHECK(bench.hop.count("RCPT") == 3);
    CHECK(bench.hop.count("MAIL") == 2);
    REQUIRE(bench.kept().size() == 1);
    CHECK(bench.kept()[0].recipients == std::vector<std::string>{"c@city.example"});
    CHECK(bench.count_events("\"message.received\"") == 2);
    CHECK(bench.count_events("\"message.delivered\"") == 2);
    REQUIRE(bench.hop.mails.size() == 2);
    CHECK(id_in(bench.hop.mails[0]) != id_in(bench.hop.mails[1]));
    CHECK(bench.owed().empty());
}

TEST_CASE("recipients for whom the same holds stay together, whatever the rules say of others") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, under(not_for_c + "[[profile.standard.rule]]\nsender = [\"@other.example\"]\nrecipient "
                                                  "= [\"b@city.example\"]\naction = \"hold\"\n"));
    CHECK(begins(bench.answer_to(with_file, {"b@city.example", "d@city.example"}), "250 "));
    CHECK(counted(bench.hop) == std::pair<std::size_t, std::size_t>(1, 0));
    CHECK(bench.hop.count("MAIL") == 1);
}

TEST_CASE("when one group is served and another is not, the rest is owed and keeps its own rules") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, under(not_for_c));
    bench.hop.scripts = {FakeScript{}, that_answers(".", "451 4.3.0 later\r\n"), FakeScript{}};
    CHECK(begins(bench.answer_to(with_file, two), "250 2.0.0 Ok, delivered in part"));
    REQUIRE(bench.owed().size() == 1);
    CHECK(bench.owed()[0].order.recipients.size() == 1);
    bench.hop.scripts = {FakeScript{}};
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.owed().empty(); });
    REQUIRE(bench.hop.mails.size() == 3);  // one that was not taken
    std::set<std::string> different(bench.hop.mails.begin(), bench.hop.mails.end());
    std::set<std::string> ids;
    for (const std::string& mail : bench.hop.mails) ids.insert(id_in(mail));
    CHECK(ids.size() == 2);
    const auto [with, without] = counted(bench.hop);
    CHECK((with == 1 || without == 1));
    CHECK(with + without == 3);
}

TEST_CASE("none served is none owed: the mail is its sender's") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, under(not_for_c));
    bench.hop.scripts = {that_answers(".", "451 4.3.0 later\r\n"), that_answers(".", "451 4.3.0 later\r\n")};
    CHECK(begins(bench.answer_to(with_file, two), "451 4.3.0 "));
    CHECK(bench.owed().empty());
    CHECK(bench.kept().empty());
}

TEST_CASE("a mail that the rules refuse to one recipient is held there, and refused when they refuse it to all") {
    if (!worker_is_built()) return;
    const bool by_all = GENERATE(true, false);
    const std::string whom = by_all ? "" : "recipient = [\"c@city.example\"]\n";
    Bench bench(worker_program,
                under("[[profile.standard.rule]]\n" + whom + "name = [\"*.csv\"]\naction = \"refuse\"\n"));
    const std::string answer = bench.answer_to(with_file, two);
    if (by_all) {
        CHECK(begins(answer, "554 5.7.1 Refused by policy"));
        CHECK(bench.hop.mails.empty());
        return;
    }
    CHECK(begins(answer, "250 "));
    CHECK(bench.hop.mails.size() == 2);
    REQUIRE(bench.kept().size() == 1);
    CHECK(bench.kept()[0].reason == "policy_refuse");
    CHECK(bench.kept()[0].recipients == std::vector<std::string>{"c@city.example"});
}

TEST_CASE("AC-107 a sender is believed when an upstream that is believed says spf=pass, and by nothing else") {
    if (!worker_is_built()) return;
    struct Row {
        std::string said;
        bool trusted_hop;
        bool crosses;
    };
    const Row row = GENERATE(values<Row>({{"mx.upstream.example; spf=pass", true, true},
                                          {"mx.upstream.example; spf=fail", true, false},
                                          {"mx.upstream.example; dkim=pass; dmarc=pass", true, false},
                                          {"mx.other.example; spf=pass", true, false},
                                          {"mx.upstream.example; spf=pass", false, false}}));
    CAPTURE(row.said, row.trusted_hop);
    Bench bench(worker_program, [](Config& config) {
        under(
            "[profile.standard.attachments]\ntext = \"text\"\n"
            "[[profile.standard.rule]]\nsender = [\"@example.com\"]\nauthenticated = true\nkind = [\"text\"]\naction "
            "= \"text\"\n[[profile.standard.rule]]\nkind = [\"text\"]\naction = \"quarantine\"\n")(config);
        config.authentication_results_from = {"mx.upstream.example"};
    });
    ReceivedMail mail = bench.received("Authentication-Results: " + row.said + "\r\n" + with_file, {"b@city.example"});
    mail.from_trusted_hop = row.trusted_hop;
    CHECK(begins(bench.wait_for(bench.flow->take(std::move(mail))).line(), "250 "));
    CHECK(counted(bench.hop) == std::pair<std::size_t, std::size_t>(row.crosses ? 1 : 0, row.crosses ? 0 : 1));
    CHECK(all_have_the_letter(bench.hop));
    CHECK(bench.kept().size() == (row.crosses ? 0 : 1));
}

TEST_CASE("a taken-over worker that ignores a rule is caught by the relay, which asks again") {
    const bool has_rule = GENERATE(true, false);
    const WorkerProgram program("ignores_rules");
    Bench bench(program.path(), under(has_rule ? "[[profile.standard.rule]]\nrecipient = [\"b@city.example\"]\nkind = "
                                                 "[\"mail\"]\naction = \"quarantine\"\n"
                                               : ""));
    CHECK(begins(bench.answer_to(with_file, {"b@city.example"}), "250 "));
    REQUIRE(bench.hop.mails.size() == 1);
    CHECK(bench.count_events("\"worker.died\"") == (has_rule ? 2 : 0));
    REQUIRE(bench.kept().size() == 1);
    CHECK((bench.kept()[0].reason == "worker_nonsense") == has_rule);
}

TEST_CASE("a taken-over worker gains no rules by a word that the next one does not repeat") {
    const WorkerProgram program("changes_its_word");
    Bench bench(program.path(), [](Config& config) {
        under(
            "[profile.standard.attachments]\nmail = \"quarantine\"\n"
            "[[profile.standard.rule]]\nauthenticated = true\nkind = [\"mail\"]\naction = \"text\"\n")(config);
        config.authentication_results_from = {"mx.upstream.example"};
    });
    ReceivedMail mail = bench.received(with_file, {"b@city.example"});
    mail.from_trusted_hop = true;
    CHECK(begins(bench.wait_for(bench.flow->take(std::move(mail))).line(), "250 "));
    const auto said = bench.lines_with("\"message.sanitized\"");
    REQUIRE(said.size() == 1);
    CHECK(said[0].find("\"path\":\"1.1\"") != std::string::npos);
    CHECK(said[0].find("\"path\":\"1.2\"") == std::string::npos);
    CHECK(bench.count_events("\"worker.died\"") == 0);
}

TEST_CASE("a release to recipients under different rules serves each by their own, and what fails is tried again") {
    if (!worker_is_built()) return;
    const bool all_are_served = GENERATE(true, false);
    Bench bench(worker_program, [](Config& config) {
        under("[profile.standard]\nkeep_original = \"always\"\n" + not_for_c)(config);
        config.limits.next_hop.mails_per_connection_max = 100;  // all on one
    });
    bench.script(".",
                 {"250 2.0.0 Ok\r\n", "250 2.0.0 Ok\r\n", all_are_served ? "250 2.0.0 Ok\r\n" : "451 4.3.0 later\r\n"});
    CHECK(begins(bench.answer_to(with_file, {"b@city.example"}), "250 "));
    REQUIRE(bench.kept().size() == 1);
    const QuarantineItem item = bench.store->load(bench.kept()[0].id).value();
    const auto original = bench.store->load_original(item.id).value();
    ReleaseOrder order = order_for(item);
    order.recipients = {address("b@city.example"), address("c@city.example"), address("d@city.example")};
    bench.hop.mails.clear();
    const FlowEnd end = bench.wait_for(bench.flow->release(order, item, original));
    CHECK(counted(bench.hop) == std::pair<std::size_t, std::size_t>(1, 1));
    CHECK(end.delivered == all_are_served);
    // Two mails of different contents: no mail store must take one for the other. Those of the item's rules keep the
    // id.
    const auto id_of = [&](std::size_t mail) {
        const std::string& text = bench.hop.mails.at(mail);
        const std::size_t at = text.find("\r\nMessage-ID: <") + 15;
        return text.substr(at, text.find('>', at) - at);
    };
    const std::string own = order.order_id + "." + item.id;
    CHECK(begins(id_of(0), own + "@"));
    if (all_are_served) {
        CHECK(begins(id_of(1), own + "."));
        return;
    }
    CHECK(end.served == std::vector<MailAddress>{address("b@city.example"), address("d@city.example")});
    REQUIRE(end.outcome != nullptr);
    CHECK(end.outcome->ending != Ending::give_up);
    CHECK_FALSE(end.reply.permanent());
}
