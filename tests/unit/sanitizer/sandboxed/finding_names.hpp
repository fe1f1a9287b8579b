// Findings as words, so that a failing test says what was found instead of numbers.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "policy/reason.hpp"

namespace mugaika::sandboxed::test {

inline std::vector<std::string> names_of(const std::vector<Reason>& findings) {
    std::vector<std::string> names;
    for (const Reason reason : findings) names.emplace_back(to_string(reason));
    return names;
}

inline std::vector<std::string> ambiguous_names_of(const std::vector<Reason>& findings) {
    std::vector<std::string> names;
    for (const Reason reason : findings) {
        if (weight(reason) == Weight::ambiguous) names.emplace_back(to_string(reason));
    }
    return names;
}

inline bool has(const std::vector<Reason>& findings, Reason reason) {
    return std::find(findings.begin(), findings.end(), reason) != findings.end();
}

}  // namespace mugaika::sandboxed::test
