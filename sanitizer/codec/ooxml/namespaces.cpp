#include "sanitizer/codec/ooxml/namespaces.hpp"

#include <algorithm>
#include <array>

namespace mugaika::codec::ooxml {
namespace {

#define OPEN "http://schemas.openxmlformats.org/"
#define STRICT "http://purl.oclc.org/ooxml/"
#define MICROSOFT "http://schemas.microsoft.com/office/"

constexpr auto namespaces = std::to_array<Namespace>({
    {"", OPEN "spreadsheetml/2006/main", STRICT "spreadsheetml/main"},
    {"w", OPEN "wordprocessingml/2006/main", STRICT "wordprocessingml/main"},
    {"p", OPEN "presentationml/2006/main", STRICT "presentationml/main"},
    {"a", OPEN "drawingml/2006/main", STRICT "drawingml/main"},
    {"r", OPEN "officeDocument/2006/relationships", STRICT "officeDocument/relationships"},
    {"m", OPEN "officeDocument/2006/math", STRICT "officeDocument/math"},
    {"c", OPEN "drawingml/2006/chart", STRICT "drawingml/chart"},
    {"cdr", OPEN "drawingml/2006/chartDrawing", STRICT "drawingml/chartDrawing"},
    {"dgm", OPEN "drawingml/2006/diagram", STRICT "drawingml/diagram"},
    {"pic", OPEN "drawingml/2006/picture", STRICT "drawingml/picture"},
    {"lc", OPEN "drawingml/2006/lockedCanvas", STRICT "drawingml/lockedCanvas"},
    {"xdr", OPEN "drawingml/2006/spreadsheetDrawing", STRICT "drawingml/spreadsheetDrawing"},
    {"wp", OPEN "drawingml/2006/wordprocessingDrawing", STRICT "drawingml/wordprocessingDrawing"},
    {"mc", OPEN "markup-compatibility/2006", ""},
    {"wp14", MICROSOFT "word/2010/wordprocessingDrawing", ""},
    {"wps", MICROSOFT "word/2010/wordprocessingShape", ""},
    {"wpg", MICROSOFT "word/2010/wordprocessingGroup", ""},
    {"wpc", MICROSOFT "word/2010/wordprocessingCanvas", ""},
    {"w14", MICROSOFT "word/2010/wordml", ""},
    {"w15", MICROSOFT "word/2012/wordml", ""},
    {"a14", MICROSOFT "drawing/2010/main", ""},
    {"c14", MICROSOFT "drawing/2007/8/2/chart", ""},
    {"dsp", MICROSOFT "drawing/2008/diagram", ""},
    {"x14", MICROSOFT "spreadsheetml/2009/9/main", ""},
    {"x14ac", MICROSOFT "spreadsheetml/2009/9/ac", ""},
    {"xm", MICROSOFT "excel/2006/main", ""},
    {"p14", MICROSOFT "powerpoint/2010/main", ""},
    {"v", "urn:schemas-microsoft-com:vml", ""},
    {"o", "urn:schemas-microsoft-com:office:office", ""},
    {"w10", "urn:schemas-microsoft-com:office:word", ""},
    {"xml", "http://www.w3.org/XML/1998/namespace", ""},
    {"ct", OPEN "package/2006/content-types", ""},
    {"rel", OPEN "package/2006/relationships", ""},
});

}  // namespace

const Namespace* find_namespace(std::string_view uri) {
    const auto found = std::find_if(namespaces.begin(), namespaces.end(), [uri](const Namespace& one) {
        return one.uri == uri || (!one.strict_uri.empty() && one.strict_uri == uri);
    });
    return found == namespaces.end() ? nullptr : &*found;
}

std::string_view uri_of_prefix(std::string_view prefix) {
    const auto found = std::find_if(namespaces.begin(), namespaces.end(),
                                    [prefix](const Namespace& one) { return one.prefix == prefix; });
    return found == namespaces.end() ? std::string_view() : found->uri;
}

}  // namespace mugaika::codec::ooxml
