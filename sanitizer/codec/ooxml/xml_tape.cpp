#include "sanitizer/codec/ooxml/xml_tape.hpp"

#include <algorithm>
#include <cstring>

namespace mugaika::codec::ooxml {
namespace {

constexpr std::size_t records_max = 16 << 20;
constexpr char start_mark = '<';
constexpr char text_mark = '-';
constexpr char end_mark = '>';

// Numbers and texts from the front of what put() wrote.
class Records {
public:
    explicit Records(std::string_view rest) : rest_(rest) {}

    bool is_empty() const noexcept { return rest_.empty(); }
    char mark() {
        const char mark = rest_.front();
        rest_.remove_prefix(1);
        return mark;
    }
    std::uint32_t number() {
        std::uint32_t value = 0;
        std::memcpy(&value, rest_.data(), sizeof(value));
        rest_.remove_prefix(sizeof(value));
        return value;
    }
    std::string_view text() {
        const std::uint32_t size = number();
        const std::string_view text = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return text;
    }

private:
    std::string_view rest_;
};

void put_number(std::string& out, std::size_t number) {
    const auto value = static_cast<std::uint32_t>(number);
    out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

}  // namespace

XmlTape::XmlTape(XmlHandler* first, std::uint64_t expected) : first_(first) {
    records_.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(expected + expected / 2, records_max)));
}

void XmlTape::clear() noexcept {
    records_.clear();
    is_whole_ = true;
}

void XmlTape::put(std::string_view text) {
    put_number(records_, text.size());
    records_ += text;
}

void XmlTape::limit() {
    if (records_.size() <= records_max) return;
    is_whole_ = false;
    std::string().swap(records_);
}

void XmlTape::start(std::string_view name, const std::vector<XmlAttribute>& attributes) {
    if (first_ != nullptr) first_->start(name, attributes);
    if (!is_whole_) return;
    records_ += start_mark;
    put(name);
    put_number(records_, attributes.size());
    for (const XmlAttribute& attribute : attributes) {
        put(attribute.name);
        put(attribute.value);
    }
    limit();
}

void XmlTape::text(std::string_view text) {
    if (first_ != nullptr) first_->text(text);
    if (!is_whole_) return;
    records_ += text_mark;
    put(text);
    limit();
}

void XmlTape::end() {
    if (first_ != nullptr) first_->end();
    if (is_whole_) records_ += end_mark;
}

void XmlTape::replay(XmlHandler& handler) const {
    std::vector<XmlAttribute> attributes;
    for (Records records(records_); !records.is_empty();) {
        const char mark = records.mark();
        if (mark == end_mark) {
            handler.end();
        } else if (mark == text_mark) {
            handler.text(records.text());
        } else {
            const std::string_view name = records.text();
            attributes.resize(records.number());
            for (XmlAttribute& attribute : attributes) {
                attribute.name = records.text();
                attribute.value = records.text();
            }
            handler.start(name, attributes);
        }
    }
}

}  // namespace mugaika::codec::ooxml
