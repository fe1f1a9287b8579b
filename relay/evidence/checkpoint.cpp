#include "relay/evidence/checkpoint.hpp"

#include <algorithm>
#include <charconv>

#include "relay/evidence/base64.hpp"

namespace mugaika {
namespace {

constexpr std::string_view origin_suffix = "/seals", time_word = "time ", open_word = "open ", nothing_open = "none";
constexpr std::string_view signature_prefix = "\xe2\x80\x94 ";  // an em dash
constexpr std::size_t dash_bytes_max = 8;                       // in any charset, with its escapes
constexpr std::size_t note_lines_max = 16;

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        pieces.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return pieces;
}

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc() || end != text.data() + text.size() || text != std::to_string(number)) return std::nullopt;
    return number;
}

std::optional<TreeHash> hash_of(std::string_view text) {
    const auto bytes = base64::decode(text);
    TreeHash hash{};
    if (!bytes || bytes->size() != hash.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), hash.begin());
    return hash;
}

std::optional<Checkpoint::OpenLog> open_log_of(std::string_view text) {
    const auto words = split(text, ' ');
    if (words.size() != 3) return std::nullopt;
    const auto first = hash_of(words[0]);
    const auto lines = number_of(words[1]);
    const auto root = hash_of(words[2]);
    if (!first || !lines || *lines == 0 || !root) return std::nullopt;
    return Checkpoint::OpenLog{*first, *lines, *root};
}

// Without what mail programs put behind a line.
std::string_view trimmed(std::string_view line) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    return line;
}

// "— NAME BASE64", with the em dash of any charset; "" when the line is none.
std::string signature_in(std::string_view line) {
    const auto words = split(line, ' ');
    if (words.size() != 3 || words[0].empty() || words[0].size() > dash_bytes_max || words[1].empty()) return {};
    if (!base64::decode(words[2])) return {};
    return std::string(signature_prefix) + std::string(words[1]) + " " + std::string(words[2]) + "\n";
}

void add_notes_in(std::string_view text, std::vector<std::string>& notes) {
    const std::vector<std::string_view> lines = split(text, '\n');
    std::string block, signatures;  // the last block of lines, and the signatures behind it and an empty line
    std::size_t block_lines = 0;
    bool is_over = true;
    const auto end_note = [&] {
        if (!signatures.empty() && !block.empty()) notes.push_back(block + "\n" + signatures);
        signatures.clear();
    };
    for (const std::string_view with_end : lines) {
        const std::string_view line = trimmed(with_end);
        const std::string signature = is_over && block_lines > 0 ? signature_in(line) : std::string();
        if (!signature.empty()) {
            signatures += signature;
            continue;
        }
        if (line.empty()) {
            if (!signatures.empty()) {
                end_note();
                block.clear();
                block_lines = 0;
            }
            is_over = true;
            continue;
        }
        end_note();
        if (is_over) {
            block.clear();
            block_lines = 0;
        }
        is_over = false;
        if (++block_lines <= note_lines_max) block.append(line).push_back('\n');
        if (block_lines > note_lines_max) block.clear();
    }
    end_note();
}

bool is_base64_line(std::string_view line) {
    return !line.empty() && std::all_of(line.begin(), line.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
               c == '=';
    });
}

// The texts that runs of base64 lines hold.
std::vector<std::string> unpacked_base64(std::string_view file) {
    std::vector<std::string> texts;
    std::string run;
    const auto end_run = [&] {
        if (auto text = base64::decode(run)) texts.push_back(*std::move(text));
        run.clear();
    };
    for (const std::string_view with_end : split(file, '\n')) {
        const std::string_view line = trimmed(with_end);
        if (is_base64_line(line)) {
            run.append(line);
        } else {
            end_run();
        }
    }
    end_run();
    return texts;
}

int hexadecimal(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// RFC 2045 6.7, as far as it is some.
std::string unpacked_quoted_printable(std::string_view file) {
    std::string text;
    for (std::size_t i = 0; i < file.size(); ++i) {
        const std::string_view rest = file.substr(i);
        if (rest.starts_with("=\n") || rest.starts_with("=\r\n")) {
            i += rest[1] == '\r' ? 2 : 1;
        } else if (rest.size() > 2 && rest[0] == '=' && hexadecimal(rest[1]) >= 0 && hexadecimal(rest[2]) >= 0) {
            text.push_back(static_cast<char>(hexadecimal(rest[1]) * 16 + hexadecimal(rest[2])));
            i += 2;
        } else {
            text.push_back(rest[0]);
        }
    }
    return text;
}

}  // namespace

std::string Checkpoint::text() const {
    std::string text = name + std::string(origin_suffix) + "\n" + std::to_string(seals) + "\n" + base64::encode(root) +
                       "\n" + std::string(time_word) + time + "\n" + std::string(open_word);
    if (!open) return text + std::string(nothing_open) + "\n";
    return text + base64::encode(open->first) + " " + std::to_string(open->lines) + " " + base64::encode(open->root) +
           "\n";
}

Result<Checkpoint> Checkpoint::parse(std::string_view untrusted_text) {
    const Error wrong(Fault::protocol, "it is no checkpoint; expected NAME/seals, size, root, time and open");
    const std::vector<std::string_view> lines = split(untrusted_text, '\n');
    if (lines.size() != 5 || !lines[0].ends_with(origin_suffix)) return wrong;
    const auto seals = number_of(lines[1]);
    const auto root = hash_of(lines[2]);
    if (!seals || !root || !lines[3].starts_with(time_word) || !lines[4].starts_with(open_word)) return wrong;
    Checkpoint checkpoint;
    checkpoint.name = lines[0].substr(0, lines[0].size() - origin_suffix.size());
    checkpoint.seals = *seals;
    checkpoint.root = *root;
    checkpoint.time = lines[3].substr(time_word.size());
    const std::string_view open = lines[4].substr(open_word.size());
    if (open == nothing_open) return checkpoint;
    checkpoint.open = open_log_of(open);
    if (!checkpoint.open) return wrong;
    return checkpoint;
}

std::vector<std::string> notes_in(std::string_view untrusted_file) {
    std::vector<std::string> notes;
    add_notes_in(untrusted_file, notes);
    for (const std::string& text : unpacked_base64(untrusted_file)) add_notes_in(text, notes);
    const std::string unpacked = unpacked_quoted_printable(untrusted_file);
    if (unpacked != untrusted_file) add_notes_in(unpacked, notes);
    return notes;
}

}  // namespace mugaika
