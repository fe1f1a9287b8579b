// Plays tests/unit/relay/outbound/next_hop_replies.tsv, whose head says what its columns mean.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "policy/matrix.hpp"
#include "test_places.hpp"
#include "tests/support/fake_next_hop.hpp"
#include "tests/support/outbound_bench.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

struct Row {
    int line = 0;
    std::string server, before, verb, reply, gets, failure, remembered, connection;
};

std::vector<std::string> split(const std::string& text, char by) {
    std::vector<std::string> fields;
    std::istringstream words(text);
    for (std::string field; std::getline(words, field, by);) fields.push_back(field);
    return fields;
}

std::vector<Row> all_rows() {
    std::ifstream file(MUGAIKA_SOURCE "/tests/unit/relay/outbound/next_hop_replies.tsv");
    std::vector<Row> rows;
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (line.empty() || line.front() == '#') continue;
        const std::vector<std::string> f = split(line, '\t');
        INFO("line " << number << ": " << line);
        REQUIRE(f.size() == 8);
        rows.push_back({number, f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7]});
    }
    return rows;
}

FakeAnswer answer_of(const Row& row) {
    std::string bytes;
    bool goes_away = false;
    for (const std::string& line : split(row.reply, '|')) {
        bytes += line + "\r\n";
        goes_away = goes_away || line.starts_with("421");
    }
    return {bytes, goes_away ? FakeAnswer::Then::hang_up : FakeAnswer::Then::go_on};
}

// Good before the row's turn and after it.
std::vector<FakeAnswer> in_turn(const Row& row, const FakeAnswer& answer, const FakeAnswer& good) {
    if (row.before == "pooled") return {good, answer, good};
    return {answer, good};
}

FakeScript script_of(const Row& row) {
    const FakeAnswer answer = answer_of(row);
    const FakeAnswer good = "250 2.0.0 Ok\r\n";
    FakeScript script;
    if (row.verb == "greeting") {
        script.greeting = answer;
    } else if (row.verb == "EHLO") {
        script.answers = {{"EHLO", {answer}}, {"HELO", {answer}}};
    } else if (row.verb == "RCPT at delivery") {
        script.answers = {{"RCPT", in_turn(row, answer, good)},
                          {"DATA", in_turn(row, "554 5.5.1 Error: no valid recipients\r\n", "354 go\r\n")}};
    } else if (row.verb == "DATA") {
        script.answers = {{"DATA", in_turn(row, answer, "354 go\r\n")}};
    } else {
        for (const std::string& verb : split(row.verb, ' ')) script.answers[verb] = in_turn(row, answer, good);
    }
    if (row.verb == "MAIL") {
        script.answers["RCPT"] = in_turn(row, "503 5.5.1 Error: need MAIL command\r\n", good);
    }
    return script;
}

bool is_about_delivery(const Row& row) {
    return row.verb == "DATA" || row.verb == "." || row.verb == "RCPT at delivery";
}

std::string code_of(const smtp::Reply& reply) { return std::to_string(reply.code) + " " + reply.enhanced; }
std::string name_of(const Outcome* outcome) {
    return outcome == nullptr ? std::string("-") : std::string(to_string(outcome->failure));
}

// How often the next hop was bothered.
std::size_t questions(const OutboundBench& bench) {
    return static_cast<std::size_t>(bench.hop.connections) + bench.hop.count("MAIL");
}

void play_delivery(OutboundBench& bench, const Row& row) {
    const GatedMail mail = plain_mail();
    if (row.before == "pooled") REQUIRE(bench.deliver(mail).delivered);
    const Delivery delivery = bench.deliver(mail);
    CHECK(code_of(delivery.reply) == row.gets);
    CHECK(name_of(delivery.outcome) == row.failure);
    CHECK(row.remembered == "-");
    CHECK(bench.deliver(mail).delivered);
}

void play_verification(OutboundBench& bench, const Row& row) {
    if (row.before == "pooled") REQUIRE(bench.verify("before@example.jp").code == 250);
    const RecipientAnswer answer = bench.ask();
    CHECK(code_of(answer.reply) == row.gets);
    CHECK(name_of(answer.outcome) == row.failure);
    CHECK(answer.why.empty() == (answer.outcome == nullptr));

    std::string remembered = "recipient";
    const std::size_t asked = questions(bench);
    if (row.remembered == "nobody") {  // or the next question would be for another sender only
        CHECK(bench.ask().reply.code == 250);
        remembered = questions(bench) == asked ? "pair" : "nobody";
    } else {
        CHECK(code_of(bench.ask().reply) == row.gets);
        if (questions(bench) != asked) remembered = "nobody";
        bench.ask("b@example.jp", "c@example.com");
        if (questions(bench) != asked && remembered == "recipient") remembered = "pair";
    }
    CHECK(remembered == row.remembered);
    CHECK(bench.verify("after@example.jp").code == 250);
}

}  // namespace

TEST_CASE("each 4xx and 5xx of a healthy Postfix, Exim and OpenSMTPD gets the sender what the table says") {
    const std::vector<Row> rows = all_rows();
    CHECK(rows.size() > 100);
    for (const Row& row : rows) {
        INFO("line " << row.line << ": " << row.server << ", " << row.before << ", " << row.verb << ": " << row.reply);
        OutboundBench bench;
        bench.hop.scripts = {script_of(row), FakeScript{}};
        if (is_about_delivery(row)) {
            play_delivery(bench, row);
        } else {
            play_verification(bench, row);
        }
        CHECK((bench.hop.connections == 1 ? "kept" : "closed") == row.connection);
        CHECK(bench.hop.connections <= 2);
    }
}
