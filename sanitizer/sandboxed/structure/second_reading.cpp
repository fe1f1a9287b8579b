#include "sanitizer/sandboxed/structure/second_reading.hpp"

#include <mimetic/mimeentity.h>

#include <exception>
#include <sstream>
#include <string>
#include <vector>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/sandboxed/structure/entity_header.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::string_view stub = "text\r\n";
constexpr std::size_t line_bytes_max = 1500;  // mimetic flushes its line buffer at 4096 bytes

const char* end_of(std::string_view view) noexcept { return view.data() + view.size(); }

class Skeleton {
public:
    explicit Skeleton(const Scan& scan) : scan_(scan), entities_(scan.structure.entities) {}

    std::string write() &&;

private:
    void write_header(std::size_t index);
    void write_type(std::size_t index);
    void write_dash_lines_before(const char* position);
    void close_open_multiparts(const char* position);

    const Scan& scan_;
    const std::vector<Entity>& entities_;
    std::string text_;
    std::size_t next_dash_line_ = 0;
    std::vector<const Entity*> left_open_;  // multiparts around the current position that never close
};

std::string Skeleton::write() && {
    for (std::size_t i = 0; i < entities_.size(); ++i) {
        const Entity& entity = entities_[i];
        write_dash_lines_before(entity.body.data());
        write_header(i);
        if (entity.is_multipart && scan_.headers[i].is_left_open) left_open_.push_back(&entity);
    }
    write_dash_lines_before(nullptr);
    close_open_multiparts(nullptr);
    return std::move(text_);
}

void Skeleton::write_header(std::size_t index) {
    write_type(index);
    const RawField* encoding = find_field(entities_[index].fields, "Content-Transfer-Encoding");
    const bool is_plain = !contains(entities_[index].findings, Reason::odd_transfer_encoding);
    if (encoding != nullptr && is_plain) text_ += "Content-Transfer-Encoding: " + encoding->value + "\r\n";
    text_ += "\r\n";
    text_ += stub;
}

// An attached mail is a leaf to us at this level, so it must not be one more level to mimetic.
void Skeleton::write_type(std::size_t index) {
    const Entity& entity = entities_[index];
    const RawField* field = find_field(entity.fields, "Content-Type");
    const bool is_unopened = entity.type.starts_with("multipart/") || !entity.boundary.empty();
    const bool is_opaque = entity.type.starts_with("message/") || is_unopened;
    const bool is_readable = field != nullptr && scan_.headers[index].is_plain && field->value.size() < line_bytes_max;
    if (is_readable && (entity.is_multipart || !is_opaque)) {
        text_ += "Content-Type: " + field->value + "\r\n";
    } else if (entity.is_multipart) {
        text_ += "Content-Type: multipart/mixed; boundary=\"" + entity.boundary + "\"\r\n";
    } else {
        text_ += "Content-Type: text/plain\r\n";
    }
}

void Skeleton::write_dash_lines_before(const char* position) {
    for (; next_dash_line_ < scan_.dash_lines.size(); ++next_dash_line_) {
        const std::string_view line = scan_.dash_lines[next_dash_line_];
        if (position != nullptr && line.data() >= position) return;
        close_open_multiparts(line.data());
        text_ += stub;
        text_ += line.substr(0, line_bytes_max);
        text_ += "\r\n";
    }
}

void Skeleton::close_open_multiparts(const char* position) {
    while (!left_open_.empty() && (position == nullptr || position >= end_of(left_open_.back()->body))) {
        text_ += stub;
        text_ += "--" + left_open_.back()->boundary + "--\r\n";
        left_open_.pop_back();
    }
}

// ---- comparing

struct Reading {
    const mimetic::MimeEntity* entity;
    std::int32_t parent;
};

// mimetic's tree in the order of our table. Iterative; nested at most as deep as our table.
std::vector<Reading> flatten(const mimetic::MimeEntity& root) {
    std::vector<Reading> flat;
    std::vector<Reading> waiting{{&root, -1}};
    while (!waiting.empty()) {
        const Reading reading = waiting.back();
        waiting.pop_back();
        const auto index = static_cast<std::int32_t>(flat.size());
        flat.push_back(reading);
        const mimetic::MimeEntityList& parts = reading.entity->body().parts();
        for (auto child = parts.rbegin(); child != parts.rend(); ++child) waiting.push_back({*child, index});
    }
    return flat;
}

TransferEncoding encoding_of(const mimetic::Header& header) {
    const mimetic::istring& mechanism = header.contentTransferEncoding().mechanism();
    if (mechanism == "base64") return TransferEncoding::base64;
    if (mechanism == "quoted-printable") return TransferEncoding::quoted_printable;
    return TransferEncoding::none;
}

bool agrees(const Entity& ours, const Reading& theirs) {
    const mimetic::Header& header = theirs.entity->header();
    const bool is_multipart = header.contentType().isMultipart();
    if (ours.parent != theirs.parent || ours.is_multipart != is_multipart) return false;
    if (is_multipart) return header.contentType().param("boundary") == ours.boundary;
    // mimetic knows no uuencode, and an imprecise name was not shown to it.
    const bool is_comparable =
        ours.encoding != TransferEncoding::uuencode && !contains(ours.findings, Reason::odd_transfer_encoding);
    return !is_comparable || encoding_of(header) == ours.encoding;
}

bool same_structure(const std::vector<Entity>& ours, const mimetic::MimeEntity& root) {
    const std::vector<Reading> theirs = flatten(root);
    if (theirs.size() != ours.size()) return false;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        if (!agrees(ours[i], theirs[i])) return false;
    }
    return true;
}

}  // namespace

bool second_reading_agrees(const Scan& scan) {
    std::istringstream skeleton(Skeleton(scan).write());
    try {
        mimetic::MimeEntity root;
        root.load(skeleton, mimetic::imNone);
        return same_structure(scan.structure.entities, root);
    } catch (const std::exception&) {
        return false;  // what mimetic cannot read, it does not read as we do
    }
}

}  // namespace mugaika::sandboxed
