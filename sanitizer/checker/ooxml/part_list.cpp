#include "sanitizer/checker/ooxml/part_list.hpp"

#include <algorithm>
#include <array>

namespace mugaika::checker::ooxml {
namespace {

#define TYPE "application/vnd.openxmlformats-officedocument."

constexpr std::string_view word = "w r m a c dgm lc pic v o w10 wp wps wpg wpc mc wp14 w14 w15 a14";
constexpr std::string_view word_ignorable = "wp14 w14 w15 a14";
constexpr std::string_view sheet = ". r mc xm x14 x14ac";
constexpr std::string_view slide = "p a r m c dgm lc pic mc a14 p14";

constexpr auto forms = std::to_array<PartForm>({
    {"d", "", "document", false, "officeDocument", TYPE "wordprocessingml.document.main+xml", "w:document", word,
     word_ignorable},
    {"x", "", "workbook", false, "officeDocument", TYPE "spreadsheetml.sheet.main+xml", "workbook", sheet, "x14ac"},
    {"p", "", "presentation", false, "officeDocument", TYPE "presentationml.presentation.main+xml", "p:presentation",
     slide, "a14 p14"},
    {"d", "", "styles", false, "styles", TYPE "wordprocessingml.styles+xml", "w:styles", word, word_ignorable},
    {"d", "", "settings", false, "settings", TYPE "wordprocessingml.settings+xml", "w:settings", word, word_ignorable},
    {"d", "", "fontTable", false, "fontTable", TYPE "wordprocessingml.fontTable+xml", "w:fonts", "w r mc w14 w15",
     "w14 w15"},
    {"d", "", "numbering", false, "numbering", TYPE "wordprocessingml.numbering+xml", "w:numbering", word,
     word_ignorable},
    {"d", "", "header", true, "header", TYPE "wordprocessingml.header+xml", "w:hdr", word, word_ignorable},
    {"d", "", "footer", true, "footer", TYPE "wordprocessingml.footer+xml", "w:ftr", word, word_ignorable},
    {"d", "", "footnotes", false, "footnotes", TYPE "wordprocessingml.footnotes+xml", "w:footnotes", word,
     word_ignorable},
    {"d", "", "endnotes", false, "endnotes", TYPE "wordprocessingml.endnotes+xml", "w:endnotes", word, word_ignorable},
    {"d", "", "comments", false, "comments", TYPE "wordprocessingml.comments+xml", "w:comments", word, word_ignorable},
    {"x", "worksheets/", "sheet", true, "worksheet", TYPE "spreadsheetml.worksheet+xml", "worksheet", sheet, "x14ac"},
    {"x", "chartsheets/", "sheet", true, "chartsheet", TYPE "spreadsheetml.chartsheet+xml", "chartsheet", sheet,
     "x14ac"},
    {"x", "", "styles", false, "styles", TYPE "spreadsheetml.styles+xml", "styleSheet", sheet, "x14ac"},
    {"x", "", "sharedStrings", false, "sharedStrings", TYPE "spreadsheetml.sharedStrings+xml", "sst", sheet, "x14ac"},
    {"x", "drawings/", "drawing", true, "drawing", TYPE "drawing+xml", "xdr:wsDr", "xdr a r m c dgm lc mc a14", "a14"},
    {"x", "", "comments", true, "comments", TYPE "spreadsheetml.comments+xml", "comments", sheet, "x14ac"},
    {"x", "drawings/", "vmlDrawing", true, "vmlDrawing", "", "xml", "", ""},
    {"x", "tables/", "table", true, "table", TYPE "spreadsheetml.table+xml", "table", sheet, "x14ac"},
    {"x", "pivotTables/", "pivotTable", true, "pivotTable", TYPE "spreadsheetml.pivotTable+xml", "pivotTableDefinition",
     sheet, "x14ac"},
    {"x", "pivotCache/", "pivotCacheDefinition", true, "pivotCacheDefinition",
     TYPE "spreadsheetml.pivotCacheDefinition+xml", "pivotCacheDefinition", sheet, "x14ac"},
    {"x", "pivotCache/", "pivotCacheRecords", true, "pivotCacheRecords", TYPE "spreadsheetml.pivotCacheRecords+xml",
     "pivotCacheRecords", sheet, "x14ac"},
    {"p", "slides/", "slide", true, "slide", TYPE "presentationml.slide+xml", "p:sld", slide, "a14 p14"},
    {"p", "slideLayouts/", "slideLayout", true, "slideLayout", TYPE "presentationml.slideLayout+xml", "p:sldLayout",
     slide, "a14 p14"},
    {"p", "slideMasters/", "slideMaster", true, "slideMaster", TYPE "presentationml.slideMaster+xml", "p:sldMaster",
     slide, "a14 p14"},
    {"p", "notesSlides/", "notesSlide", true, "notesSlide", TYPE "presentationml.notesSlide+xml", "p:notes", slide,
     "a14 p14"},
    {"p", "notesMasters/", "notesMaster", true, "notesMaster", TYPE "presentationml.notesMaster+xml", "p:notesMaster",
     slide, "a14 p14"},
    {"p", "handoutMasters/", "handoutMaster", true, "handoutMaster", TYPE "presentationml.handoutMaster+xml",
     "p:handoutMaster", slide, "a14 p14"},
    {"p", "comments/", "comment", true, "comments", TYPE "presentationml.comments+xml", "p:cmLst", slide, "a14 p14"},
    {"p", "", "commentAuthors", false, "commentAuthors", TYPE "presentationml.commentAuthors+xml", "p:cmAuthorLst",
     slide, "a14 p14"},
    {"p", "", "presProps", false, "presProps", TYPE "presentationml.presProps+xml", "p:presentationPr", slide,
     "a14 p14"},
    {"p", "", "tableStyles", false, "tableStyles", TYPE "presentationml.tableStyles+xml", "a:tblStyleLst", "a r", ""},
    {"dxp", "theme/", "theme", true, "theme", TYPE "theme+xml", "a:theme", "a r", ""},
    {"dxp", "theme/", "themeOverride", true, "themeOverride", TYPE "themeOverride+xml", "a:themeOverride", "a r", ""},
    {"dxp", "charts/", "chart", true, "chart", TYPE "drawingml.chart+xml", "c:chartSpace", "c a r mc c14 a14",
     "c14 a14"},
    {"dxp", "drawings/", "chartDrawing", true, "chartUserShapes", TYPE "drawingml.chartshapes+xml", "c:userShapes",
     "c a r m cdr mc a14", "a14"},
    {"dxp", "diagrams/", "data", true, "diagramData", TYPE "drawingml.diagramData+xml", "dgm:dataModel", "dgm a r dsp",
     ""},
    {"dxp", "diagrams/", "layout", true, "diagramLayout", TYPE "drawingml.diagramLayout+xml", "dgm:layoutDef",
     "dgm a r", ""},
    {"dxp", "diagrams/", "quickStyle", true, "diagramQuickStyle", TYPE "drawingml.diagramStyle+xml", "dgm:styleDef",
     "dgm a r", ""},
    {"dxp", "diagrams/", "colors", true, "diagramColors", TYPE "drawingml.diagramColors+xml", "dgm:colorsDef",
     "dgm a r", ""},
    {"dxp", "diagrams/", "drawing", true, "diagramDrawing", "application/vnd.ms-office.drawingml.diagramDrawing+xml",
     "dsp:drawing", "dgm dsp a r", ""},
    {"dxp", "media/", "image", true, "image", "", "", "", ""},
});

struct Way {
    std::string_view from;  // relationship words of the forms
    std::string_view to;
};

constexpr std::string_view diagrams = "diagramData diagramLayout diagramQuickStyle diagramColors diagramDrawing";
constexpr std::string_view stories = "header footer footnotes endnotes comments";

// From what kinds a kind may be reached. "officeDocument" is one of three; their own parts tell them apart.
constexpr auto ways = std::to_array<Way>({
    {"officeDocument",
     "styles settings fontTable numbering header footer footnotes endnotes comments theme image chart "
     "worksheet chartsheet sharedStrings pivotCacheDefinition slideMaster slide notesMaster handoutMaster presProps "
     "tableStyles commentAuthors diagramData diagramLayout diagramQuickStyle diagramColors "
     "diagramDrawing"},
    {"worksheet", "drawing image comments vmlDrawing table pivotTable"},
    {"pivotTable", "pivotCacheDefinition"},
    {"pivotCacheDefinition", "pivotCacheRecords"},
    {"chartsheet", "drawing image"},
    {"settings numbering theme themeOverride chartUserShapes", "image"},
    {"slide", "slideLayout notesSlide comments themeOverride image slide chart"},
    {"slideLayout", "slideMaster themeOverride image slide chart"},
    {"slideMaster", "slideLayout theme image slide chart"},
    {"notesSlide", "notesMaster slide themeOverride image"},
    {"notesMaster handoutMaster", "theme image"},
    {"chart", "image themeOverride chartUserShapes"},
    {"drawing", "image slide chart"},
    {"diagramData diagramDrawing", "image slide"},
});

bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 5 && text.front() != '0' &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view root_folder(char document) { return document == 'd' ? "word/" : document == 'x' ? "xl/" : "ppt/"; }

bool has_name(const PartForm& form, std::string_view name) {
    if (!name.starts_with(form.folder)) return false;
    name.remove_prefix(form.folder.size());
    if (!name.starts_with(form.base)) return false;
    name.remove_prefix(form.base.size());
    const std::size_t dot = std::min(name.find('.'), name.size());
    if (form.is_numbered ? !is_number(name.substr(0, dot)) : dot != 0) return false;
    const std::string_view extension = name.substr(dot);
    if (is_picture(form)) return extension == ".png" || extension == ".jpeg";
    return extension == (is_boxes(form) ? ".vml" : ".xml");
}

}  // namespace

bool is_word_of(std::string_view words, std::string_view one) {
    for (std::size_t at = 0; at <= words.size();) {
        const std::size_t end = std::min(words.find(' ', at), words.size());
        if (words.substr(at, end - at) == one) return true;
        at = end + 1;
    }
    return false;
}

bool is_picture(const PartForm& form) { return form.relationship == "image"; }
bool is_boxes(const PartForm& form) { return form.relationship == "vmlDrawing"; }
bool is_main(const PartForm& form) { return form.relationship == "officeDocument"; }

const PartForm* form_of(std::string_view part_name, char document) {
    const std::string_view root = root_folder(document);
    if (!part_name.starts_with(root)) return nullptr;
    part_name.remove_prefix(root.size());
    const auto found = std::find_if(forms.begin(), forms.end(), [&](const PartForm& form) {
        return form.documents.find(document) != std::string_view::npos && has_name(form, part_name);
    });
    return found == forms.end() ? nullptr : &*found;
}

bool may_point(const PartForm& from, const PartForm& to) {
    const bool draws = is_word_of(stories, from.relationship) ||
                       is_word_of("slide slideLayout slideMaster drawing", from.relationship);
    if (draws && from.root != "comments" && from.root != "p:cmLst") {
        if (is_word_of(diagrams, to.relationship) || is_word_of("image chart", to.relationship)) return true;
    }
    return std::any_of(ways.begin(), ways.end(), [&](const Way& way) {
        return is_word_of(way.from, from.relationship) && is_word_of(way.to, to.relationship);
    });
}

bool may_link(const PartForm& from) {
    if (from.root == "comments" || from.root == "p:cmLst" || from.root == "workbook" || from.root == "p:presentation")
        return false;
    return is_word_of(stories, from.relationship) ||
           is_word_of(
               "officeDocument worksheet drawing slide slideLayout slideMaster notesSlide notesMaster handoutMaster "
               "chartUserShapes diagramData diagramDrawing",
               from.relationship);
}

std::string_view uri_of(std::string_view prefix) {
    struct Row {
        std::string_view prefix;
        std::string_view uri;
    };
#define OPEN "http://schemas.openxmlformats.org/"
#define MICROSOFT "http://schemas.microsoft.com/office/"
    constexpr auto rows = std::to_array<Row>({
        {".", OPEN "spreadsheetml/2006/main"},
        {"a", OPEN "drawingml/2006/main"},
        {"a14", MICROSOFT "drawing/2010/main"},
        {"c", OPEN "drawingml/2006/chart"},
        {"c14", MICROSOFT "drawing/2007/8/2/chart"},
        {"cdr", OPEN "drawingml/2006/chartDrawing"},
        {"dgm", OPEN "drawingml/2006/diagram"},
        {"dsp", MICROSOFT "drawing/2008/diagram"},
        {"lc", OPEN "drawingml/2006/lockedCanvas"},
        {"m", OPEN "officeDocument/2006/math"},
        {"mc", OPEN "markup-compatibility/2006"},
        {"o", "urn:schemas-microsoft-com:office:office"},
        {"p", OPEN "presentationml/2006/main"},
        {"p14", MICROSOFT "powerpoint/2010/main"},
        {"pic", OPEN "drawingml/2006/picture"},
        {"r", OPEN "officeDocument/2006/relationships"},
        {"v", "urn:schemas-microsoft-com:vml"},
        {"w", OPEN "wordprocessingml/2006/main"},
        {"w10", "urn:schemas-microsoft-com:office:word"},
        {"w14", MICROSOFT "word/2010/wordml"},
        {"w15", MICROSOFT "word/2012/wordml"},
        {"wp", OPEN "drawingml/2006/wordprocessingDrawing"},
        {"wp14", MICROSOFT "word/2010/wordprocessingDrawing"},
        {"wpc", MICROSOFT "word/2010/wordprocessingCanvas"},
        {"wpg", MICROSOFT "word/2010/wordprocessingGroup"},
        {"wps", MICROSOFT "word/2010/wordprocessingShape"},
        {"x14", MICROSOFT "spreadsheetml/2009/9/main"},
        {"x14ac", MICROSOFT "spreadsheetml/2009/9/ac"},
        {"xdr", OPEN "drawingml/2006/spreadsheetDrawing"},
        {"xm", MICROSOFT "excel/2006/main"},
    });
    const auto found =
        std::find_if(rows.begin(), rows.end(), [prefix](const Row& row) { return row.prefix == prefix; });
    return found == rows.end() ? std::string_view() : found->uri;
}

}  // namespace mugaika::checker::ooxml
