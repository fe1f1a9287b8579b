// Optional content as it is shown when the document is opened (ISO 32000-1, 8.11): layers that are off are taken out,
// the others stay for good.
#pragma once

#include <functional>
#include <qpdf/QPDFObjectHandle.hh>
#include <set>
#include <string>
#include <string_view>

namespace mugaika::codec::pdf {

class Layers {
public:
    explicit Layers(QPDFObjectHandle catalog);

    bool are_all_shown() const noexcept { return off_.empty(); }

    // `layer` is what /OC or a property list holds: a group, a membership dictionary, or nothing.
    bool is_shown(QPDFObjectHandle layer) const;

private:
    bool is_on(QPDFObjectHandle group) const { return !off_.contains(group.getObjGen()); }
    bool is_expression_true(QPDFObjectHandle, unsigned depth) const;

    std::set<QPDFObjGen> off_;
};

// Content without what is painted between /OC /NAME BDC and its EMC where `is_hidden(NAME)`. What sets the graphics
// state stays, so that what follows looks as it did.
std::string without_hidden(std::string_view content, const std::function<bool(const std::string&)>& is_hidden);

}  // namespace mugaika::codec::pdf
