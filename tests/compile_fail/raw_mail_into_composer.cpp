// The Composer takes an Extract, never a RawMail.
#include "sanitizer/compose/composer.hpp"
#include "sanitizer/mail/raw_mail.hpp"

#ifdef CONTROL
using Source = mugaika::Extract;
#else
using Source = mugaika::RawMail;
#endif

mugaika::Result<mugaika::SanitizedMail> compose(const Source& source, const mugaika::ComposeFacts& facts) {
    return mugaika::Composer::compose(source, mugaika::Verdict{}, facts, mugaika::BodyText{});
}
