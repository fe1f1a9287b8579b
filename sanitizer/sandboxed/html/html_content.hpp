// How the text behind a start tag is to be tokenized (13.2.6).
#pragma once

#include "sanitizer/sandboxed/html/html_tags.hpp"
#include "sanitizer/sandboxed/html/html_tokenizer.hpp"

namespace mugaika::sandboxed {

constexpr HtmlContent content_of(HtmlTag tag) noexcept {
    switch (tag) {
        case HtmlTag::title:
        case HtmlTag::textarea:
            return HtmlContent::rcdata;
        case HtmlTag::style:
        case HtmlTag::xmp:
        case HtmlTag::iframe:
        case HtmlTag::noembed:
        case HtmlTag::noframes:
            return HtmlContent::rawtext;
        case HtmlTag::script:
            return HtmlContent::script;
        case HtmlTag::plaintext:
            return HtmlContent::plaintext;
        default:
            return HtmlContent::data;
    }
}

}  // namespace mugaika::sandboxed
