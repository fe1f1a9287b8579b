// Judges the objects of a document one after the other: each must have been referred to by one before it, in one role,
// and holds what the grammar of that role lists.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sanitizer/checker/pdf/grammar.hpp"
#include "sanitizer/checker/pdf/stream_check.hpp"
#include "sanitizer/checker/pdf/syntax.hpp"

namespace mugaika::checker::pdf {

class ObjectCheck {
public:
    // At least two: the catalog is the first, the page tree the second.
    explicit ObjectCheck(std::uint32_t objects) : known_(objects + 1, Is::unknown) {
        known_[1] = Is::catalog;
        known_[2] = Is::page_tree;
    }

    // Takes the body of object `number` from the front of `rest`, its stream too. Numbers come in rising order from 1.
    void take_object(std::uint32_t number, Piece& rest);

    std::uint32_t pages() const noexcept { return pages_; }

private:
    void judge(Is, const std::vector<Entry>&);
    void judge_value(const Rule&, Piece);
    void judge_numbers(Piece);
    void judge_colour(Piece);
    void judge_colour_array(Piece);
    void judge_place(Piece);
    void judge_kids(Piece);
    void judge_named_places(Piece);
    void judge_label_numbers(Piece);
    void judge_earlier_outline(Piece);
    void judge_map(Piece, const Rule&);
    void judge_parms(Piece, std::string_view filter);
    void judge_functions(const Rule&, Piece);
    void refer(Piece, Is);
    void part(Piece dictionary, Is);
    Is told_by(Is, const std::vector<Entry>&, std::size_t at) const;

    std::vector<Is> known_;  // by number
    std::uint32_t number_ = 0;
    std::uint32_t pages_ = 0;
    StreamCheck streams_;
};

}  // namespace mugaika::checker::pdf
