#include "sanitizer/sandboxed/attached_summary.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "policy/limits.hpp"
#include "policy/utf8.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t addresses_max = 10;
constexpr std::string_view cut_mark = "…";
constexpr std::size_t line_bytes_max = AnswerLimits().summary_line_bytes_max - cut_mark.size();
constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999

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

// 2026-04-01 09:00:00 +0900, as the sender's clock showed it.
std::string to_text(const DateFact& date) {
    using namespace std::chrono;
    const std::int64_t local_seconds = date.unix_seconds + std::int64_t{date.offset_minutes} * 60;
    if (local_seconds < 0 || local_seconds > last_second) return "";
    const sys_seconds local{seconds{local_seconds}};
    const year_month_day day{floor<days>(local)};
    const hh_mm_ss time{local - floor<days>(local)};
    const int offset = date.offset_minutes < 0 ? -date.offset_minutes : date.offset_minutes;
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d %c%02d%02d", static_cast<int>(day.year()),
                  static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()), date.offset_minutes < 0 ? '-' : '+', offset / 60,
                  offset % 60);
    return text.data();
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
