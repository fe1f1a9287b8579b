// A file that an engine made cannot be composed: an extract takes only what a checker has read.
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/untrusted_file.hpp"

#ifdef CONTROL
void add(mugaika::Extract& extract, mugaika::CheckedFile file) {
    extract.rebuilt.push_back({"2", mugaika::PlainLine(), std::move(file)});
}
#else
void add(mugaika::Extract& extract, mugaika::UntrustedFile file) {
    extract.rebuilt.push_back({"2", mugaika::PlainLine(), std::move(file)});
}
#endif
