// Our own form of XML: one declaration, tags with double quotes and single blanks, empty elements closed at once, five
// ways to write a character that has a meaning (&amp; &lt; &gt; &quot; and &#9; &#10; &#13; where a reader would change
// it).
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/codec/ooxml/zip_writer.hpp"

namespace mugaika::codec::ooxml {

inline constexpr std::string_view xml_declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

void append_attribute(std::string& tag, std::string_view name, std::string_view value);

class XmlWriter {
public:
    // Into the member that is open; begins with the declaration.
    explicit XmlWriter(ZipWriter& zip) : zip_(zip) { zip_.write(xml_declaration); }

    // `attributes` made by append_attribute.
    void start(std::string_view name, std::string_view attributes);
    void text(std::string_view);
    void end(std::string_view name);

private:
    void close_tag();

    ZipWriter& zip_;
    bool tag_open_ = false;
};

}  // namespace mugaika::codec::ooxml
