// A table as lines, in four ways.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sanitizer/sandboxed/html/html_table_grid.hpp"

namespace mugaika::sandboxed {

// All of them without an LF at the end, and "" for a table without text.

// Columns that line up, with a bar between any two; "" when they take more than `width_max` columns of the screen.
std::string aligned_lines(const TableGrid&, std::size_t width_max);

// Each row on a line of its own, with the heads of its columns as labels: "月日：12月1日 ／ 行事名：防災訓練". "" when
// the table says no heads.
std::string labelled_lines(const TableGrid&);

// Columns apart by one TAB each.
std::string tabbed_lines(const TableGrid&);

// Without regard to columns: rows of short cells keep to one line with TABs, all other cells come one below the other,
// and an empty line stands behind one that ends in a table.
std::string loose_lines(const std::vector<TableRow>&);

}  // namespace mugaika::sandboxed
