// Handlers that fail, lie, or are not there: nothing crosses by it.
#include <catch2/catch.hpp>
#include <memory>
#include <stdexcept>
#include <string>

#include "policy/findings.hpp"
#include "sanitizer/mail/worker_life.hpp"
#include "sanitizer/sandboxed/pipeline.hpp"
#include "written_mails.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;
using namespace std::string_literals;

namespace {

// A handler that does whatever a test wants, for every kind.
class Saboteur final : public PartHandler {
public:
    using Deed = Result<PartOutcome> (*)(const Part&);
    explicit Saboteur(Deed deed) : deed_(deed) {}
    std::string_view name() const noexcept override { return "saboteur"; }
    bool accepts(const PartFacts&) const noexcept override { return true; }
    Result<PartOutcome> handle(Part&& part, const Budget&) const override { return deed_(part); }

private:
    Deed deed_;
};

Extract read_sabotaged(const std::string& mail, Saboteur::Deed deed) {
    Handlers handlers;
    handlers.push_back(std::make_unique<Saboteur>(deed));
    return read_mail_with(handlers, mail, {}, typer());
}

}  // namespace

TEST_CASE("saboteur: a handler that throws or fails puts the part into quarantine and ends the worker") {
    const std::string mail = crlf(head + "\nx\n");
    const auto check = [](const Extract& extract) {
        CHECK(row(extract, "1").verdict == PartVerdict::quarantined);
        CHECK(row(extract, "1").reason == Reason::handler_failed);
        CHECK(row(extract, "1").handler == "saboteur");
        CHECK(extract.texts.empty());
        CHECK_FALSE(may_live_on(extract));
    };
    check(read_sabotaged(mail, [](const Part&) -> Result<PartOutcome> { throw std::runtime_error("boom"); }));
    check(read_sabotaged(mail, [](const Part&) -> Result<PartOutcome> { throw 42; }));
    check(read_sabotaged(mail, [](const Part&) -> Result<PartOutcome> { return Error(Fault::internal, "no"); }));
}

TEST_CASE("saboteur: a handler that lies about what a kind may become is not believed") {
    const auto as_text = [](const Part& part) -> Result<PartOutcome> {
        TextMade made;
        made.text = PlainText::from("smuggled " + part.facts.path).value();
        return PartOutcome(std::move(made));
    };
    const std::string program = file_part("application/pdf", "a.pdf", "MZ\x90\0\3 program"s);
    const std::string encrypted = file_part("application/pgp-encrypted", "a", "Version: 1");
    const std::string mail = crlf(head + multipart("mixed", {program, encrypted, text_part("text")}));
    const Extract made_text = read_sabotaged(mail, as_text);
    CHECK(row(made_text, "1").reason == Reason::not_rebuilt);
    CHECK(row(made_text, "2").reason == Reason::not_rebuilt);
    CHECK(made_text.texts.size() == 1);  // of the text alone
    CHECK(made_text.files.empty());
}

TEST_CASE("without any handler nothing crosses") {
    const Extract extract = read_mail_with({}, crlf(head + "\nx\n"), {}, typer());
    CHECK(row(extract, "1").reason == Reason::not_rebuilt);
    CHECK(extract.texts.empty());
}
