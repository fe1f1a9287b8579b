// A list of findings holds each Reason once: a hostile mail can repeat a fault a million times.
#pragma once

#include <algorithm>
#include <vector>

#include "policy/reason.hpp"

namespace mugaika {

inline bool contains(const std::vector<Reason>& findings, Reason reason) {
    return std::find(findings.begin(), findings.end(), reason) != findings.end();
}

inline void add_once(std::vector<Reason>& findings, Reason reason) {
    if (!contains(findings, reason)) findings.push_back(reason);
}

inline void add_once(std::vector<Reason>& findings, const std::vector<Reason>& more) {
    for (const Reason reason : more) add_once(findings, reason);
}

inline bool any_ambiguous(const std::vector<Reason>& findings) {
    return std::any_of(findings.begin(), findings.end(), [](Reason r) { return weight(r) == Weight::ambiguous; });
}

}  // namespace mugaika
