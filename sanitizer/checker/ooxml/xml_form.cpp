#include "sanitizer/checker/ooxml/xml_form.hpp"

#include <algorithm>
#include <array>

#include "policy/byte_set.hpp"
#include "policy/file_limits.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/checker/ooxml/refusal.hpp"

namespace mugaika::checker::ooxml {
namespace {

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

struct Entity {
    std::string_view written;
    char meant;
    bool in_text;
};

constexpr auto entities = std::to_array<Entity>({{"&amp;", '&', true},
                                                 {"&lt;", '<', true},
                                                 {"&gt;", '>', true},
                                                 {"&quot;", '"', false},
                                                 {"&#9;", '\t', false},
                                                 {"&#10;", '\n', false},
                                                 {"&#13;", '\r', true}});

constexpr ByteSet name_bytes([](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':' ||
           c == '-' || c == '.';
});

constexpr bool is_ascii(char c) {
    return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x80;
}
constexpr bool is_mark(char c) { return c == '<' || c == '>' || c == '&'; }
// Of these nothing has to be asked.
constexpr ByteSet plain_in_text([](char c) { return (is_ascii(c) && !is_mark(c)) || c == '\n' || c == '\t'; });
constexpr ByteSet plain_in_value([](char c) { return is_ascii(c) && !is_mark(c) && c != '"'; });

class XmlForm {
public:
    XmlForm(std::string_view bytes, XmlVisitor& visitor) : bytes_(bytes), visitor_(visitor) {}

    void read() {
        if (!bytes_.starts_with(declaration)) refuse("XML: it does not begin with our declaration");
        at_ = declaration.size();
        if (peek() != '<') fail("expected the root");
        do {
            if (peek() == '<') {
                tag();
            } else {
                text();
            }
        } while (!open_.empty());
        if (at_ != bytes_.size()) fail("there is something behind the root");
    }

private:
    [[noreturn]] void fail(std::string_view words) const {
        refuse("XML at " + std::to_string(at_) + ": " + std::string(words));
    }
    char peek() const {
        if (at_ == bytes_.size()) fail("the part ends too early");
        return bytes_[at_];
    }
    bool skip(std::string_view expected) {
        if (bytes_.substr(at_, expected.size()) != expected) return false;
        at_ += expected.size();
        return true;
    }
    void expect(std::string_view expected) {
        if (!skip(expected)) fail("expected " + std::string(expected));
    }

    void pass(const ByteSet& members) noexcept {
        while (at_ < bytes_.size() && members.has(bytes_[at_])) ++at_;
    }

    std::string_view name() {
        const std::size_t begin = at_;
        pass(name_bytes);
        if (at_ == begin) fail("expected a name");
        return bytes_.substr(begin, at_ - begin);
    }

    // Up to that byte.
    std::string_view characters(char last, bool in_text) {
        const std::size_t begin = at_;
        const ByteSet& plain = in_text ? plain_in_text : plain_in_value;
        for (pass(plain); peek() != last; pass(plain)) {
            const char c = bytes_[at_];
            if (c == '<' || c == '>') fail("a character that must be written as an entity");
            if (c == '&') {
                entity(in_text);
            } else if (static_cast<unsigned char>(c) >= 0x80) {
                wide_character();
            } else {
                fail("a control character");
            }
        }
        return bytes_.substr(begin, at_ - begin);
    }

    void entity(bool in_text) {
        for (const Entity& one : entities) {
            if ((one.in_text || !in_text) && skip(one.written)) return;
        }
        fail("an entity that is not ours");
    }

    void wide_character() {
        const utf8::Character character = utf8::first(bytes_.substr(at_));
        if (!character.valid || character.value == 0xfffe || character.value == 0xffff) fail("this is not UTF-8");
        at_ += character.bytes;
    }

    void tag() {
        if (skip("</")) {
            const std::string_view closed = name();
            expect(">");
            if (open_.empty() || open_.back() != closed) fail("an end that fits no beginning");
            if (just_opened_) fail("an empty element that is not closed at once");
            open_.pop_back();
            return visitor_.end(closed);
        }
        expect("<");
        const std::string_view opened = name();
        attributes_.clear();
        while (skip(" ")) {
            const std::string_view attribute = name();
            expect("=\"");
            const std::string_view value = characters('"', false);
            expect("\"");
            const bool twice = std::any_of(attributes_.begin(), attributes_.end(),
                                           [attribute](const Attribute& one) { return one.name == attribute; });
            if (twice) fail("an attribute is there twice");
            if (attributes_.size() == 600) fail("too many attributes");
            attributes_.push_back({attribute, value});
        }
        visitor_.start(opened, attributes_);
        if (skip("/>")) {
            just_opened_ = false;
            return visitor_.end(opened);
        }
        expect(">");
        if (open_.size() == FileLimits{}.depth_max + 1) fail("elements stand too deep");
        open_.push_back(opened);
        just_opened_ = true;
    }

    void text() {
        just_opened_ = false;
        visitor_.text(characters('<', true));
    }

    std::string_view bytes_;
    XmlVisitor& visitor_;
    std::size_t at_ = 0;
    std::vector<std::string_view> open_;
    std::vector<Attribute> attributes_;
    bool just_opened_ = false;
};

}  // namespace

void read_xml(std::string_view untrusted, XmlVisitor& visitor) { XmlForm(untrusted, visitor).read(); }

std::string resolved(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t mark = std::min(text.find('&'), text.size());
        out += text.substr(0, mark);
        text.remove_prefix(mark);
        for (const Entity& one : entities) {
            if (!text.starts_with(one.written)) continue;
            out += one.meant;
            text.remove_prefix(one.written.size());
            break;
        }
    }
    return out;
}

}  // namespace mugaika::checker::ooxml
