#include "relay/smtp/command.hpp"

#include <catch2/catch.hpp>
#include <limits>

namespace mugaika::smtp {
namespace {

const MailAddress postmaster = MailAddress::parse("it@city.example").value();

int code_of(const Parsed<MailArguments>& parsed) {
    const auto* refused = std::get_if<const Outcome*>(&parsed);
    return refused == nullptr ? 250 : (*refused)->code;
}

int code_of(const Parsed<RcptArguments>& parsed) {
    const auto* refused = std::get_if<const Outcome*>(&parsed);
    return refused == nullptr ? 250 : (*refused)->code;
}

int mail(std::string_view argument) { return code_of(parse_mail_arguments(argument)); }
int rcpt(std::string_view argument, bool utf8 = false) {
    return code_of(parse_rcpt_arguments(argument, utf8, postmaster));
}

}  // namespace

TEST_CASE("verbs are known in any case and only whole") {
    const struct {
        std::string_view line;
        Verb verb;
        std::string_view argument;
    } rows[] = {
        {"EHLO client.example", Verb::ehlo, "client.example"},
        {"ehlo client.example", Verb::ehlo, "client.example"},
        {"MAIL FROM:<a@b.example> SIZE=1  ", Verb::mail, "FROM:<a@b.example> SIZE=1"},
        {"MAIL  FROM:<a@b.example>", Verb::mail, "FROM:<a@b.example>"},  // as Postfix takes them
        {"RCPT    TO:<a@b.example>", Verb::rcpt, "TO:<a@b.example>"},
        {"EHLO  client.example", Verb::ehlo, "client.example"},
        {"MAIL\tFROM:<a@b.example>", Verb::unknown, ""},
        {"QUIT", Verb::quit, ""},
        {"QUIT   ", Verb::quit, ""},
        {"STARTTLS", Verb::starttls, ""},
        {"BDAT 1 LAST", Verb::not_offered, "1 LAST"},
        {"GET / HTTP/1.1", Verb::http, "/ HTTP/1.1"},
        {"PRI * HTTP/2.0", Verb::http, "* HTTP/2.0"},
        {"", Verb::unknown, ""},
        {" QUIT", Verb::unknown, "QUIT"},
        {"QUITE", Verb::unknown, ""},
        {"QUI", Verb::unknown, ""},
        {"QUIT\t", Verb::unknown, ""},
    };
    for (const auto& row : rows) {
        INFO(row.line);
        const CommandLine command = parse_command_line(row.line);
        CHECK(command.verb == row.verb);
        CHECK(command.argument == row.argument);
    }
}

TEST_CASE("AC-030 AC-031 a path is read by the letter of RFC 5321 4.1.2") {
    // Good ones.
    CHECK(mail("FROM:<a@b.example>") == 250);
    CHECK(mail("from: <a@b.example>") == 250);
    CHECK(mail("FROM:   <a@b.example> SIZE=1") == 250);
    CHECK(mail("FROM:<>") == 250);
    CHECK(mail("FROM:<\"a\\\"b\"@b.example>") == 250);
    CHECK(rcpt("TO:<a@b.example>") == 250);
    CHECK(rcpt("TO:<postMASTER>") == 250);
    // No path, half a path, something behind it.
    for (const std::string_view argument :
         {"", "FROM", "FROM:", "FROM: ", "FROM:a@b.example", "FROM:<", "FROM:<a@b.example", "FROM:a@b.example>",
          "FROM:<a@b.example>>", "FROM:<<a@b.example>", "FROM:<a@b.example>,", "TO:<a@b.example>",
          "FROM :<a@b.example>", "FROM:\t<a@b.example>", "FROM:<a@b.example>\t"}) {
        INFO(argument);
        CHECK(mail(argument) == 501);
    }
    // A quote that never ends swallows the >.
    CHECK(mail("FROM:<\"a@b.example>") == 501);
    CHECK(mail("FROM:<\"a\\") == 501);
    // No recipient is nobody, and only Postmaster has no domain.
    CHECK(rcpt("TO:<>") == 501);
    CHECK(rcpt("TO:<root>") == 501);
    CHECK(rcpt("TO:<@relay.example:a@b.example>") == 501);
}

TEST_CASE("addresses of ticket systems, with underscores, quoted blanks and blanks around dots are taken") {
    struct Row {
        std::string_view path, address;
    };
    const std::string long_local(256, 'a');
    const std::string long_path = long_local + "@b.example";
    for (const Row& row : std::vector<Row>{
             {long_path, long_path},
             {"a@b_c.example", "a@b_c.example"},
             {R"("Taro Yamada"@b.example)", R"("Taro Yamada"@b.example)"},
             {"taro . yamada@b .example", "taro.yamada@b.example"},
         }) {
        CAPTURE(row.path);
        const auto sender = parse_mail_arguments("FROM:<" + std::string(row.path) + "> SIZE=1");
        REQUIRE(std::holds_alternative<MailArguments>(sender));
        CHECK(std::get<MailArguments>(sender).sender->text() == row.address);
        const auto recipient = parse_rcpt_arguments("TO:<" + std::string(row.path) + ">", false, postmaster);
        REQUIRE(std::holds_alternative<RcptArguments>(recipient));
        CHECK(std::get<RcptArguments>(recipient).recipient.text() == row.address);
    }
    for (const std::string_view bad : {"a b@c.example", "a @c.example", " a@c.example", "a@c.example ",
                                       R"("a@b"@c.example)", R"(" a"@c.example)", "a . b%c. d@e.example x"}) {
        CAPTURE(bad);
        CHECK(rcpt("TO:<" + std::string(bad) + ">") == 501);
    }
}

TEST_CASE("AC-030 line ends and controls never get into an address") {
    for (const std::string_view bad : {"\r", "\n", "\r\n", "\t", "\x01", "\x7f"}) {
        const std::string argument = "TO:<a" + std::string(bad) + "@b.example>";
        CHECK(rcpt(argument) == 501);
        CHECK(rcpt("TO:<\"a" + std::string(bad) + "\"@b.example>") == 501);
    }
    CHECK(rcpt(std::string_view("TO:<a\0@b.example>", 17)) == 501);
}

TEST_CASE("the path is kept as it was written, the domain in lower case") {
    const auto parsed = parse_rcpt_arguments("TO:<Taro.Yamada@City.Example>", false, postmaster);
    CHECK(std::get<RcptArguments>(parsed).recipient.text() == "Taro.Yamada@city.example");
}

TEST_CASE("Postmaster without a domain, in any case, is the configured one, with a domain it is whom it names") {
    for (const std::string_view argument : {"TO:<Postmaster>", "TO:<postmaster>", "TO:<POSTMASTER>"}) {
        const auto parsed = parse_rcpt_arguments(argument, false, postmaster);
        CHECK(std::get<RcptArguments>(parsed).recipient == postmaster);
    }
    const auto other = parse_rcpt_arguments("TO:<Postmaster@b.example>", false, postmaster);
    CHECK(std::get<RcptArguments>(other).recipient.text() == "Postmaster@b.example");
    CHECK(rcpt("TO:<postmaster >") == 501);
}

TEST_CASE("AC-029 UTF-8 in an address needs SMTPUTF8") {
    CHECK(mail("FROM:<\xe5\xb1\xb1@b.example>") == 553);
    CHECK(mail("FROM:<a@\xe5\xb1\xb1.example>") == 553);
    CHECK(mail("FROM:<\xe5\xb1\xb1@b.example> SMTPUTF8") == 250);
    CHECK(mail("FROM:<\xe5\xb1@b.example>") == 501);
    CHECK(mail("FROM:<\xe5\xb1@b.example> SMTPUTF8") == 501);
    CHECK(rcpt("TO:<\xe5\xb1@b.example>", false) == 501);
    CHECK(rcpt("TO:<\xe5\xb1\xb1@b.example>", false) == 553);
    CHECK(rcpt("TO:<\xe5\xb1\xb1@b.example>", true) == 250);
}

TEST_CASE("MAIL parameters are those that were offered, each once") {
    const auto parsed = parse_mail_arguments("FROM:<a@b.example> SIZE=123 BODY=8BITMIME SMTPUTF8");
    const auto& arguments = std::get<MailArguments>(parsed);
    CHECK(arguments.declared_size == 123u);
    CHECK(arguments.body == Body::eight_bit_mime);
    CHECK(arguments.smtputf8);
    CHECK(mail("FROM:<a@b.example>   BODY=7bit  ") == 250);
    const struct {
        std::string_view parameters;
        int code;
    } rows[] = {
        // Not offered.
        {"AUTH=<>", 555},
        {"RET=FULL ENVID=1", 250},
        {"SIZE2=1", 555},
        {"X-1", 555},
        // Not by the grammar.
        {"=", 501},
        {"-X=1", 501},
        {"X=", 501},
        {"X=a=b", 501},
        {"X=\x01", 501},
        {"\xe5\xb1\xb1", 501},
        // Not with that value.
        {"SIZE", 501},
        {"SIZE=1k", 501},
        {"SIZE=+1", 501},
        {"BODY", 501},
        {"BODY=BINARYMIME", 501},
        {"SMTPUTF8=yes", 501},
        // Not twice.
        {"SIZE=1 size=1", 501},
        {"BODY=7BIT BODY=7BIT", 501},
        {"SMTPUTF8 SMTPUTF8", 501},
    };
    for (const auto& row : rows) {
        INFO(row.parameters);
        CHECK(mail("FROM:<a@b.example> " + std::string(row.parameters)) == row.code);
    }
}

TEST_CASE("AC-039 a SIZE that does not fit a number is the largest number") {
    const auto size_of = [](std::string_view digits) {
        const auto parsed = parse_mail_arguments("FROM:<> SIZE=" + std::string(digits));
        return std::get<MailArguments>(parsed).declared_size.value();
    };
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    CHECK(size_of("0") == 0);
    CHECK(size_of("00000000000000000001") == 1);
    CHECK(size_of("18446744073709551615") == most);
    CHECK(size_of("18446744073709551616") == most);
    CHECK(size_of("99999999999999999999") == most);
    CHECK(mail("FROM:<> SIZE=100000000000000000000") == 501);  // RFC 1870 has 20 digits
}

TEST_CASE("AC-034 a HELO name is bounded printable ASCII") {
    CHECK(is_helo_name("client.example"));
    CHECK(is_helo_name("[IPv6:::1]"));
    CHECK(is_helo_name(std::string(255, 'x')));
    CHECK_FALSE(is_helo_name(""));
    CHECK_FALSE(is_helo_name(std::string(256, 'x')));
    CHECK_FALSE(is_helo_name("a\\\x7f"));
    CHECK_FALSE(is_helo_name(std::string_view("a\0", 2)));
    CHECK_FALSE(is_helo_name("\xe5\xb1\xb1"));
}

}  // namespace mugaika::smtp
