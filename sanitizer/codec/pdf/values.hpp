// Values that hold no reference, as tokens; nothing when the value is not of its kind.
#pragma once

#include <optional>
#include <qpdf/QPDFObjectHandle.hh>
#include <string>

namespace mugaika::codec::pdf {

using Token = std::optional<std::string>;

Token flag_value(QPDFObjectHandle);
Token integer_value(QPDFObjectHandle);  // of a real: cut
Token number_value(QPDFObjectHandle);
Token name_value(QPDFObjectHandle);
Token word_value(QPDFObjectHandle, std::string_view words);
Token text_value(QPDFObjectHandle);
Token numbers_value(QPDFObjectHandle);
Token number_lists_value(QPDFObjectHandle);
Token flags_value(QPDFObjectHandle);
Token names_value(QPDFObjectHandle);
Token line_dash_value(QPDFObjectHandle);
Token border_value(QPDFObjectHandle);
Token cid_widths_value(QPDFObjectHandle);
Token differences_value(QPDFObjectHandle);

// Without its slash, and without the NUL that qpdf puts before a # that spells nothing.
std::string clean_name(std::string);

std::string name_of(QPDFObjectHandle);  // without slash; "" when it is none

}  // namespace mugaika::codec::pdf
