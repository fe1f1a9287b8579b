#include "sanitizer/codec/mapi/message.hpp"

#include <algorithm>

#include "sanitizer/codec/zip/little_endian.hpp"

namespace mugaika::codec::mapi {

std::optional<std::uint64_t> Values::number(Id id) const noexcept {
    const Value* const value = find(id);
    const bool is_number = value != nullptr && (value->type == Type::integer || value->type == Type::time);
    if (!is_number) return std::nullopt;
    const std::size_t bytes = value->type == Type::time ? 8 : 4;
    if (value->untrusted_bytes.size() < bytes) return std::nullopt;
    return zip::number_at(value->untrusted_bytes, 0, bytes);
}

}  // namespace mugaika::codec::mapi
