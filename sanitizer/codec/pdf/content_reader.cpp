#include "sanitizer/codec/pdf/content_reader.hpp"

#include <algorithm>

namespace mugaika::codec::pdf {
namespace {

constexpr std::size_t operands_max = 64;  // no operator takes more, but arrays are read as their parts

bool is_blank(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0'; }
bool is_delimiter(char c) noexcept { return std::string_view("()<>[]{}/%").find(c) != std::string_view::npos; }
bool is_regular(char c) noexcept { return !is_blank(c) && !is_delimiter(c); }

bool is_operand(std::string_view token) noexcept {
    const char c = token[0];
    return is_delimiter(c) || (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || token == "true" ||
           token == "false" || token == "null";
}

}  // namespace

void ContentReader::skip_blank() {
    while (at_ < content_.size()) {
        if (content_[at_] == '%') {
            at_ = std::min(content_.find_first_of("\r\n", at_), content_.size());
        } else if (is_blank(content_[at_])) {
            ++at_;
        } else {
            return;
        }
    }
}

std::string_view ContentReader::take_string() {
    const std::size_t from = at_;
    std::size_t open = 0;
    for (; at_ < content_.size(); ++at_) {
        const char c = content_[at_];
        if (c == '\\') {
            ++at_;
        } else if (c == '(') {
            ++open;
        } else if (c == ')' && --open == 0) {
            break;
        }
    }
    at_ = std::min(at_ + 1, content_.size());
    return content_.substr(from, at_ - from);
}

std::string_view ContentReader::take_token() {
    const std::size_t from = at_;
    const char c = content_[at_];
    if (c == '(') return take_string();
    if (c == '<' && content_.substr(at_, 2) != "<<") {
        at_ = std::min(content_.find('>', at_), content_.size() - 1) + 1;
    } else if (c == '<' || (c == '>' && content_.substr(at_, 2) == ">>")) {
        at_ += 2;
    } else if (is_delimiter(c) && c != '/') {
        ++at_;
    } else {
        do ++at_;
        while (at_ < content_.size() && is_regular(content_[at_]));
    }
    return content_.substr(from, at_ - from);
}

// Up to an EI between blanks.
void ContentReader::skip_inline_image() {
    while ((at_ = content_.find("EI", at_)) != std::string_view::npos) {
        const bool starts = at_ > 0 && is_blank(content_[at_ - 1]);
        at_ += 2;
        if (starts && (at_ == content_.size() || is_blank(content_[at_]))) return;
    }
    at_ = content_.size();
}

std::optional<Operation> ContentReader::next() {
    skip_blank();
    if (at_ >= content_.size()) return std::nullopt;
    const std::size_t from = at_;
    Operation operation;
    while (at_ < content_.size()) {
        const std::string_view token = take_token();
        if (!is_operand(token)) {
            if (token == "ID") skip_inline_image();
            if (token == "BI") {  // its dictionary, then ID
                skip_blank();
                continue;
            }
            operation.name = token == "ID" ? "BI" : token;
            break;
        }
        if (operation.operands.size() == operands_max) operation.operands.erase(operation.operands.begin());
        operation.operands.push_back(token);
        skip_blank();
    }
    operation.text = content_.substr(from, at_ - from);
    return operation;
}

}  // namespace mugaika::codec::pdf
