#include "policy/address_set.hpp"

#include <algorithm>

#include "policy/ascii.hpp"
#include "policy/mail_address.hpp"

namespace mugaika {
namespace {

constexpr std::string_view no_sender = "<>";
constexpr std::string_view below = "@*.";

bool is_mail_domain(std::string_view text) {
    const auto address = MailAddress::parse("x@" + std::string(text));
    return address && address->domain() == ascii::to_lower(text) && !text.starts_with('[');
}

}  // namespace

bool AddressSet::is_entry(std::string_view text) {
    if (text == no_sender) return true;
    if (text.starts_with(below)) return is_mail_domain(text.substr(below.size()));
    if (text.starts_with('@')) return is_mail_domain(text.substr(1));
    return MailAddress::parse(text).has_value();
}

AddressSet AddressSet::of(std::vector<std::string> entries) {
    AddressSet set;
    for (const std::string& entry : entries) set.entries_.push_back(ascii::to_lower(entry));
    std::sort(set.entries_.begin(), set.entries_.end());
    set.entries_.erase(std::unique(set.entries_.begin(), set.entries_.end()), set.entries_.end());
    return set;
}

bool AddressSet::has(std::string_view address) const {
    return covers(address.empty() ? std::string(no_sender) : ascii::to_lower(address));
}

bool AddressSet::covers(const AddressSet& other) const {
    return std::all_of(other.entries_.begin(), other.entries_.end(),
                       [this](const std::string& entry) { return covers(std::string_view(entry)); });
}

bool AddressSet::meets(const AddressSet& other) const {
    const auto any_in = [](const AddressSet& narrow, const AddressSet& wide) {
        return std::any_of(narrow.entries_.begin(), narrow.entries_.end(),
                           [&wide](const std::string& entry) { return wide.covers(std::string_view(entry)); });
    };
    return any_in(other, *this) || any_in(*this, other);
}

bool AddressSet::holds(std::string_view entry) const {
    return std::binary_search(entries_.begin(), entries_.end(), entry);
}

// Itself, its domain, and each domain above that: "a@x.y.jp", "@x.y.jp", "@*.y.jp", "@*.jp".
bool AddressSet::covers(std::string_view entry) const {
    const std::size_t at = entry.rfind('@');
    if (holds(entry)) return true;
    if (at == std::string_view::npos) return false;
    std::string_view domain = entry.substr(at + 1);
    if (holds("@" + std::string(domain))) return true;
    for (std::size_t dot = domain.find('.'); dot != std::string_view::npos; dot = domain.find('.')) {
        domain.remove_prefix(dot + 1);
        if (holds(std::string(below) + std::string(domain))) return true;
    }
    return false;
}

}  // namespace mugaika
