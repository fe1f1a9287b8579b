#include "sanitizer/codec/pdf/field_painter.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "policy/utf8.hpp"
#include "sanitizer/codec/pdf/content_reader.hpp"
#include "sanitizer/codec/pdf/roles.hpp"
#include "sanitizer/codec/pdf/tokens.hpp"
#include "sanitizer/codec/pdf/values.hpp"

namespace mugaika::codec::pdf {
namespace {

constexpr double padding = 2;
constexpr double size_min = 4;
constexpr double size_usual = 12;
constexpr double leading = 1.2;
constexpr double wide = 1.0;    // of a Japanese character, in font sizes
constexpr double narrow = 0.5;  // of ASCII and half-width kana in the Japanese font

// Helvetica's advance widths of 0x20 to 0x7E, in thousandths (Adobe Core 14).
constexpr std::array<std::uint16_t, 95> helvetica = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584};

using Characters = std::u32string;

Characters characters_of(const std::string& utf8_text) {
    Characters out;
    for (std::size_t at = 0; at < utf8_text.size();) {
        const utf8::Character read = utf8::first(std::string_view(utf8_text).substr(at));
        char32_t c = read.value;
        at += read.bytes;
        if (c == '\r') {
            if (at < utf8_text.size() && utf8_text[at] == '\n') continue;
            c = '\n';
        }
        if (c == '\n' || c >= ' ') out += c;
    }
    return out;
}

bool is_latin(const Characters& text) {
    return std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 0x7F || (c >= 0xA0 && c <= 0xFF); });
}

// The font that a value is shown in, and how wide its characters are.
struct Typeface {
    QPDFObjectHandle font;
    bool is_latin;

    double width(char32_t c) const {
        if (!is_latin) return c < 0x7F || (c >= 0xFF61 && c <= 0xFF9F) ? narrow : wide;
        return c >= 0x20 && c < 0x7F ? helvetica[c - 0x20] / 1000.0 : 0.556;
    }
    double width(const Characters& text) const {
        double sum = 0;
        for (const char32_t c : text) sum += width(c);
        return sum;
    }
    std::string token(const Characters& text) const {
        std::string bytes;
        for (const char32_t c : text) {
            if (is_latin) {
                bytes += static_cast<char>(c);
            } else if (c > 0xFFFF) {
                const char32_t high = 0xD800 + ((c - 0x10000) >> 10);
                const char32_t low = 0xDC00 + ((c - 0x10000) & 0x3FF);
                for (const char32_t half : {high, low})
                    (bytes += static_cast<char>(half >> 8)) += static_cast<char>(half);
            } else {
                (bytes += static_cast<char>(c >> 8)) += static_cast<char>(c);
            }
        }
        return text_token(bytes);
    }
};

Typeface typeface_for(const Characters& text) {
    if (is_latin(text)) {
        return {QPDFObjectHandle::parse(
                    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"),
                true};
    }
    // Not embedded: readers put their own Japanese font in its place.
    return {
        QPDFObjectHandle::parse(
            "<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5-UniJIS-UTF16-H /Encoding /UniJIS-UTF16-H "
            "/DescendantFonts [ << /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /DW 1000 "
            "/W [ 1 94 500 327 389 500 ] /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> "
            "/FontDescriptor << /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4 /FontBBox [ -92 -250 1010 "
            "922 ] /ItalicAngle 0 /Ascent 752 /Descent -221 /CapHeight 737 /StemV 114 >> >> ] >>"),
        false};
}

struct Ink {
    double size = 0;  // 0: to be chosen
    std::string colour = "0 g";
};

Ink ink_of(const std::string& look) {
    Ink ink;
    ContentReader reader(look);
    while (const auto operation = reader.next()) {
        const auto& operands = operation->operands;
        const std::size_t numbers = operation->name == "g"    ? 1
                                    : operation->name == "rg" ? 3
                                    : operation->name == "k"  ? 4
                                                              : 0;
        if (operation->name == "Tf" && operands.size() >= 2) {
            ink.size = std::atof(number_token(operands.back()).c_str());
        } else if (numbers != 0 && operands.size() >= numbers) {
            ink.colour.clear();
            for (std::size_t i = operands.size() - numbers; i < operands.size(); ++i)
                ink.colour += number_token(operands[i]) + ' ';
            ink.colour += operation->name;
        }
    }
    ink.size = std::clamp(ink.size, 0.0, 300.0);
    return ink;
}

// Where the value is drawn: the rectangle of the widget, turned upright.
struct Box {
    double width;
    double height;
    int turned;  // degrees

    std::string matrix() const {
        switch (turned) {
            case 90:
                return "[ 0 1 -1 0 " + number_token(height) + " 0 ]";
            case 180:
                return "[ -1 0 0 -1 " + number_token(width) + ' ' + number_token(height) + " ]";
            case 270:
                return "[ 0 -1 1 0 0 " + number_token(width) + " ]";
            default:
                return "[ 1 0 0 1 0 0 ]";
        }
    }
};

Box box_of(QPDFObjectHandle widget) {
    QPDFObjectHandle rectangle = widget.getKey("/Rect");
    if (!rectangle.isRectangle()) return {0, 0, 0};
    const QPDFObjectHandle::Rectangle sides = rectangle.getArrayAsRectangle();
    Box box{std::clamp(sides.urx - sides.llx, 0.0, 20'000.0), std::clamp(sides.ury - sides.lly, 0.0, 20'000.0), 0};
    QPDFObjectHandle characteristics = widget.getKey("/MK");
    QPDFObjectHandle turn = characteristics.isDictionary() ? characteristics.getKey("/R") : QPDFObjectHandle::newNull();
    if (turn.isInteger() && turn.getIntValue() % 90 == 0)
        box.turned = static_cast<int>((turn.getIntValue() % 360 + 360) % 360);
    if (box.turned % 180 != 0) std::swap(box.width, box.height);
    return box;
}

std::string colour_of(QPDFObjectHandle numbers, const std::array<std::string_view, 5>& operators) {
    const Token token = numbers_value(numbers);
    if (!token || numbers.getArrayNItems() > 4 || operators[static_cast<std::size_t>(numbers.getArrayNItems())].empty())
        return {};
    return token->substr(2, token->size() - 3) +
           std::string(operators[static_cast<std::size_t>(numbers.getArrayNItems())]) + '\n';
}

// Background and frame of /MK and /BS.
std::string frame_of(QPDFObjectHandle widget, const Box& box) {
    QPDFObjectHandle characteristics = widget.getKey("/MK");
    if (!characteristics.isDictionary()) return {};
    std::string out;
    const std::string fill = colour_of(characteristics.getKey("/BG"), {"", "g", "", "rg", "k"});
    if (!fill.empty()) out += fill + "0 0 " + number_token(box.width) + ' ' + number_token(box.height) + " re f\n";
    const std::string stroke = colour_of(characteristics.getKey("/BC"), {"", "G", "", "RG", "K"});
    QPDFObjectHandle style = widget.getKey("/BS");
    QPDFObjectHandle stated = style.isDictionary() ? style.getKey("/W") : QPDFObjectHandle::newNull();
    const double line = stated.isNumber() ? std::clamp(stated.getNumericValue(), 0.0, 20.0) : 1.0;
    if (stroke.empty() || line == 0) return out;
    return out + stroke + number_token(line) + " w " + number_token(line / 2) + ' ' + number_token(line / 2) + ' ' +
           number_token(std::max(0.0, box.width - line)) + ' ' + number_token(std::max(0.0, box.height - line)) +
           " re S\n";
}

QPDFObjectHandle form_of(QPDF& owner, const Box& box, const std::string& content, QPDFObjectHandle font) {
    QPDFObjectHandle stream = owner.newStream(content);
    QPDFObjectHandle dictionary = stream.getDict();
    dictionary.replaceKey("/Type", QPDFObjectHandle::newName("/XObject"));
    dictionary.replaceKey("/Subtype", QPDFObjectHandle::newName("/Form"));
    dictionary.replaceKey(
        "/BBox", QPDFObjectHandle::parse("[ 0 0 " + number_token(box.width) + ' ' + number_token(box.height) + " ]"));
    dictionary.replaceKey("/Matrix", QPDFObjectHandle::parse(box.matrix()));
    QPDFObjectHandle fonts = QPDFObjectHandle::newDictionary({{"/F", font}});
    dictionary.replaceKey("/Resources", QPDFObjectHandle::newDictionary({{"/Font", fonts}}));
    return stream;
}

std::vector<Characters> lines_of(const Characters& text, const Typeface& face, double size, double width) {
    std::vector<Characters> lines(1);
    double used = 0;
    for (const char32_t c : text) {
        const double step = c == '\n' ? 0 : face.width(c) * size;
        if (c == '\n') {
            lines.emplace_back();
            used = 0;
            continue;
        }
        if (used + step > width && !lines.back().empty()) {
            // At the last blank, if there is one; Japanese breaks anywhere.
            const std::size_t blank = lines.back().rfind(U' ');
            Characters rest;
            if (face.is_latin && c != ' ' && blank != Characters::npos) {
                rest = lines.back().substr(blank + 1);
                lines.back().resize(blank);
            }
            lines.push_back(rest);
            used = face.width(rest) * size;
        }
        lines.back() += c;
        used += step;
    }
    return lines;
}

std::string shown_line(const Characters& line, const Typeface& face, double x, double y) {
    return "1 0 0 1 " + number_token(x) + ' ' + number_token(y) + " Tm " + face.token(line) + " Tj\n";
}

double start_of(const Characters& line, const Typeface& face, double size, const Box& box, int quadding) {
    const double room = box.width - 2 * padding - face.width(line) * size;
    return padding + std::max(0.0, quadding == 0 ? 0 : quadding == 1 ? room / 2 : room);
}

struct Set {
    double size;
    std::string lines;
};

Set set_multiline(const Characters& text, const Typeface& face, const FieldLook& look, double size, const Box& box) {
    const bool may_shrink = size == 0;
    if (may_shrink) size = size_usual;
    std::vector<Characters> lines = lines_of(text, face, size, box.width - 2 * padding);
    while (may_shrink && size > size_min && static_cast<double>(lines.size()) * size * leading > box.height - padding) {
        lines = lines_of(text, face, --size, box.width - 2 * padding);
    }
    Set out{size, {}};
    double y = box.height - padding - size;
    for (const Characters& line : lines) {
        out.lines += shown_line(line, face, start_of(line, face, size, box, look.quadding), y);
        y -= size * leading;
    }
    return out;
}

Set set_single(Characters text, const Typeface& face, const FieldLook& look, double size, const Box& box) {
    std::replace(text.begin(), text.end(), U'\n', U' ');
    if (size == 0) {
        const double needed = std::max(0.01, face.width(text));
        size = std::max(size_min, std::min((box.height - padding) * 0.75, (box.width - 2 * padding) / needed));
    }
    const double y = box.height / 2 - 0.4 * size;
    Set out{size, {}};
    if (look.comb_cells == 0) {
        out.lines = shown_line(text, face, start_of(text, face, size, box, look.quadding), y);
        return out;
    }
    const double cell = box.width / look.comb_cells;
    size = out.size = std::min(size, box.height * 0.75);
    for (std::size_t i = 0; i < text.size() && i < static_cast<std::size_t>(look.comb_cells); ++i) {
        const double x = cell * (static_cast<double>(i) + 0.5) - face.width(text[i]) * size / 2;
        out.lines += shown_line(text.substr(i, 1), face, x, y);
    }
    return out;
}

}  // namespace

QPDFObjectHandle paint_text(QPDF& owner, const FieldLook& look, const std::string& utf8_value) {
    const Box box = box_of(look.widget);
    const Characters text = characters_of(utf8_value);
    const Typeface face = typeface_for(text);
    const Ink ink = ink_of(look.look);
    const Set set = look.is_multiline ? set_multiline(text, face, look, ink.size, box)
                                      : set_single(text, face, look, ink.size, box);
    const std::string clip = "0 0 " + number_token(box.width) + ' ' + number_token(box.height) + " re W n\n";
    const std::string content = frame_of(look.widget, box) + "q\n" + clip + "BT\n/F " + number_token(set.size) +
                                " Tf\n" + ink.colour + '\n' + set.lines + "ET\nQ\n";
    return form_of(owner, box, content, face.font);
}

QPDFObjectHandle paint_mark(QPDF& owner, QPDFObjectHandle widget, bool is_radio) {
    const Box box = box_of(widget);
    QPDFObjectHandle characteristics = widget.getKey("/MK");
    std::string sign = is_radio ? "l" : "4";
    if (characteristics.isDictionary() && characteristics.getKey("/CA").isString()) {
        const std::string stated = characteristics.getKey("/CA").getStringValue();
        if (stated.size() == 1 && std::string_view("48lnuH").find(stated[0]) != std::string_view::npos) sign = stated;
    }
    const double size = std::min(box.width, box.height) * 0.8;
    const std::string content = frame_of(widget, box) + "q\nBT\n0 g\n/F " + number_token(size) + " Tf\n1 0 0 1 " +
                                number_token((box.width - 0.8 * size) / 2) + ' ' +
                                number_token(box.height / 2 - 0.35 * size) + " Tm " + text_token(sign) + " Tj\nET\nQ\n";
    return form_of(owner, box, content,
                   QPDFObjectHandle::parse("<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"));
}

}  // namespace mugaika::codec::pdf
