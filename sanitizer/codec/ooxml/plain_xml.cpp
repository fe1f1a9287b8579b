#include "sanitizer/codec/ooxml/plain_xml.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "policy/byte_set.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/codec/ooxml/our_names.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr std::string_view declarations[] = {
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
};
constexpr std::size_t attributes_max = 32;  // each is compared with each

constexpr bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr ByteSet name_begins([](char c) { return is_letter(c) || c == '_'; });
constexpr ByteSet name_goes_on([](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == ':' || c == '-' || c == '.';
});
constexpr ByteSet blanks(" \t\r\n");
constexpr ByteSet plain_in_text([](char c) {
    return (c >= ' ' && c != '<' && c != '&' && c != '\x7f') || c == '\n' || c == '\t';
});
constexpr ByteSet plain_in_value([](char c) { return c >= ' ' && c != '<' && c != '&' && c != '"' && c != '\x7f'; });

struct Entity {
    std::string_view written;
    std::string_view meant;
};
constexpr Entity entities[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}};

class PlainXml {
public:
    PlainXml(std::string_view bytes, std::uint32_t depth_max, XmlHandler& handler)
        : bytes_(bytes), depth_max_(depth_max), handler_(handler) {}

    bool read() {
        for (const std::string_view declaration : declarations) {
            if (skip(declaration)) break;
        }
        skip_blanks();
        if (at_ == bytes_.size() || bytes_[at_] != '<') return false;
        do {
            if (at_ == bytes_.size()) return false;
            if (!(bytes_[at_] == '<' ? tag() : text())) return false;
        } while (!open_.empty());
        skip_blanks();
        return at_ == bytes_.size();
    }

private:
    bool skip(std::string_view expected) noexcept {
        if (!bytes_.substr(at_).starts_with(expected)) return false;
        at_ += expected.size();
        return true;
    }
    bool skip_blanks() noexcept {
        const std::size_t begin = at_;
        while (at_ < bytes_.size() && blanks.has(bytes_[at_])) ++at_;
        return at_ > begin;
    }

    // Empty: none.
    std::string_view name() noexcept {
        const std::size_t begin = at_;
        if (at_ == bytes_.size() || !name_begins.has(bytes_[at_])) return {};
        while (at_ < bytes_.size() && name_goes_on.has(bytes_[at_])) ++at_;
        return bytes_.substr(begin, at_ - begin);
    }

    // Characters that stand for themselves, up to the first that does not.
    std::optional<std::string_view> characters(const ByteSet& plain) noexcept {
        const std::size_t begin = at_;
        while (at_ < bytes_.size()) {
            if (plain.has(bytes_[at_])) {
                ++at_;
            } else if (static_cast<unsigned char>(bytes_[at_]) >= 0x80) {
                const utf8::Character wide = utf8::first(bytes_.substr(at_));
                if (!wide.valid || wide.value == 0xfffe || wide.value == 0xffff) return std::nullopt;
                at_ += wide.bytes;
            } else {
                break;
            }
        }
        return bytes_.substr(begin, at_ - begin);
    }

    std::string_view entity() noexcept {
        for (const Entity& one : entities) {
            if (skip(one.written)) return one.meant;
        }
        return {};
    }

    bool text() {
        const auto plain = characters(plain_in_text);
        if (!plain || plain->find("]]>") != plain->npos) return false;
        if (!plain->empty()) handler_.text(*plain);
        if (at_ == bytes_.size() || bytes_[at_] == '<') return true;
        if (bytes_[at_] != '&') return false;
        const std::string_view meant = entity();
        if (!meant.empty()) handler_.text(meant);
        return !meant.empty();
    }

    // Behind the opening quote; takes the closing one.
    std::optional<std::string_view> value() {
        auto plain = characters(plain_in_value);
        if (!plain || at_ == bytes_.size()) return std::nullopt;
        if (skip("\"")) return plain;
        std::string& whole = values_.emplace_back(*plain);
        while (!skip("\"")) {
            const std::string_view meant = entity();
            if (meant.empty()) return std::nullopt;
            whole += meant;
            plain = characters(plain_in_value);
            if (!plain) return std::nullopt;
            whole += *plain;
        }
        return whole;
    }

    bool attributes() {
        row_.clear();
        values_.clear();
        while (skip_blanks()) {
            const std::string_view name_found = name();
            if (name_found.empty()) return at_ < bytes_.size() && (bytes_[at_] == '>' || bytes_[at_] == '/');
            if (!skip("=\"") || row_.size() == attributes_max) return false;
            const bool is_there =
                std::any_of(row_.begin(), row_.end(), [&](const XmlAttribute& one) { return one.name == name_found; });
            const auto value_found = value();
            if (is_there || !value_found) return false;
            row_.push_back({name_found, *value_found});
        }
        return true;
    }

    bool tag() {
        if (skip("</")) return end_tag();
        ++at_;
        const std::string_view raw = name();
        if (raw.empty() || !attributes() || open_.size() == depth_max_) return false;
        const bool is_empty = skip("/>");
        if (!is_empty && !skip(">")) return false;
        const std::string_view ours = names_.start(raw, row_);
        handler_.start(ours, row_);
        if (!is_empty) {
            open_.push_back(raw);
            return true;
        }
        handler_.end();
        names_.end();
        return true;
    }

    bool end_tag() {
        if (open_.empty() || !skip(open_.back()) || !skip(">")) return false;
        open_.pop_back();
        handler_.end();
        names_.end();
        return true;
    }

    std::string_view bytes_;
    std::uint32_t depth_max_;
    XmlHandler& handler_;
    std::size_t at_ = 0;
    OurNames names_;
    std::vector<std::string_view> open_;
    std::vector<XmlAttribute> row_;
    std::deque<std::string> values_;  // of this tag, in which an entity stands
};

}  // namespace

bool read_plain_xml(std::string_view untrusted, std::uint32_t depth_max, XmlHandler& handler) {
    return PlainXml(untrusted, depth_max, handler).read();
}

}  // namespace mugaika::codec::ooxml
