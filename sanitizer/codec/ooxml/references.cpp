#include "sanitizer/codec/ooxml/references.hpp"

#include <algorithm>

namespace mugaika::codec::ooxml {

bool has_word(std::string_view words, std::string_view word) {
    for (std::size_t at = 0; at <= words.size();) {
        const std::size_t end = std::min(words.find(' ', at), words.size());
        if (words.substr(at, end - at) == word) return true;
        at = end + 1;
    }
    return false;
}

void References::add(Reference row) {
    // Of two with one name the first counts; the package is broken either way.
    if (by_id_.emplace(row.old_id, rows_.size()).second) rows_.push_back(std::move(row));
}

const Reference* References::find(std::string_view old_id, std::string_view words) const {
    const auto found = by_id_.find(std::string(old_id));
    if (found == by_id_.end() || !has_word(words, rows_[found->second].word)) return nullptr;
    return &rows_[found->second];
}

std::string References::use(std::string_view old_id, std::string_view words) {
    const Reference* found = find(old_id, words);
    if (found == nullptr) return {};
    Reference& row = rows_[static_cast<std::size_t>(found - rows_.data())];
    if (row.number == 0) row.number = ++last_;
    return "rId" + std::to_string(row.number);
}

bool References::resolves(std::string_view old_id, std::string_view words) const {
    return find(old_id, words) != nullptr;
}

void References::use_implicit(const PartKind& parent) {
    for (Reference& row : rows_) {
        if (row.number == 0 && is_implicit(parent, row.word)) row.number = ++last_;
    }
}

std::vector<const Reference*> References::used() const {
    std::vector<const Reference*> used;
    for (const Reference& row : rows_) {
        if (row.number != 0) used.push_back(&row);
    }
    std::sort(used.begin(), used.end(), [](const Reference* a, const Reference* b) { return a->number < b->number; });
    return used;
}

}  // namespace mugaika::codec::ooxml
