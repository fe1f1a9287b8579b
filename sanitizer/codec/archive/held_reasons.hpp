// Why single members are held, in the words that policy/reason.hpp has.
#pragma once

#include "policy/reason.hpp"

namespace mugaika::codec::archive {

inline constexpr Reason leads_out = Reason::leads_out;      // absolute, a drive, ".."
inline constexpr Reason there_twice = Reason::there_twice;  // two members of one name
inline constexpr Reason two_names = Reason::two_names;      // one member with two names, or none
inline constexpr Reason not_a_file = Reason::not_a_file;    // links, devices, pipes, files with holes
inline constexpr Reason no_reader = Reason::not_rebuilt;    // a kind of archive that nobody here reads
inline constexpr Reason one_volume = Reason::one_volume;    // of an archive in several files
inline constexpr Reason out_of_purse = Reason::inner_too_large;

}  // namespace mugaika::codec::archive
