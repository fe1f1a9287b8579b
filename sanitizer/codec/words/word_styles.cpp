#include "sanitizer/codec/words/word_styles.hpp"

#include "policy/ascii.hpp"

namespace mugaika::codec::words {
namespace {

constexpr std::size_t styles_max = 10'000;
constexpr int based_on_max = 10;  // Word allows 9

bool is_name_of_heading(std::string_view name) {
    const std::string lower = ascii::to_lower(std::string(name));
    return lower.starts_with("heading ") || lower == "title" || lower == "subtitle";
}

}  // namespace

void WordStyles::start(std::string_view name, const Attributes& attributes) {
    const std::string_view value = value_of(attributes, "w:val");
    if (name == "w:style") {
        open_ = styles_.size() < styles_max ? &styles_[std::string(value_of(attributes, "w:styleId"))] : nullptr;
    }
    if (open_ == nullptr) return;
    if (name == "w:name") open_->is_heading = open_->is_heading || is_name_of_heading(value);
    if (name == "w:basedOn") open_->based_on = value;
    if (name == "w:outlineLvl") open_->is_heading = open_->is_heading || number_in(value, 9) < 9;
    if (name != "w:numId" && name != "w:ilvl") return;
    if (!open_->place) open_->place.emplace();
    (name == "w:numId" ? open_->place->list : open_->place->level) = number_in(value, 0);
}

template <class Is>
const WordStyles::Style* WordStyles::first(std::string_view style, Is is) const {
    for (int steps = 0; steps < based_on_max; ++steps) {
        const auto found = styles_.find(std::string(style));
        if (found == styles_.end()) return nullptr;
        if (is(found->second)) return &found->second;
        style = found->second.based_on;
    }
    return nullptr;
}

bool WordStyles::is_heading(std::string_view style) const {
    return first(style, [](const Style& one) { return one.is_heading; }) != nullptr;
}

std::optional<ListPlace> WordStyles::list_place(std::string_view style) const {
    const Style* const found = first(style, [](const Style& one) { return one.place.has_value(); });
    return found == nullptr ? std::nullopt : found->place;
}

}  // namespace mugaika::codec::words
