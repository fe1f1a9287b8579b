#include "sanitizer/checker/ooxml/part_form.hpp"

#include <algorithm>
#include <array>

#include "policy/name_table.hpp"
#include "sanitizer/checker/ooxml/element_names.hpp"
#include "sanitizer/checker/ooxml/refusal.hpp"
#include "sanitizer/checker/ooxml/text_form.hpp"
#include "sanitizer/checker/ooxml/xml_form.hpp"

namespace mugaika::checker::ooxml {
namespace {

struct Nothing {};
using Names = NameTable<Nothing>;

Names names_of(std::string_view list) {
    Names names;
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find(' ', at), list.size());
        if (end > at) names.add(list.substr(at, end - at), {});
        at = end + 1;
    }
    return names;
}

// Written by hand, beside the list that a script selects: what must not stand in a document, whatever that list says.
constexpr std::string_view never =
    "w:altChunk w:attachedTemplate w:control w:object w:OLEObject o:OLEObject w:subDoc w:movie w:mailMerge "
    "w:dataBinding "
    "w:docVars w:embedRegular w:embedBold w:embedItalic w:embedBoldItalic w:printerSettings w:contentPart w:entryMacro "
    "w:exitMacro w:customXml w:smartTag w:attachedSchema w:saveThroughXslt w:frameset w:webSettings w15:dataBinding "
    "oleObjects oleObject oleLinks oleLink controls control ddeLink ddeItem externalReferences externalReference "
    "externalBook "
    "externalLink connections connection queryTable webPr webPublishing webPublishItems legacyDrawingHF drawingHF "
    "customProperties volTypes dialogsheet macrosheet consolidation rangeSet tupleCache cacheHierarchy "
    "calculatedMember fileSharing xmlColumnPr smartTags functionGroups "
    "dataConsolidate dataRefs p:oleObj p:controls p:control p:custDataLst p:embeddedFontLst p:cmd p:audio p:video "
    "p:snd "
    "p:sndAc p:contentPart p:htmlPubPr a:snd a:wavAudioFile a:audioFile a:videoFile a:quickTimeFile a:audioCd "
    "c:externalData c:pivotSource p14:media a14:imgProps v:textdata o:signatureline";

struct ReferenceForm {
    std::string_view element, attribute, words;
};

constexpr auto reference_forms = std::to_array<ReferenceForm>({
    {"a:blip", "r:embed", "image"},
    {"a:hlinkClick", "r:id", "hyperlink slide"},
    {"a:hlinkHover", "r:id", "hyperlink slide"},
    {"a:hlinkMouseOver", "r:id", "hyperlink slide"},
    {"c:chart", "r:id", "chart"},
    {"c:userShapes", "r:id", "chartUserShapes"},
    {"dgm:relIds", "r:dm", "diagramData"},
    {"dgm:relIds", "r:lo", "diagramLayout"},
    {"dgm:relIds", "r:qs", "diagramQuickStyle"},
    {"dgm:relIds", "r:cs", "diagramColors"},
    {"w:headerReference", "r:id", "header"},
    {"w:footerReference", "r:id", "footer"},
    {"w:hyperlink", "r:id", "hyperlink"},
    {"v:imagedata", "r:id", "image"},
    {"v:fill", "r:id", "image"},
    {"sheet", "r:id", "worksheet chartsheet"},
    {"drawing", "r:id", "drawing"},
    {"legacyDrawing", "r:id", "vmlDrawing"},
    {"tablePart", "r:id", "table"},
    {"hyperlink", "r:id", "hyperlink"},
    {"pivotCache", "r:id", "pivotCacheDefinition"},
    {"pivotCacheDefinition", "r:id", "pivotCacheRecords"},
    {"picture", "r:id", "image"},
    {"p:sldId", "r:id", "slide"},
    {"p:sld", "r:id", "slide"},
    {"p:sldMasterId", "r:id", "slideMaster"},
    {"p:sldLayoutId", "r:id", "slideLayout"},
    {"p:notesMasterId", "r:id", "notesMaster"},
    {"p:handoutMasterId", "r:id", "handoutMaster"},
});

// URIs of extensions that carry content; compared without regard to case.
constexpr std::string_view extension_uris =
    "{78c0d931-6437-407d-a8ee-f0aad7539e65} {b025f937-c7b1-47d3-b67f-a62eff666e3e} "
    "{cce6a557-97bc-4b89-adb6-d9c93caab3df} "
    "{05c60535-1f16-4fd2-b633-f4f36f0b64e0} {521415d9-36f7-43e2-ab2f-b90af26b5e84} "
    "http://schemas.microsoft.com/office/drawing/2008/diagram";
constexpr std::string_view graphic_uris =
    "http://schemas.openxmlformats.org/drawingml/2006/picture http://schemas.openxmlformats.org/drawingml/2006/chart "
    "http://schemas.openxmlformats.org/drawingml/2006/diagram http://schemas.openxmlformats.org/drawingml/2006/table "
    "http://schemas.openxmlformats.org/drawingml/2006/lockedCanvas "
    "http://schemas.microsoft.com/office/word/2010/wordprocessingShape "
    "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup "
    "http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas";
constexpr std::string_view formula_elements =
    "f formula formula1 formula2 calculatedColumnFormula totalsRowFormula definedName c:f xm:f";

struct Lists {
    Names elements = names_of(element_names);
    Names elements_with_text = names_of(text_element_names);
    Names attributes = names_of(attribute_names);
    Names never_there = names_of(never);
};

const Lists& lists() {
    static const Lists made_once;
    return made_once;
}

class PartVisitor : public XmlVisitor {
public:
    PartVisitor(const PartForm& form, std::vector<PartLink>& links)
        : form_(form), links_(links), prefixes_(names_of(form.prefixes)) {}

    void start(std::string_view name, const std::vector<Attribute>& attributes) override {
        std::size_t own = 0;
        if (open_.empty()) {
            own = root(name, attributes);
        } else if (name.starts_with("mc:")) {
            return branch(name, attributes);
        }
        judge_element(name);
        for (std::size_t i = own; i < attributes.size(); ++i) judge_attribute(name, attributes[i]);
        if (name == "w:fldChar") field_mark(attributes);
        if (name == "w:fldSimple") simple_field();
        open_.push_back({name, lists().elements_with_text.has(name)});
    }

    void text(std::string_view text) override {
        const Open& top = open_.back();
        if (!top.holds_text) refuse_here("text in an element that holds none");
        if (is_word_of(formula_elements, top.name)) judge_formula(resolved(text));
        if (top.name == "w:instrText" || top.name == "w:delInstrText") {
            if (fields_.empty() || !fields_.back().in_instruction) refuse_here("an instruction outside of a field");
            fields_.back().instruction += resolved(text);
        }
    }

    void end(std::string_view) override { open_.pop_back(); }

private:
    struct Open {
        std::string_view name;
        bool holds_text;
    };
    struct Field {
        std::string instruction;
        bool in_instruction = true;
        bool has_inner = false;
    };

    [[noreturn]] void refuse_here(std::string_view words) const {
        refuse(std::string(form_.base) + ": " + std::string(words));
    }

    bool is_declared(std::string_view name) const {
        const std::size_t colon = name.find(':');
        const std::string_view prefix = colon == std::string_view::npos ? "." : name.substr(0, colon);
        return prefixes_.has(prefix);
    }

    // The declarations of the root, each in its place; returns where its own attributes begin.
    std::size_t root(std::string_view name, const std::vector<Attribute>& attributes) const {
        if (name != form_.root) refuse_here("expected another root");
        std::size_t place = 0;
        for (std::size_t at = 0; at < form_.prefixes.size(); ++place) {
            const std::size_t end = std::min(form_.prefixes.find(' ', at), form_.prefixes.size());
            const std::string_view prefix = form_.prefixes.substr(at, end - at);
            at = end + 1;
            const std::string expected = prefix == "." ? "xmlns" : "xmlns:" + std::string(prefix);
            if (place == attributes.size() || attributes[place].name != expected ||
                attributes[place].value != uri_of(prefix)) {
                refuse_here("expected the declaration of another name space");
            }
        }
        if (form_.ignorable.empty()) return place;
        if (place == attributes.size() || attributes[place].name != "mc:Ignorable" ||
            attributes[place].value != form_.ignorable) {
            refuse_here("expected what older programs may ignore");
        }
        return place + 1;
    }

    void branch(std::string_view name, const std::vector<Attribute>& attributes) {
        if (!is_declared(name)) refuse_here("branches in a part that has none");
        const bool inside = open_.back().name == "mc:AlternateContent";
        if (inside != (name != "mc:AlternateContent")) refuse_here("a branch where none may stand");
        if (name == "mc:Choice") {
            if (attributes.size() != 1 || attributes[0].name != "Requires")
                refuse_here("a branch without what it requires");
            std::string_view list = attributes[0].value;
            while (!list.empty()) {
                const std::size_t end = std::min(list.find(' '), list.size());
                if (!prefixes_.has(list.substr(0, end))) refuse_here("a branch that requires what is not declared");
                list.remove_prefix(std::min(end + 1, list.size()));
            }
        } else if (!attributes.empty() || (name != "mc:Fallback" && name != "mc:AlternateContent")) {
            refuse_here("an element of branches that is not on the list");
        }
        open_.push_back({name, false});
    }

    void judge_element(std::string_view name) const {
        if (lists().never_there.has(name)) refuse_here("an element that must never stand in a document");
        if (!lists().elements.has(name) || !is_declared(name)) refuse_here("an element that is not on the list");
        if (!open_.empty() && open_.back().name == "mc:AlternateContent") refuse_here("an element between branches");
    }

    void judge_attribute(std::string_view element, const Attribute& attribute) {
        const std::string_view name = attribute.name;
        if (!lists().attributes.has(name)) refuse_here("an attribute that is not on the list");
        if (name.find(':') != std::string_view::npos && !name.starts_with("xml:") && !is_declared(name)) {
            refuse_here("an attribute of a name space that is not declared");
        }
        if (name.starts_with("r:")) return judge_reference(element, attribute);
        if (name == "action") judge_action(resolved(attribute.value));
        if (name == "w:instr") judge_field(resolved(attribute.value), false);
        if (element == "definedName" && name == "name") judge_defined_name(resolved(attribute.value));
        if (element == "cfvo" && name == "val") judge_formula(resolved(attribute.value));
        if (name == "formula") judge_formula(resolved(attribute.value));
        judge_pivot_source(element, attribute);
        if (name == "style" && lowered(attribute.value).find("url(") != std::string::npos)
            refuse_here("a style that loads something");
        if (element == "dsp:dataModelExt" && name == "relId" &&
            link_place(attribute.value) == static_cast<std::size_t>(-1)) {
            refuse_here("a drawing's number that is none");
        }
        if (name != "uri") return;
        if (element == "a:graphicData" && !is_word_of(graphic_uris, attribute.value))
            refuse_here("a graphic that is not on the list");
        if ((element == "ext" || element.ends_with(":ext")) && !is_word_of(extension_uris, lowered(attribute.value))) {
            refuse_here("an extension that is not on the list");
        }
    }

    // The figures of a pivot table are those of cells of the same workbook.
    void judge_pivot_source(std::string_view element, const Attribute& attribute) const {
        if (element == "cacheSource" && (attribute.name != "type" || attribute.value != "worksheet"))
            refuse_here("figures that come from elsewhere");
        if (element != "worksheetSource") return;
        const bool is_range = attribute.name == "ref";
        const bool is_name = attribute.name == "sheet" || attribute.name == "name";
        if (is_name && attribute.value.find_first_of("[]|!/\\:*?") != std::string_view::npos)
            refuse_here("figures of another workbook");
        if (is_range &&
            attribute.value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$:") != std::string_view::npos)
            refuse_here("figures of no range");
        if (!is_range && !is_name) refuse_here("figures that come from elsewhere");
    }

    static std::string lowered(std::string_view text) {
        std::string out(text);
        for (char& c : out) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        }
        return out;
    }

    void judge_reference(std::string_view element, const Attribute& attribute) {
        const auto form = std::find_if(reference_forms.begin(), reference_forms.end(), [&](const ReferenceForm& one) {
            return one.element == element && one.attribute == attribute.name;
        });
        if (form == reference_forms.end()) refuse_here("a reference where none may stand");
        const bool may_be_empty = element.starts_with("a:hlink") || element == "a:blip";
        if (attribute.value.empty() && may_be_empty) return;
        const std::size_t place = link_place(attribute.value);
        if (place >= links_.size()) refuse_here("a reference to nothing");
        if (!is_word_of(form->words, links_[place].word)) refuse_here("a reference to a part of another kind");
        links_[place].is_mentioned = true;
    }

    void simple_field() {
        if (fields_.empty() || !fields_.back().in_instruction) return;
        inner_field();
    }

    void inner_field() {
        if (!has_keyword(fields_.back().instruction)) refuse_here("a field whose keyword another field makes");
        fields_.back().has_inner = true;
    }

    void field_mark(const std::vector<Attribute>& attributes) {
        const auto type = std::find_if(attributes.begin(), attributes.end(),
                                       [](const Attribute& one) { return one.name == "w:fldCharType"; });
        if (type == attributes.end()) refuse_here("a field's mark without its type");
        if (type->value == "begin") {
            if (!fields_.empty() && fields_.back().in_instruction) inner_field();
            if (fields_.size() == 100) refuse_here("fields stand too deep");
            fields_.emplace_back();
            return;
        }
        if (fields_.empty()) refuse_here("a field's end without its beginning");
        if (fields_.back().in_instruction) judge_field(fields_.back().instruction, fields_.back().has_inner);
        fields_.back().in_instruction = false;
        if (type->value == "end") fields_.pop_back();
    }

public:
    void finish() const {
        if (!fields_.empty() && fields_.back().in_instruction) refuse_here("a field without an end");
    }

private:
    const PartForm& form_;
    std::vector<PartLink>& links_;
    Names prefixes_;
    std::vector<Open> open_;
    std::vector<Field> fields_;
};

}  // namespace

void load_element_names() { lists(); }

void check_part(std::string_view xml, const PartForm& form, std::vector<PartLink>& links) {
    PartVisitor visitor(form, links);
    read_xml(xml, visitor);
    visitor.finish();
}

namespace {

// '#' stands for a number.
bool take(std::string_view& text, std::string_view pattern) {
    for (const char c : pattern) {
        if (c != '#') {
            if (!text.starts_with(c)) return false;
            text.remove_prefix(1);
            continue;
        }
        const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
        if (digits == 0 || digits > 8) return false;
        text.remove_prefix(digits);
    }
    return true;
}

constexpr std::string_view boxes_head =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" "
    "xmlns:x=\"urn:schemas-microsoft-com:office:excel\">"
    "<o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"1\"/></o:shapelayout>"
    "<v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\">"
    "<v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>";
constexpr std::string_view box_id = "<v:shape id=\"_x0000_s#\" type=\"";
constexpr std::string_view box_rest = "_x0000_t202\" style=\"position:absolute;visibility:hidden\" fillcolor=\"";
constexpr std::string_view box_look = "ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"";
constexpr std::string_view box_end =
    "ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/>"
    "<v:textbox style=\"mso-direction-alt:auto\"/><x:ClientData ObjectType=\"Note\"><x:MoveWithCells/>"
    "<x:SizeWithCells/><x:Anchor>#,15,#,2,#,15,#,16</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>#</x:Row>"
    "<x:Column>#</x:Column></x:ClientData></v:shape>";

bool take_hash(std::string_view& text) {
    if (!text.starts_with('#')) return false;
    text.remove_prefix(1);
    return true;
}

}  // namespace

void check_boxes(std::string_view xml) {
    if (!xml.starts_with(boxes_head)) refuse("boxes: they do not begin as ours do");
    xml.remove_prefix(boxes_head.size());
    while (xml != "</xml>") {
        const bool ours = take(xml, box_id) && take_hash(xml) && take(xml, box_rest) && take_hash(xml) &&
                          take(xml, box_look) && take_hash(xml) && take(xml, box_end);
        if (!ours) refuse("boxes: one that is not like ours");
    }
}

}  // namespace mugaika::checker::ooxml
