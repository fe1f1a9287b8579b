#include "sanitizer/sandboxed/attached_summary.hpp"

#include <cstdint>
#include <string_view>

#include "policy/limits.hpp"
#include "policy/time_zone.hpp"
#include "policy/utf8.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t addresses_max = 10;
constexpr std::string_view cut_mark = "…";
constexpr std::size_t line_bytes_max = AnswerLimits().summary_line_bytes_max - cut_mark.size();

// Pieces of plain lines and words of ours make a plain line; if they do not, the line is left out.
PlainLine to_line(std::string_view text) {
    std::string line(utf8::cut(text, line_bytes_max));
    if (line.size() < text.size()) line += cut_mark;
    auto plain = PlainLine::from(std::move(line));
    return plain ? std::move(*plain) : PlainLine();
}

std::string to_text(const Mailbox& mailbox) {
    if (mailbox.name.empty()) return mailbox.address.text();
    return mailbox.name.str() + " <" + mailbox.address.text() + ">";
}

PlainLine to_line(const std::vector<Mailbox>& mailboxes) {
    std::string text;
    for (std::size_t i = 0; i < mailboxes.size() && i < addresses_max; ++i) {
        if (i > 0) text += ", ";
        text += to_text(mailboxes[i]);
    }
    if (mailboxes.size() > addresses_max) text.append(", ").append(cut_mark);
    return to_line(text);
}

// As the sender's clock showed it. The epoch itself and what lies before it is no date of a mail.
std::string to_text(const DateFact& date) {
    const std::int64_t local_seconds = date.unix_seconds + std::int64_t{date.offset_minutes} * 60;
    return local_seconds < 0 ? std::string() : moment_text(date.unix_seconds, zone_of_offset(date.offset_minutes));
}

}  // namespace

std::vector<std::pair<std::string, PlainLine>> attached_summary(const HeaderFacts& facts) {
    std::vector<std::pair<std::string, PlainLine>> summary;
    const auto add = [&](std::string_view name, PlainLine line) {
        if (!line.empty()) summary.emplace_back(name, std::move(line));
    };
    add("From", facts.from.empty() ? to_line(facts.from_text.str()) : to_line(facts.from));
    add("To", to_line(facts.to));
    add("Subject", to_line(facts.subject.str()));
    if (facts.date) add("Date", to_line(to_text(*facts.date)));
    return summary;
}

}  // namespace mugaika::sandboxed
