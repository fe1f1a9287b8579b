#include "relay/smtp/refusal.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "policy/ascii.hpp"

namespace mugaika::smtp {
namespace {

bool mentions(std::string_view words, std::string_view what) noexcept {
    const auto same = [](char a, char b) { return ascii::to_lower(a) == b; };
    return std::search(words.begin(), words.end(), what.begin(), what.end(), same) != words.end();
}

std::string without_addresses(std::string_view words) {
    std::string rest;
    bool inside = false;
    for (const char c : words) {
        if (c == '<') inside = true;
        if (!inside) rest += c;
        if (c == '>') inside = false;
    }
    return rest;
}

// Subject and detail of RFC 3463, "1.1" of "5.1.1"; "" when there is none.
std::string_view detail_of(const Reply& theirs) noexcept {
    const std::string_view enhanced = theirs.enhanced;
    return enhanced.size() > 2 ? enhanced.substr(2) : std::string_view();
}

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) noexcept {
    return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array codes_about_us{530, 534, 535, 538};
constexpr std::array<std::string_view, 5> details_about_us{"7.8", "7.9", "7.10", "7.11", "7.25"};
// In lower case. The first group is Postfix' and everybody's, the second Exim's and Sendmail's.
constexpr std::array<std::string_view, 11> words_about_us{"starttls",
                                                          "client host rejected",
                                                          "blocked using",
                                                          "helo command rejected",
                                                          "relay access denied",
                                                          "relay not permitted",
                                                          "relaying denied",
                                                          "encryption required",
                                                          "authentication required",
                                                          "ehlo/helo",
                                                          "relaying not allowed"};

// RFC 3463 3.2 and RFC 7505: an address that receives; 1.0, 1.7 and 1.8 are the sender's, 1.9 the mailer's.
constexpr std::array<std::string_view, 6> details_of_recipients{"1.1", "1.2", "1.3", "1.4", "1.6", "1.10"};

bool wants_tls(std::string_view words) noexcept {
    return mentions(words, "tls") && (mentions(words, "requir") || mentions(words, "must") || mentions(words, "need"));
}

// Unknown command, one that is not offered, one at the wrong moment.
bool is_sequence_code(int code) noexcept { return code == 500 || code == 502 || code == 503; }

}  // namespace

// Exim says it in words only, as does who gives no enhanced codes; OpenSMTPD says 451 4.5.3.
bool is_about_number(const Reply& theirs) noexcept {
    if (detail_of(theirs) == "5.3") return true;
    if (theirs.code == 452 && theirs.enhanced.empty()) return true;
    return mentions(theirs.words, "too many recipients");
}

// RFC 1870 6.1 has 552 for it; with a code for mailboxes beside it, it is one that is full.
bool is_about_size(const Reply& theirs) noexcept {
    return theirs.permanent() && (detail_of(theirs) == "3.4" || (theirs.code == 552 && theirs.enhanced.empty()));
}

bool is_about_us(const Reply& theirs) {
    if (!theirs.permanent()) return false;
    if (std::find(codes_about_us.begin(), codes_about_us.end(), theirs.code) != codes_about_us.end()) return true;
    const std::string_view detail = detail_of(theirs);
    if (is_one_of(detail, details_about_us)) return true;
    if (detail.starts_with("1.") || detail.starts_with("2.")) return false;
    const std::string words = without_addresses(theirs.words);
    const auto mentioned = [&words](std::string_view what) { return mentions(words, what); };
    return wants_tls(words) || std::any_of(words_about_us.begin(), words_about_us.end(), mentioned);
}

bool is_about_recipient_alone(const Reply& theirs) {
    const std::string_view detail = detail_of(theirs);
    const bool is_mailbox = detail.starts_with("2.") || is_one_of(detail, details_of_recipients);
    return is_mailbox && !mentions(without_addresses(theirs.words), "sender");
}

bool is_about_session_at_mail(const Reply& theirs) noexcept {
    if (theirs.transient()) return true;
    const std::string_view detail = detail_of(theirs);
    const bool is_address = detail.starts_with("1.") || detail.starts_with("2.");
    return theirs.permanent() && !is_address && !detail.starts_with("6.") && detail != "3.4";
}

bool is_about_session_at_rcpt(const Reply& theirs) noexcept {
    const std::string_view detail = detail_of(theirs);
    return detail.starts_with("5.") || detail == "3.2" || (detail.empty() && is_sequence_code(theirs.code));
}

bool asks_to_come_again(const Reply& theirs) noexcept { return theirs.transient() && theirs.enhanced == "4.3.2"; }

}  // namespace mugaika::smtp
