#include "sanitizer/sandboxed/html/html_implied.hpp"

#include <algorithm>
#include <initializer_list>

namespace mugaika::sandboxed {
namespace {

using T = HtmlTag;

class ImpliedEnds {
public:
    ImpliedEnds(const HtmlElements& elements, HtmlCloser& closer) : elements_(elements), closer_(closer) {}

    void close_for(HtmlTag tag) {
        switch (tag) {
            case T::li:
                close_if_above(T::li, {T::ul, T::ol, T::menu, T::dir});
                break;
            case T::dt:
            case T::dd:
                close_if_above(T::dt, {T::dl});
                close_if_above(T::dd, {T::dl});
                break;
            case T::option:
            case T::optgroup:
                close_if_above(T::option, {T::select});
                break;
            case T::a:
                close_if_above(T::a, {});
                break;
            case T::button:
                close_if_above(T::button, {});
                break;
            case T::rb:
            case T::rt:
            case T::rtc:
            case T::rp:
                for (const T part : {T::rb, T::rt, T::rtc, T::rp}) close_if_above(part, {T::ruby});
                break;
            case T::td:
            case T::th:
                close_in_table({T::td, T::th, T::caption});
                break;
            case T::tr:
                close_in_table({T::td, T::th, T::caption, T::tr});
                break;
            case T::tbody:
            case T::thead:
            case T::tfoot:
                close_in_table({T::td, T::th, T::caption, T::tr, T::tbody, T::thead, T::tfoot});
                break;
            case T::table:
                if (is_table_without_cell()) closer_.close_down_to(elements_.top_of(T::table));
                break;
            default:
                break;
        }
        const bool keeps_paragraph =
            tag == T::option || tag == T::optgroup || tag == T::caption || tag == T::legend || tag == T::body;
        if ((has(tag, HtmlTrait::block) && !keeps_paragraph) || tag == T::hr) close_if_above(T::p, {T::button});
    }

private:
    bool is_above(HtmlTag tag, std::initializer_list<HtmlTag> containers) const {
        const std::size_t index = elements_.top_of(tag);
        return index != HtmlElements::none && elements_.is_in_scope(tag) &&
               std::all_of(containers.begin(), containers.end(), [&](HtmlTag container) {
                   const std::size_t below = elements_.top_of(container);
                   return below == HtmlElements::none || below < index;
               });
    }

    void close_if_above(HtmlTag tag, std::initializer_list<HtmlTag> containers) {
        if (is_above(tag, containers)) closer_.close_block(elements_.top_of(tag));
    }

    void close_in_table(std::initializer_list<HtmlTag> tags) {
        const std::size_t table = elements_.top_of(T::table);
        if (table == HtmlElements::none) return;
        for (const HtmlTag tag : tags) {
            const std::size_t index = elements_.top_of(tag);
            if (index != HtmlElements::none && index > table) closer_.close_down_to(index);
        }
    }

    bool is_table_without_cell() const {
        const std::size_t table = elements_.top_of(T::table);
        if (table == HtmlElements::none) return false;
        for (const HtmlTag part : {T::td, T::th, T::caption}) {
            const std::size_t index = elements_.top_of(part);
            if (index != HtmlElements::none && index > table) return false;
        }
        return true;
    }

    const HtmlElements& elements_;
    HtmlCloser& closer_;
};

}  // namespace

void close_implied(HtmlTag tag, const HtmlElements& elements, HtmlCloser& closer) {
    ImpliedEnds(elements, closer).close_for(tag);
}

}  // namespace mugaika::sandboxed
