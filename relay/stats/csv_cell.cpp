#include "relay/stats/csv_cell.hpp"

#include "policy/shown_text.hpp"

namespace mugaika {

std::string csv_cell(std::string_view untrusted_text) {
    std::string text = shown_text(untrusted_text);
    if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos)
        text.insert(text.begin(), '\'');
    if (text.find_first_of("\",\r\n") == std::string::npos) return text;
    std::string cell = "\"";
    for (const char c : text) cell.append(c == '"' ? 2 : 1, c);
    return cell + "\"";
}

}  // namespace mugaika
