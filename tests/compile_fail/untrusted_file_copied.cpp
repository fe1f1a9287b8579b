// An UntrustedFile is moved, never copied.
#include "sanitizer/mail/untrusted_file.hpp"

#ifdef CONTROL
mugaika::UntrustedFile hand_on(mugaika::UntrustedFile& file) { return std::move(file); }
#else
mugaika::UntrustedFile hand_on(mugaika::UntrustedFile& file) { return file; }
#endif
