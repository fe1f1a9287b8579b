// Would a spreadsheet run this cell? Asked one character after another. AC-207, AC-187
#pragma once

#include <cstdint>

namespace mugaika::checker {

class CellJudge {
public:
    enum class Cell : std::uint8_t { unquoted, quoted };
    void begin(Cell cell, bool is_first_of_table) noexcept;

    // The quotes that the cell began with have ended: what comes now stands behind them.
    void close_quotes() noexcept { cell_ = Cell::unquoted; }

    // The next character of the cell, without the quote that closes it at its end. True: from here on it runs.
    // Harmless: what does not begin with a sign of a formula, behind blanks and quotes. A "+" or "-" is followed by
    // figures, signs, blanks, and words behind figures; by no function and no DDE; behind a separator also by what is
    // no operator with a name that goes on like a function's or a sheet's.
    bool runs_with(char32_t c) noexcept;

private:
    enum class State : std::uint8_t { lead, harmless, figures, behind_separator, name };
    enum class Last : std::uint8_t { operation, figure, point, word, separator };

    bool begins_with(char32_t plain) noexcept;
    bool is_wrong_in_figures(char32_t plain) noexcept;
    bool is_wrong_behind_separator(char32_t plain) noexcept;
    bool is_order_to_excel(char32_t c) noexcept;

    State state_ = State::lead;
    Last last_ = Last::operation;
    Cell cell_ = Cell::unquoted;
    bool has_sign_ = false;
    bool has_bar_ = false;      // of DDE
    bool is_in_name_ = false;   // of letters that might be a function's
    std::uint32_t order_ = 99;  // how much of "sep=" stands there; more than it has: none comes
};

}  // namespace mugaika::checker
