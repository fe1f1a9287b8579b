// unflow of charset.hpp: text/plain; format=flowed (RFC 3676).
#include "sanitizer/sandboxed/text/unflow.hpp"

#include "sanitizer/sandboxed/text/charset.hpp"

namespace mugaika::sandboxed {
namespace {

struct FlowedLine {
    std::size_t depth = 0;
    std::string_view content;
    bool goes_on = false;
};

// RFC 3676 4.2 to 4.5: quote marks, then a stuffed blank, then the text; a last blank says that the next line belongs
// to it.
FlowedLine read_line(std::string_view line, bool delsp) {
    FlowedLine flowed;
    if (line.ends_with('\r')) line.remove_suffix(1);
    while (flowed.depth < line.size() && line[flowed.depth] == '>') ++flowed.depth;
    line.remove_prefix(flowed.depth);
    if (line.starts_with(' ')) line.remove_prefix(1);
    flowed.goes_on = line.ends_with(' ') && line != "-- ";  // 4.3: the signature separator is never flowed
    if (flowed.goes_on && delsp) line.remove_suffix(1);
    flowed.content = line;
    return flowed;
}

}  // namespace

std::string unflow(std::string_view utf8, bool delsp) {
    std::string out;
    out.reserve(utf8.size());
    FlowedLine before;
    for (bool more = true, first = true; more; first = false) {
        const std::size_t end = utf8.find('\n');
        const FlowedLine line = read_line(utf8.substr(0, end), delsp);
        // A paragraph ends where the quoting changes, even when its last line would go on (4.5).
        const bool joined = before.goes_on && before.depth == line.depth && line.content != "-- ";
        if (!joined) {
            if (!first) out.push_back('\n');
            out.append(line.depth, '>');
            if (line.depth > 0 && !line.content.empty()) out.push_back(' ');
        }
        out.append(line.content);
        before = line;
        more = end != std::string_view::npos;
        if (more) utf8.remove_prefix(end + 1);
    }
    return out;
}

}  // namespace mugaika::sandboxed
