#include "sanitizer/codec/pdf/read_pdf.hpp"

#include <qpdf/QPDFLogger.hh>

namespace mugaika::codec::pdf {

void read(QPDF& source, std::string_view untrusted, const std::string& password) {
    const auto silent = QPDFLogger::create();
    silent->setError(silent->discard());
    silent->setWarn(silent->discard());
    silent->setInfo(silent->discard());
    source.setLogger(silent);
    source.setSuppressWarnings(true);
    source.processMemoryFile("mail", untrusted.data(), untrusted.size(), password.c_str());
}

FileNotMade not_made(const QPDFExc& fault) {
    const bool is_locked =
        fault.getErrorCode() == qpdf_e_password ||
        (fault.getErrorCode() == qpdf_e_unsupported && fault.getMessageDetail().find("encrypt") != std::string::npos);
    if (is_locked) return {Reason::encrypted, "pdf: wants a password or a certificate"};
    return {Reason::document_damaged, "pdf: no document can be read from it"};
}

}  // namespace mugaika::codec::pdf
