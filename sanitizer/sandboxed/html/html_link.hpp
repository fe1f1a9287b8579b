// Where a link leads, as words that a reader can check and no program will follow. AC-137.
#pragma once

#include <string>
#include <string_view>

#include "policy/policy.hpp"

namespace mugaika::sandboxed {

struct LinkTarget {
    enum class Kind {
        none,   // a place in the same text, a picture of the mail, nothing
        web,    // http, https, ftp, or without a scheme
        mail,   // mailto
        phone,  // tel, sms, callto
        dead,   // everything else, UNC paths too: only ever shown as dead words
    };
    Kind kind = Kind::none;
    std::string words;    // to be printed, without brackets; "" where the style or the kind prints nothing
    std::string address;  // mail: the mailbox; phone: the number
    std::string host;     // web: lower case, punycode; "" when it names none
    bool disguised =
        false;         // the address carries a name that looks like the host ("https://bank.example@other.example/")
    bool cut = false;  // too long to be printed whole
};

// Reads an href as browsers do: blanks around it and line ends inside do not count, '\' is '/'. Links that a mail
// filter or a search engine rewrote are read as the address in them (html_redirect). Hosts are shown in punycode. Words
// are one line, at most some 1000 bytes; in the style `defang` nothing in them is alive for a mail program, whole, and
// what is very long is shortened in its middle, never in the host. A mail address is printed only when it is one, a
// number only of digits; every other scheme, UNC paths too, is dead in any style.
LinkTarget read_link_target(std::string_view untrusted_href, LinkStyle);

// Does the text itself say that target, so that printing it again tells nothing?
bool says_target(std::string_view shown_text, std::string_view untrusted_href, const LinkTarget&);

// Does the text look like an address or a host, but another one than the target's?
bool belies_target(std::string_view shown_text, const LinkTarget&);

}  // namespace mugaika::sandboxed
