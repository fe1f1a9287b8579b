#include "sanitizer/codec/ooxml/xml_writer.hpp"

#include "policy/byte_set.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr ByteSet text_special("&<>\r");
constexpr ByteSet attribute_special("&<>\"\t\n\r");

std::string_view escape_of(char c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\t':
            return "&#9;";
        case '\n':
            return "&#10;";
        default:
            return "&#13;";
    }
}

// Calls put with pieces of plain text and with what stands for single characters.
template <class Put>
void escaped(std::string_view text, const ByteSet& special, Put&& put) {
    while (!text.empty()) {
        const std::size_t plain = special.find_in(text);
        if (plain > 0) put(text.substr(0, plain));
        if (plain == text.size()) return;
        put(escape_of(text[plain]));
        text.remove_prefix(plain + 1);
    }
}

}  // namespace

void append_attribute(std::string& tag, std::string_view name, std::string_view value) {
    ((tag += ' ') += name) += "=\"";
    escaped(value, attribute_special, [&tag](std::string_view piece) { tag += piece; });
    tag += '"';
}

void XmlWriter::close_tag() {
    if (tag_open_) zip_.write(">");
    tag_open_ = false;
}

void XmlWriter::start(std::string_view name, std::string_view attributes) {
    close_tag();
    zip_.write("<");
    zip_.write(name);
    zip_.write(attributes);
    tag_open_ = true;
}

void XmlWriter::text(std::string_view text) {
    if (text.empty()) return;
    close_tag();
    escaped(text, text_special, [this](std::string_view piece) { zip_.write(piece); });
}

void XmlWriter::end(std::string_view name) {
    if (tag_open_) {
        zip_.write("/>");
        tag_open_ = false;
        return;
    }
    zip_.write("</");
    zip_.write(name);
    zip_.write(">");
}

}  // namespace mugaika::codec::ooxml
