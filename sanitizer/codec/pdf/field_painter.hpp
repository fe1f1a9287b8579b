// Draws a field's value as content (ISO 32000-1, 12.7.3.3), in fonts that every reader has or replaces.
#pragma once

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <string>

namespace mugaika::codec::pdf {

struct FieldLook {
    QPDFObjectHandle widget;
    std::string look;  // /DA: size and colour are taken, the font is one of ours
    int quadding = 0;  // 0 left, 1 middle, 2 right
    bool is_multiline = false;
    int comb_cells = 0;  // 0: not a comb
};

QPDFObjectHandle paint_text(QPDF& owner, const FieldLook&, const std::string& utf8_value);
QPDFObjectHandle paint_mark(QPDF& owner, QPDFObjectHandle widget, bool is_radio);

}  // namespace mugaika::codec::pdf
