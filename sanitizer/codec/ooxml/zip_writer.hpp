// Writes our own form of a ZIP file: local headers with true sizes, no extra fields, no descriptors, no comments, one
// fixed time stamp; XML deflated, pictures stored. Each byte is paid before it is written and written once; a member of
// up to 4 MB waits in memory until it ends.
#pragma once

#include <libdeflate.h>
#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/c_handle.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::ooxml {

class ZipWriter {
public:
    // `expected`: about how large it will be; growing by doubling would cost as much again.
    ZipWriter(FilePurse& purse, std::size_t expected) : purse_(purse) { out_.reserve(expected); }
    ~ZipWriter();
    ZipWriter(const ZipWriter&) = delete;
    ZipWriter& operator=(const ZipWriter&) = delete;

    // One member at a time: begin, write as often as wanted, end. Each throws Refused (files_too_large). `expected`:
    // about how much will be written.
    void begin(std::string_view name, std::uint64_t expected = 0);
    void write(std::string_view text) {
        gathered_ += text;
        if (gathered_.size() >= gathered_limit_) squeeze_some();
    }
    void end();

    // The bytes themselves were paid by who made them.
    void store(std::string_view name, std::string_view bytes);

    std::string finish() &&;  // with the directory; nothing may be open

private:
    void put_header(std::string_view name, std::uint32_t method);
    void close_entry(std::uint64_t size);
    void pay(std::uint64_t bytes);
    void begin_stream();
    void squeeze_some();
    void squeeze_at_once();
    void squeeze(int flush);

    FilePurse& purse_;
    std::string out_;
    std::string directory_;
    std::vector<char> room_;  // for what was deflated, until it is paid
    std::string gathered_;    // text that waits to be deflated
    std::size_t gathered_limit_ = 0;
    CHandle<libdeflate_compressor, libdeflate_free_compressor> at_once_;
    bool is_streamed_ = false;  // the open member is too large to be deflated at once
    z_stream stream_{};
    bool stream_made_ = false;
    std::string name_;
    std::uint32_t method_ = 0;
    std::size_t header_at_ = 0;
    std::uint64_t size_ = 0;
    unsigned long crc_ = 0;
    std::uint32_t count_ = 0;
};

}  // namespace mugaika::codec::ooxml
