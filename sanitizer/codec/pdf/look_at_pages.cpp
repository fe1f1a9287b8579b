#include "sanitizer/codec/pdf/look_at_pages.hpp"

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>

#include <algorithm>
#include <array>
#include <cmath>
#include <new>
#include <optional>
#include <set>

#include "policy/page_limits.hpp"
#include "sanitizer/codec/pdf/destinations.hpp"
#include "sanitizer/codec/pdf/new_document.hpp"
#include "sanitizer/codec/pdf/pages.hpp"
#include "sanitizer/codec/pdf/read_pdf.hpp"

namespace mugaika::codec {
namespace {

using namespace pdf;

GivenUp too_many_pixels(const std::string& words) { return {{Reason::too_many_pixels, "pdf: " + words}}; }

struct Extent {
    double from = 0, to = 0;
    double length() const noexcept { return to - from; }
};

Extent extent(double one, double other) noexcept { return {std::min(one, other), std::max(one, other)}; }

std::optional<std::array<Extent, 2>> box_of(QPDFObjectHandle box) {
    if (!box.isRectangle()) return std::nullopt;
    const auto [llx, lly, urx, ury] = box.getArrayAsRectangle();
    return std::array<Extent, 2>{extent(llx, urx), extent(lly, ury)};
}

// As the engine draws it: the crop box inside the media box, of which letter is the default.
std::array<double, 2> sides_of(const SourcePage& page) {
    constexpr std::array<Extent, 2> letter{Extent{0, 612}, Extent{0, 792}};
    const std::array<Extent, 2> media = box_of(page.media_box).value_or(letter);
    const std::array<Extent, 2> crop = box_of(page.crop_box).value_or(media);
    std::array<double, 2> sides{};
    for (std::size_t i = 0; i < sides.size(); ++i) {
        const Extent both{std::max(media[i].from, crop[i].from), std::min(media[i].to, crop[i].to)};
        sides[i] = both.length() > 0 ? both.length() : media[i].length();
    }
    return sides;
}

void pay_for(const SourcePage& page, std::uint32_t dpi, FilePurse& purse) {
    const PageLimits limits;
    double pixels = 1;
    for (const double points : sides_of(page)) {
        if (!(points <= limits.side_points_max)) throw too_many_pixels("a page longer than readers show");
        pixels *= std::max(1.0, std::ceil(points * dpi / 72));
    }
    if (pixels > static_cast<double>(limits.page_pixels_max) || !purse.take_pixels(static_cast<std::uint64_t>(pixels)))
        throw too_many_pixels("more pixels than its pages may have");
}

void add_links(const SourcePage& source, std::set<std::string>& known, std::vector<std::string>& links) {
    QPDFObjectHandle annotations = QPDFObjectHandle(source.page).getKey("/Annots");
    if (!annotations.isArray()) return;
    for (const QPDFObjectHandle& item : annotations.getArrayAsVector()) {
        QPDFObjectHandle annotation = item;
        QPDFObjectHandle action = annotation.isDictionary() ? annotation.getKey("/A") : QPDFObjectHandle::newNull();
        QPDFObjectHandle uri = action.isDictionary() ? action.getKey("/URI") : QPDFObjectHandle::newNull();
        const auto safe = uri.isString() ? safe_uri(uri.getStringValue()) : std::nullopt;
        if (!safe || !is_listed_link(*safe) || links.size() == links_listed_max) continue;
        if (known.insert(*safe).second) links.push_back(*safe);
    }
}

bool has_program(QPDFObjectHandle descriptor) {
    return descriptor.isDictionary() &&
           (descriptor.hasKey("/FontFile") || descriptor.hasKey("/FontFile2") || descriptor.hasKey("/FontFile3"));
}

// A composite font leaves its program to its descendant; the letters of a Type 3 font are drawn by the document.
bool is_foreign_font(QPDFObjectHandle font) {
    if (!font.isDictionary() || !font.getKey("/Type").isNameAndEquals("/Font")) return false;
    QPDFObjectHandle kind = font.getKey("/Subtype");
    const bool has_no_program = kind.isNameAndEquals("/Type0") || kind.isNameAndEquals("/Type3");
    return !has_no_program && !has_program(font.getKey("/FontDescriptor"));
}

PagesTold seen(QPDF& source, std::uint32_t dpi, FilePurse& purse) {
    QPDFObjectHandle catalog = source.getRoot();
    if (!catalog.isDictionary()) throw GivenUp{{Reason::document_damaged, "pdf: no catalog"}};
    const std::vector<SourcePage> pages = read_pages(catalog, purse.limits());
    if (pages.empty()) throw GivenUp{{Reason::document_damaged, "pdf: no pages"}};
    if (pages.size() > PageLimits().pages_max) throw too_many_pixels("more pages than are drawn");
    if (is_dynamic_form(catalog, pages)) throw GivenUp{{Reason::dynamic_form, "pdf: XFA without fields on its pages"}};
    PagesTold seen;
    seen.pages = static_cast<std::uint32_t>(pages.size());
    std::set<std::string> known;
    for (const SourcePage& page : pages) {
        pay_for(page, dpi, purse);
        add_links(page, known, seen.links);
    }
    if (source.getObjectCount() > purse.limits().pdf_objects_max)
        throw GivenUp{{Reason::too_many_members, "pdf: objects"}};
    const std::vector<QPDFObjectHandle> objects = source.getAllObjects();
    seen.has_foreign_fonts = std::any_of(objects.begin(), objects.end(), is_foreign_font);
    return seen;
}

}  // namespace

std::variant<PagesTold, FileNotMade> look_at_pages(std::string_view untrusted, std::uint32_t dpi, FilePurse& purse) {
    try {
        QPDF source;
        pdf::read(source, untrusted);
        return seen(source, dpi, purse);
    } catch (const GivenUp& given_up) {
        return given_up.outcome;
    } catch (const QPDFExc& fault) {
        return pdf::not_made(fault);
    } catch (const std::bad_alloc&) {
        return FileNotMade{Reason::inner_too_large, "pdf: memory"};
    } catch (const std::exception&) {  // qpdf's logic errors
        return FileNotMade{Reason::document_damaged, "pdf: what was read contradicts itself"};
    }
}

}  // namespace mugaika::codec
