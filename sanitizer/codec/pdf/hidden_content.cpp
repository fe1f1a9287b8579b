#include "sanitizer/codec/pdf/content_reader.hpp"
#include "sanitizer/codec/pdf/layers.hpp"
#include "sanitizer/codec/pdf/roles.hpp"

#include <vector>

namespace mugaika::codec::pdf {
namespace {

int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Without slash and #xx.
std::string decoded_name(std::string_view token) {
    std::string out;
    for (std::size_t at = 1; at < token.size(); ++at) {
        if (token[at] == '#' && at + 2 < token.size() && hex_value(token[at + 1]) >= 0 &&
            hex_value(token[at + 2]) >= 0) {
            out += static_cast<char>(hex_value(token[at + 1]) * 16 + hex_value(token[at + 2]));
            at += 2;
        } else {
            out += token[at];
        }
    }
    return out;
}

// What stays of an operation whose paint is not to be seen.
std::string unpainted(const Operation& operation) {
    if (is_among(operation.name, "f F f* S s B B* b b*")) return "n";  // the path may be the clip
    if (is_among(operation.name, "Tj TJ Do sh BI EI")) return {};
    if (operation.name == "'") return "T*";
    if (operation.name == "\"") return "T*";
    return std::string(operation.text);
}

}  // namespace

std::string without_hidden(std::string_view content, const std::function<bool(const std::string&)>& is_hidden) {
    enum class Mark { other, shown_layer, hidden_layer };
    std::vector<Mark> open;
    std::size_t hidden = 0;
    std::string out;
    ContentReader reader(content);
    while (const std::optional<Operation> operation = reader.next()) {
        if (operation->name == "BDC" || operation->name == "BMC") {
            const std::vector<std::string_view>& operands = operation->operands;
            const bool is_layer = operation->name == "BDC" && operands.size() == 2 && operands[0] == "/OC" &&
                                  operands[1].starts_with('/');
            const bool is_off = is_layer && is_hidden(decoded_name(operands[1]));
            open.push_back(!is_layer ? Mark::other : is_off ? Mark::hidden_layer : Mark::shown_layer);
            hidden += is_off ? 1 : 0;
            if (is_layer) continue;
        } else if (operation->name == "EMC" && !open.empty()) {
            const Mark mark = open.back();
            open.pop_back();
            hidden -= mark == Mark::hidden_layer ? 1 : 0;
            if (mark != Mark::other) continue;
        }
        (out += hidden == 0 ? std::string(operation->text) : unpainted(*operation)) += '\n';
    }
    return out;
}

}  // namespace mugaika::codec::pdf
