#include "sanitizer/codec/pdf/open_pdf.hpp"

#include <qpdf/Buffer.hh>
#include <qpdf/QPDFWriter.hh>

#include <memory>
#include <new>

#include "sanitizer/codec/pdf/read_pdf.hpp"

namespace mugaika::codec {
namespace {

// Streams stay packed as they are: whoever rebuilds the document pays for what is in them.
std::string written(QPDF& source) {
    QPDFWriter writer(source);
    writer.setOutputMemory();
    writer.setPreserveEncryption(false);
    writer.setStreamDataMode(qpdf_s_preserve);
    writer.setDecodeLevel(qpdf_dl_none);
    writer.setObjectStreamMode(qpdf_o_preserve);
    writer.setStaticID(true);
    writer.write();
    const std::unique_ptr<Buffer> buffer(writer.getBuffer());
    return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

}  // namespace

std::variant<std::string, FileNotMade> opened_pdf(std::string_view untrusted, const std::string& password,
                                                  FilePurse& purse) {
    // What is held beside the received bytes: the document as it is written.
    if (!purse.take_inner(untrusted.size())) return FileNotMade{Reason::inner_too_large, "pdf: its size"};
    try {
        QPDF source;
        pdf::read(source, untrusted, password);
        return written(source);
    } catch (const QPDFExc& fault) {
        return pdf::not_made(fault);
    } catch (const std::bad_alloc&) {
        return FileNotMade{Reason::inner_too_large, "pdf: memory"};
    } catch (const std::exception&) {  // qpdf's logic errors
        return FileNotMade{Reason::document_damaged, "pdf: what was read contradicts itself"};
    }
}

}  // namespace mugaika::codec
