#include "tests/support/made_package.hpp"

#include <zlib.h>

#include <stdexcept>

namespace mugaika::test {
namespace {

constexpr std::string_view open_types = "application/vnd.openxmlformats-officedocument.";

void put(std::string& out, std::uint32_t number, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 0xff);
}

std::uint32_t get(std::string_view bytes, std::size_t at, int size) {
    std::uint32_t number = 0;
    for (int i = size - 1; i >= 0; --i) {
        number = number << 8 | static_cast<std::uint8_t>(bytes.at(at + static_cast<std::size_t>(i)));
    }
    return number;
}

std::string deflated(std::string bytes) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())) + 16, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string inflated(std::string packed, std::size_t size) {
    std::string out(size + 1, '\0');
    z_stream stream{};
    inflateInit2(&stream, -MAX_WBITS);
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int state = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    if (state != Z_STREAM_END || stream.total_out != size) throw std::runtime_error("a member does not unpack");
    out.resize(size);
    return out;
}

bool is_stored(std::string_view name) { return name.ends_with(".png") || name.ends_with(".jpeg"); }

std::string types_xml(const Package& package, std::string_view main, std::string_view main_type,
                      std::string_view more) {
    return "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
           "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
           "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
           "<Default Extension=\"png\" ContentType=\"image/png\"/>" +
           override_type(main,
                         package.main_type.empty() ? std::string(open_types).append(main_type) : package.main_type) +
           std::string(more) + package.types + "</Types>";
}

std::string relationships_xml(const std::string& rows) {
    return "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" + rows +
           "</Relationships>";
}

constexpr std::string_view name_spaces =
    " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
    " xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\""
    " xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\""
    " xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\""
    " xmlns:dgm=\"http://schemas.openxmlformats.org/drawingml/2006/diagram\""
    " xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\""
    " xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\""
    " xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\""
    " xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\""
    " xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\""
    " xmlns:x14=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main\""
    " xmlns:xm=\"http://schemas.microsoft.com/office/excel/2006/main\""
    " xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\""
    " xmlns:am3d=\"http://schemas.microsoft.com/office/drawing/2017/model3d\"";

std::vector<MadePart> with_more(std::vector<MadePart> parts, const Package& package) {
    parts.insert(parts.end(), package.parts.begin(), package.parts.end());
    return parts;
}

}  // namespace

std::string made_zip(const std::vector<MadePart>& parts) {
    std::string out;
    std::string directory;
    for (const MadePart& part : parts) {
        const bool stored = is_stored(part.name);
        const std::string packed = stored ? part.bytes : deflated(part.bytes);
        std::string rest;
        put(rest, 20, 2);
        put(rest, 0, 2);
        put(rest, stored ? 0 : 8, 2);
        put(rest, 0, 2);
        put(rest, 0x21, 2);
        put(rest,
            static_cast<std::uint32_t>(
                crc32_z(0, reinterpret_cast<const Bytef*>(part.bytes.data()), part.bytes.size())),
            4);
        put(rest, static_cast<std::uint32_t>(packed.size()), 4);
        put(rest, static_cast<std::uint32_t>(part.bytes.size()), 4);
        put(rest, static_cast<std::uint32_t>(part.name.size()), 2);
        put(rest, 0, 2);
        directory += "PK\x01\x02";
        put(directory, 20, 2);
        directory += rest + std::string(10, '\0');
        put(directory, static_cast<std::uint32_t>(out.size()), 4);
        directory += part.name;
        out += "PK\x03\x04" + rest + part.name + packed;
    }
    const auto offset = static_cast<std::uint32_t>(out.size());
    out += directory + "PK\x05\x06" + std::string(4, '\0');
    put(out, static_cast<std::uint32_t>(parts.size()), 2);
    put(out, static_cast<std::uint32_t>(parts.size()), 2);
    put(out, static_cast<std::uint32_t>(directory.size()), 4);
    put(out, offset, 4);
    put(out, 0, 2);
    return out;
}

std::vector<MadePart> zip_parts(std::string_view zip) {
    std::vector<MadePart> parts;
    for (std::size_t at = 0; zip.substr(at, 4) == "PK\x03\x04";) {
        const std::uint32_t packed = get(zip, at + 18, 4);
        const std::uint32_t size = get(zip, at + 22, 4);
        const std::uint32_t name = get(zip, at + 26, 2);
        const std::string bytes(zip.substr(at + 30 + name, packed));
        parts.push_back(
            {std::string(zip.substr(at + 30, name)), get(zip, at + 8, 2) == 0 ? bytes : inflated(bytes, size)});
        at += 30 + name + packed;
    }
    return parts;
}

std::string part_of(std::string_view zip, const std::string& name) {
    for (const MadePart& part : zip_parts(zip)) {
        if (part.name == name) return part.bytes;
    }
    return {};
}

std::string all_text(std::string_view zip) {
    std::string text;
    for (const MadePart& part : zip_parts(zip))
        text += part.name + "\n" + (is_stored(part.name) ? "" : part.bytes) + "\n";
    return text;
}

std::string relationship(std::string_view id, std::string_view word, std::string_view target, bool external) {
    std::string type(word);
    if (type.find(':') == std::string::npos) {
        type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/" + type;
    }
    return "<Relationship Id=\"" + std::string(id) + "\" Type=\"" + type + "\" Target=\"" + std::string(target) + "\"" +
           (external ? " TargetMode=\"External\"" : "") + "/>";
}

std::string override_type(std::string_view name, std::string_view type) {
    return "<Override PartName=\"/" + std::string(name) + "\" ContentType=\"" + std::string(type) + "\"/>";
}

std::string made_png() {
    std::string raw("\0\xff\0\0", 4);
    std::string packed(64, '\0');
    uLongf size = packed.size();
    compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(raw.data()), raw.size());
    packed.resize(size);
    std::string png("\x89PNG\r\n\x1a\n");
    const auto chunk = [&png](const std::string& type, const std::string& data) {
        const auto big = [](std::uint32_t n) {
            return std::string{static_cast<char>(n >> 24), static_cast<char>(n >> 16 & 0xff),
                               static_cast<char>(n >> 8 & 0xff), static_cast<char>(n & 0xff)};
        };
        const std::string body = type + data;
        png += big(static_cast<std::uint32_t>(data.size())) + body +
               big(static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(body.data()), body.size())));
    };
    chunk("IHDR", std::string("\0\0\0\1\0\0\0\1\x08\2\0\0\0", 13));
    chunk("tEXt", std::string("Author\0somebody", 15));
    chunk("IDAT", packed);
    chunk("IEND", "");
    return png;
}

std::vector<MadePart> docx_parts(const Package& package) {
    const std::string text = "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"" +
                             std::string(name_spaces) + "><w:body>" + package.body +
                             "<w:sectPr/></w:body></w:document>";
    return with_more(
        {{"[Content_Types].xml", types_xml(package, "word/document.xml", "wordprocessingml.document.main+xml", "")},
         {"_rels/.rels", relationships_xml(relationship("rId1", "officeDocument", "word/document.xml") + package.root)},
         {"word/document.xml", text},
         {"word/_rels/document.xml.rels", relationships_xml(package.relationships)}},
        package);
}

std::vector<MadePart> xlsx_parts(const Package& package) {
    const std::string root =
        " xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"" + std::string(name_spaces) + ">";
    return with_more(
        {{"[Content_Types].xml", types_xml(package, "xl/workbook.xml", "spreadsheetml.sheet.main+xml",
                                           override_type("xl/worksheets/sheet1.xml",
                                                         std::string(open_types) + "spreadsheetml.worksheet+xml"))},
         {"_rels/.rels", relationships_xml(relationship("rId1", "officeDocument", "xl/workbook.xml") + package.root)},
         {"xl/workbook.xml", "<workbook" + root + "<sheets><sheet name=\"表1\" sheetId=\"1\" r:id=\"s1\"/>" +
                                 package.sheets + "</sheets>" + package.main_extra + "</workbook>"},
         {"xl/_rels/workbook.xml.rels",
          relationships_xml(relationship("s1", "worksheet", "worksheets/sheet1.xml") + package.main_relationships)},
         {"xl/worksheets/sheet1.xml", "<worksheet" + root + package.body + "</worksheet>"},
         {"xl/worksheets/_rels/sheet1.xml.rels", relationships_xml(package.relationships)}},
        package);
}

std::vector<MadePart> pptx_parts(const Package& package) {
    const std::string root =
        " xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"" + std::string(name_spaces) + ">";
    return with_more(
        {{"[Content_Types].xml",
          types_xml(package, "ppt/presentation.xml", "presentationml.presentation.main+xml",
                    override_type("ppt/slides/slide1.xml", std::string(open_types) + "presentationml.slide+xml"))},
         {"_rels/.rels",
          relationships_xml(relationship("rId1", "officeDocument", "ppt/presentation.xml") + package.root)},
         {"ppt/presentation.xml", "<p:presentation" + root +
                                      "<p:sldIdLst><p:sldId id=\"256\" r:id=\"s1\"/></p:sldIdLst>" +
                                      package.main_extra + "</p:presentation>"},
         {"ppt/_rels/presentation.xml.rels",
          relationships_xml(relationship("s1", "slide", "slides/slide1.xml") + package.main_relationships)},
         {"ppt/slides/slide1.xml",
          "<p:sld" + root + "<p:cSld><p:spTree>" + package.body + "</p:spTree></p:cSld></p:sld>"},
         {"ppt/slides/_rels/slide1.xml.rels", relationships_xml(package.relationships)}},
        package);
}

}  // namespace mugaika::test
