#include "sanitizer/finish/hold_largest.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "sanitizer/finish/finish_mail.hpp"
#include "tests/support/made_checked_file.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

std::string png_of(std::size_t bytes) {
    using namespace std::string_literals;
    const std::string head = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"s, tail = "\0\0\0\0IEND\xae\x42\x60\x82"s;
    return head + std::string(bytes - head.size() - tail.size(), '.') + tail;
}

void add_row(Extract& extract, const std::string& path, PartKind kind, const std::string& out_kind) {
    PartRow row;
    row.facts.path = path;
    row.facts.kind = kind;
    row.facts.name = "n";
    row.facts.is_attachment = true;
    row.verdict = PartVerdict::rebuilt;
    row.out_kind = out_kind;
    row.out_name = "n." + out_kind;
    row.out_sha256 = sha256_hex(path);
    row.out_bytes = 1;
    row.pages = 1;
    row.losses = {{Reason::metadata_removed, 1}};
    extract.parts.push_back(row);
}

void add_picture(Extract& extract, const std::string& path, std::size_t bytes) {
    add_row(extract, path, PartKind::image, "png");
    extract.rebuilt.push_back(made_rebuilt_file(path, "n.png", SafeKind::png, png_of(bytes)));
}

// With one member, whose row stands below it.
void add_pack(Extract& extract, const std::string& path, std::size_t bytes) {
    add_row(extract, path, PartKind::archive, "zip");
    add_row(extract, path + "/1", PartKind::image, "png");
    std::vector<RebuiltFile> members;
    members.push_back(made_rebuilt_file(path + "/1", "m.png", SafeKind::png, png_of(bytes)));
    extract.packed.push_back(PackedFile::from(path, PlainLine::from("n.zip").value(), std::move(members)).value());
}

// "2 5": what is held.
std::string held(const std::vector<PartRow>& parts) {
    std::string paths;
    for (const PartRow& row : parts) {
        if (row.verdict != PartVerdict::quarantined) continue;
        CHECK(row.reason == Reason::files_too_large);
        CHECK(row.out_name.empty());
        CHECK(row.out_sha256.empty());
        CHECK(row.out_kind.empty());
        CHECK(row.out_bytes == 0);
        CHECK(row.losses.empty());
        paths += (paths.empty() ? "" : " ") + row.facts.path;
    }
    return paths;
}

Extract three_files() {
    Extract extract;
    add_picture(extract, "2", 30'000);
    add_pack(extract, "3", 60'000);
    add_picture(extract, "4", 9'000);
    return extract;
}

WorkerAnswer answer_with(Extract extract) {
    TextBlock block;
    block.path = "1";
    block.text = PlainText::from("good morning\n").value();
    extract.texts = {block};
    WorkerAnswer answer;
    answer.extract = std::move(extract);
    return answer;
}

FinishFacts facts_for(std::uint64_t size_max) {
    FinishFacts facts;
    facts.compose.id = "0123456789abcdef";
    facts.compose.hostname = "mx.city.example.lg.jp";
    facts.compose.received_at = std::chrono::system_clock::time_point(std::chrono::seconds(1800000000));
    facts.size_max = size_max;
    return facts;
}

}  // namespace

TEST_CASE("the largest files are held first, and no more of them than are needed") {
    for (const auto& [bytes, paths] : std::vector<std::pair<std::uint64_t, std::string>>{
             {1, "3 3/1"}, {70'000, "3 3/1"}, {80'000, "2 3 3/1"}, {120'000, "2 3 3/1 4"}, {10'000'000, "2 3 3/1 4"}}) {
        INFO(bytes);
        Extract extract = three_files();
        CHECK(hold_largest(extract, bytes));
        CHECK(held(extract.parts) == paths);
        CHECK(extract.packed.empty());
        CHECK(extract.rebuilt.size() == (bytes > 100'000 ? 0 : bytes > 70'000 ? 1 : 2));
    }
}

TEST_CASE("a file whose place the notice would take is not held, nor an original by order, nor rows of other files") {
    Extract extract;
    add_picture(extract, "2", 1'000);
    extract.files.push_back(
        {"3", PlainLine::from("a.dat").value(), "application/octet-stream", std::string(90'000, 'x')});
    CHECK_FALSE(hold_largest(extract, 1));
    add_pack(extract, "30", 50'000);
    add_picture(extract, "30.1", 2'000);
    add_picture(extract, "3/1", 2'000);
    CHECK(hold_largest(extract, 1));
    CHECK(held(extract.parts) == "30 30/1");
    CHECK(extract.files.size() == 1);
}

TEST_CASE(
    "a mail that is larger than its next hop takes is composed without its largest files, and its original is kept") {
    const WorkerAnswer answer = answer_with(three_files());
    const Finished whole = finish(answer, Profile{}, facts_for(0));
    CAPTURE(whole.alarms);
    REQUIRE(whole.mail.has_value());
    const std::size_t bytes = whole.mail->bytes().size();
    REQUIRE(bytes > 130'000);
    for (const auto& [size_max, files] : std::vector<std::pair<std::uint64_t, std::size_t>>{
             {bytes, 3}, {bytes - 1, 2}, {70'000, 2}, {50'000, 1}, {10'000, 0}}) {
        INFO(size_max);
        const Finished fitting = finish(answer, Profile{}, facts_for(size_max));
        REQUIRE(fitting.mail.has_value());
        CHECK(fitting.mail->bytes().size() <= size_max);
        CHECK(fitting.alarms.empty());
        CHECK(fitting.verdict.keep_original == (files < 3));
        std::size_t left = 0;
        for (const PartRow& row : fitting.ledger.parts) {
            left += row.verdict == PartVerdict::rebuilt && row.facts.path.find('/') == std::string::npos ? 1 : 0;
        }
        CHECK(left == files);
    }
}

TEST_CASE(
    "a mail that no file makes small enough leaves as small as it gets, and one by order leaves as it was ordered") {
    const WorkerAnswer answer = answer_with(three_files());
    const Finished smallest = finish(answer, Profile{}, facts_for(1));
    REQUIRE(smallest.mail.has_value());
    CHECK(smallest.mail->bytes().size() < 10'000);
    CHECK(held(smallest.ledger.parts) == "2 3 3/1 4");
    const Finished without = finish(answer_with({}), Profile{}, facts_for(1));
    CHECK(without.mail.has_value());
    CHECK(without.alarms.empty());

    ReleaseOrder order;
    order.order_id = "orderorderorder0";
    order.item_id = "0123456789abcdef";
    order.recipients = {MailAddress::parse("a@city.example").value()};
    order.person = "yamada";
    order.reason = "checked";
    order.ordered_at = std::chrono::system_clock::time_point(std::chrono::seconds(1800100000));
    Ledger stored;
    stored.parts = answer.extract->parts;
    FinishFacts facts = facts_for(1);
    facts.compose.order = &order;
    facts.stored = &stored;
    const Finished released = finish(answer, Profile{}, facts);
    REQUIRE(released.mail.has_value());
    CHECK(released.mail->bytes().size() > 130'000);
}
