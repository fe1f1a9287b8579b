#include "relay/scan_file.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace mugaika;

namespace {

PartRow row_at(const std::string& path, PartKind kind) {
    PartRow row;
    row.facts.path = path;
    row.facts.kind = kind;
    return row;
}

FileErrand errand_for(const std::string& path) {
    FileErrand errand;
    errand.job.path = path;
    return errand;
}

}  // namespace

TEST_CASE("files of an attached mail are shown to scanners, those in an archive with the archive") {
    Extract extract;
    extract.parts = {row_at("1", PartKind::image),     row_at("2", PartKind::mail),    row_at("2/1", PartKind::image),
                     row_at("2/2", PartKind::archive), row_at("2/2/1", PartKind::pdf), row_at("3", PartKind::archive),
                     row_at("30", PartKind::image)};
    for (const char* const path : {"1", "2/1", "2/2", "3", "30"}) {
        CAPTURE(path);
        CHECK(is_shown_to_scanners(errand_for(path), extract));
    }
    CHECK_FALSE(is_shown_to_scanners(errand_for("2/2/1"), extract));
    FileErrand together = errand_for("3");
    together.job.members = {1, 2};
    CHECK_FALSE(is_shown_to_scanners(together, extract));
}
