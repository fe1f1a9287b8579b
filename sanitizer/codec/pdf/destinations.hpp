// Places in the document (ISO 32000-1, 12.3.2), by page and by name, and links out of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <qpdf/QPDFObjectHandle.hh>
#include <string>
#include <vector>

#include "sanitizer/codec/pdf/losses.hpp"
#include "sanitizer/codec/pdf/new_document.hpp"
#include "sanitizer/codec/pdf/pages.hpp"

namespace mugaika::codec::pdf {

class Destinations {
public:
    // Page i is object `first_page` + i of the new document.
    Destinations(QPDFObjectHandle catalog, const std::vector<SourcePage>&, std::uint32_t first_page);

    // [ 5 0 R /XYZ 0 800 null ] from an array, a dictionary with /D, or a name of one.
    std::optional<std::string> place(QPDFObjectHandle) const;

    // What an outline entry or a link leads to: /Dest or /A, as the one entry of the new dictionary that says so.
    // Actions of other kinds are counted.
    Dictionary target(QPDFObjectHandle source, LossCount&) const;

    // [ <name> place … ] sorted; nothing without names.
    std::optional<std::string> names() const;

private:
    std::optional<std::string> explicit_place(QPDFObjectHandle) const;

    std::map<QPDFObjGen, std::uint32_t> pages_;  // -> object number
    std::uint32_t first_page_;
    std::uint32_t page_count_;
    std::map<std::string, QPDFObjectHandle> named_;
};

// http, https or mailto, written so that every reader reads the same: printable ASCII, others as %XX. Nothing for the
// rest.
std::optional<std::string> safe_uri(const std::string&);

// The leaves of a name tree, or of a number tree by their numbers' order; nodes that stand twice are read once.
std::vector<std::pair<QPDFObjectHandle, QPDFObjectHandle>> tree_entries(QPDFObjectHandle root, const char* leaf_key);

}  // namespace mugaika::codec::pdf
