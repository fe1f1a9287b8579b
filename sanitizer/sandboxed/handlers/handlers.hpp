// The handlers that exist. One more kind of content: one file here, one line below, one line in make_handlers.
#pragma once

#include <memory>

#include "sanitizer/sandboxed/part_handler.hpp"

namespace mugaika::sandboxed {

std::unique_ptr<PartHandler> make_text_handler();           // "text": method ア or ウ-1
std::unique_ptr<PartHandler> make_html_handler(LinkStyle);  // "html": its words, nothing active
// "calendar": a readable summary of ics and vcf, with the times of a zone by its IANA name
std::unique_ptr<PartHandler> make_calendar_handler(const std::string& time_zone);
std::unique_ptr<PartHandler> make_report_handler();         // "report": delivery reports and returned headers as text
std::unique_ptr<PartHandler> make_attached_mail_handler();  // "attached_mail": goes round again, one level deeper
std::unique_ptr<PartHandler> make_signature_handler();      // "signature": cannot survive, is dropped and said
std::unique_ptr<PartHandler>
make_quarantine_rest_handler();  // "quarantine_rest": takes all; the positive list ends here

}  // namespace mugaika::sandboxed
