#include "sanitizer/codec/pdf/outlines.hpp"

#include <memory>
#include <set>
#include <vector>

#include "sanitizer/codec/pdf/tokens.hpp"
#include "sanitizer/codec/pdf/values.hpp"

namespace mugaika::codec::pdf {
namespace {

constexpr std::size_t entries_max = 50'000;
constexpr std::size_t depth_max = 64;

struct Entry {
    QPDFObjectHandle source;
    std::size_t parent;
    std::size_t depth;
    std::vector<std::size_t> children;
    bool is_open;
    std::int64_t shown_below = 0;  // entries that are seen when this one is open
};

// Entry 0 is the root. Parents stand before their children, siblings in order.
std::vector<Entry> read_entries(QPDFObjectHandle root) {
    std::vector<Entry> entries;
    std::set<QPDFObjGen> seen;
    entries.push_back({root, 0, 0, {}, true});
    for (std::size_t at = 0; at < entries.size(); ++at) {
        if (entries[at].depth == depth_max) continue;
        QPDFObjectHandle child = entries[at].source.getKey("/First");
        while (child.isDictionary() && child.isIndirect() && seen.insert(child.getObjGen()).second &&
               entries.size() < entries_max) {
            QPDFObjectHandle count = child.getKey("/Count");
            const bool is_open = count.isInteger() && count.getIntValue() > 0;
            entries[at].children.push_back(entries.size());
            entries.push_back({child, at, entries[at].depth + 1, {}, is_open});
            child = child.getKey("/Next");
        }
    }
    for (std::size_t at = entries.size(); at-- > 1;) {
        const Entry& entry = entries[at];
        entries[entry.parent].shown_below += 1 + (entry.is_open ? entry.shown_below : 0);
    }
    return entries;
}

Dictionary looks(QPDFObjectHandle source, const Destinations& destinations, LossCount& losses) {
    Dictionary out = destinations.target(source, losses);
    out["Title"] = text_value(source.getKey("/Title")).value_or("<>");
    QPDFObjectHandle colour = source.getKey("/C");
    const Token numbers = numbers_value(colour);
    if (numbers && colour.getArrayNItems() == 3) out["C"] = *numbers;
    QPDFObjectHandle style = source.getKey("/F");
    if (style.isInteger() && style.getIntValue() >= 1 && style.getIntValue() <= 3)
        out["F"] = integer_token(style.getIntValue());
    for (const auto& entry : source.getDictAsMap()) losses.add_key(entry.first.substr(1));
    return out;
}

}  // namespace

std::optional<std::string> write_outlines(QPDFObjectHandle root, const Destinations& destinations,
                                          NewDocument& document, LossCount& losses) {
    if (!root.isDictionary()) return std::nullopt;
    const auto entries = std::make_shared<const std::vector<Entry>>(read_entries(root));
    if (entries->size() == 1) return std::nullopt;
    const auto first = std::make_shared<std::uint32_t>(0);  // object number of the root, when it is known
    const auto reference = [first](std::size_t entry) {
        return reference_token(*first + static_cast<std::uint32_t>(entry));
    };
    for (std::size_t at = 0; at < entries->size(); ++at) {
        const std::uint32_t number = document.reserve([=, &destinations, &document, &losses] {
            const Entry& entry = (*entries)[at];
            Dictionary out = at == 0 ? Dictionary{} : looks(entry.source, destinations, losses);
            if (!entry.children.empty()) {
                out["First"] = reference(entry.children.front());
                out["Last"] = reference(entry.children.back());
                out["Count"] = integer_token(entry.is_open ? entry.shown_below : -entry.shown_below);
            }
            if (at != 0) {
                const std::vector<std::size_t>& siblings = (*entries)[entry.parent].children;
                out["Parent"] = reference(entry.parent);
                if (at != siblings.front()) out["Prev"] = reference(at - 1);
                if (at != siblings.back()) out["Next"] = reference(at + 1);
            }
            document.put(dictionary_token(out));
        });
        if (at == 0) *first = number;
    }
    return reference(0);
}

}  // namespace mugaika::codec::pdf
