// What styles of a document say about its words: which paragraphs are headings, which stand in a list.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sanitizer/codec/words/part_reading.hpp"

namespace mugaika::codec::words {

struct ListPlace {
    std::uint32_t list = 0;  // 0: none
    std::uint32_t level = 0;
};

class WordStyles : public XmlHandler {
public:
    void start(std::string_view, const Attributes&) override;
    void text(std::string_view) override {}
    void end() override {}

    bool is_heading(std::string_view style) const;
    std::optional<ListPlace> list_place(std::string_view style) const;

private:
    struct Style {
        std::string based_on;
        bool is_heading = false;
        std::optional<ListPlace> place;
    };
    // The style or the first of those that it is based on, of which this is true; nullptr: none.
    template <class Is>
    const Style* first(std::string_view style, Is is) const;

    std::unordered_map<std::string, Style> styles_;
    Style* open_ = nullptr;
};

}  // namespace mugaika::codec::words
