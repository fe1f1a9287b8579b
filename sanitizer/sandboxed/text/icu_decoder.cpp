#include "sanitizer/sandboxed/text/icu_decoder.hpp"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/utf16.h>

#include <stdexcept>

#include "policy/utf8.hpp"

namespace mugaika::sandboxed {
namespace {

void count_and_replace(const void* context, UConverterToUnicodeArgs* arguments, const char*, std::int32_t,
                       UConverterCallbackReason reason, UErrorCode* error) {
    if (reason > UCNV_IRREGULAR) return;  // reset, close, clone: nothing was read
    ++*const_cast<std::uint64_t*>(static_cast<const std::uint64_t*>(context));
    *error = U_ZERO_ERROR;
    const char16_t replacement = utf8::replacement;
    ucnv_cbToUWriteUChars(arguments, &replacement, 1, 0, error);
}

void require(UErrorCode error, const char* what) {
    if (U_FAILURE(error)) throw std::logic_error(std::string(what) + ": " + u_errorName(error));
}

}  // namespace

void IcuDecoder::Close::operator()(UConverter* converter) const noexcept { ucnv_close(converter); }

IcuDecoder::IcuDecoder(const char* icu_name) {
    UErrorCode error = U_ZERO_ERROR;
    converter_.reset(ucnv_open(icu_name, &error));
    require(error, icu_name);
    ucnv_setToUCallBack(converter_.get(), count_and_replace, &undecodable_, nullptr, nullptr, &error);
    require(error, icu_name);
}

void IcuDecoder::append(std::string_view untrusted_bytes, std::u16string& out) {
    const char* source = untrusted_bytes.data();
    const char* const source_end = source + untrusted_bytes.size();
    std::size_t filled = out.size();
    UErrorCode error = U_BUFFER_OVERFLOW_ERROR;
    while (error == U_BUFFER_OVERFLOW_ERROR) {
        out.resize(filled + static_cast<std::size_t>(source_end - source) + 16);
        char16_t* target = out.data() + filled;
        error = U_ZERO_ERROR;
        ucnv_toUnicode(converter_.get(), &target, out.data() + out.size(), &source, source_end, nullptr, true, &error);
        filled = static_cast<std::size_t>(target - out.data());
    }
    require(error, "ucnv_toUnicode");
    out.resize(filled);
    ucnv_resetToUnicode(converter_.get());
}

std::string utf8_from_utf16(std::u16string_view utf16, std::uint64_t& undecodable) {
    std::string utf8;
    utf8.reserve(utf16.size() + utf16.size() / 2);
    for (std::size_t i = 0; i < utf16.size(); ++i) {
        char32_t c = utf16[i];
        if (U16_IS_LEAD(c) && i + 1 < utf16.size() && U16_IS_TRAIL(utf16[i + 1])) {
            c = 0x10000 + ((c - 0xd800) << 10) + (utf16[++i] - 0xdc00u);
        } else if (U16_IS_SURROGATE(c)) {
            c = utf8::replacement;
            ++undecodable;
        }
        utf8::append(utf8, c);
    }
    return utf8;
}

}  // namespace mugaika::sandboxed
