// The mail addresses that a condition of the configuration names: "taro@city.example.lg.jp", a domain with "@" before
// it, all domains below one ("@*.lg.jp"), and "<>" for mail without a sender. ASCII letters in either case are the
// same, in the local part too. Asking takes as many steps as the domain has labels, however many addresses there are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mugaika {

class AddressSet {
public:
    static constexpr std::size_t entries_max = 1000;

    // False: that is none of the four.
    static bool is_entry(std::string_view text);

    // Entries only, at most entries_max.
    static AddressSet of(std::vector<std::string> entries);

    bool empty() const noexcept { return entries_.empty(); }
    const std::vector<std::string>& entries() const noexcept { return entries_; }  // in order, lower case

    bool has(std::string_view address) const;    // "": mail without a sender
    bool covers(const AddressSet& other) const;  // whatever the other has
    bool meets(const AddressSet& other) const;   // something that the other has
    friend bool operator==(const AddressSet&, const AddressSet&) = default;

private:
    bool covers(std::string_view entry) const;
    bool holds(std::string_view entry) const;

    std::vector<std::string> entries_;  // sorted, each once
};

}  // namespace mugaika
