#include "relay/evidence/seal.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "relay/evidence/base64.hpp"

namespace mugaika {
namespace {

constexpr std::string_view first_word = "first ", last_word = "last ", previous_word = "previous ";

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

}  // namespace

std::string Seal::root_text() const { return base64::encode(root); }

std::string Seal::text() const {
    return origin + "\n" + std::to_string(lines) + "\n" + root_text() + "\n" + std::string(first_word) + first_time +
           "\n" + std::string(last_word) + last_time + "\n" + std::string(previous_word) + previous + "\n";
}

Result<Seal> Seal::parse(std::string_view untrusted_text) {
    const Error wrong(Fault::protocol, "it is no seal of a log; expected origin, size, root, first, last and previous");
    const std::vector<std::string_view> lines = lines_of(untrusted_text);
    if (lines.size() != 6) return wrong;
    Seal seal;
    seal.origin = lines[0];
    const std::string_view size = lines[1];
    const auto [end, fault] = std::from_chars(size.data(), size.data() + size.size(), seal.lines);
    const auto root = base64::decode(lines[2]);
    const bool is_whole = fault == std::errc() && end == size.data() + size.size() && root &&
                          root->size() == seal.root.size() && lines[3].starts_with(first_word) &&
                          lines[4].starts_with(last_word) && lines[5].starts_with(previous_word);
    if (!is_whole) return wrong;
    std::copy(root->begin(), root->end(), seal.root.begin());
    seal.first_time = lines[3].substr(first_word.size());
    seal.last_time = lines[4].substr(last_word.size());
    seal.previous = lines[5].substr(previous_word.size());
    return seal;
}

}  // namespace mugaika
