#include "sanitizer/codec/ooxml/comment_boxes.hpp"

#include <cstdint>
#include <optional>

namespace mugaika::codec::ooxml {
namespace {

struct Cell {
    std::uint32_t row;     // from 0
    std::uint32_t column;  // from 0
};

std::optional<Cell> cell_of(std::string_view name) {
    std::uint32_t row = 0;
    std::uint32_t column = 0;
    std::size_t at = 0;
    for (; at < name.size() && at < 3 && name[at] >= 'A' && name[at] <= 'Z'; ++at) {
        column = column * 26 + static_cast<std::uint32_t>(name[at] - 'A' + 1);
    }
    const std::size_t digits = at;
    for (; at < name.size() && at < digits + 7 && name[at] >= '0' && name[at] <= '9'; ++at) {
        row = row * 10 + static_cast<std::uint32_t>(name[at] - '0');
    }
    if (at != name.size() || row == 0 || column == 0) return std::nullopt;
    return Cell{row - 1, column - 1};
}

constexpr std::string_view head =
    "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" "
    "xmlns:x=\"urn:schemas-microsoft-com:office:excel\">"
    "<o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"1\"/></o:shapelayout>"
    "<v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\">"
    "<v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>";

void append_box(std::string& vml, std::size_t number, const Cell& cell) {
    const std::string row = std::to_string(cell.row);
    const std::string column = std::to_string(cell.column);
    const std::string left = std::to_string(cell.column + 1);
    const std::string right = std::to_string(cell.column + 3);
    const std::string bottom = std::to_string(cell.row + 5);
    vml += "<v:shape id=\"_x0000_s" + std::to_string(1025 + number) +
           "\" type=\"#_x0000_t202\" style=\"position:absolute;visibility:hidden\" fillcolor=\"#ffffe1\" "
           "o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/>"
           "<v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\"/>"
           "<x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>";
    vml +=
        left + ",15," + row + ",2," + right + ",15," + bottom + ",16</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>";
    vml += row + "</x:Row><x:Column>" + column + "</x:Column></x:ClientData></v:shape>";
}

}  // namespace

std::string comment_boxes(const std::vector<std::string>& cells) {
    std::string vml(head);
    std::size_t number = 0;
    for (const std::string& name : cells) {
        if (const std::optional<Cell> cell = cell_of(name)) append_box(vml, number++, *cell);
    }
    return vml + "</xml>";
}

}  // namespace mugaika::codec::ooxml
