#include "sanitizer/sandboxed/text/encoded_word.hpp"

#include <algorithm>
#include <optional>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/sandboxed/text/charset.hpp"
#include "sanitizer/sandboxed/text/charset_names.hpp"
#include "sanitizer/sandboxed/text/cjk_stepper.hpp"
#include "sanitizer/sandboxed/text/transfer_decoding.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t word_bytes_max = 8192;
constexpr int question_marks_max = 8;  // illegal ones inside Q; it also keeps the search for the end linear
constexpr std::size_t charset_bytes_max = 60;

struct EncodedWord {
    std::string_view charset;  // without an RFC 2231 language
    bool is_base64 = false;
    std::string_view payload;
    std::size_t bytes = 0;
};

bool is_charset_character(char c) noexcept {
    return ascii::is_alnum(c) || std::string_view("-_.:+*()'!#$%&^`{|}~").find(c) != std::string_view::npos;
}

std::size_t find_end(std::string_view text, std::size_t from) noexcept {
    for (int marks = 0; marks <= question_marks_max; ++marks) {
        const std::size_t mark = text.find('?', from);
        if (mark == std::string_view::npos) break;
        if (text.substr(mark).starts_with("?=")) return mark;
        from = mark + 1;
    }
    return std::string_view::npos;
}

std::optional<EncodedWord> read_word(std::string_view text) noexcept {
    text = text.substr(0, word_bytes_max);
    if (!text.starts_with("=?")) return std::nullopt;
    const std::size_t charset_end = text.substr(0, charset_bytes_max).find('?', 2);
    if (charset_end == std::string_view::npos || charset_end + 2 >= text.size() || text[charset_end + 2] != '?') {
        return std::nullopt;
    }
    const std::string_view charset = text.substr(2, charset_end - 2);
    const char encoding = ascii::to_lower(text[charset_end + 1]);
    const bool is_sound = std::all_of(charset.begin(), charset.end(), is_charset_character) && !charset.empty();
    if (!is_sound || (encoding != 'b' && encoding != 'q')) return std::nullopt;
    const std::size_t begin = charset_end + 3;
    const std::size_t end = find_end(text, begin);
    if (end == std::string_view::npos) return std::nullopt;
    return EncodedWord{charset.substr(0, charset.find('*')), encoding == 'b', text.substr(begin, end - begin), end + 2};
}

std::string decode_q(std::string_view payload) {
    std::string bytes;
    for (std::size_t i = 0; i < payload.size(); ++i) {
        const bool has_digits = payload[i] == '=' && i + 2 < payload.size();
        const int high = has_digits ? ascii::hex_value(payload[i + 1]) : -1;
        const int low = has_digits ? ascii::hex_value(payload[i + 2]) : -1;
        if (high >= 0 && low >= 0) {
            bytes.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            bytes.push_back(payload[i] == '_' ? ' ' : payload[i]);
        }
    }
    return bytes;
}

// Neighbouring words of one charset.
class Run {
public:
    bool empty() const noexcept { return words_.empty(); }
    bool takes(const EncodedWord& word) const noexcept { return ascii::iequals(words_.front().charset, word.charset); }
    void add(const EncodedWord& word) { words_.push_back(word); }
    void clear() noexcept { words_.clear(); }
    std::string_view charset() const { return words_.front().charset; }
    std::string bytes() const;

private:
    bool is_split_base64() const noexcept;

    std::vector<EncodedWord> words_;
};

std::string Run::bytes() const {
    std::string text;
    std::vector<Reason> unused;  // junk in a word is no fault of the mail's structure
    if (is_split_base64()) {
        for (const EncodedWord& word : words_) text += word.payload;
        return decode_base64(text, unused);
    }
    for (const EncodedWord& word : words_) {
        text += word.is_base64 ? decode_base64(word.payload, unused) : decode_q(word.payload);
    }
    return text;
}

// Some mailers cut one base64 text at 75 columns whatever the quantum: then the words fit only together.
bool Run::is_split_base64() const noexcept {
    std::size_t total = 0;
    bool is_unaligned = false;
    for (const EncodedWord& word : words_) {
        if (!word.is_base64) return false;
        total += word.payload.size();
        is_unaligned = is_unaligned || word.payload.size() % 4 != 0;
    }
    return is_unaligned && total % 4 == 0;
}

class UnstructuredDecoder {
public:
    UnstructuredDecoder(std::string_view value, std::vector<Reason>& notes, std::string_view raw_label)
        : value_(value), stepper_(value), notes_(notes), raw_label_(raw_label) {}

    std::string decode() &&;

private:
    void on_word(const EncodedWord&);
    void flush_run();
    void flush_raw();
    void append(const Decoded&);

    std::string_view value_;
    CjkStepper stepper_;
    std::vector<Reason>& notes_;
    std::string_view raw_label_;
    Run run_;
    std::string raw_;
    std::string out_;
};

std::string UnstructuredDecoder::decode() && {
    std::size_t at = 0;
    while (at < value_.size()) {
        const std::string_view rest = value_.substr(at);
        if (const std::optional<EncodedWord> word = read_word(rest)) {
            on_word(*word);
            at += word->bytes;
            continue;
        }
        const std::size_t step = stepper_.character_bytes(rest);
        raw_ += rest.substr(0, step);
        at += step;
    }
    flush_run();
    flush_raw();
    return std::move(out_);
}

// Blanks between two words are not text (RFC 2047 6.2).
void UnstructuredDecoder::on_word(const EncodedWord& word) {
    const bool is_neighbour = !run_.empty() && ascii::trim(raw_).empty();
    if (is_neighbour) raw_.clear();
    if (!is_neighbour || !run_.takes(word)) flush_run();
    if (!raw_.empty()) flush_raw();
    run_.add(word);
}

void UnstructuredDecoder::flush_run() {
    if (run_.empty()) return;
    const std::string label = ascii::to_lower(run_.charset());
    const bool is_known = charset_by_label(label) != nullptr;
    append(is_known ? decode_header_bytes(run_.bytes(), label) : decode_raw_header_bytes(run_.bytes(), raw_label_));
    run_.clear();
}

void UnstructuredDecoder::flush_raw() {
    if (ascii::is_ascii(raw_) && raw_.find('\x1b') == std::string::npos) {
        out_ += raw_;
    } else {
        append(decode_raw_header_bytes(raw_, raw_label_));
    }
    raw_.clear();
}

void UnstructuredDecoder::append(const Decoded& decoded) {
    add_once(notes_, decoded.notes);
    out_ += decoded.utf8;
}

}  // namespace

std::size_t encoded_word_bytes(std::string_view text) noexcept {
    const std::optional<EncodedWord> word = read_word(text);
    return word ? word->bytes : 0;
}

bool looks_like_encoded_word(std::string_view text) noexcept {
    for (std::size_t at = text.find("=?"); at != std::string_view::npos; at = text.find("=?", at + 1)) {
        if (encoded_word_bytes(text.substr(at)) > 0) return true;
    }
    return false;
}

std::string decode_unstructured(std::string_view untrusted_value, std::vector<Reason>& notes,
                                std::string_view untrusted_raw_label) {
    return UnstructuredDecoder(untrusted_value, notes, untrusted_raw_label).decode();
}

}  // namespace mugaika::sandboxed
