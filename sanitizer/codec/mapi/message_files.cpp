#include "sanitizer/codec/mapi/message_files.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <initializer_list>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "policy/ascii.hpp"
#include "sanitizer/codec/mapi/code_page.hpp"
#include "sanitizer/codec/mapi/compressed_rtf.hpp"
#include "sanitizer/codec/mapi/rich_text.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::mapi {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

struct Letter {
    std::string utf8;
    bool is_html = false;
};

Letter letter_of(const Message& message, FilePurse& purse) {
    if (std::string text = string_of(message.values, Id::body, message.code_page); !text.empty()) return {text, false};
    if (const Value* const html = message.values.find(Id::html)) {
        const auto page = message.values.number(Id::internet_code_page).value_or(message.code_page);
        const bool is_text = html->type == Type::unicode;
        return {is_text ? string_of(message.values, Id::html, 0)
                        : decoded(html->untrusted_bytes, static_cast<std::uint32_t>(page)),
                true};
    }
    if (const Value* const rich = message.values.find(Id::compressed_rtf)) {
        RichText text = read_rich_text(unpack_rtf(rich->untrusted_bytes, purse));
        return {std::move(text.utf8), text.is_html};
    }
    return {};
}

// "2026-11-05 19:11 (JST)"; "" for none, and for a moment that no calendar has.
std::string moment_of(const Values& values, Id id) {
    const auto ticks = values.number(id);
    constexpr std::uint64_t ticks_per_minute = 600'000'000, ticks_per_year = 315'360'000'000'000;
    if (!ticks || *ticks == 0 || *ticks > 3000 * ticks_per_year) return {};
    using namespace std::chrono;
    const auto first = sys_days(year(1601) / January / 1);
    const auto local = first + minutes(static_cast<std::int64_t>(*ticks / ticks_per_minute)) + hours(9);
    const auto day = floor<days>(local);
    const year_month_day date(day);
    const auto minute = (local - day).count();
    char out[40];
    std::snprintf(out, sizeof(out), "%04d-%02u-%02u %02d:%02d (JST)", int{date.year()}, unsigned{date.month()},
                  unsigned{date.day()}, static_cast<int>(minute / 60), static_cast<int>(minute % 60));
    return out;
}

// The first of them that is there.
std::string first_of(const Message& message, std::initializer_list<Id> ids) {
    for (const Id id : ids) {
        std::string text = string_of(message.values, id, message.code_page);
        if (!text.empty()) return text;
    }
    return {};
}

// Where a subject has a prefix, two signs before it say how long that is ([MS-OXCMSG] 3.2.5.2).
std::string subject_of(const Message& message) {
    const std::string subject = string_of(message.values, Id::subject, message.code_page);
    return subject.starts_with('\1') ? subject.substr(std::min<std::size_t>(2, subject.size())) : subject;
}

std::string sender_of(const Message& message) {
    const std::string name = first_of(message, {Id::sender_name, Id::author_name});
    const std::string address =
        first_of(message, {Id::sender_smtp_address, Id::author_smtp_address, Id::sender_address, Id::author_address});
    const bool is_mail_address = address.find('@') != std::string::npos;  // and no path in a directory of Exchange
    if (!is_mail_address || address == name) return name.empty() ? address : name;
    return name.empty() ? address : name + " <" + address + ">";
}

void add_line(std::string& lines, std::string_view label, std::string value) {
    std::replace_if(
        value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
    if (!value.empty()) lines.append(label).append(value).append("\n");
}

std::string heading_of(const Message& message) {
    const auto field = [&](Id id) { return string_of(message.values, id, message.code_page); };
    std::string lines;
    add_line(lines, "件名: ", subject_of(message));
    add_line(lines, "差出人: ", sender_of(message));
    add_line(lines, "宛先: ", field(Id::display_to));
    add_line(lines, "CC: ", field(Id::display_cc));
    const std::string sent = moment_of(message.values, Id::submit_time);
    add_line(lines, "日時: ", sent.empty() ? moment_of(message.values, Id::delivery_time) : sent);
    return lines;
}

// Of a meeting, whose words need not say them.
std::string times_of(const Message& message) {
    std::string lines;
    add_line(lines, "開始: ", moment_of(message.values, Id::start_time));
    add_line(lines, "終了: ", moment_of(message.values, Id::end_time));
    return lines;
}

std::string as_html(std::string_view text) {
    std::string html = "<pre>";
    for (const char c : text) {
        if (c == '<') {
            html += "&lt;";
        } else if (c == '&') {
            html += "&amp;";
        } else {
            html += c;
        }
    }
    return html + "</pre>";
}

// Folders are those of messages around, and none that an author wrote.
std::string without_folders(const std::string& name) {
    const std::size_t end = name.find_last_of("/\\");
    return end == std::string::npos ? name : name.substr(end + 1);
}

class Files {
public:
    explicit Files(FilePurse& purse) : purse_(purse) {}

    void add(Message&& message, const std::string& folder, Heading heading) {
        std::uint32_t number = 0;
        for (Attachment& attachment : message.attachments) {
            ++number;
            std::string name = name_of(attachment, message.code_page);
            if (attachment.message) {
                const std::string inside = folder_name(*attachment.message, name, number);
                add(std::move(*attachment.message), unique(folder + inside) + "/", Heading::full);
            } else {
                if (name.empty()) name = name_of_nameless(attachment, message.code_page, number);
                files_.push_back({unique(folder + name), std::move(attachment.untrusted_bytes)});
            }
        }
        add_letter(message, folder, heading);
    }
    std::vector<MessageFile> take() && { return std::move(files_); }

private:
    static std::string name_of(const Attachment& attachment, std::uint32_t code_page) {
        for (const Id id : {Id::attached_long_name, Id::attached_name, Id::display_name}) {
            std::string name = without_folders(string_of(attachment.values, id, code_page));
            if (!name.empty()) return name;
        }
        return {};
    }

    // A mail that is signed in the clear is kept as one attachment, the whole of it as it was sent
    // ([MS-OXOSMIME] 2.1.3.1).
    static std::string name_of_nameless(const Attachment& attachment, std::uint32_t code_page, std::uint32_t number) {
        const std::string type = string_of(attachment.values, Id::attached_media_type, code_page);
        if (ascii::to_lower(type) == "multipart/signed") return "署名付きメール.eml";
        return "添付ファイル" + std::to_string(number);
    }

    static std::string folder_name(const Message& message, const std::string& name, std::uint32_t number) {
        std::string folder = subject_of(message);
        if (folder.empty()) folder = name.empty() ? "メール" + std::to_string(number) : name;
        std::replace_if(
            folder.begin(), folder.end(), [](char c) { return c == '/' || c == '\\'; }, '_');
        return folder;
    }

    void add_letter(const Message& message, const std::string& folder, Heading heading) {
        const Letter letter = letter_of(message, purse_);
        std::string top = (heading == Heading::full ? heading_of(message) : std::string()) + times_of(message);
        if (!top.empty()) top += "\n";
        if (letter.utf8.empty() && top.empty()) return;
        std::string text(byte_order_mark);
        text += letter.is_html && !top.empty() ? as_html(top) : top;
        text += letter.utf8;
        // Decoding makes more of what was paid, but no more than four times as much.
        if (!purse_.take_inner(text.size())) throw zip::Refused{Reason::inner_too_large, "the text of a message"};
        const std::string name = unique(folder + (letter.is_html ? "本文.html" : "本文.txt"));
        files_.push_back({name, std::move(text), folder.empty()});
    }

    // Two files of a message may have one name: the second is told apart before its extension.
    std::string unique(const std::string& name) {
        const std::size_t dot = name.rfind('.');
        const bool has_end = dot != std::string::npos && name.find('/', dot) == std::string::npos;
        const std::size_t end = has_end ? dot : name.size();
        std::string told = name;
        std::uint32_t& others = others_[ascii::to_lower(name)];
        while (!names_.insert(ascii::to_lower(told)).second) {
            told = name.substr(0, end) + " (" + std::to_string(++others + 1) + ")" + name.substr(end);
        }
        return told;
    }

    FilePurse& purse_;
    std::vector<MessageFile> files_;
    std::set<std::string> names_;                  // in lower case, like those here
    std::map<std::string, std::uint32_t> others_;  // that had this name too
};

}  // namespace

std::vector<MessageFile> files_of(Message&& message, Heading heading, FilePurse& purse) {
    Files files(purse);
    files.add(std::move(message), "", heading);
    return std::move(files).take();
}

}  // namespace mugaika::codec::mapi
