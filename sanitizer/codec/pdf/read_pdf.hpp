// How a PDF is read, whoever reads it: silently, from memory; and what it is told to be when that fails.
#pragma once

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>
#include <string>
#include <string_view>

#include "sanitizer/mail/file_made.hpp"

namespace mugaika::codec::pdf {

// Without a password the empty one is tried, which opens what only its printing or changing is forbidden of. Throws
// QPDFExc.
void read(QPDF& source, std::string_view untrusted, const std::string& password = {});

FileNotMade not_made(const QPDFExc&);

}  // namespace mugaika::codec::pdf
