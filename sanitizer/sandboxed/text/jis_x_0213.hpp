// JIS X 0213:2004, both planes, as far as CP932 has not the same character at the same place. Our own table: ICU has
// none, and the C library's opens files, which nobody can inside the sandbox.
#pragma once

namespace mugaika::sandboxed {

struct JisX0213 {
    char32_t first = 0;   // 0: not in the table
    char32_t second = 0;  // か゚ and others that Unicode writes with two characters; else 0
};

// Plane 1 or 2; row and cell 1 … 94.
JisX0213 jis_x_0213(unsigned plane, unsigned row, unsigned cell) noexcept;

}  // namespace mugaika::sandboxed
