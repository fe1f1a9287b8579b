#include "tests/support/made_message.hpp"

#include <algorithm>

#include "policy/utf8.hpp"
#include "tests/support/made_locked_package.hpp"

namespace mugaika::test {
namespace {

std::string padded(std::string bytes) {
    bytes.resize((bytes.size() + 3) / 4 * 4);
    return bytes;
}

bool has_length(std::uint16_t type) { return type == string8 || type == unicode || type == binary || type == 0xd; }

std::string properties_of(const std::vector<MadeProperty>& properties) {
    std::string out = little_endian(properties.size(), 4);
    for (const MadeProperty& one : properties) {
        out += little_endian(one.type, 2) + little_endian(one.id, 2);
        if (has_length(one.type)) out += little_endian(1, 4) + little_endian(one.bytes.size(), 4);
        out += padded(one.bytes);
    }
    return out;
}

std::string hex(std::uint32_t number, int digits) {
    std::string out;
    for (int i = digits - 1; i >= 0; --i) out += "0123456789ABCDEF"[number >> (4 * i) & 0xf];
    return out;
}

void add_properties(std::vector<MadePart>& streams, const std::string& at, const std::vector<MadeProperty>& properties,
                    std::size_t header_bytes) {
    std::string numbers(header_bytes, '\0');
    for (const MadeProperty& one : properties) {
        numbers += little_endian(one.type, 2) + little_endian(one.id, 2) + little_endian(6, 4);
        if (has_length(one.type)) {
            streams.push_back({at + "__substg1.0_" + hex(one.id, 4) + hex(one.type, 4), one.bytes});
            numbers += little_endian(one.bytes.size(), 8);
        } else {
            std::string value = one.bytes;
            value.resize(8);
            numbers += value;
        }
    }
    streams.push_back({at + "__properties_version1.0", numbers});
}

void add_message(std::vector<MadePart>& streams, const std::string& at, const MadeOutlook& made,
                 std::size_t header_bytes) {
    std::vector<MadeProperty> properties = made.message.properties;
    properties.push_back({0x3ffd, number32, little_endian(made.message.code_page, 4)});
    add_properties(streams, at, properties, header_bytes);
    std::uint32_t number = 0;
    for (const MadeAttachment& file : made.message.attachments) {
        const std::string storage = at + "__attach_version1.0_#" + hex(number++, 8) + "/";
        std::vector<MadeProperty> values = file.properties;
        values.push_back({0x3701, binary, file.bytes});
        add_properties(streams, storage, values, 8);
    }
    for (const MadeOutlook& inner : made.inside) {
        const std::string storage = at + "__attach_version1.0_#" + hex(number++, 8) + "/";
        add_properties(streams, storage, {}, 8);
        add_message(streams, storage + "__substg1.0_3701000D/", inner, 24);
    }
}

}  // namespace

std::string little_endian(std::uint64_t number, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 0xff);
    return out;
}

std::string utf16le(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const utf8::Character c = utf8::first(text);
        text.remove_prefix(c.bytes);
        if (c.value < 0x10000) {
            out += little_endian(c.value, 2);
        } else {
            out += little_endian(0xd800 + ((c.value - 0x10000) >> 10), 2);
            out += little_endian(0xdc00 + ((c.value - 0x10000) & 0x3ff), 2);
        }
    }
    return out;
}

MadeProperty text_property(std::uint16_t id, std::string_view text) { return {id, unicode, utf16le(text)}; }

MadeAttachment file_called(std::string_view name, std::string bytes) {
    return {{text_property(0x3707, name)}, std::move(bytes)};
}

std::string tnef_attribute(int level, std::uint32_t id, std::string_view data) {
    std::uint32_t sum = 0;
    for (const char c : data) sum += static_cast<unsigned char>(c);
    return static_cast<char>(level) + little_endian(id, 4) + little_endian(data.size(), 4) + std::string(data) +
           little_endian(sum & 0xffff, 2);
}

std::string made_tnef(const MadeMessage& message) {
    std::string out = std::string("\x78\x9f\x3e\x22\x01\x00", 6);
    out += tnef_attribute(1, 0x00089006, little_endian(0x10000, 4));
    out += tnef_attribute(1, 0x00069007, little_endian(message.code_page, 4) + little_endian(0, 4));
    if (!message.body.empty()) out += tnef_attribute(1, 0x0002800c, message.body);
    if (!message.properties.empty()) out += tnef_attribute(1, 0x00069003, properties_of(message.properties));
    for (const MadeAttachment& file : message.attachments) {
        out += tnef_attribute(2, 0x00069002, std::string(14, '\0'));
        if (!file.title.empty()) out += tnef_attribute(2, 0x00018010, file.title);
        if (!file.bytes.empty()) out += tnef_attribute(2, 0x0006800f, file.bytes);
        std::vector<MadeProperty> properties = file.properties;
        if (!file.inner.empty()) properties.push_back({0x3701, 0xd, std::string(16, 'i') + file.inner});
        if (!properties.empty()) out += tnef_attribute(2, 0x00069005, properties_of(properties));
    }
    return out;
}

std::string made_msg(const MadeOutlook& made) {
    std::vector<MadePart> streams;
    add_message(streams, "", made, 32);
    return made_compound(streams);
}

std::string packed_rich_text(std::string_view rich_text) {
    std::string content;
    for (std::size_t at = 0; at < rich_text.size(); at += 8) {
        content += '\0';
        content += rich_text.substr(at, 8);
    }
    // The end: a reference to the place that is written next.
    const std::size_t next = (207 + rich_text.size()) % 4096;
    const std::size_t literals = rich_text.size() % 8;
    if (literals != 0) content[content.size() - literals - 1] = static_cast<char>(1 << literals);
    if (literals == 0) content += '\1';
    content += static_cast<char>(next >> 4);
    content += static_cast<char>((next & 0xf) << 4);
    return little_endian(content.size() + 12, 4) + little_endian(rich_text.size(), 4) + "LZFu" + little_endian(0, 4) +
           content;
}

}  // namespace mugaika::test
