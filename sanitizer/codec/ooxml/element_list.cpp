#include "sanitizer/codec/ooxml/element_list.hpp"

#include <algorithm>
#include <deque>
#include <vector>

#include "policy/name_table.hpp"
#include "sanitizer/codec/ooxml/element_table.hpp"

namespace mugaika::codec::ooxml {

struct AttributeSet {
    std::vector<std::string_view> sorted;
};

namespace {

struct List {
    std::deque<AttributeSet> sets;
    NameTable<Element> elements;
};

List made() {
    List list;
    std::vector<std::string_view> names;
    bool in_attributes = false;
    for (std::size_t at = 0; at < element_table.size();) {
        const std::size_t end = element_table.find(' ', at);
        const std::string_view word = element_table.substr(at, end - at);
        at = end + 1;
        if (word == "=") {
            list.sets.emplace_back();
            in_attributes = true;
        } else if (word == ";") {
            for (std::string_view name : names) {
                const bool holds_text = name.ends_with('\'');
                if (holds_text) name.remove_suffix(1);
                list.elements.add(name, Element{&list.sets.back(), holds_text, is_wrapper(name), formula_rule(name),
                                                counted_as(name)});
            }
            std::sort(list.sets.back().sorted.begin(), list.sets.back().sorted.end());
            names.clear();
            in_attributes = false;
        } else {
            (in_attributes ? list.sets.back().sorted : names).push_back(word);
        }
    }
    return list;
}

const List& list() {
    static const List made_once = made();
    return made_once;
}

}  // namespace

void load_element_list() { list(); }

const Element* find_element(std::string_view name) { return list().elements.find(name); }

bool may_have(const Element& element, std::string_view attribute) {
    return std::binary_search(element.attributes->sorted.begin(), element.attributes->sorted.end(), attribute);
}

}  // namespace mugaika::codec::ooxml
