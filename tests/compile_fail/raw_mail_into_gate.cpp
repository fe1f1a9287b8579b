// The Gate makes a GatedMail of a SanitizedMail, never of a RawMail.
#include "sanitizer/compose/gate.hpp"
#include "sanitizer/mail/raw_mail.hpp"

#ifdef CONTROL
using Source = mugaika::SanitizedMail;
#else
using Source = mugaika::RawMail;
#endif

mugaika::Result<mugaika::GatedMail> pass(Source source) { return mugaika::Gate::inspect(std::move(source), {}); }
