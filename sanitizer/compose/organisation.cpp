#include "sanitizer/compose/organisation.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

// Second levels under which organisations register, below the countries that have them.
constexpr auto registries = std::to_array<std::string_view>(
    {"ac", "ad", "co", "com", "ed", "edu", "go", "gob", "gov", "gr", "lg", "ltd", "ne", "net", "nom", "or", "org"});
// What stands in front of a place in the geographic names of Japan: "city.chiyoda.tokyo.jp".
constexpr auto bodies = std::to_array<std::string_view>({"city", "town", "vill"});

template <std::size_t n>
bool is_one_of(const std::array<std::string_view, n>& words, std::string_view word) noexcept {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// The last `count` labels; the whole where there are no more.
std::string_view last_labels(std::string_view domain, std::size_t count) noexcept {
    std::size_t at = domain.size();
    for (; count > 0; --count) {
        at = domain.rfind('.', at - 1);
        if (at == domain.npos) return domain;
        if (at == 0) break;
    }
    return domain.substr(at + 1);
}

std::string_view first_label(std::string_view domain) noexcept { return domain.substr(0, domain.find('.')); }

}  // namespace

std::string_view organisation_of(std::string_view domain) noexcept {
    if (domain.starts_with('[')) return domain;
    const std::string_view country = last_labels(domain, 1);
    const std::string_view two = last_labels(domain, 2);
    if (country.size() != 2) return two;
    if (is_one_of(registries, first_label(two))) return last_labels(domain, 3);
    const std::string_view four = last_labels(domain, 4);
    return country == "jp" && is_one_of(bodies, first_label(four)) ? four : two;
}

bool is_within(std::string_view domain, std::string_view above) noexcept {
    if (domain == above) return true;
    return domain.size() > above.size() + 1 && domain.ends_with(above) &&
           domain[domain.size() - above.size() - 1] == '.';
}

const Mailbox* answered_elsewhere(const HeaderFacts& header) {
    if (header.from.empty()) return nullptr;
    const std::string_view author = organisation_of(header.from.front().address.domain());
    for (const Mailbox& mailbox : header.reply_to) {
        const std::string_view answered = organisation_of(mailbox.address.domain());
        const bool is_list = !header.list_id.empty() && organisation_of(ascii::to_lower(header.list_id)) == answered;
        if (answered != author && !is_list) return &mailbox;
    }
    return nullptr;
}

}  // namespace mugaika
