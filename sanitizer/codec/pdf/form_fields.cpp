#include "sanitizer/codec/pdf/form_fields.hpp"

#include <algorithm>

#include "sanitizer/codec/pdf/content_reader.hpp"
#include "sanitizer/codec/pdf/field_painter.hpp"
#include "sanitizer/codec/pdf/roles.hpp"
#include "sanitizer/codec/pdf/stream_data.hpp"
#include "sanitizer/codec/pdf/values.hpp"

namespace mugaika::codec::pdf {
namespace {

constexpr unsigned parents_max = 64;
constexpr std::size_t value_bytes_max = 32'768;
constexpr int options_max = 1'000;  // of a choice; each chosen one is looked for among them
constexpr int chosen_max = 100;

// 12.7.4: bits of /Ff, counted from 1.
constexpr std::int64_t bit(unsigned number) { return std::int64_t{1} << (number - 1); }
constexpr std::int64_t multiline = bit(13);
constexpr std::int64_t password = bit(14);
constexpr std::int64_t radio = bit(16);
constexpr std::int64_t push_button = bit(17);
constexpr std::int64_t comb = bit(25);

std::int64_t integer_of(QPDFObjectHandle value) { return value.isInteger() ? value.getIntValue() : 0; }

std::string utf8_of(QPDFObjectHandle value) {
    return value.isString() ? value.getUTF8Value() : value.isName() ? name_of(value) : std::string();
}

// What a choice shows for its export value.
std::string shown_choice(QPDFObjectHandle options, const std::string& value) {
    const int count = options.isArray() ? std::min(options.getArrayNItems(), options_max) : 0;
    for (int i = 0; i < count; ++i) {
        QPDFObjectHandle pair = options.getArrayItem(i);
        if (pair.isArray() && pair.getArrayNItems() == 2 && utf8_of(pair.getArrayItem(0)) == value) {
            return utf8_of(pair.getArrayItem(1));
        }
    }
    return value;
}

}  // namespace

QPDFObjectHandle inherited(QPDFObjectHandle widget, const char* key) {
    for (unsigned i = 0; i < parents_max && widget.isDictionary(); ++i) {
        QPDFObjectHandle value = widget.getKey(key);
        if (!value.isNull()) return value;
        widget = widget.getKey("/Parent");
    }
    return QPDFObjectHandle::newNull();
}

QPDFObjectHandle normal_appearance(QPDFObjectHandle annotation, const std::string& state) {
    QPDFObjectHandle appearances = annotation.getKey("/AP");
    if (!appearances.isDictionary()) return QPDFObjectHandle::newNull();
    QPDFObjectHandle normal = appearances.getKey("/N");
    if (normal.isStream()) return normal;
    if (!normal.isDictionary()) return QPDFObjectHandle::newNull();
    const std::string wanted = state.empty() ? name_of(annotation.getKey("/AS")) : state;
    QPDFObjectHandle chosen = wanted.empty() ? QPDFObjectHandle::newNull() : normal.getKey("/" + wanted);
    return chosen.isStream() ? chosen : QPDFObjectHandle::newNull();
}

FormFields::FormFields(QPDF& source, FilePurse& purse)
    : source_(source), purse_(purse), form_(source.getRoot().getKey("/AcroForm")) {
    if (!form_.isDictionary()) form_ = QPDFObjectHandle::newDictionary();
    QPDFObjectHandle needs = form_.getKey("/NeedAppearances");
    needs_appearances_ = needs.isBool() && needs.getBoolValue();
}

bool FormFields::is_signed(QPDFObjectHandle widget) const {
    return name_of(inherited(widget, "/FT")) == "Sig" && inherited(widget, "/V").isDictionary();
}

QPDFObjectHandle FormFields::appearance(QPDFObjectHandle widget) {
    QPDFObjectHandle form = chosen(widget);
    return form.isStream() ? with_fonts(form) : form;
}

QPDFObjectHandle FormFields::chosen(QPDFObjectHandle widget) {
    const std::string type = name_of(inherited(widget, "/FT"));
    if (type == "Btn" && (integer_of(inherited(widget, "/Ff")) & push_button) == 0) return button(widget);
    if (type == "Tx" || type == "Ch") return text(widget, type);
    return normal_appearance(widget);
}

QPDFObjectHandle FormFields::button(QPDFObjectHandle widget) {
    const bool is_radio = (integer_of(inherited(widget, "/Ff")) & radio) != 0;
    const std::string value = name_of(inherited(widget, "/V"));
    std::string state = name_of(widget.getKey("/AS"));
    if ((state.empty() && !is_radio) ||
        (needs_appearances_ && !value.empty() && !normal_appearance(widget, value).isNull())) {
        state = value;
    }
    QPDFObjectHandle drawn = normal_appearance(widget, state.empty() ? "Off" : state);
    if (!drawn.isNull() &&
        (state.empty() || state == "Off" || has_operator(drawn, "Tj TJ ' \" Do f F f* S s B B* b b* sh BI")))
        return drawn;
    return state.empty() || state == "Off" ? drawn : paint_mark(source_, widget, is_radio);
}

std::string FormFields::shown_value(QPDFObjectHandle widget, const std::string& type) const {
    QPDFObjectHandle value = inherited(widget, "/V");
    std::string shown;
    if (value.isStream()) {
        shown = plain_data(value, purse_).value_or("");
        shown = QPDFObjectHandle::newString(shown).getUTF8Value();
    } else if (value.isArray()) {
        const int count = std::min(value.getArrayNItems(), chosen_max);
        for (int i = 0; i < count; ++i) {
            shown += (i == 0 ? "" : "\n") + shown_choice(inherited(widget, "/Opt"), utf8_of(value.getArrayItem(i)));
        }
    } else {
        shown = utf8_of(value);
        if (type == "Ch") shown = shown_choice(inherited(widget, "/Opt"), shown);
    }
    if (shown.size() > value_bytes_max) shown.resize(value_bytes_max);
    if ((integer_of(inherited(widget, "/Ff")) & password) == 0 || type != "Tx") return shown;
    return std::string(
        static_cast<std::size_t>(std::count_if(shown.begin(), shown.end(), [](char c) { return (c & 0xC0) != 0x80; })),
        '*');
}

bool FormFields::has_operator(QPDFObjectHandle stream, std::string_view operators) {
    const std::optional<std::string> content = plain_data(stream, purse_);
    if (!content) return true;
    ContentReader reader(*content);
    while (const auto operation = reader.next()) {
        if (is_among(operation->name, operators)) return true;
    }
    return false;
}

QPDFObjectHandle FormFields::text(QPDFObjectHandle widget, const std::string& type) {
    QPDFObjectHandle drawn = normal_appearance(widget);
    const std::string value = shown_value(widget, type);
    if (value.empty()) return drawn;
    if (!drawn.isNull() && !needs_appearances_ && has_operator(drawn, "Tj TJ ' \" Do")) return drawn;
    return paint_text(source_, look_of(widget, type, value), value);
}

// Of the form's /DR, or what readers take these two names for.
QPDFObjectHandle FormFields::form_font(const std::string& name) const {
    QPDFObjectHandle resources = QPDFObjectHandle(form_).getKey("/DR");
    QPDFObjectHandle fonts = resources.isDictionary() ? resources.getKey("/Font") : QPDFObjectHandle::newNull();
    QPDFObjectHandle font = fonts.isDictionary() ? fonts.getKey(name) : QPDFObjectHandle::newNull();
    if (font.isDictionary()) return font;
    if (name == "/ZaDb") return QPDFObjectHandle::parse("<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>");
    if (name == "/Helv") return QPDFObjectHandle::parse("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    return font;
}

// An appearance may name fonts that only the form has: outside of it they would not be found.
QPDFObjectHandle FormFields::with_fonts(QPDFObjectHandle form) {
    const std::optional<std::string> content = plain_data(form, purse_);
    if (!content) return form;
    QPDFObjectHandle resources = form.getDict().getKey("/Resources");
    resources = resources.isDictionary() ? resources.shallowCopy() : QPDFObjectHandle::newDictionary();
    QPDFObjectHandle fonts = resources.getKey("/Font");
    fonts = fonts.isDictionary() ? fonts.shallowCopy() : QPDFObjectHandle::newDictionary();
    bool is_changed = false;
    ContentReader reader(*content);
    while (const auto operation = reader.next()) {
        if (operation->name != "Tf" || operation->operands.size() != 2 || !operation->operands[0].starts_with('/'))
            continue;
        const std::string name(operation->operands[0]);
        if (fonts.hasKey(name)) continue;
        QPDFObjectHandle font = form_font(name);
        if (!font.isDictionary()) continue;
        fonts.replaceKey(name, font);
        is_changed = true;
    }
    if (!is_changed) return form;
    QPDFObjectHandle copy = form.copyStream();
    resources.replaceKey("/Font", fonts);
    copy.getDict().replaceKey("/Resources", resources);
    return copy;
}

FieldLook FormFields::look_of(QPDFObjectHandle widget, const std::string& type, const std::string& value) const {
    FieldLook look{widget, {}, 0, false, 0};
    QPDFObjectHandle appearance = inherited(widget, "/DA");
    if (!appearance.isString()) appearance = QPDFObjectHandle(form_).getKey("/DA");
    if (appearance.isString()) look.look = appearance.getStringValue().substr(0, 1024);
    QPDFObjectHandle quadding = inherited(widget, "/Q");
    look.quadding = static_cast<int>(std::clamp<std::int64_t>(
        integer_of(quadding.isInteger() ? quadding : QPDFObjectHandle(form_).getKey("/Q")), 0, 2));
    const std::int64_t flags = integer_of(inherited(widget, "/Ff"));
    look.is_multiline = type == "Tx" ? (flags & multiline) != 0 : value.find('\n') != value.npos;
    const std::int64_t length = integer_of(inherited(widget, "/MaxLen"));
    if (type == "Tx" && (flags & comb) != 0 && length > 0 && length <= 1000) look.comb_cells = static_cast<int>(length);
    return look;
}

}  // namespace mugaika::codec::pdf
