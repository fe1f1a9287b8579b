// What an administrator's rule says about files, as far as the file itself decides whether it is meant: kind, type,
// name and size. This is all of a rule that the worker is told (policy/mail_rule.hpp has the rest of it).
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "policy/part_facts.hpp"

namespace mugaika {

enum class PartAction : std::uint8_t { text, rebuild, image_pdf, unpack, remove, quarantine, hold, refuse };
std::string_view to_string(PartAction) noexcept;  // "image-pdf" with a hyphen, as in the policy file

// No positive list has a word for these: executables, what is encrypted, fragments of mails (DOMAIN section 2).
bool never_crosses(PartKind) noexcept;

// Is there any way from this kind to that? What keeps a file back is possible for every kind.
bool can_become(PartKind, PartAction) noexcept;

// Nothing of the file crosses.
bool is_barring(PartAction) noexcept;

struct PartRule {
    // Of one profile, and of one condition; more in the file are a fault.
    static constexpr std::size_t rules_max = 200;
    static constexpr std::size_t values_max = 50;
    static constexpr std::size_t value_bytes_max = 255;  // of a type or a pattern

    std::uint32_t line = 0;          // where the file says it, from 1
    std::uint16_t kinds = 0;         // bit n: the PartKind with number n; 0: any
    std::vector<std::string> types;  // "application/pdf", "image/*", lower case: as declared or as detected; none: any
    std::vector<std::string> names;  // patterns (name_fits); none: any
    std::uint64_t bytes_min = 0;     // of the decoded file, both inclusive
    std::uint64_t bytes_max = std::numeric_limits<std::uint64_t>::max();
    PartAction action = PartAction::quarantine;

    bool speaks_of(PartKind kind) const noexcept {
        return kinds == 0 || (kinds >> static_cast<unsigned>(kind) & 1) != 0;
    }
    bool takes_every_file() const noexcept;
    // `kind` stands in for that of the facts: a mail in an archive is judged as a mail.
    bool matches(const PartFacts&, PartKind kind) const noexcept;

    friend bool operator==(const PartRule&, const PartRule&) = default;
};
static_assert(part_kind_count <= std::numeric_limits<std::uint16_t>::digits);

// "*" is any characters, "?" one; ASCII letters in either case are the same. The whole name must fit.
bool name_fits(std::string_view pattern, std::string_view name) noexcept;

// Does every file that `narrow` takes meet the conditions of `wide`, as far as can be told from how they are written?
// Kinds are not compared: ask for one kind at a time.
bool covers_files(const PartRule& wide, const PartRule& narrow) noexcept;

}  // namespace mugaika
