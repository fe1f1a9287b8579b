// One JPEG on its way through libjpeg: each step gives false when libjpeg gave up, and the work is then over.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "sanitizer/codec/pictures/libjpeg.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

class JpegWork {
public:
    // `untrusted` outlives the work. What may be written is what is left in the purse now.
    JpegWork(std::string_view untrusted, int orientation, const FilePurse&);
    ~JpegWork();
    JpegWork(const JpegWork&) = delete;
    JpegWork& operator=(const JpegWork&) = delete;

    [[nodiscard]] bool read_header();  // first; then `in` knows size, components, colours
    [[nodiscard]] bool read_coefficients();
    // Sampling and quantisation, as the header states them, have a place in what is written.
    bool is_writable_as_it_is() const noexcept;
    // Where the scan is what write_coefficients would make of it, it is written as it came, and nothing is decoded.
    // After read_header, for what is writable as it is; false: nothing was written, the coefficients must be read.
    [[nodiscard]] bool keep_scan();
    [[nodiscard]] bool write_coefficients();      // after read_coefficients
    [[nodiscard]] bool encode_anew(int quality);  // after read_header

    JpegErrors errors;
    jpeg_decompress_struct in{};
    jpeg_compress_struct out{};
    JpegScanLimit scan_limit;
    JpegSink sink;

private:
    // Called between jpeg_guarded() and libjpeg: nothing in them may need a destructor.
    void prepare_output();
    void write_orientation();
    void write_headers();
    void start_encoding(int quality);
    void encode_rows();

    bool has_one_plain_scan() const noexcept;
    bool make_headers();
    std::optional<std::size_t> scan_bytes(std::string_view untrusted_scan) const;

    std::string_view untrusted_;
    int orientation_;
    jvirt_barray_ptr* coefficients_ = nullptr;
};

}  // namespace mugaika::codec
