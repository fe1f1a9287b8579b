#include "sanitizer/sandboxed/handlers/handlers.hpp"

namespace mugaika::sandboxed {

Handlers make_handlers(const Profile& profile, const std::string& time_zone) {
    Handlers handlers;
    handlers.push_back(make_text_handler());
    handlers.push_back(make_html_handler(profile.links));
    handlers.push_back(make_calendar_handler(time_zone));
    handlers.push_back(make_report_handler());
    handlers.push_back(make_attached_mail_handler());
    handlers.push_back(make_signature_handler());
    handlers.push_back(make_quarantine_rest_handler());
    return handlers;
}

}  // namespace mugaika::sandboxed
