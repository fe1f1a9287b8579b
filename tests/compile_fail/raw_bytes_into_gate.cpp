// Untrusted bytes can be judged by the Gate, but no GatedMail comes of that.
#include "sanitizer/compose/gate.hpp"
#include "sanitizer/mail/raw_mail.hpp"

#ifdef CONTROL
mugaika::Result<void> judge(const mugaika::RawMail::Mapping& untrusted) {
    return mugaika::Gate::accepts(untrusted.view(), {});
}
#else
mugaika::Result<mugaika::GatedMail> judge(const mugaika::RawMail::Mapping& untrusted) {
    return mugaika::Gate::accepts(untrusted.view(), {});
}
#endif
