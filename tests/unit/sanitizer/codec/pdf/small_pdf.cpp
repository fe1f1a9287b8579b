#include "small_pdf.hpp"

#define POINTERHOLDER_TRANSITION 4
#include <catch2/catch.hpp>
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFWriter.hh>

#include "sanitizer/checker/pdf/check_pdf.hpp"
#include "sanitizer/codec/pdf/rebuild_pdf.hpp"

namespace mugaika::test {
namespace {

std::string ten_digits(std::size_t value) {
    std::string digits = std::to_string(value);
    return digits.insert(0, 10 - digits.size(), '0');
}

std::string four_bytes(std::size_t value) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
    return out;
}

}  // namespace

std::string pdf_stream(std::string_view data, std::string_view entries) {
    return "<< /Length " + std::to_string(data.size()) + " " + std::string(entries) + " >>\nstream\n" +
           std::string(data) + "\nendstream";
}

std::string zlib_of_stored_blocks(std::string_view data, std::size_t empty_blocks) {
    std::string out = "\x78\x01";
    for (; empty_blocks > 0; --empty_blocks) out += std::string_view("\0\0\0\xff\xff", 5);
    const auto size = static_cast<std::uint16_t>(data.size());
    out += '\1';  // the last block (RFC 1951 3.2.4): its length, and that again with each bit turned
    for (const unsigned number : {unsigned{size}, 0xffffu ^ size}) {
        out += static_cast<char>(number & 0xff);
        out += static_cast<char>(number >> 8);
    }
    std::uint32_t a = 1;
    std::uint32_t b = 0;
    for (const char c : data) {
        a = (a + static_cast<unsigned char>(c)) % 65'521;
        b = (b + a) % 65'521;
    }
    out += data;
    for (const std::uint32_t half : {b, a}) {
        out += static_cast<char>(half >> 8);
        out += static_cast<char>(half & 0xff);
    }
    return out;
}

SmallPdf::SmallPdf() {
    objects[1] = "<< /Type /Catalog /Pages 2 0 R >>";
    objects[2] = "<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>";
    objects[3] =
        "<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 200 200 ] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>";
    objects[4] = pdf_stream("BT /F1 12 Tf 20 100 Td (text) Tj ET");
    objects[5] = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
}

SmallPdf& SmallPdf::add(int object, std::string_view entries) {
    objects.at(object).insert(3, std::string(entries) + " ");
    return *this;
}

SmallPdf& SmallPdf::put(int object, std::string body) {
    objects[object] = std::move(body);
    return *this;
}

std::string SmallPdf::write() const {
    std::string out = "%PDF-1.7\n";
    std::string table;
    const int size = objects.rbegin()->first + 1;
    for (int number = 1; number < size; ++number) {
        const auto found = objects.find(number);
        if (found == objects.end()) {
            table += "0000000000 00000 f \n";
            continue;
        }
        table += ten_digits(out.size()) + " 00000 n \n";
        out += std::to_string(number) + " 0 obj\n" + found->second + "\nendobj\n";
    }
    const std::size_t at = out.size();
    return out + "xref\n0 " + std::to_string(size) + "\n0000000000 65535 f \n" + table +
           "trailer\n<< /Root 1 0 R /Size " + std::to_string(size) + " " + trailer + " >>\nstartxref\n" +
           std::to_string(at) + "\n%%EOF\n";
}

std::string SmallPdf::write_packed() const {
    std::string out = "%PDF-1.7\n";
    std::string head;
    std::string bodies;
    const int size = objects.rbegin()->first + 3;
    const int packed_in = size - 2;
    std::map<int, std::string> rows;
    int index = 0;
    for (const auto& [number, body] : objects) {
        if (body.find("stream") != std::string::npos) {
            rows[number] = '\1' + four_bytes(out.size()) + '\0';
            out += std::to_string(number) + " 0 obj\n" + body + "\nendobj\n";
            continue;
        }
        head += std::to_string(number) + ' ' + std::to_string(bodies.size()) + ' ';
        bodies += body + '\n';
        rows[number] = '\2' + four_bytes(static_cast<std::size_t>(packed_in)) + static_cast<char>(index++);
    }
    rows[packed_in] = '\1' + four_bytes(out.size()) + '\0';
    out += std::to_string(packed_in) + " 0 obj\n" +
           pdf_stream(head + bodies,
                      "/Type /ObjStm /N " + std::to_string(index) + " /First " + std::to_string(head.size())) +
           "\nendobj\n";
    const std::size_t at = out.size();
    rows[size - 1] = '\1' + four_bytes(at) + '\0';
    std::string table;
    for (int number = 0; number < size; ++number) {
        table += rows.contains(number) ? rows[number] : std::string(6, '\0');
    }
    return out + std::to_string(size - 1) + " 0 obj\n" +
           pdf_stream(table, "/Type /XRef /W [ 1 4 1 ] /Root 1 0 R /Size " + std::to_string(size) + ' ' + trailer) +
           "\nendobj\nstartxref\n" + std::to_string(at) + "\n%%EOF\n";
}

FileOutcome rebuild(std::string_view pdf, const FileLimits& limits) {
    FilePurse purse(limits);
    return codec::rebuild_pdf(pdf, purse);
}

FileMade rebuilt(std::string_view pdf) {
    const FileOutcome outcome = rebuild(pdf);
    if (const auto* not_made = std::get_if<FileNotMade>(&outcome))
        FAIL(to_string(not_made->why) << ' ' << not_made->words);
    FileMade made = std::get<FileMade>(outcome);
    const Result<std::uint32_t> pages = checker::check_pdf(made.untrusted_bytes);
    if (!pages) FAIL(pages.error().words());
    REQUIRE(*pages == made.pages);
    const FileOutcome again = rebuild(made.untrusted_bytes);
    REQUIRE(std::holds_alternative<FileMade>(again));
    REQUIRE(std::get<FileMade>(again).untrusted_bytes == made.untrusted_bytes);
    return made;
}

std::string unpacked(const std::string& pdf) {
    QPDF document;
    document.setSuppressWarnings(true);
    document.processMemoryFile("test", pdf.data(), pdf.size());
    QPDFWriter writer(document);
    writer.setOutputMemory();
    writer.setQDFMode(true);
    writer.setSuppressOriginalObjectIDs(true);
    writer.setStaticID(true);
    writer.setStreamDataMode(qpdf_s_uncompress);
    writer.setPreserveUnreferencedObjects(true);
    writer.write();
    const std::shared_ptr<Buffer> bytes = writer.getBufferSharedPointer();
    return std::string(reinterpret_cast<const char*>(bytes->getBuffer()), bytes->getSize());
}

std::uint32_t count_of(const FileMade& made, Reason what) {
    for (const Loss& loss : made.losses) {
        if (loss.what == what) return loss.count;
    }
    return 0;
}

}  // namespace mugaika::test
