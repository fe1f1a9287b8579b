#include "sanitizer/codec/ooxml/graphic_kinds.hpp"

#include <algorithm>
#include <array>

#include "sanitizer/codec/ooxml/namespaces.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr auto graphics = std::to_array<std::string_view>({
    "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "http://schemas.openxmlformats.org/drawingml/2006/table",
    "http://schemas.openxmlformats.org/drawingml/2006/lockedCanvas",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas",
});

constexpr auto extensions = std::to_array<std::string_view>({
    "{78C0D931-6437-407d-A8EE-F0AAD7539E65}",                    // x14: conditional formats
    "{B025F937-C7B1-47D3-B67F-A62EFF666E3E}",                    // x14: id of a data bar's second half
    "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}",                    // x14: validations that look at other sheets
    "{05C60535-1F16-4fd2-B633-F4F36F0B64E0}",                    // x14: sparklines
    "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}",                    // p14: sections
    "http://schemas.microsoft.com/office/drawing/2008/diagram",  // dsp: where the cached drawing is
});

}  // namespace

std::string_view transitional_graphic(std::string_view uri) {
    if (uri == "http://purl.oclc.org/ooxml/drawingml/table") return graphics[3];
    const Namespace* known = find_namespace(uri);
    return known == nullptr ? uri : known->uri;
}

bool is_known_graphic(std::string_view uri) {
    return std::find(graphics.begin(), graphics.end(), transitional_graphic(uri)) != graphics.end();
}

bool is_object_graphic(std::string_view uri) {
    return uri.ends_with("/ole") || uri.ends_with("/oleObject") || uri.ends_with("/control");
}

bool is_known_extension(std::string_view uri) {
    return std::any_of(extensions.begin(), extensions.end(), [uri](std::string_view known) {
        return std::equal(known.begin(), known.end(), uri.begin(), uri.end(), [](char a, char b) {
            return a == b || (a >= 'a' && a <= 'z' && a - 'a' + 'A' == b) ||
                   (b >= 'a' && b <= 'z' && b - 'a' + 'A' == a);
        });
    });
}

}  // namespace mugaika::codec::ooxml
