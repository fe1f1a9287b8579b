#include "relay/ctl/pictures_order.hpp"

#include <algorithm>
#include <string_view>

#include "policy/locked_file.hpp"
#include "policy/shown_text.hpp"
#include "sanitizer/engine/engine_road.hpp"
#include "sanitizer/engine/office.hpp"
#include "sanitizer/engine/pages.hpp"
#include "sanitizer/finish/follow_up_files.hpp"
#include "sanitizer/finish/pictured_parts.hpp"
#include "sanitizer/finish/ways_out.hpp"

namespace mugaika::ctl {
namespace {

const PartRow* row_at(const QuarantineItem& item, std::string_view path) {
    const auto& rows = item.ledger.parts;
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const PartRow& one) { return one.facts.path == path; });
    return row == rows.end() ? nullptr : &*row;
}

bool has_arrived(const PartRow& row, const Ledger& ledger) {
    return was_delivered(ledger) && (row.verdict == PartVerdict::text || row.verdict == PartVerdict::rebuilt);
}

// A PDF of which only printing or changing is locked has pages for everybody: a codec has said so.
bool wants_a_password(const PartRow& row, const Profile& profile) {
    const bool is_locked = lock_of(row.facts) != LockKind::none;
    return row.reason == Reason::encrypted || (is_locked && !PictureOrders(profile).draw(row.facts));
}

// "" where they can.
std::string why_not_drawn(const PartRow& row, const QuarantineItem& item, const Profile& profile) {
    const std::string& path = row.facts.path;
    if (has_arrived(row, item.ledger)) return "is not held: it was delivered when the mail came";
    if (is_hopeless(row)) return "is a program or has the name of one, and programs do not cross by any order";
    if (wants_a_password(row, profile)) {
        return "has a password; `mugaika quarantine unlock " + item.id + " --part " + path + "` opens it";
    }
    if (profile.action_for(row.facts) == PartAction::refuse) {
        return "is of what profile " + profile.name + " refuses, and no order lets that cross";
    }
    if (PictureOrders(profile).draw(row.facts)) return {};
    const std::string type = row.facts.detected_type.empty() ? "" : ", " + row.facts.detected_type;
    return "has no pages that can be drawn (" + std::string(to_string(row.facts.kind)) + type +
           "); pictures are made of pdf, doc, docx, xls, xlsx, ppt, pptx, rtf, odt, ods, odp and their macro and "
           "template kinds";
}

// Behind a socket nobody here knows; the relay asks, and the order waits while it is not there.
Result<void> check_engine(const PartRow& row, const std::string& about, const Config& config) {
    const bool is_office = row.facts.kind == PartKind::office;
    if (is_office && config.engines.office == OfficeEngine::off) {
        return Error(Fault::unavailable, about + " is drawn by LibreOffice, and [relay.engines] says office = \"off\"");
    }
    if (!config.engines.socket.empty()) return {};
    if (engine_place(true, "").program.empty()) {
        return Error(Fault::unavailable, about + " cannot be drawn here: mugaika-engine is not installed");
    }
    auto package = missing_for_pages();
    const auto format = is_office ? pages_format_of(row.facts.detected_type) : std::nullopt;
    if (!package && format) package = missing_for(*format);
    if (!package) return {};
    return Error(Fault::unavailable, about + " cannot be drawn here; install " + *package);
}

}  // namespace

Result<void> check_can_be_pictured(const std::vector<std::string>& parts, const QuarantineItem& item,
                                   const Profile& profile, const Config& config) {
    for (const std::string& part : parts) {
        const PartRow* const row = row_at(item, part);
        if (row == nullptr) {
            return Error(Fault::protocol, "mail " + item.id + " has no part " + shown_text(part, 100) +
                                              "; `mugaika quarantine show " + item.id + "` lists them");
        }
        const std::string about = "part " + part + " of mail " + item.id;
        if (const std::string why = why_not_drawn(*row, item, profile); !why.empty()) {
            return Error(Fault::protocol, about + " " + why);
        }
        auto engine = check_engine(*row, about, config);
        if (!engine) return engine;
    }
    return {};
}

}  // namespace mugaika::ctl
