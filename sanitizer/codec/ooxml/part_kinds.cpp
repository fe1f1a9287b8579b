#include "sanitizer/codec/ooxml/part_kinds.hpp"

#include <algorithm>
#include <array>

namespace mugaika::codec::ooxml {
namespace {

#define OPEN "application/vnd.openxmlformats-officedocument."
#define WORD OPEN "wordprocessingml."
#define SHEET OPEN "spreadsheetml."
#define SLIDE OPEN "presentationml."

constexpr std::string_view word_prefixes = "w r m a c dgm lc pic v o w10 wp wps wpg wpc mc |wp14 w14 w15 a14";
constexpr std::string_view sheet_prefixes = " r mc xm x14 |x14ac";
constexpr std::string_view slide_prefixes = "p a r m c dgm lc pic mc |a14 p14";
constexpr std::string_view story_children =
    "image hyperlink chart diagramData diagramLayout diagramQuickStyle diagramColors diagramDrawing'";
constexpr std::string_view document_children =
    "styles' settings' fontTable' numbering' theme' footnotes' endnotes' comments' header footer image hyperlink chart "
    "diagramData diagramLayout diagramQuickStyle diagramColors diagramDrawing'";
constexpr std::string_view drawing_children =
    "image hyperlink slide chart diagramData diagramLayout diagramQuickStyle diagramColors diagramDrawing'";

constexpr auto kinds = std::to_array<PartKind>({
    {Part::document, "officeDocument", WORD "document.main+xml", "word", "document", "w:document", word_prefixes,
     document_children, false},
    {Part::workbook, "officeDocument", SHEET "sheet.main+xml", "xl", "workbook", "workbook", sheet_prefixes,
     "worksheet chartsheet styles' sharedStrings' theme' pivotCacheDefinition", false},
    {Part::presentation, "officeDocument", SLIDE "presentation.main+xml", "ppt", "presentation", "p:presentation",
     slide_prefixes, "slideMaster slide notesMaster handoutMaster presProps' tableStyles' theme' commentAuthors'",
     false},
    {Part::word_styles, "styles", WORD "styles+xml", "word", "styles", "w:styles", word_prefixes, "", false},
    {Part::settings, "settings", WORD "settings+xml", "word", "settings", "w:settings", word_prefixes, "image", false},
    {Part::font_table, "fontTable", WORD "fontTable+xml", "word", "fontTable", "w:fonts", "w r mc |w14 w15", "", false},
    {Part::numbering, "numbering", WORD "numbering+xml", "word", "numbering", "w:numbering", word_prefixes, "image",
     false},
    {Part::header, "header", WORD "header+xml", "word", "header", "w:hdr", word_prefixes, story_children, true},
    {Part::footer, "footer", WORD "footer+xml", "word", "footer", "w:ftr", word_prefixes, story_children, true},
    {Part::footnotes, "footnotes", WORD "footnotes+xml", "word", "footnotes", "w:footnotes", word_prefixes,
     story_children, false},
    {Part::endnotes, "endnotes", WORD "endnotes+xml", "word", "endnotes", "w:endnotes", word_prefixes, story_children,
     false},
    {Part::word_comments, "comments", WORD "comments+xml", "word", "comments", "w:comments", word_prefixes,
     story_children, false},
    {Part::worksheet, "worksheet", SHEET "worksheet+xml", "xl/worksheets", "sheet", "worksheet", sheet_prefixes,
     "drawing image hyperlink comments' vmlDrawing table pivotTable'", true},
    {Part::chartsheet, "chartsheet", SHEET "chartsheet+xml", "xl/chartsheets", "sheet", "chartsheet", sheet_prefixes,
     "drawing image", true},
    {Part::sheet_styles, "styles", SHEET "styles+xml", "xl", "styles", "styleSheet", sheet_prefixes, "", false},
    {Part::shared_strings, "sharedStrings", SHEET "sharedStrings+xml", "xl", "sharedStrings", "sst", sheet_prefixes, "",
     false},
    {Part::sheet_drawing, "drawing", OPEN "drawing+xml", "xl/drawings", "drawing", "xdr:wsDr",
     "xdr a r m c dgm lc mc |a14", drawing_children, true},
    {Part::sheet_comments, "comments", SHEET "comments+xml", "xl", "comments", "comments", sheet_prefixes, "", true},
    {Part::vml_drawing, "vmlDrawing", OPEN "vmlDrawing", "xl/drawings", "vmlDrawing", "xml", "", "", true},
    {Part::table, "table", SHEET "table+xml", "xl/tables", "table", "table", sheet_prefixes, "", true},
    {Part::pivot_table, "pivotTable", SHEET "pivotTable+xml", "xl/pivotTables", "pivotTable", "pivotTableDefinition",
     sheet_prefixes, "pivotCacheDefinition'", true},
    {Part::pivot_cache, "pivotCacheDefinition", SHEET "pivotCacheDefinition+xml", "xl/pivotCache",
     "pivotCacheDefinition", "pivotCacheDefinition", sheet_prefixes, "pivotCacheRecords", true},
    {Part::pivot_records, "pivotCacheRecords", SHEET "pivotCacheRecords+xml", "xl/pivotCache", "pivotCacheRecords",
     "pivotCacheRecords", sheet_prefixes, "", true},
    {Part::slide, "slide", SLIDE "slide+xml", "ppt/slides", "slide", "p:sld", slide_prefixes,
     "slideLayout' notesSlide' comments' themeOverride' image hyperlink slide chart diagramData diagramLayout "
     "diagramQuickStyle diagramColors diagramDrawing'",
     true},
    {Part::slide_layout, "slideLayout", SLIDE "slideLayout+xml", "ppt/slideLayouts", "slideLayout", "p:sldLayout",
     slide_prefixes,
     "slideMaster' themeOverride' image hyperlink slide chart diagramData diagramLayout diagramQuickStyle "
     "diagramColors "
     "diagramDrawing'",
     true},
    {Part::slide_master, "slideMaster", SLIDE "slideMaster+xml", "ppt/slideMasters", "slideMaster", "p:sldMaster",
     slide_prefixes,
     "slideLayout theme' image hyperlink slide chart diagramData diagramLayout diagramQuickStyle diagramColors "
     "diagramDrawing'",
     true},
    {Part::notes_slide, "notesSlide", SLIDE "notesSlide+xml", "ppt/notesSlides", "notesSlide", "p:notes",
     slide_prefixes, "notesMaster' slide' themeOverride' image hyperlink", true},
    {Part::notes_master, "notesMaster", SLIDE "notesMaster+xml", "ppt/notesMasters", "notesMaster", "p:notesMaster",
     slide_prefixes, "theme' image hyperlink", true},
    {Part::handout_master, "handoutMaster", SLIDE "handoutMaster+xml", "ppt/handoutMasters", "handoutMaster",
     "p:handoutMaster", slide_prefixes, "theme' image hyperlink", true},
    {Part::slide_comments, "comments", SLIDE "comments+xml", "ppt/comments", "comment", "p:cmLst", slide_prefixes, "",
     true},
    {Part::comment_authors, "commentAuthors", SLIDE "commentAuthors+xml", "ppt", "commentAuthors", "p:cmAuthorLst",
     slide_prefixes, "", false},
    {Part::presentation_properties, "presProps", SLIDE "presProps+xml", "ppt", "presProps", "p:presentationPr",
     slide_prefixes, "", false},
    {Part::table_styles, "tableStyles", SLIDE "tableStyles+xml", "ppt", "tableStyles", "a:tblStyleLst", "a r", "",
     false},
    {Part::theme, "theme", OPEN "theme+xml", "{}/theme", "theme", "a:theme", "a r", "image", true},
    {Part::theme_override, "themeOverride", OPEN "themeOverride+xml", "{}/theme", "themeOverride", "a:themeOverride",
     "a r", "image", true},
    {Part::chart, "chart", OPEN "drawingml.chart+xml", "{}/charts", "chart", "c:chartSpace", "c a r mc |c14 a14",
     "image themeOverride' chartUserShapes", true},
    {Part::chart_shapes, "chartUserShapes", OPEN "drawingml.chartshapes+xml", "{}/drawings", "chartDrawing",
     "c:userShapes", "c a r m cdr mc |a14", "image hyperlink", true},
    {Part::diagram_data, "diagramData", OPEN "drawingml.diagramData+xml", "{}/diagrams", "data", "dgm:dataModel",
     "dgm a r dsp", "image hyperlink slide", true},
    {Part::diagram_layout, "diagramLayout", OPEN "drawingml.diagramLayout+xml", "{}/diagrams", "layout",
     "dgm:layoutDef", "dgm a r", "", true},
    {Part::diagram_style, "diagramQuickStyle", OPEN "drawingml.diagramStyle+xml", "{}/diagrams", "quickStyle",
     "dgm:styleDef", "dgm a r", "", true},
    {Part::diagram_colors, "diagramColors", OPEN "drawingml.diagramColors+xml", "{}/diagrams", "colors",
     "dgm:colorsDef", "dgm a r", "", true},
    {Part::diagram_drawing, "diagramDrawing", "application/vnd.ms-office.drawingml.diagramDrawing+xml", "{}/diagrams",
     "drawing", "dsp:drawing", "dgm dsp a r", "image hyperlink slide", true},
    {Part::image, "image", "image/", "{}/media", "image", "", "", "", true},
});
static_assert(kinds.size() == part_count);

struct MainType {
    std::string_view content_type;
    Part part;
};

constexpr auto main_types = std::to_array<MainType>({
    {WORD "document.main+xml", Part::document},
    {WORD "template.main+xml", Part::document},
    {"application/vnd.ms-word.document.macroenabled.main+xml", Part::document},
    {"application/vnd.ms-word.template.macroenabledtemplate.main+xml", Part::document},
    {SHEET "sheet.main+xml", Part::workbook},
    {SHEET "template.main+xml", Part::workbook},
    {"application/vnd.ms-excel.sheet.macroenabled.main+xml", Part::workbook},
    {"application/vnd.ms-excel.template.macroenabled.main+xml", Part::workbook},
    {SLIDE "presentation.main+xml", Part::presentation},
    {SLIDE "template.main+xml", Part::presentation},
    {SLIDE "slideshow.main+xml", Part::presentation},
    {"application/vnd.ms-powerpoint.presentation.macroenabled.main+xml", Part::presentation},
    {"application/vnd.ms-powerpoint.template.macroenabled.main+xml", Part::presentation},
    {"application/vnd.ms-powerpoint.slideshow.macroenabled.main+xml", Part::presentation},
});

bool same_but_case(std::string_view one, std::string_view other) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [&](char a, char b) { return lower(a) == lower(b); });
}

// 0: not in the list; 1: there; 2: there with '.
int listed(std::string_view list, std::string_view word) {
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find(' ', at), list.size());
        const std::string_view one = list.substr(at, end - at);
        if (one == word) return 1;
        if (one.size() == word.size() + 1 && one.ends_with('\'') && one.starts_with(word)) return 2;
        at = end + 1;
    }
    return 0;
}

bool serves(const PartKind& kind, const PartKind& parent) {
    if (kind.relationship == "officeDocument") return false;
    // "styles", "comments" and "drawing" are different things in different documents.
    const std::string_view root = parent.folder.substr(0, parent.folder.find('/'));
    return kind.folder.starts_with("{}") || kind.folder.substr(0, kind.folder.find('/')) == root;
}

}  // namespace

const PartKind& kind_of(Part part) noexcept { return kinds[static_cast<std::size_t>(part)]; }

const PartKind* child_kind(const PartKind& parent, std::string_view relationship) {
    if (listed(parent.children, relationship) == 0) return nullptr;
    const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const PartKind& kind) {
        return kind.relationship == relationship && serves(kind, parent);
    });
    return found == kinds.end() ? nullptr : &*found;
}

bool is_implicit(const PartKind& parent, std::string_view relationship) {
    return listed(parent.children, relationship) == 2;
}

bool has_content_type(const PartKind& kind, std::string_view content_type) {
    if (kind.part == Part::image) return content_type.starts_with("image/");
    return same_but_case(kind.content_type, content_type);
}

std::string_view relationship_word(std::string_view type) {
    for (const std::string_view known :
         {"http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
          "http://purl.oclc.org/ooxml/officeDocument/relationships/",
          "http://schemas.openxmlformats.org/package/2006/relationships/", "http://schemas.microsoft.com/office/"}) {
        if (type.starts_with(known)) return type.substr(type.rfind('/') + 1);
    }
    return {};
}

std::string_view relationship_prefix(std::string_view word) {
    if (word == "diagramDrawing") return "http://schemas.microsoft.com/office/2007/relationships/";
    return "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
}

const PartKind* main_kind(std::string_view content_type) {
    const auto found = std::find_if(main_types.begin(), main_types.end(), [content_type](const MainType& type) {
        return same_but_case(type.content_type, content_type);
    });
    return found == main_types.end() ? nullptr : &kind_of(found->part);
}

SafeKind safe_kind(Part main) noexcept {
    if (main == Part::document) return SafeKind::docx;
    return main == Part::workbook ? SafeKind::xlsx : SafeKind::pptx;
}

std::string_view root_folder(Part main) noexcept { return kind_of(main).folder; }

}  // namespace mugaika::codec::ooxml
