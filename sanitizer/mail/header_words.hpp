// The words that may stand in a header field of our writing, and with that: which addresses can be written at all.
// Narrower than RFC 5322: what some reader takes for something else is left out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "policy/ascii.hpp"
#include "policy/mail_address.hpp"

namespace mugaika::header_words {

inline bool is_atom_char(char c) noexcept {
    constexpr std::string_view specials_of_atoms = "!#$%&'*+-/=?^_`{|}~";  // RFC 5322 3.2.3
    return ascii::is_alnum(c) || specials_of_atoms.find(c) != specials_of_atoms.npos;
}

inline bool is_host_char(char c) noexcept { return ascii::is_alnum(c) || c == '-'; }
inline bool is_literal_char(char c) noexcept { return ascii::is_alnum(c) || c == '.' || c == ':'; }

// Non-empty labels of `is_label_char`, single dots between them.
template <class Predicate>
bool is_dotted(std::string_view text, Predicate is_label_char) noexcept {
    char before = '.';
    for (char c : text) {
        if (c == '.' ? before == '.' : !is_label_char(c)) return false;
        before = c;
    }
    return before != '.';
}

inline bool is_literal(std::string_view text) noexcept {
    return text.size() > 2 && text.front() == '[' && text.back() == ']' &&
           std::all_of(text.begin() + 1, text.end() - 1, is_literal_char);
}

inline bool is_host(std::string_view text) noexcept {
    return text.size() <= 255 && (is_dotted(text, is_host_char) || is_literal(text));
}

// Some mailers decode encoded words even inside addresses and ids and then see another address.
inline bool hides_encoded_word(std::string_view text) noexcept { return text.find("=?") != text.npos; }

// Of a mail domain, not of a host: some have an underscore.
inline bool is_domain_char(char c) noexcept { return c == '_' || is_host_char(c); }

inline bool is_domain(std::string_view text) noexcept {
    return text.size() <= 255 && (is_dotted(text, is_domain_char) || is_literal(text));
}

// Quoted local parts only as Japanese carriers and directories need them: "taro..yamada."@…, "Taro Yamada"@…: atom
// characters, dots and blanks.
inline bool is_local_part(std::string_view text) noexcept {
    if (is_dotted(text, is_atom_char)) return true;
    return text.size() > 2 && text.front() == '"' && text.back() == '"' &&
           std::all_of(text.begin() + 1, text.end() - 1,
                       [](char c) { return c == '.' || c == ' ' || is_atom_char(c); });
}

// ASCII, and no reader takes it for another one. The others are shown in the display name, and an author's is said
// (Reason::from_unwritable).
inline bool is_writable_address(const MailAddress& address) {
    constexpr std::size_t with_blank_bytes_max = 60;  // the word has to fit on the line of its field's name
    const bool has_blank = address.local().find(' ') != std::string::npos;
    return is_local_part(address.local()) && is_domain(address.domain()) && !hides_encoded_word(address.local()) &&
           !(has_blank && address.text().size() > with_blank_bytes_max);
}

}  // namespace mugaika::header_words
