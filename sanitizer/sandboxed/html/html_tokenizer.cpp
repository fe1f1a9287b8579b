#include "sanitizer/sandboxed/html/html_tokenizer.hpp"

#include <algorithm>
#include <array>

#include "policy/ascii.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/html/html_entities.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

// Without VT, unlike ascii::is_space.
constexpr bool is_html_space(char c) { return c == '\t' || c == '\n' || c == '\f' || c == ' '; }
constexpr bool ends_tag_name(char c) { return is_html_space(c) || c == '/' || c == '>'; }

// 13.2.5.80: references to C1 controls mean windows-1252.
constexpr std::array<char16_t, 32> c1_references{0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                                 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
                                                 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                                 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178};

char32_t referred_character(char32_t number) {
    if (number == 0 || number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff)) return utf8::replacement;
    return number >= 0x80 && number <= 0x9f ? c1_references.at(number - 0x80) : number;
}

// Is `text` the name "script" as a tag would have it? Then the length with the character that ends it, else 0.
std::size_t script_name_length(std::string_view text) {
    constexpr std::string_view script = "script";
    const bool is_script =
        ascii::istarts_with(text, script) && text.size() > script.size() && ends_tag_name(text[script.size()]);
    return is_script ? script.size() + 1 : 0;
}

}  // namespace

const std::string* HtmlToken::attribute(std::string_view name) const noexcept {
    for (const HtmlAttribute& attribute : attributes) {
        if (attribute.name == name) return &attribute.value;
    }
    return nullptr;
}

std::string_view HtmlToken::value_of(std::string_view name) const noexcept {
    const std::string* value = attribute(name);
    return value == nullptr ? std::string_view() : std::string_view(*value);
}

std::string_view with_unix_line_ends(std::string_view html, std::string& room) {
    std::size_t end = html.find('\r');
    if (end == std::string_view::npos) return html;
    room.clear();
    room.reserve(html.size());
    for (; end != std::string_view::npos; end = html.find('\r')) {
        room += html.substr(0, end);
        html.remove_prefix(end + 1);
        if (!html.starts_with('\n')) room.push_back('\n');
    }
    return room += html;
}

HtmlTokenizer::HtmlTokenizer(std::string_view html, std::size_t attributes_max)
    : html_(with_unix_line_ends(html, normalized_)),
      attributes_max_(attributes_max),
      less_than_(std::min(html_.find('<'), html_.size())) {}

const HtmlToken& HtmlTokenizer::next() {
    clear_token();
    while (!at_end()) {
        if (read_token()) return token_;
    }
    return token_;
}

// Keeps the memory of the token before for this one.
void HtmlTokenizer::clear_token() {
    if (token_.kind == HtmlToken::Kind::doctype) token_.doctype = HtmlDoctype{};
    token_.kind = HtmlToken::Kind::end;
    token_.data.clear();
    token_.attributes.clear();
    token_.self_closing = false;
}

// True when token_ is ready; false when what was read gives no token of its own.
bool HtmlTokenizer::read_token() {
    switch (content_) {
        case HtmlContent::data:
            return read_text() || read_markup();
        case HtmlContent::rcdata:
        case HtmlContent::rawtext:
            return read_raw();
        case HtmlContent::script:
            return read_script();
        case HtmlContent::plaintext:
            return read_plaintext();
        case HtmlContent::cdata:
            return read_cdata();
    }
    return false;
}

void HtmlTokenizer::skip_space() noexcept {
    while (!at_end() && is_html_space(html_[at_])) ++at_;
}

void HtmlTokenizer::append_replacing_nul(std::string& out, std::string_view bytes) {
    for (std::size_t nul = bytes.find('\0'); nul != std::string_view::npos; nul = bytes.find('\0')) {
        out.append(bytes.substr(0, nul)).append(replacement);
        bytes.remove_prefix(nul + 1);
    }
    out.append(bytes);
}

void HtmlTokenizer::take(std::string& out) { append_replacing_nul(out, html_.substr(at_++, 1)); }

void HtmlTokenizer::take_lower(std::string& out) {
    const char c = html_[at_];
    if (c == '\0') return take(out);
    out.push_back(ascii::to_lower(c));
    ++at_;
}

// At least so many bytes, which must be there, and on to the first byte that ends the run, or to the end.
std::string_view HtmlTokenizer::read_run(std::size_t at_least, auto ends_run) {
    const std::string_view ahead = rest();
    const auto end = std::find_if(ahead.begin() + static_cast<std::ptrdiff_t>(at_least), ahead.end(), ends_run);
    const std::string_view run = ahead.substr(0, static_cast<std::size_t>(end - ahead.begin()));
    at_ += run.size();
    return run;
}

// Text up to the next '<' or '&'. Where the next '<' stands is remembered, so that a heap of '&' is not searched anew
// for it each time.
std::string_view HtmlTokenizer::read_plain_run() {
    if (less_than_ < at_) less_than_ = std::min(html_.find('<', at_), html_.size());
    const std::string_view ahead = html_.substr(at_, less_than_ - at_);
    const std::string_view run = ahead.substr(0, ahead.find('&'));
    at_ += run.size();
    return run;
}

// 13.2.5.1: text up to the next markup. False when markup stands right here. NUL stays: whoever shows text removes it.
bool HtmlTokenizer::read_text() {
    std::string& text = token_.data;
    while (!at_end()) {
        text.append(read_plain_run());
        if (at_end()) break;
        if (html_[at_] == '&') {
            read_reference(text, false);
            continue;
        }
        const std::string_view ahead = html_.substr(at_ + 1, 2);
        const bool opens = !ahead.empty() && (ascii::is_alpha(ahead[0]) || ahead[0] == '!' || ahead[0] == '?');
        const bool closes = ahead.size() == 2 && ahead[0] == '/';
        if (opens || closes) break;
        text.push_back('<');
        ++at_;
    }
    token_.kind = text.empty() ? HtmlToken::Kind::end : HtmlToken::Kind::text;
    return !text.empty();
}

// At a '<' that read_text stopped at.
bool HtmlTokenizer::read_markup() {
    markup_at_ = at_;
    const char first = html_[at_ + 1];
    if (first == '!') return read_declaration();
    if (first == '?') {
        ++at_;
        return read_bogus_comment();
    }
    if (first != '/') {
        ++at_;
        return read_tag(HtmlToken::Kind::start_tag);
    }
    at_ += 2;
    if (ascii::is_alpha(html_[at_])) return read_tag(HtmlToken::Kind::end_tag);
    if (html_[at_] != '>') return read_bogus_comment();
    ++at_;  // "</>" is nothing at all
    return false;
}

bool HtmlTokenizer::read_declaration() {
    at_ += 2;
    if (rest().starts_with("--")) {
        at_ += 2;
        return read_comment();
    }
    if (ascii::istarts_with(rest(), "doctype")) {
        at_ += 7;
        return read_doctype();
    }
    constexpr std::string_view cdata = "[CDATA[";
    if (cdata_allowed_ && rest().starts_with(cdata)) {
        at_ += cdata.size();
        content_ = HtmlContent::cdata;
        return false;
    }
    return read_bogus_comment();
}

// 13.2.5.8 and on. The end of the input inside a tag drops the tag: AC-228.
bool HtmlTokenizer::read_tag(HtmlToken::Kind kind) {
    while (!at_end() && !ends_tag_name(html_[at_])) take_lower(token_.data);
    if (!read_attributes()) {
        end_unfinished();
        clear_token();
        return false;
    }
    token_.kind = kind;
    if (kind == HtmlToken::Kind::start_tag) {
        last_start_tag_ = token_.data;
    } else {
        token_.attributes.clear();
        token_.self_closing = false;
    }
    return true;
}

bool HtmlTokenizer::read_attributes() {
    attributes_seen_ = 0;
    while (true) {
        skip_space();
        if (at_end()) return false;
        if (html_[at_] == '>') {
            ++at_;
            return true;
        }
        if (html_[at_] != '/') {
            read_attribute();
        } else if (rest().starts_with("/>")) {
            at_ += 2;
            token_.self_closing = true;
            return true;
        } else {
            ++at_;
        }
    }
}

void HtmlTokenizer::read_attribute() {
    HtmlAttribute attribute;
    take_lower(attribute.name);  // even a '=': 13.2.5.32
    while (!at_end() && !ends_tag_name(html_[at_]) && html_[at_] != '=') take_lower(attribute.name);
    skip_space();
    if (!at_end() && html_[at_] == '=') {
        ++at_;
        read_attribute_value(attribute.value);
    }
    // Repeated names count too, or a tag of nothing else would be compared with all others again and again.
    if (attributes_seen_++ < attributes_max_ && token_.attribute(attribute.name) == nullptr) {
        token_.attributes.push_back(std::move(attribute));
    }
}

void HtmlTokenizer::read_attribute_value(std::string& value) {
    skip_space();
    if (at_end() || html_[at_] == '>') return;
    const char quote = html_[at_] == '"' || html_[at_] == '\'' ? html_[at_] : '\0';
    if (quote != '\0') ++at_;
    const auto ends_run = [quote](char c) {
        return c == '&' || (quote == '\0' ? is_html_space(c) || c == '>' : c == quote);
    };
    while (!at_end()) {
        append_replacing_nul(value, read_run(0, ends_run));
        if (at_end() || html_[at_] != '&') break;
        read_reference(value, true);
    }
    if (quote != '\0' && !at_end()) ++at_;
}

// 13.2.5.43 to 51, behind "<!--". The states there come to this: a comment ends at the first "-->" or "--!>", the
// dashes of its beginning counted ("<!-->"); at the end of the input half an end is no content.
bool HtmlTokenizer::read_comment() {
    token_.kind = HtmlToken::Kind::comment;
    for (const std::string_view empty : {">", "->"}) {
        if (!rest().starts_with(empty)) continue;
        at_ += empty.size();
        return true;
    }
    for (std::size_t i = html_.find("--", at_); i != std::string_view::npos; i = html_.find("--", i + 1)) {
        const std::string_view behind = html_.substr(i + 2, 2);
        const std::size_t end_length = behind.starts_with('>') ? 3 : behind == "!>" ? 4 : 0;
        if (end_length == 0) continue;
        append_replacing_nul(token_.data, html_.substr(at_, i - at_));
        at_ = i + end_length;
        return true;
    }
    std::string_view content = rest();
    for (const std::string_view half_end : {"--!", "--", "-"}) {
        if (!content.ends_with(half_end)) continue;
        content.remove_suffix(half_end.size());
        break;
    }
    append_replacing_nul(token_.data, content);
    end_unfinished();
    return true;
}

bool HtmlTokenizer::read_bogus_comment() {
    const std::size_t end = std::min(html_.find('>', at_), html_.size());
    token_.kind = HtmlToken::Kind::comment;
    append_replacing_nul(token_.data, html_.substr(at_, end - at_));
    at_ = std::min(end + 1, html_.size());
    return true;
}

bool HtmlTokenizer::is_at_own_end_tag() const noexcept {
    const std::size_t name_at = at_ + 2;
    const std::size_t end = name_at + last_start_tag_.size();
    return !last_start_tag_.empty() && end < html_.size() && html_[at_] == '<' && html_[at_ + 1] == '/' &&
           ends_tag_name(html_[end]) && ascii::iequals(html_.substr(name_at, last_start_tag_.size()), last_start_tag_);
}

// At the end tag of raw text: the text goes out first, the tag with the next call.
bool HtmlTokenizer::finish_text_or_read_end_tag() {
    if (!token_.data.empty()) {
        token_.kind = HtmlToken::Kind::text;
        return true;
    }
    content_ = HtmlContent::data;
    markup_at_ = at_;
    at_ += 2;
    return read_tag(HtmlToken::Kind::end_tag);
}

bool HtmlTokenizer::read_raw() {
    std::string& text = token_.data;
    const auto ends_run = [](char c) { return c == '<' || c == '&'; };
    while (!at_end()) {
        const char c = html_[at_];
        if (c == '<' && is_at_own_end_tag()) return finish_text_or_read_end_tag();
        if (c == '&' && content_ == HtmlContent::rcdata) {
            read_reference(text, false);
        } else {
            append_replacing_nul(text, read_run(1, ends_run));
        }
    }
    token_.kind = HtmlToken::Kind::text;
    return true;
}

// 13.2.5.15 to 31: a script ends at "</script>", but not between "<!-- <script>" and "</script>" or "-->".
bool HtmlTokenizer::read_script() {
    enum class Escape { none, once, twice };
    Escape escape = Escape::none;
    std::size_t dashes = 0;  // in a row, right before here
    std::string& text = token_.data;
    const auto take_many = [&](std::size_t count) {
        append_replacing_nul(text, html_.substr(at_, count));
        at_ += count;
    };
    while (!at_end()) {
        const char c = html_[at_];
        if (c == '-') {
            ++dashes;
            take_many(1);
            continue;
        }
        if (c == '>' && dashes >= 2) escape = Escape::none;
        dashes = 0;
        if (c != '<') {
            append_replacing_nul(text, read_run(1, [](char next) { return next == '<' || next == '-'; }));
            continue;
        }
        if (escape != Escape::twice && is_at_own_end_tag()) return finish_text_or_read_end_tag();
        const std::size_t opened = script_name_length(rest().substr(1, 7));
        const std::size_t closed = rest().starts_with("</") ? script_name_length(rest().substr(2, 7)) : 0;
        if (escape == Escape::none && rest().starts_with("<!--")) {
            escape = Escape::once;
            dashes = 2;
            take_many(4);
        } else if (escape == Escape::once && opened > 0) {
            escape = Escape::twice;
            take_many(1 + opened);
        } else if (escape == Escape::twice && closed > 0) {
            escape = Escape::once;
            take_many(2 + closed);
        } else {
            take_many(1);
        }
    }
    token_.kind = HtmlToken::Kind::text;
    return true;
}

bool HtmlTokenizer::read_plaintext() {
    token_.kind = HtmlToken::Kind::text;
    append_replacing_nul(token_.data, rest());
    at_ = html_.size();
    return true;
}

bool HtmlTokenizer::read_cdata() {
    const std::size_t end = html_.find("]]>", at_);
    token_.data = html_.substr(at_, end == std::string_view::npos ? end : end - at_);
    at_ = end == std::string_view::npos ? html_.size() : end + 3;
    content_ = HtmlContent::data;
    token_.kind = token_.data.empty() ? HtmlToken::Kind::end : HtmlToken::Kind::text;
    return !token_.data.empty();
}

// 13.2.5.72 to 80, at a '&'.
void HtmlTokenizer::read_reference(std::string& out, bool in_attribute) {
    constexpr std::size_t name_bytes_max = 33;
    ++at_;
    if (rest().starts_with('#')) {
        if (!read_numeric_reference(out)) out.push_back('&');
        return;
    }
    const HtmlEntity* entity = longest_html_entity(rest().substr(0, name_bytes_max));
    if (entity == nullptr) return out.push_back('&');
    const std::string_view behind = rest().substr(entity->name.size(), 1);
    // "?a=1&copy=2" in a link is no copyright sign.
    const bool is_query = in_attribute && !entity->name.ends_with(';') && !behind.empty() &&
                          (behind[0] == '=' || ascii::is_alnum(behind[0]));
    if (is_query) return out.push_back('&');
    at_ += entity->name.size();
    utf8::append(out, entity->first);
    if (entity->second != 0) utf8::append(out, entity->second);
}

// At the '#'. False, and nothing read, when no digit follows.
bool HtmlTokenizer::read_numeric_reference(std::string& out) {
    const std::string_view ahead = html_.substr(at_ + 1, 1);
    const bool hexadecimal = ahead == "x" || ahead == "X";
    const char32_t base = hexadecimal ? 16 : 10;
    const std::size_t start = at_ + (hexadecimal ? 2 : 1);
    std::size_t end = start;
    char32_t number = 0;
    for (; end < html_.size(); ++end) {
        const int digit = ascii::hex_value(html_[end]);
        if (digit < 0 || static_cast<char32_t>(digit) >= base) break;
        number = std::min<char32_t>(number * base + static_cast<char32_t>(digit), 0x110000);
    }
    if (end == start) return false;
    utf8::append(out, referred_character(number));
    at_ = end < html_.size() && html_[end] == ';' ? end + 1 : end;
    return true;
}

// 13.2.5.53 and on, behind "<!doctype".
bool HtmlTokenizer::read_doctype() {
    token_.kind = HtmlToken::Kind::doctype;
    skip_space();
    read_doctype_name();
    if (!at_end() && html_[at_] != '>') read_doctype_ids();
    skip_doctype();
    return true;
}

void HtmlTokenizer::read_doctype_name() {
    HtmlDoctype& doctype = token_.doctype;
    if (at_end() || html_[at_] == '>') {
        doctype.force_quirks = true;
        return;
    }
    doctype.name.emplace();
    while (!at_end() && !is_html_space(html_[at_]) && html_[at_] != '>') take_lower(*doctype.name);
    skip_space();
    if (at_end()) doctype.force_quirks = true;
}

void HtmlTokenizer::read_doctype_ids() {
    HtmlDoctype& doctype = token_.doctype;
    const bool is_public = ascii::istarts_with(rest(), "public");
    if (!is_public && !ascii::istarts_with(rest(), "system")) {
        doctype.force_quirks = true;
        return;
    }
    at_ += 6;
    if (!read_doctype_id(is_public ? doctype.public_id : doctype.system_id)) {
        doctype.force_quirks = true;
        return;
    }
    skip_space();
    const bool more = is_public && !at_end() && html_[at_] != '>';
    if (at_end() || (more && !read_doctype_id(doctype.system_id))) doctype.force_quirks = true;
    skip_space();
    if (at_end()) doctype.force_quirks = true;
}

// A quoted identifier. False when there is none or it does not end.
bool HtmlTokenizer::read_doctype_id(std::optional<std::string>& id) {
    skip_space();
    if (at_end() || (html_[at_] != '"' && html_[at_] != '\'')) return false;
    const char quote = html_[at_++];
    id.emplace();
    while (!at_end() && html_[at_] != quote && html_[at_] != '>') take(*id);
    if (at_end() || html_[at_] == '>') return false;
    ++at_;
    return true;
}

void HtmlTokenizer::end_unfinished() noexcept {
    unfinished_ = html_.substr(markup_at_);
    at_ = html_.size();
}

void HtmlTokenizer::skip_doctype() {
    const std::size_t end = html_.find('>', at_);
    at_ = end == std::string_view::npos ? html_.size() : end + 1;
}

}  // namespace mugaika::sandboxed
