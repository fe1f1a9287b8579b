// The numbers that Word puts before paragraphs of lists, which stand in no text: "第１条", "(2)", "ア" (ECMA-376 part
// 1, 17.9).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sanitizer/codec/words/part_reading.hpp"

namespace mugaika::codec::words {

inline constexpr std::uint32_t list_levels = 9;

// One number, as one of the formats of 17.18.59 writes it; those that are not known as figures, "none" as nothing.
std::string list_figure(std::uint32_t number, std::string_view format);

// Reads numbering.xml, then counts through the document.
class ListNumbers : public XmlHandler {
public:
    void start(std::string_view, const Attributes&) override;
    void text(std::string_view) override {}
    void end() override {}

    // The next number of this list at this level, from 0; "" for no list of the document's, "・" for one without
    // numbers.
    std::string next(std::uint32_t list, std::uint32_t level);

private:
    struct Level {
        std::string format = "decimal", text;
        std::uint32_t first = 1;
    };
    struct Kind {
        std::array<Level, list_levels> levels;
        std::array<std::uint32_t, list_levels> counted{};  // 0: not begun
    };
    std::map<std::uint32_t, Kind> kinds_;           // by what w:abstractNum calls itself
    std::map<std::uint32_t, std::uint32_t> lists_;  // w:num to its kind
    std::uint32_t kind_ = 0, list_ = 0, level_ = list_levels;
    bool is_in_list_ = false;
};

}  // namespace mugaika::codec::words
