// The pages in reading order, with what they inherit. The tree itself is not kept: the new one is flat.
#pragma once

#include <cstdint>
#include <map>
#include <qpdf/QPDFObjectHandle.hh>
#include <vector>

#include "policy/file_limits.hpp"

namespace mugaika::codec::pdf {

struct SourcePage {
    QPDFObjectHandle page;
    // From the page or the nearest node above; null where nobody says it.
    QPDFObjectHandle resources;
    QPDFObjectHandle media_box;
    QPDFObjectHandle crop_box;
    QPDFObjectHandle rotate;
};

// A node that stands twice in the tree is read once, a page as often as it stands. Throws GivenUp at the limits.
std::vector<SourcePage> read_pages(QPDFObjectHandle catalog, const FileLimits&);

// XFA: a form in XML that only its own program shows; the page of the PDF asks to wait. An XFA form whose widgets stand
// on the pages as well is an ordinary one.
bool is_dynamic_form(QPDFObjectHandle catalog, const std::vector<SourcePage>&);

}  // namespace mugaika::codec::pdf
