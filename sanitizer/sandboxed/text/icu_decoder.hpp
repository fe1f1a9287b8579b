// Bytes to UTF-16 by one of ICU's converters. What is not valid in the charset becomes U+FFFD and is counted; ICU's own
// answer would be U+001A for some charsets. The tables are linked in, so no file is opened after the sandbox is closed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct UConverter;

namespace mugaika::sandboxed {

struct Utf16Text {
    std::u16string utf16;
    std::uint64_t undecodable = 0;
    std::uint64_t emoji = 0;  // of carriers, replaced by 〓 while it was read
    bool is_mixed = false;    // some of it was in another charset, found by its bytes
};

class IcuDecoder {
public:
    // A name of our own tables; one that ICU does not know is a bug and throws std::logic_error.
    explicit IcuDecoder(const char* icu_name);
    IcuDecoder(const IcuDecoder&) = delete;  // the converter holds the address of the count
    IcuDecoder& operator=(const IcuDecoder&) = delete;

    // Converts a complete run of bytes; no state is carried to the next run.
    void append(std::string_view untrusted_bytes, std::u16string& out);
    std::uint64_t undecodable() const noexcept { return undecodable_; }

private:
    struct Close {
        void operator()(UConverter* converter) const noexcept;
    };
    std::uint64_t undecodable_ = 0;
    std::unique_ptr<UConverter, Close> converter_;
};

// A lone surrogate becomes U+FFFD and is counted.
std::string utf8_from_utf16(std::u16string_view utf16, std::uint64_t& undecodable);

}  // namespace mugaika::sandboxed
