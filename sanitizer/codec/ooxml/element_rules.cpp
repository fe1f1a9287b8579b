#include "sanitizer/codec/ooxml/element_rules.hpp"

#include <algorithm>
#include <array>

#include "sanitizer/codec/ooxml/references.hpp"
#include "sanitizer/codec/ooxml/zip_reader.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr auto reference_rules = std::to_array<ReferenceRule>({
    {"a:blip", "r:embed", "image", true},
    {"a:hlinkClick", "r:id", "hyperlink slide", true},
    {"a:hlinkHover", "r:id", "hyperlink slide", true},
    {"a:hlinkMouseOver", "r:id", "hyperlink slide", true},
    {"c:chart", "r:id", "chart", true},
    {"c:userShapes", "r:id", "chartUserShapes", true},
    {"dgm:relIds", "r:dm", "diagramData", true},
    {"dgm:relIds", "r:lo", "diagramLayout", true},
    {"dgm:relIds", "r:qs", "diagramQuickStyle", true},
    {"dgm:relIds", "r:cs", "diagramColors", true},
    {"w:headerReference", "r:id", "header", true},
    {"w:footerReference", "r:id", "footer", true},
    {"w:hyperlink", "r:id", "hyperlink", false},
    {"v:imagedata", "r:id", "image", true},
    {"v:fill", "r:id", "image", false},
    {"sheet", "r:id", "worksheet chartsheet", true},
    {"drawing", "r:id", "drawing", true},
    {"legacyDrawing", "r:id", "vmlDrawing", true},
    {"tablePart", "r:id", "table", true},
    {"hyperlink", "r:id", "hyperlink", false},
    {"pivotCache", "r:id", "pivotCacheDefinition", true},
    {"pivotCacheDefinition", "r:id", "pivotCacheRecords", false},
    {"picture", "r:id", "image", true},
    {"p:sldId", "r:id", "slide", true},
    {"p:sld", "r:id", "slide", true},
    {"p:sldMasterId", "r:id", "slideMaster", true},
    {"p:sldLayoutId", "r:id", "slideLayout", true},
    {"p:notesMasterId", "r:id", "notesMaster", true},
    {"p:handoutMasterId", "r:id", "handoutMaster", true},
});

}  // namespace

const ReferenceRule* reference_rule(std::string_view element, std::string_view attribute) {
    const auto found = std::find_if(reference_rules.begin(), reference_rules.end(), [&](const ReferenceRule& rule) {
        return rule.element == element && rule.attribute == attribute;
    });
    return found == reference_rules.end() ? nullptr : &*found;
}

bool is_wrapper(std::string_view element) {
    return element.ends_with("extLst") || has_word(
                                              "hyperlinks tableParts definedNames pivotCaches p:custShowLst p:sldLst "
                                              "p:notesMasterIdLst p:handoutMasterIdLst "
                                              "w:drawing",
                                              element);
}

FormulaRule formula_rule(std::string_view element) {
    if (has_word("f calculatedColumnFormula totalsRowFormula definedName", element)) return FormulaRule::may_go;
    if (has_word("formula formula1 formula2 c:f xm:f", element)) return FormulaRule::becomes_ref;
    return FormulaRule::none;
}

Counted counted_as(std::string_view element) {
    if (has_word("w:comment comment p:cm", element)) return Counted::comment;
    if (has_word("w:ins w:del w:moveFrom w:moveTo", element)) return Counted::tracked_change;
    return Counted::none;
}

bool is_allowed_defined_name(std::string_view name) {
    const std::string lower = lower_ascii(name);
    if (lower.starts_with("auto_")) return false;
    if (!lower.starts_with("_xlnm.")) return !lower.empty();
    return has_word("print_area print_titles _filterdatabase criteria extract consolidate_area database sheet_title",
                    std::string_view(lower).substr(6));
}

}  // namespace mugaika::codec::ooxml
