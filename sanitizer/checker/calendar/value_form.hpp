// The forms of single values in calendars and contacts.
#pragma once

#include <string_view>

namespace mugaika::checker {

enum class ValueForm {
    text,
    fields,
    moment,
    moments,
    utc,
    duration,
    rule,
    offset,
    number,
    word,
    web,
    mail,
    person,
    day
};

bool has_form(ValueForm, std::string_view value) noexcept;

// Escaped as it must be, and without an address that a program would follow but http, https and mail.
bool is_text_value(std::string_view value, bool has_fields) noexcept;
// In double quotes, with nothing in them that ends them.
bool is_quoted(std::string_view value) noexcept;

}  // namespace mugaika::checker
