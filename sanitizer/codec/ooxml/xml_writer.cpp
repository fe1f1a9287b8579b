#include "sanitizer/codec/ooxml/xml_writer.hpp"

#include <algorithm>

namespace mugaika::codec::ooxml {
namespace {

// Calls put with pieces of plain text and with what stands for single characters.
template <class Put>
void escaped(std::string_view text, std::string_view special, Put&& put) {
    while (!text.empty()) {
        const std::size_t plain = std::min(text.find_first_of(special), text.size());
        if (plain > 0) put(text.substr(0, plain));
        if (plain == text.size()) return;
        switch (text[plain]) {
            case '&':
                put("&amp;");
                break;
            case '<':
                put("&lt;");
                break;
            case '>':
                put("&gt;");
                break;
            case '"':
                put("&quot;");
                break;
            case '\t':
                put("&#9;");
                break;
            case '\n':
                put("&#10;");
                break;
            default:
                put("&#13;");
                break;
        }
        text.remove_prefix(plain + 1);
    }
}

}  // namespace

void append_attribute(std::string& tag, std::string_view name, std::string_view value) {
    ((tag += ' ') += name) += "=\"";
    escaped(value, "&<>\"\t\n\r", [&tag](std::string_view piece) { tag += piece; });
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
    escaped(text, "&<>\r", [this](std::string_view piece) { zip_.write(piece); });
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
