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

class BoundaryStack {
public:
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

    // `line` without its line end. Innermost boundary first; an exact match anywhere beats a lookalike, but RFC 2046
    // lets readers compare beginnings only, so it is said when there are both.
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
    std::vector<Level> levels_;
};

}  // namespace mugaika::sandboxed
