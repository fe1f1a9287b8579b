// What a single string on the wire may look like, one rule a kind of field. Narrow enough that nothing which passes
// can end a field, a line or an angle bracket.
#pragma once

#include <string_view>

namespace mugaika::wire {

using Check = bool (*)(std::string_view) noexcept;

bool is_sha256(std::string_view) noexcept;  // lower case hex
bool is_sha256_or_empty(std::string_view) noexcept;
bool is_media_type(std::string_view) noexcept;  // two RFC 2045 5.1 tokens with one slash between them
bool is_media_type_or_empty(std::string_view) noexcept;
bool is_lower_media_type_or_empty(std::string_view) noexcept;
bool is_label_or_empty(std::string_view) noexcept;  // of charsets and handlers: one printable ASCII word
bool is_message_id(std::string_view) noexcept;
bool is_message_id_or_empty(std::string_view) noexcept;
bool is_dot_atom_or_empty(std::string_view) noexcept;
bool is_field_name(std::string_view) noexcept;
bool is_rule_value(std::string_view) noexcept;  // a type or a pattern of names: compared, and never written out

}  // namespace mugaika::wire
