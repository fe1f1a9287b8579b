// The namespaces that a rebuilt document may use, each with the one prefix that we write. ISO Strict names (ISO/IEC
// 29500-1) are read as their Transitional twins.
#pragma once

#include <string_view>

namespace mugaika::codec::ooxml {

struct Namespace {
    std::string_view prefix;  // "" for SpreadsheetML, which stands without one
    std::string_view uri;
    std::string_view strict_uri;  // "" when there is none
};

// A prefix that no namespace of ours has: what it names is not on any list.
inline constexpr std::string_view unknown_prefix = "?";

// By Transitional or Strict name; nullptr for all others.
const Namespace* find_namespace(std::string_view uri);
// By our prefix; it is one of ours.
std::string_view uri_of_prefix(std::string_view prefix);

}  // namespace mugaika::codec::ooxml
