// Events in the forms of others, one behind the other: a pure function of what stands in the log. Everything that comes
// from outside goes through shown_text() and what the form escapes, so that no value can end its field (AC-255).
//
//   csv      RFC 4180, one table for all events; a cell that a spreadsheet would run begins with an apostrophe
//   cef      Common Event Format: suser, duser, src, dst, act, reason, externalId …, cs1Label to cs6Label
//   rfc5424  syslog lines, the members as structured data, each ended by a line feed
//   ocsf     JSON Lines of OCSF 1.1: Email Activity (4009) for what befalls a mail, Base Event (0) for all else;
//   members
//            that have no place there in `unmapped`
#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <string_view>

#include "relay/stats/read_event.hpp"

namespace mugaika {

enum class ExportForm : std::uint8_t { csv, cef, rfc5424, ocsf };
std::optional<ExportForm> export_form_from_name(std::string_view) noexcept;

class EventExport {
public:
    virtual ~EventExport() = default;
    virtual void write(const ReadEvent&) = 0;
};

// `bom`: of a CSV, so that Excel takes it for UTF-8. `out` must outlive it.
std::unique_ptr<EventExport> make_export(ExportForm, std::ostream& out, bool bom = false);

std::unique_ptr<EventExport> make_csv_export(std::ostream&, bool bom);
std::unique_ptr<EventExport> make_cef_export(std::ostream&);
std::unique_ptr<EventExport> make_syslog_export(std::ostream&);
std::unique_ptr<EventExport> make_ocsf_export(std::ostream&);

}  // namespace mugaika
