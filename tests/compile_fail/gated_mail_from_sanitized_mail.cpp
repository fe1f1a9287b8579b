// A SanitizedMail does not become a GatedMail but through the Gate.
#include "sanitizer/compose/gate.hpp"

#ifdef CONTROL
mugaika::Result<mugaika::GatedMail> pass(mugaika::SanitizedMail mail) {
    return mugaika::Gate::inspect(std::move(mail), {});
}
#else
mugaika::GatedMail pass(mugaika::SanitizedMail mail) { return mugaika::GatedMail(std::move(mail)); }
#endif
