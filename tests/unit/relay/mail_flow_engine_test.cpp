// Mails with files that an engine converts, through the relay's own road: one failure of it is one file's.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/compose/base64_writer.hpp"
#include "tests/support/made_package.hpp"
#include "tests/support/sanitizer_build.hpp"
#include "tests/support/skipped.hpp"
#include "tests/unit/relay/mail_flow_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const std::string saboteur = MUGAIKA_BIN "/engine_saboteur";

// The relay asks for what is installed; the saboteur then takes LibreOffice's place.
bool converts_rich_text() {
    if (sanitizer_build) {
        say_skipped(
            "files that an engine converts, through the relay: its memory is limited, and a sanitizer has none of "
            "that");
        return false;
    }
    if (formats_at({saboteur}).test(static_cast<std::size_t>(OfficeFormat::rtf))) return true;
    say_skipped("files that an engine converts, through the relay: LibreOffice is not installed");
    return false;
}

std::string mail_with_rich_text(const std::string& behaviour) {
    std::string mail =
        "From: a@example.com\r\nTo: b@city.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nthe letter\r\n--b\r\n"
        "Content-Type: application/rtf\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename=survey.rtf\r\n\r\n";
    append_base64_lines(mail, "{\\rtf1 sabotage:" + behaviour);
    return mail + "--b--\r\n";
}

std::string answers() { return "answers\n" + made_zip(docx_parts({"<w:p><w:r><w:t>text</w:t></w:r></w:p>"})); }

bool counts(const Bench& bench, const std::string& sample) {
    MetricsText text;
    bench.events->metrics().write_to(text);
    return std::move(text).take().find("mugaika_conversions_total{end=\"" + sample + "\n") != std::string::npos;
}

struct Told {
    std::string reason, event;
};

// What became of the file; the letter has arrived in any case.
Told outcome_of(const std::string& behaviour, const std::string& program,
                const std::function<void(Config&)>& change = {}) {
    Bench bench(worker_program, change, {MUGAIKA_BIN "/mugaika-codec", MUGAIKA_BIN "/mugaika-checker"}, program);
    CHECK(begins(bench.answer_to(mail_with_rich_text(behaviour)), "250 "));
    REQUIRE(bench.hop.mails.size() == 1);
    CHECK_THAT(bench.hop.mails[0], Catch::Contains("Subject: x"));
    if (bench.kept().empty()) return {"crosses", ""};
    const auto failed = bench.lines_with("\"file.failed\"");
    const QuarantineItem item = bench.store->load(bench.kept()[0].id).value();
    return {std::string(to_string(item.ledger.parts.at(1).reason)), failed.empty() ? "" : failed[0]};
}

}  // namespace

TEST_CASE("a file that an engine converts arrives under its new name, and the ledger says how") {
    if (!worker_is_built() || !converts_rich_text()) return;
    Bench bench(
        worker_program, [](Config& config) { config.profiles["standard"].base.keep_original = KeepOriginal::always; },
        {MUGAIKA_BIN "/mugaika-codec", MUGAIKA_BIN "/mugaika-checker"}, saboteur);
    CHECK(begins(bench.answer_to(mail_with_rich_text(answers())), "250 "));
    REQUIRE(bench.hop.mails.size() == 1);
    CHECK_THAT(bench.hop.mails[0], Catch::Contains("survey.docx"));
    CHECK(counts(bench, "made\"} 1"));
    REQUIRE(bench.kept().size() == 1);
    const PartRow row = bench.store->load(bench.kept()[0].id)->ledger.parts.at(1);
    CHECK(row.verdict == PartVerdict::rebuilt);
    CHECK(row.method == Method::rebuilt);
    CHECK(row.handler == "office");
    CHECK(std::count(row.notes.begin(), row.notes.end(), Reason::converted) == 1);
}

TEST_CASE("an engine that fails costs one file, in the relay too") {
    if (!worker_is_built() || !converts_rich_text()) return;
    CHECK(outcome_of("answers\nMZ", saboteur).reason == "engine_failed");
    const Told dead = outcome_of("dies", saboteur);
    CHECK(dead.reason == "engine_failed");
    CHECK_THAT(dead.event, Catch::Contains("signal 9"));
    // No engine was ever there: then it is a kind that does not cross.
    CHECK(outcome_of(answers(), "").reason == "not_rebuilt");
    const auto with_socket = [](Config& config) { config.engines.socket = "/nowhere/engine.sock"; };
    CHECK(outcome_of(answers(), "", with_socket).reason == "engine_unavailable");
}

// matrix: engine/late
TEST_CASE("a conversion ends with the time that all files of the mail have") {
    if (!worker_is_built() || !converts_rich_text()) return;
    const auto hurried = [](Config& config) { config.limits.flow.files_deadline = std::chrono::seconds(2); };
    const Told late = outcome_of("hangs", saboteur, hurried);
    CHECK(late.reason == std::string(to_string(Reason::engine_failed)));
    CHECK_THAT(late.event, Catch::Contains("took more than"));
}

// matrix: engine/busy
TEST_CASE("a file whose turn at the engine does not come stays, and other mail goes on") {
    if (!worker_is_built() || !converts_rich_text()) return;
    const auto one = [](Config& config) {
        config.engines.at_once = 1;
        config.limits.flow.files_deadline = std::chrono::seconds(3);
    };
    Bench bench(worker_program, one, {MUGAIKA_BIN "/mugaika-codec", MUGAIKA_BIN "/mugaika-checker"}, saboteur);
    const auto first = bench.take(mail_with_rich_text("hangs"));
    const auto second = bench.take(mail_with_rich_text("hangs and hangs"));
    bench.run_until([&] { return first->has_value() && second->has_value(); });
    const auto failed = bench.lines_with("\"file.failed\"");
    CHECK(std::count_if(failed.begin(), failed.end(), [](const std::string& line) {
              return line.find("its turn did not come in time") != line.npos;
          }) == 1);
    int unavailable = 0;
    for (const auto& kept : bench.kept()) {
        if (bench.store->load(kept.id)->ledger.parts.at(1).reason == Reason::engine_unavailable) ++unavailable;
    }
    CHECK(unavailable == 1);
    CHECK(counts(bench, "busy\"} 1"));
    CHECK(counts(bench, "failed\"} 1"));
}
