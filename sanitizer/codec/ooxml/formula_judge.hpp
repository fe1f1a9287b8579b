// Whether a formula computes from its own workbook alone (AC-187, AC-194).
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

namespace mugaika::codec::ooxml {

// In lower case (ASCII). Without sheets (a chart of a letter) every sheet is taken as known.
struct KnownSheets {
    bool all_known = false;
    std::unordered_set<std::string> names;
};

enum class FormulaFault { none, external, unknown_function };

// Linear. Formula text without "=" as it stands in the file, entities resolved.
FormulaFault judge_formula(std::string_view formula, const KnownSheets&);

}  // namespace mugaika::codec::ooxml
