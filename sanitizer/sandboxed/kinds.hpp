// What a kind of content may come to, whatever the policy says.
#pragma once

#include <cstddef>

#include "policy/part_facts.hpp"
#include "sanitizer/sandboxed/part_handler.hpp"

namespace mugaika::sandboxed {

// Kinds of which nothing can ever be made: why is said by the handler of the rest, not by the policy.
bool is_never_made(PartKind) noexcept;

// The most telling reason why nothing can be made of this part.
Reason why_not_made(const Part&) noexcept;

// Kinds of which a handler makes text.
bool becomes_text(PartKind) noexcept;

// Somebody says that it is text: its declared type, or the name of the file. What has neither may look like text all
// the same; of that no more is shown than tells what it is.
bool is_called_text(const PartFacts&) noexcept;
inline constexpr std::size_t looking_like_text_bytes_max = 32u << 10;

}  // namespace mugaika::sandboxed
