#include "sanitizer/codec/pdf/rebuild_pdf.hpp"

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFLogger.hh>

#include <new>

#include "sanitizer/codec/pdf/new_pages.hpp"

namespace mugaika::codec {
namespace {

FileOutcome not_made(const QPDFExc& fault) {
    const bool is_locked =
        fault.getErrorCode() == qpdf_e_password ||
        (fault.getErrorCode() == qpdf_e_unsupported && fault.getMessageDetail().find("encrypt") != std::string::npos);
    if (is_locked) return FileNotMade{Reason::encrypted, "pdf: wants a password or a certificate"};
    return FileNotMade{Reason::document_damaged, "pdf: no document can be read from it"};
}

void read(QPDF& source, std::string_view untrusted) {
    const auto silent = QPDFLogger::create();
    silent->setError(silent->discard());
    silent->setWarn(silent->discard());
    silent->setInfo(silent->discard());
    source.setLogger(silent);
    source.setSuppressWarnings(true);
    source.processMemoryFile("mail", untrusted.data(), untrusted.size());
}

}  // namespace

FileOutcome rebuild_pdf(std::string_view untrusted, FilePurse& purse) {
    try {
        QPDF source;
        read(source, untrusted);
        return pdf::NewPages(source, purse).make();
    } catch (const pdf::GivenUp& given_up) {
        return given_up.outcome;
    } catch (const QPDFExc& fault) {
        return not_made(fault);
    } catch (const std::bad_alloc&) {
        return FileNotMade{Reason::inner_too_large, "pdf: memory"};
    } catch (const std::exception&) {  // qpdf's logic errors: an object that is not what it was taken for
        return FileNotMade{Reason::document_damaged, "pdf: what was read contradicts itself"};
    }
}

}  // namespace mugaika::codec
