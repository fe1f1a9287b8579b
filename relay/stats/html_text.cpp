#include "relay/stats/html_text.hpp"

#include "policy/shown_text.hpp"

namespace mugaika {

std::string html_text(std::string_view untrusted_text) {
    std::string html;
    for (const char c : shown_text(untrusted_text)) {
        switch (c) {
            case '&':
                html += "&amp;";
                break;
            case '<':
                html += "&lt;";
                break;
            case '>':
                html += "&gt;";
                break;
            case '"':
                html += "&quot;";
                break;
            case '\'':
                html += "&#39;";
                break;
            default:
                html += c;
        }
    }
    return html;
}

}  // namespace mugaika
