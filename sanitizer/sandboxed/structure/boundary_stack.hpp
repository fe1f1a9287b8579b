// The boundaries a line can be compared with: those of all open multiparts, and of the ones closed since the last
// delimiter of an enclosing multipart, so that parts after a close are seen. Never more than the depth limit, so a line
// costs at most that many comparisons, and each of them ends at the line's own length. RFC 2046 5.1.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika::sandboxed {

// How a line is compared. RFC 2046 5.1.1 lets readers compare beginnings only; of those, some look at the innermost
// boundary first and some at the outermost.
enum class Delimiters { whole, beginnings_inside_out, beginnings_outside_in };

class BoundaryStack {
public:
    explicit BoundaryStack(Delimiters delimiters = Delimiters::whole) : delimiters_(delimiters) {}

    struct Level {
        std::int32_t entity = -1;  // index of the multipart in the table
        std::string boundary;
        bool is_closed = false;
    };

    // What a line is to the boundaries.
    struct Match {
        enum class Kind { delimiter, closing, lookalike };  // lookalike: begins as a delimiter, goes on with other text
        Kind kind = Kind::lookalike;
        std::size_t level = 0;
        bool is_shared = false;  // another open boundary is the line's beginning too
    };

    // `line` without its line end. Whole lines are compared with the innermost boundary first; an exact match anywhere
    // beats a lookalike, and it is said when there are both. Of beginnings the first one of an open boundary counts,
    // and there are no lookalikes.
    std::optional<Match> match(std::string_view line) const noexcept;

    // Whether an open multipart has this very boundary.
    bool is_open(std::string_view boundary) const noexcept;

    void open(std::int32_t entity, std::string boundary) { levels_.push_back({entity, std::move(boundary), false}); }
    void close_top() { levels_.back().is_closed = true; }
    void drop_top() { levels_.pop_back(); }
    bool empty() const noexcept { return levels_.empty(); }
    std::size_t size() const noexcept { return levels_.size(); }
    const Level& level(std::size_t index) const { return levels_.at(index); }
    const Level& top() const { return levels_.back(); }

private:
    std::optional<Match> match_whole(std::string_view line) const noexcept;
    std::optional<Match> match_beginning(std::string_view line) const noexcept;

    Delimiters delimiters_;
    std::vector<Level> levels_;
};

}  // namespace mugaika::sandboxed
