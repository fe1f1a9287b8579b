// What lies on a page (ISO 32000-1, 12.5): links and comments are made anew, what else shows something becomes part of
// the page.
#pragma once

#include <qpdf/QPDFObjectHandle.hh>
#include <string>
#include <vector>

#include "sanitizer/codec/pdf/destinations.hpp"
#include "sanitizer/codec/pdf/form_fields.hpp"
#include "sanitizer/codec/pdf/layers.hpp"
#include "sanitizer/codec/pdf/losses.hpp"
#include "sanitizer/codec/pdf/selector.hpp"

namespace mugaika::codec::pdf {

struct Stamped {
    QPDFObjectHandle form;  // of the source document
    std::string name;       // in the page's resources
    std::string content;    // draws it
};

struct PageAnnotations {
    std::vector<QPDFObjectHandle> kept;  // links and comments
    std::vector<Stamped> stamped;
};

class Annotations {
public:
    // All outlive it.
    Annotations(FormFields& fields, const Destinations& destinations, const Layers& layers, Selector& selector,
                LossCount& losses)
        : fields_(fields), destinations_(destinations), layers_(layers), selector_(selector), losses_(losses) {}

    // `resources` of the page: no stamped form gets a name that stands there.
    PageAnnotations sort(QPDFObjectHandle page, QPDFObjectHandle resources, int rotation);

    // The new dictionary of one that is kept.
    Dictionary kept(QPDFObjectHandle annotation);

    std::uint32_t signatures() const noexcept { return signatures_; }

private:
    QPDFObjectHandle appearance(QPDFObjectHandle annotation, const std::string& subtype);

    FormFields& fields_;
    const Destinations& destinations_;
    const Layers& layers_;
    Selector& selector_;
    LossCount& losses_;
    std::uint32_t signatures_ = 0;
};

}  // namespace mugaika::codec::pdf
