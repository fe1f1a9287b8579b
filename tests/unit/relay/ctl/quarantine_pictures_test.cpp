// `mugaika quarantine release --as image-pdf`: what is ordered, and what is refused before there is an order.
#include "kept_mails.hpp"
#include "sanitizer/engine/office.hpp"
#include "sanitizer/engine/pages.hpp"

using namespace mugaika;
using ctl::Exit;

namespace {

class Drawing : public Kept {
public:
    Ran release(const std::string& id, std::vector<std::string> more) const {
        more.insert(more.begin(), {"quarantine", "release", id, "--reason", "会議で使う", "--by", "山田"});
        return run(more);
    }
    Ran as_pictures(const std::string& id) const { return release(id, {"--part", "2", "--as", "image-pdf"}); }
    // Delivered without its part 2, which `change` fits.
    std::string delivered(const std::function<void(PartRow&)>& change) const {
        return keep("A: b\r\n\r\n", "c@city.example.lg.jp", std::chrono::hours(2), [&](QuarantineItem& item) {
            item.ledger.verdict = MailVerdict::sanitized;
            change(item.ledger.parts[0]);
        });
    }
    std::string refused(const std::function<void(PartRow&)>& change) const {
        const std::string id = delivered(change);
        const Ran ran = as_pictures(id);
        CHECK(ran.exit == Exit::refused);
        CHECK(ran.out.empty());
        CHECK(orders().empty());
        CHECK(run({"quarantine", "delete", id, "--reason", "x", "--by", "x"}).exit == Exit::done);
        return ran.err;
    }
};

}  // namespace

TEST_CASE("a held PDF is ordered as pictures of its pages: durable, said, logged, whatever originals may do") {
    if (missing_for_pages()) return test::say_skipped("orders for pictures: poppler is not installed");
    const Drawing kept;
    const Ran ran = kept.as_pictures(kept.first);
    CAPTURE(ran.err);
    CHECK(ran.exit == Exit::done);
    CHECK_THAT(ran.out, Catch::Contains(kept.first + "  order ") && Catch::Contains("to a@city.example.lg.jp"));
    REQUIRE(kept.orders().size() == 1);
    const OwedOrder owed = kept.orders()[0];
    CHECK(owed.order.kind == OrderKind::image_pdf);
    CHECK(owed.order.parts == std::vector<std::string>{"2"});
    CHECK(owed.order.person == "山田");
    const auto events = kept.events();
    CHECK(events.back().at("event") == "quarantine.released");
    CHECK(events.back().at("kind") == "image-pdf");
    CHECK_THAT(kept.run({"quarantine", "list", "--state", "ordered"}).out, Catch::Contains(kept.first));
    CHECK_THAT(kept.run({"queue", "list"}).out, Catch::Contains("image-pdf"));
    CHECK_THAT(kept.run({"queue", "show", owed.order.order_id}).out, Catch::Contains("as a person ordered"));
    // Twice the same is most often a mistake; the original is not the same.
    kept.deliver(owed);
    CHECK_THAT(kept.run({"quarantine", "show", kept.first, "--by", "x"}).out, Catch::Contains("as image-pdf parts 2"));
    const Ran again = kept.as_pictures(kept.first);
    CHECK(again.exit == Exit::refused);
    CHECK_THAT(again.err, Catch::Contains("--again"));
    CHECK(kept.release(kept.first, {"--part", "2", "--as", "image-pdf", "--again"}).exit == Exit::done);
    kept.configure("[profile.standard]\nrelease_originals = true\n");
    CHECK(kept.release(kept.first, {"--part", "2"}).exit == Exit::done);
    CHECK(kept.orders().back().order.kind == OrderKind::release);
}

TEST_CASE("what the pages of a file cannot be drawn for is said before there is an order, with what can be done") {
    const Drawing kept;
    CHECK_THAT(kept.refused([](PartRow& row) { row.reason = Reason::malware_found; }),
               Catch::Contains("a scanner found malware in it, and no order lets that cross"));
    CHECK_THAT(kept.refused([](PartRow& row) { row.verdict = PartVerdict::rebuilt; }),
               Catch::Contains("it was delivered when the mail came"));
    CHECK_THAT(kept.refused([](PartRow& row) { row.facts.name = "a.pdf.exe"; }),
               Catch::Contains("programs do not cross by any order"));
    CHECK_THAT(kept.refused([](PartRow& row) {
        row.facts.kind = PartKind::encrypted;
        row.facts.detected_type = "application/pdf";
        row.reason = Reason::encrypted;
    }),
               Catch::Contains("mugaika quarantine unlock ") && Catch::Contains(" --part 2` opens it"));
    CHECK_THAT(kept.refused([](PartRow& row) {
        row.facts.kind = PartKind::other;
        row.facts.detected_type = "image/vnd.dwg";
    }),
               Catch::Contains("has no pages that can be drawn (other, image/vnd.dwg)"));
    CHECK_THAT(kept.refused([](PartRow& row) { row.facts.path = "3"; }), Catch::Contains("has no part 2"));
    kept.configure("[profile.standard.attachments]\npdf = \"refuse\"\n");
    CHECK_THAT(kept.refused([](PartRow&) {}), Catch::Contains("is of what profile standard refuses"));
}

TEST_CASE("where nobody can draw pages the order is not given, and 69 says what is missing") {
    const Drawing kept;
    const std::string id = kept.delivered([](PartRow& row) {
        row.facts.kind = PartKind::office;
        row.facts.detected_type = "application/msword";
    });
    kept.configure("[relay.engines]\noffice = \"off\"\n");
    const Ran off = kept.as_pictures(id);
    CHECK(off.exit == Exit::unavailable);
    CHECK_THAT(off.err, Catch::Contains("[relay.engines] says office = \"off\""));
    CHECK(kept.orders().empty());
    // Behind a socket nobody here knows: the order waits for it.
    kept.configure("[relay.engines]\nsocket = \"/nowhere/engine.sock\"\n");
    CHECK(kept.as_pictures(id).exit == Exit::done);
}

TEST_CASE("pictures of which file, and as what: a command line that does not say is a usage error") {
    const Drawing kept;
    const Ran none = kept.release(kept.first, {"--as", "image-pdf"});
    CHECK(none.exit == Exit::usage);
    CHECK_THAT(none.err, Catch::Contains("Give --part N"));
    const Ran other = kept.release(kept.first, {"--part", "2", "--as", "png"});
    CHECK(other.exit == Exit::usage);
    CHECK_THAT(other.err, Catch::Contains("expected original or image-pdf"));
    CHECK(kept.orders().empty());
}
