#include "sanitizer/codec/pdf/rebuild_pdf.hpp"

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>

#include <new>

#include "sanitizer/codec/pdf/new_pages.hpp"
#include "sanitizer/codec/pdf/read_pdf.hpp"

namespace mugaika::codec {

FileOutcome rebuild_pdf(std::string_view untrusted, FilePurse& purse) {
    try {
        QPDF source;
        pdf::read(source, untrusted);
        FileOutcome outcome = pdf::NewPages(source, purse).make();
        auto* const made = std::get_if<FileMade>(&outcome);
        if (made != nullptr && source.isEncrypted()) add_loss(made->losses, Reason::encryption_removed);
        return outcome;
    } catch (const pdf::GivenUp& given_up) {
        return given_up.outcome;
    } catch (const QPDFExc& fault) {
        return pdf::not_made(fault);
    } catch (const std::bad_alloc&) {
        return FileNotMade{Reason::inner_too_large, "pdf: memory"};
    } catch (const std::exception&) {  // qpdf's logic errors: an object that is not what it was taken for
        return FileNotMade{Reason::document_damaged, "pdf: what was read contradicts itself"};
    }
}

}  // namespace mugaika::codec
