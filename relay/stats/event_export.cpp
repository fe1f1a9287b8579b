#include "relay/stats/event_export.hpp"

namespace mugaika {

std::optional<ExportForm> export_form_from_name(std::string_view name) noexcept {
    if (name == "csv") return ExportForm::csv;
    if (name == "cef") return ExportForm::cef;
    if (name == "rfc5424") return ExportForm::rfc5424;
    if (name == "ocsf") return ExportForm::ocsf;
    return std::nullopt;
}

std::unique_ptr<EventExport> make_export(ExportForm form, std::ostream& out, bool bom) {
    switch (form) {
        case ExportForm::csv:
            return make_csv_export(out, bom);
        case ExportForm::cef:
            return make_cef_export(out);
        case ExportForm::rfc5424:
            return make_syslog_export(out);
        case ExportForm::ocsf:
            break;
    }
    return make_ocsf_export(out);
}

}  // namespace mugaika
