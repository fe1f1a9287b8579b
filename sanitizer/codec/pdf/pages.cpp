#include "sanitizer/codec/pdf/pages.hpp"

#include <set>

#include "sanitizer/codec/pdf/new_document.hpp"

namespace mugaika::codec::pdf {
namespace {

bool is_node(QPDFObjectHandle source) {
    return source.getKey("/Kids").isArray() && !source.getKey("/Type").isNameAndEquals("/Page");
}

SourcePage with_own(SourcePage inherited, QPDFObjectHandle source) {
    inherited.page = source;
    const auto take = [&](QPDFObjectHandle& field, const char* key) {
        QPDFObjectHandle own = source.getKey(key);
        if (!own.isNull()) field = own;
    };
    take(inherited.resources, "/Resources");
    take(inherited.media_box, "/MediaBox");
    take(inherited.crop_box, "/CropBox");
    take(inherited.rotate, "/Rotate");
    return inherited;
}

bool has_widget(const std::vector<SourcePage>& pages) {
    for (const SourcePage& page : pages) {
        QPDFObjectHandle annotations = QPDFObjectHandle(page.page).getKey("/Annots");
        if (!annotations.isArray()) continue;
        for (const QPDFObjectHandle& item : annotations.getArrayAsVector()) {
            QPDFObjectHandle annotation = item;
            if (annotation.isDictionary() && annotation.getKey("/Subtype").isNameAndEquals("/Widget")) return true;
        }
    }
    return false;
}

}  // namespace

std::vector<SourcePage> read_pages(QPDFObjectHandle catalog, const FileLimits& limits) {
    const QPDFObjectHandle none = QPDFObjectHandle::newNull();
    std::vector<SourcePage> pages;
    std::set<QPDFObjGen> seen;
    std::vector<SourcePage> waiting{{catalog.getKey("/Pages"), none, none, none, none}};
    while (!waiting.empty()) {
        const SourcePage here = with_own(waiting.back(), waiting.back().page);
        waiting.pop_back();
        QPDFObjectHandle source = here.page;
        if (!is_node(source)) {
            if (pages.size() == limits.pdf_pages_max) throw GivenUp{{Reason::too_many_members, "pdf: pages"}};
            pages.push_back(here);
            continue;
        }
        if (source.isIndirect() && !seen.insert(source.getObjGen()).second) continue;
        const std::vector<QPDFObjectHandle> kids = source.getKey("/Kids").getArrayAsVector();
        if (kids.size() + waiting.size() > 2ull * limits.pdf_objects_max) {
            throw GivenUp{{Reason::too_many_members, "pdf: the page tree"}};
        }
        for (auto kid = kids.rbegin(); kid != kids.rend(); ++kid) {
            SourcePage next = here;
            next.page = *kid;
            if (next.page.isDictionary()) waiting.push_back(next);
        }
    }
    return pages;
}

bool is_dynamic_form(QPDFObjectHandle catalog, const std::vector<SourcePage>& pages) {
    QPDFObjectHandle form = catalog.getKey("/AcroForm");
    if (!form.isDictionary() || form.getKey("/XFA").isNull()) return false;
    QPDFObjectHandle needs = catalog.getKey("/NeedsRendering");
    return (needs.isBool() && needs.getBoolValue()) || !has_widget(pages);
}

}  // namespace mugaika::codec::pdf
