#include "sanitizer/worker/wire.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "tests/support/sample_extract.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::string_literals;

namespace {

// What whoever holds a decoded extract relies on, asked without the code under test where that is possible.
bool holds_what_it_promises(const Extract& extract) {
    const auto mailboxes_hold = [](const std::vector<Mailbox>& list) {
        return std::all_of(list.begin(), list.end(), [](const Mailbox& mailbox) {
            return is_plain(mailbox.name.str(), TextRule::line) &&
                   MailAddress::parse(mailbox.address.text()).has_value();
        });
    };
    const HeaderFacts& header = extract.header;
    for (const auto* list : {&header.from, &header.sender, &header.reply_to, &header.to, &header.cc}) {
        if (!mailboxes_hold(*list)) return false;
    }
    for (const auto* line_of : {&header.from_text, &header.subject, &header.list_name, &header.first_hop}) {
        if (!is_plain(line_of->str(), TextRule::line)) return false;
    }
    std::vector<std::string> ids = header.references;
    ids.insert(ids.end(), header.in_reply_to.begin(), header.in_reply_to.end());
    ids.insert(ids.end(), {header.message_id, header.list_id});
    for (const std::string& id : ids) {
        if (id.find_first_of("<> \t\r\n\"\\(),;") != std::string::npos) return false;
    }
    if (header.date && (header.date->offset_minutes < -1439 || header.date->offset_minutes > 1439)) return false;
    for (const TextBlock& block : extract.texts) {
        if (!is_part_path(block.path) || !is_plain(block.text.str(), TextRule::text)) return false;
    }
    for (const PartRow& row : extract.parts) {
        if (!is_part_path(row.facts.path) || !is_plain(row.facts.name, TextRule::line)) return false;
        if (!row.sha256.empty() && row.sha256.size() != 64) return false;
        if (static_cast<std::size_t>(row.reason) >= reason_count) return false;
        if (static_cast<std::uint32_t>(row.facts.kind) >= part_kind_count) return false;
        if (std::set<Reason>(row.notes.begin(), row.notes.end()).size() != row.notes.size()) return false;
    }
    return std::all_of(extract.files.begin(), extract.files.end(),
                       [](const SafeFile& file) { return is_part_path(file.path); });
}

}  // namespace

TEST_CASE("an extract comes out of the wire as it went in") {
    const std::string frame = encode_extract(sample_extract());
    const auto length = decode_frame_header(frame.substr(0, 8), FrameKind::extract, frame.size());
    REQUIRE(length.has_value());
    CHECK(*length == frame.size() - frame_header_bytes);
    const auto back = decode_extract(payload_of(frame));
    REQUIRE(back.has_value());
    CHECK(encode_extract(*back) == frame);
    CHECK(back->header.from[0].address.text() == "soumu@city.example.jp");
    CHECK(back->header.date->offset_minutes == -540);
    CHECK(back->texts[1].summary[1].second.str() == "件名");
    CHECK(back->parts[2].facts.kind == PartKind::executable);
    CHECK(back->files[0].bytes == "%PDF-1.7 ordered");
    CHECK(back->findings == sample_extract().findings);
    CHECK(holds_what_it_promises(*back));
}

TEST_CASE("a job comes out of the wire as it went in") {
    Job job;
    job.profile.name = "教育委員会";
    job.profile.actions[3] = PartAction::refuse;
    job.profile.keep_original = KeepOriginal::always;
    job.profile.ambiguous = OnAmbiguous::deliver;
    job.profile.links = LinkStyle::drop;
    job.profile.release_originals = true;
    job.profile.text_files = TextFiles::body;
    job.profile.image_pdf_dpi = 200;
    job.profile.files_line = true;
    PartRule rule;
    rule.line = 70000;
    rule.kinds = 0x7fff;
    rule.types = {"image/*"};
    rule.names = {"名簿*.xls?", "*"};
    rule.bytes_min = 1;
    rule.bytes_max = std::uint64_t{1} << 40;
    rule.action = PartAction::hold;
    job.profile.rules = {rule, {}};
    job.profile.pictured_parts = {"2", "3/1"};
    job.budget.references_max = 7;
    job.budget.decoded_bytes_max = (std::uint64_t{1} << 40) + 1;
    job.mail_bytes = 50u << 20;
    job.released_parts = {"1.2", "3/4"};
    job.believed_ids = {"mx.upstream.example"};
    job.time_zone = "Europe/Berlin";
    const std::string frame = encode_job(job);
    CHECK(frame.size() < job_bytes_max);
    const auto back = decode_job(payload_of(frame));
    REQUIRE(back.has_value());
    CHECK(encode_job(*back) == frame);
    CHECK(back->profile.name == job.profile.name);
    CHECK(back->profile.release_originals);
    CHECK(back->profile.text_files == TextFiles::body);
    CHECK(back->profile.image_pdf_dpi == 200);
    CHECK(back->profile.files_line);
    CHECK(back->profile == job.profile);
    CHECK(back->budget.decoded_bytes_max == job.budget.decoded_bytes_max);
    CHECK(back->budget.references_max == 7);
    CHECK(back->released_parts == job.released_parts);
    CHECK(back->believed_ids == job.believed_ids);
    CHECK(back->time_zone == job.time_zone);
}

TEST_CASE("what was said about authentication comes out of the wire as it went in") {
    Extract extract = sample_extract();
    extract.header.authentication = {"mx.upstream.example", {AuthResult::pass, AuthResult::softfail}};
    const auto back = decode_extract(payload_of(encode_extract(extract)));
    REQUIRE(back.has_value());
    CHECK(back->header.authentication == extract.header.authentication);
    extract.header.authentication.by = "mx upstream; spf=pass";
    CHECK_FALSE(decode_extract(payload_of(encode_extract(extract))).has_value());
}

TEST_CASE("a frame that ends early or goes on too long is an Error at every length") {
    const std::string extract = payload_of(encode_extract(sample_extract()));
    const std::string job = payload_of(encode_job({}));
    for (std::size_t length = 0; length < extract.size(); ++length) {
        const auto cut = decode_extract(std::string_view(extract).substr(0, length));
        if (cut || cut.error().fault() != Fault::protocol) FAIL("an extract of " << length << " bytes was taken");
    }
    for (std::size_t length = 0; length < job.size(); ++length) {
        if (decode_job(std::string_view(job).substr(0, length))) FAIL("a job of " << length << " bytes was taken");
    }
    CHECK_FALSE(decode_extract(extract + '\0').has_value());
    CHECK_FALSE(decode_job(job + '\0').has_value());
}

TEST_CASE("no flipped bit and no changed byte gives an extract that breaks its promises") {
    const std::string good = payload_of(encode_extract(sample_extract()));
    std::size_t refused = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const int change : {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff}) {
            std::string bad = good;
            bad[at] = static_cast<char>(bad[at] ^ change);
            const auto extract = decode_extract(bad);
            if (!extract) ++refused;
            if (extract && !holds_what_it_promises(*extract)) FAIL("offset " << at << " change " << change);
        }
    }
    CHECK(refused > good.size());  // the guard is at work, most changes are noticed
}

TEST_CASE("values that no checking constructor would make are refused") {
    struct Case {
        const char* what;
        std::function<void(Extract&)> spoil;
    };
    const auto to = [](auto member, auto value) {
        return [member, value](Extract& extract) { std::invoke(member, extract.parts[0]) = value; };
    };
    const std::vector<Case> cases{
        {"part path that climbs", [](Extract& e) { e.parts[0].facts.path = "../1"; }},
        {"empty part path", [](Extract& e) { e.parts[0].facts.path.clear(); }},
        {"text path with a letter", [](Extract& e) { e.texts[0].path = "1.x"; }},
        {"file path with a line end", [](Extract& e) { e.files[0].path = "1\n"; }},
        {"declared type in capitals", [](Extract& e) { e.parts[0].facts.declared_type = "Text/Plain"; }},
        {"declared type that is not ASCII", [](Extract& e) { e.parts[0].facts.declared_type = "text/プレーン"; }},
        {"declared type without a slash", [](Extract& e) { e.parts[0].facts.declared_type = "text"; }},
        {"declared type with parameters", [](Extract& e) { e.parts[0].facts.declared_type = "text/plain; x=y"; }},
        {"detected type with a line end", [](Extract& e) { e.parts[0].facts.detected_type = "text/plain\r\nX: y"; }},
        {"detected type of two slashes", [](Extract& e) { e.parts[0].facts.detected_type = "a/b/c"; }},
        {"detected type that is too long",
         [](Extract& e) { e.parts[0].facts.detected_type = "a/" + std::string(300, 'b'); }},
        {"file without a type", [](Extract& e) { e.files[0].type.clear(); }},
        {"file type with a quote", [](Extract& e) { e.files[0].type = "a/b\""; }},
        {"unknown kind", [](Extract& e) { e.parts[0].facts.kind = static_cast<PartKind>(part_kind_count); }},
        {"unknown verdict", to(&PartRow::verdict, static_cast<PartVerdict>(4))},
        {"unknown reason", to(&PartRow::reason, static_cast<Reason>(reason_count))},
        {"unknown role", [](Extract& e) { e.texts[0].role = static_cast<TextRole>(9); }},
        {"unknown importance", [](Extract& e) { e.header.importance = static_cast<Importance>(4); }},
        {"unknown auto-submitted", [](Extract& e) { e.header.auto_submitted = static_cast<AutoSubmitted>(255); }},
        {"part name with a line end", [](Extract& e) { e.parts[0].facts.name = "a\r\nb"; }},
        {"part name that reads backwards", [](Extract& e) { e.parts[0].facts.name = "\u202Efdp.exe"; }},
        {"out name with NUL", to(&PartRow::out_name, std::string("a\0b", 3))},
        {"sha256 in capitals", to(&PartRow::sha256, std::string(64, 'A'))},
        {"sha256 too short", to(&PartRow::sha256, std::string(63, 'a'))},
        {"out sha256 of something else", to(&PartRow::out_sha256, std::string(64, 'g'))},
        {"charset with a blank", to(&PartRow::charset, std::string("UTF 8"))},
        {"charset too long", to(&PartRow::charset, std::string(65, 'x'))},
        {"handler with a control", to(&PartRow::handler, std::string("te\x1bxt"))},
        {"method that is none", to(&PartRow::method, static_cast<Method>(methods.size()))},
        {"message id without @", [](Extract& e) { e.header.message_id = "abc"; }},
        {"message id with a bracket", [](Extract& e) { e.header.message_id = "a>b@c"; }},
        {"message id with a blank", [](Extract& e) { e.header.message_id = "a b@c"; }},
        {"message id with a line end", [](Extract& e) { e.header.message_id = "a@b\r\nBcc: x"; }},
        {"message id with a script", [](Extract& e) { e.header.message_id = "<script>@x"; }},
        {"message id of two @", [](Extract& e) { e.header.message_id = "a@b@c"; }},
        {"message id that is not ASCII", [](Extract& e) { e.header.message_id = "件@c"; }},
        {"message id of 10 kB", [](Extract& e) { e.header.message_id = std::string(10000, 'a') + "@c"; }},
        {"empty reference", [](Extract& e) { e.header.references.emplace_back(); }},
        {"reference with a quote", [](Extract& e) { e.header.in_reply_to = {"\"a\"@b"}; }},
        {"list id with a bracket", [](Extract& e) { e.header.list_id = "a>b"; }},
        {"date before the calendar", [](Extract& e) { e.header.date->unix_seconds = -99999999999; }},
        {"date after it", [](Extract& e) { e.header.date->unix_seconds = 253402300800; }},
        {"offset of a day", [](Extract& e) { e.header.date->offset_minutes = 1440; }},
        {"summary field that is no field name", [](Extract& e) { e.texts[1].summary[0].first = "From: x\r\nBcc"; }},
        {"seventeen summary fields",
         [](Extract& e) {
             e.texts[1].summary.resize(17, {"To", {}});
         }},
    };
    for (const Case& c : cases) {
        CAPTURE(c.what);
        Extract extract = sample_extract();
        c.spoil(extract);
        const auto decoded = decode_extract(payload_of(encode_extract(extract)));
        REQUIRE_FALSE(decoded.has_value());
        CHECK(decoded.error().fault() == Fault::protocol);
    }
}

TEST_CASE("texts, lines and addresses are made by their checking constructors") {
    // The types cannot hold what is refused, so the bytes are changed on the wire, length unchanged.
    const auto with = [](std::string_view from, std::string_view into) {
        std::string payload = payload_of(encode_extract(sample_extract()));
        const std::size_t at = payload.find(from);
        REQUIRE(at != std::string::npos);
        REQUIRE(from.size() == into.size());
        payload.replace(at, from.size(), into);
        return decode_extract(payload).has_value();
    };
    CHECK(with("soumu@city", "soumu@citx"));
    CHECK_FALSE(with("soumu@city", "soumu\ncity"));
    CHECK_FALSE(with("soumu@city", "so\0mu@city"s));
    CHECK_FALSE(with("soumu@city", "<oumu@city"));
    CHECK_FALSE(with("soumu@city", "soumu@@ity"));
    CHECK_FALSE(with("会議のお知らせ", "会議の\r\nX知らせ"));
    CHECK_FALSE(with("会議の", "会議\u202E"));
    CHECK_FALSE(with("会議の", "会議\xff\xff\xff"));
    CHECK_FALSE(with("本文\n\tです\n", "本文\r\tです\n"));
    CHECK_FALSE(with("本文\n\tです\n", "本文\n\0です\n"s));
    CHECK_FALSE(with("件名", "\t件\x1b\x1b"));
}

TEST_CASE("a reason that stands twice is written once and refused when it comes twice") {
    Extract extract;
    extract.findings = {Reason::bad_date, Reason::bad_date, Reason::mbox_line, Reason::bad_date};
    std::string payload = payload_of(encode_extract(extract));
    CHECK(decode_extract(payload)->findings == std::vector{Reason::bad_date, Reason::mbox_line});
    payload[payload.size() - 1] = payload[payload.size() - 2];  // the last two reasons
    CHECK_FALSE(decode_extract(payload).has_value());
}

TEST_CASE("a count or length that cannot be true is refused before anything is allocated for it") {
    const std::string good = payload_of(encode_extract(sample_extract()));
    for (std::size_t at = 0; at + 4 <= good.size(); ++at) {
        std::string bad = good;
        bad.replace(at, 4, "\xff\xff\xff\xff");
        const auto extract = decode_extract(bad);  // ASan and RLIMIT_AS see it when this allocates gigabytes
        if (extract && !holds_what_it_promises(*extract)) FAIL("offset " << at);
    }
    CHECK_FALSE(decode_extract(std::string(64, '\xff')).has_value());
    CHECK_FALSE(decode_job(std::string(64, '\xff')).has_value());
}

TEST_CASE("a frame header of another kind, length or size is refused") {
    const std::string header = encode_extract({}).substr(0, frame_header_bytes);
    const std::size_t length = encode_extract({}).size() - frame_header_bytes;
    CHECK(*decode_frame_header(header, FrameKind::extract, length) == length);
    CHECK_FALSE(decode_frame_header(header, FrameKind::extract, length - 1).has_value());
    CHECK_FALSE(decode_frame_header(header, FrameKind::job, length).has_value());
    CHECK_FALSE(decode_frame_header(header.substr(1), FrameKind::extract, length).has_value());
    CHECK_FALSE(decode_frame_header(header + "x", FrameKind::extract, length).has_value());
    CHECK_FALSE(decode_frame_header("", FrameKind::extract, length).has_value());
    CHECK_FALSE(decode_frame_header("\xff\xff\xff\xffX\0\0\0"s, FrameKind::extract, 80u << 20).has_value());
}

TEST_CASE("a job with an unknown action or a bad path is refused") {
    const auto refused = [](const std::function<void(Job&)>& spoil) {
        Job job;
        spoil(job);
        return !decode_job(payload_of(encode_job(job))).has_value();
    };
    CHECK(refused([](Job& job) { job.profile.actions[0] = static_cast<PartAction>(8); }));
    CHECK(refused([](Job& job) { job.profile.keep_original = static_cast<KeepOriginal>(3); }));
    CHECK(refused([](Job& job) { job.profile.ambiguous = static_cast<OnAmbiguous>(2); }));
    CHECK(refused([](Job& job) { job.profile.links = static_cast<LinkStyle>(3); }));
    CHECK(refused([](Job& job) { job.profile.name = "a\nb"; }));
    CHECK(refused([](Job& job) { job.released_parts = {"1..2"}; }));
    CHECK(refused([](Job& job) { job.profile.pictured_parts = {"1..2"}; }));
    const auto rule_refused = [&](const std::function<void(PartRule&)>& spoil) {
        return refused([&](Job& job) { spoil(job.profile.rules.emplace_back()); });
    };
    CHECK_FALSE(rule_refused([](PartRule&) {}));
    CHECK(rule_refused([](PartRule& rule) { rule.action = static_cast<PartAction>(8); }));
    CHECK(rule_refused([](PartRule& rule) { rule.names = {""}; }));
    CHECK(rule_refused([](PartRule& rule) { rule.types = {"a\nb"}; }));
    CHECK(rule_refused([](PartRule& rule) { rule.names = {std::string(256, 'x')}; }));
    CHECK(rule_refused([](PartRule& rule) { rule.names.assign(51, "x"); }));
    CHECK(refused([](Job& job) { job.profile.rules.resize(201); }));
    CHECK_FALSE(refused([](Job& job) { job.released_parts = {"1.2"}; }));
}

TEST_CASE("an identifier is at most as long as a line") {
    Extract extract = sample_extract();
    extract.header.list_id = std::string(998, 'a');
    CHECK(decode_extract(payload_of(encode_extract(extract))).has_value());
    extract.header.list_id += 'a';
    CHECK_FALSE(decode_extract(payload_of(encode_extract(extract))).has_value());
}

TEST_CASE("a flag is 0 or 1") {
    Extract attached = sample_extract();
    attached.parts.front().facts.is_attachment = true;
    Extract shown = sample_extract();
    shown.parts.front().facts.is_attachment = false;
    const std::string with = payload_of(encode_extract(attached));
    std::string without = payload_of(encode_extract(shown));
    REQUIRE(with.size() == without.size());
    const auto at =
        static_cast<std::size_t>(std::mismatch(with.begin(), with.end(), without.begin()).first - with.begin());
    REQUIRE(without.at(at) == '\0');
    for (const int value : {2, 0x80, 0xff}) {
        without[at] = static_cast<char>(value);
        CHECK_FALSE(decode_extract(without).has_value());
    }
}

TEST_CASE("a list of mailboxes is bounded, however small its mailboxes are") {
    Extract extract;
    extract.header.to.assign(20000, mailbox("", "a@b"));
    CHECK(decode_extract(payload_of(encode_extract(extract))).has_value());
    extract.header.to.push_back(mailbox("", "a@b"));
    CHECK_FALSE(decode_extract(payload_of(encode_extract(extract))).has_value());
}

TEST_CASE("a list id has nothing in it that could end a field or an angle bracket") {
    Extract extract = sample_extract();
    for (const std::string id : {"a b", "a>", "<a", "a\r\nBcc: x", "a\tb", "a,b", "a;b", "a(b", "a\"b", "見", "a@b"}) {
        CAPTURE(id);
        extract.header.list_id = id;
        CHECK_FALSE(decode_extract(payload_of(encode_extract(extract))).has_value());
    }
}
