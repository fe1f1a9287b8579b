// Form fields (ISO 32000-1, 12.7) as they are seen: the appearance that each widget shows, made from the field's value
// where the file has none or asks for new ones (NeedAppearances).
#pragma once

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>

#include "sanitizer/codec/pdf/field_painter.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::pdf {

class FormFields {
public:
    // Both outlive it.
    FormFields(QPDF& source, FilePurse& purse);

    // A form XObject (of the source document; perhaps a new one); null when the widget shows nothing.
    QPDFObjectHandle appearance(QPDFObjectHandle widget);

    // A signature field that is signed.
    bool is_signed(QPDFObjectHandle widget) const;

private:
    QPDFObjectHandle chosen(QPDFObjectHandle widget);
    QPDFObjectHandle button(QPDFObjectHandle widget);
    QPDFObjectHandle text(QPDFObjectHandle widget, const std::string& type);
    std::string shown_value(QPDFObjectHandle widget, const std::string& type) const;
    FieldLook look_of(QPDFObjectHandle widget, const std::string& type, const std::string& value) const;
    QPDFObjectHandle with_fonts(QPDFObjectHandle form);
    QPDFObjectHandle form_font(const std::string& name) const;
    bool has_operator(QPDFObjectHandle stream, std::string_view operators);

    QPDF& source_;
    FilePurse& purse_;
    QPDFObjectHandle form_;
    bool needs_appearances_ = false;
};

// A key of the field or of the fields above it; null where none has it.
QPDFObjectHandle inherited(QPDFObjectHandle widget, const char* key);

// /AP /N, or of several that one which /AS or `state` names.
QPDFObjectHandle normal_appearance(QPDFObjectHandle annotation, const std::string& state = {});

}  // namespace mugaika::codec::pdf
