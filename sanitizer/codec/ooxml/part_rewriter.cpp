#include "sanitizer/codec/ooxml/part_rewriter.hpp"

#include <algorithm>
#include <charconv>

#include "sanitizer/codec/ooxml/field_judge.hpp"
#include "sanitizer/codec/ooxml/graphic_kinds.hpp"
#include "sanitizer/codec/ooxml/link_judge.hpp"
#include "sanitizer/codec/ooxml/namespaces.hpp"
#include "sanitizer/codec/ooxml/refused.hpp"
#include "sanitizer/codec/ooxml/zip_reader.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr std::size_t formula_max = 64 << 10;  // Excel takes 8,192 characters

std::string_view value_of(const std::vector<XmlAttribute>& attributes, std::string_view name) {
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [name](const XmlAttribute& attribute) { return attribute.name == name; });
    return found == attributes.end() ? std::string_view() : found->value;
}

bool has(const std::vector<XmlAttribute>& attributes, std::string_view name) {
    return std::any_of(attributes.begin(), attributes.end(),
                       [name](const XmlAttribute& attribute) { return attribute.name == name; });
}

bool is_true(std::string_view value) { return value == "1" || value == "true" || value == "on"; }
bool is_false(std::string_view value) { return value == "0" || value == "false" || value == "off"; }
bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

// "w r |w14" -> w, r, w14; a list that begins with a blank has the empty prefix.
std::vector<std::string_view> prefixes_of(std::string_view list) {
    std::vector<std::string_view> prefixes;
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t end = std::min(list.find(' ', at), list.size());
        std::string_view prefix = list.substr(at, end - at);
        if (prefix.starts_with('|')) prefix.remove_prefix(1);
        prefixes.push_back(prefix);
        at = end + 1;
    }
    return prefixes;
}

}  // namespace

PartRewriter::PartRewriter(PartContext context, ZipWriter& zip)
    : context_(context), writer_(zip), prefixes_(prefixes_of(context.kind.prefixes)) {
    all_known_.all_known = true;
}

bool PartRewriter::is_declared(std::string_view name) const {
    const std::size_t colon = name.find(':');
    const std::string_view prefix = colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
    return prefix == "xml" || std::find(prefixes_.begin(), prefixes_.end(), prefix) != prefixes_.end();
}

PartRewriter::Frame& PartRewriter::push(std::string_view name, State state) {
    if (depth_ == frames_.size()) frames_.emplace_back();
    Frame& frame = frames_[depth_++];
    frame.name.assign(name);
    frame.attributes.clear();
    frame.formula.clear();
    frame.state = state;
    frame.holds_text = false;
    if (state == State::waiting) ++waiting_;
    return frame;
}

// An embedded object without its object is a drawing of the old kind.
std::string_view PartRewriter::shown(const Frame& frame) {
    return frame.name == "w:object" ? std::string_view("w:pict") : std::string_view(frame.name);
}

void PartRewriter::skip(bool quietly) {
    skipped_ = 1;
    skipped_quietly_ = quietly;
    skipped_shows_ = false;
}

// A transparent frame's children stand in its place; those that wait are written with the first of theirs.
void PartRewriter::write_waiting() {
    for (std::size_t i = 0; waiting_ > 0 && i < depth_; ++i) {
        Frame& frame = frames_[i];
        if (frame.state != State::waiting) continue;
        writer_.start(shown(frame), frame.attributes);
        frame.state = State::written;
        --waiting_;
    }
}

void PartRewriter::start(std::string_view name, const std::vector<XmlAttribute>& attributes) {
    if (is_seen_only(name, attributes)) return;
    if (depth_ == 0) return open_root(name, attributes);
    if (top().state == State::gathering) return skip(true);
    if (name.starts_with("mc:")) return compatibility(name, attributes);
    if (top().state == State::picture_only) {
        if (name != "p:pic" || picture_taken_) {
            push(name, State::picture_only);
            return;
        }
        picture_taken_ = true;
    }
    if (is_dropped_field_content(name)) return skip(true);
    const Element* element = find_element(name);
    if (element == nullptr || !is_declared(name)) {
        if (name == "w:customXml" || name == "w:smartTag") {
            push(name, State::transparent);
            return;
        }
        return skip(false);
    }
    if (goes_quietly(name, attributes)) return;
    open_listed(name, *element, attributes);
}

// Counts what the survey counted, wherever it stands, and says whether the element is inside something left out.
bool PartRewriter::is_seen_only(std::string_view name, const std::vector<XmlAttribute>& attributes) {
    const bool frame = is_frame(name);
    if (frame) ++frame_place_;
    if (name == "w:fldChar") count_field(value_of(attributes, "w:fldCharType"));
    if (skipped_ == 0) return false;
    ++skipped_;
    return true;
}

void PartRewriter::open_root(std::string_view name, const std::vector<XmlAttribute>& attributes) {
    const Element* element = find_element(name);
    if (name != context_.kind.root || element == nullptr)
        damaged("a part does not begin with the element that its kind has");
    attributes_.clear();
    attribute_names_.clear();
    std::string ignorable;
    for (const std::string_view prefix : prefixes_) {
        append_attribute(attributes_, prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix), uri_of_prefix(prefix));
    }
    if (const std::size_t mark = context_.kind.prefixes.find('|'); mark != std::string_view::npos) {
        append_attribute(attributes_, "mc:Ignorable", context_.kind.prefixes.substr(mark + 1));
    }
    for (const XmlAttribute& attribute : attributes) {
        if (may_have(*element, attribute.name)) take_attribute(name, attribute);
    }
    count(name, *element, attributes);
    Frame& frame = push(name, State::written);
    writer_.start(shown(frame), attributes_);
}

// ECMA-376 part 3: of the branches those stay that need nothing but what we know; when there is none, what the other
// branch holds stands for itself.
void PartRewriter::compatibility(std::string_view name, const std::vector<XmlAttribute>& attributes) {
    if (!is_declared(name)) return skip(false);
    if (top().state == State::picture_only) {
        push(name, State::picture_only);
        return;
    }
    if (name == "mc:AlternateContent") {
        push(name, State::waiting);
        return;
    }
    if (top().name != "mc:AlternateContent") return skip(false);
    if (name == "mc:Fallback") {
        if (top().state == State::waiting) {
            top().state = State::transparent;
            --waiting_;
        }
        push(name, top().state == State::transparent ? State::transparent : State::waiting);
        return;
    }
    std::string ours;
    std::string_view requires_list = value_of(attributes, "Requires");
    while (!requires_list.empty()) {
        const std::size_t end = std::min(requires_list.find(' '), requires_list.size());
        const std::string_view prefix = requires_list.substr(0, end);
        if (!is_declared(std::string(prefix) + ":")) return skip(true);
        (ours += ours.empty() ? "" : " ") += prefix;
        requires_list.remove_prefix(std::min(end + 1, requires_list.size()));
    }
    if (name != "mc:Choice" || ours.empty() || top().state == State::transparent) return skip(true);
    append_attribute(push(name, State::waiting).attributes, "Requires", ours);
}

// Fields are open over many elements, so they are counted apart from the frames.
void PartRewriter::count_field(std::string_view type) {
    if (type == "begin") {
        const bool dropped =
            field_place_ >= context_.survey.field_is_dropped.size() || context_.survey.field_is_dropped[field_place_];
        ++field_place_;
        field_mark_goes_ = dropped || dropped_instructions_ > 0;
        fields_.push_back({dropped, true});
        if (dropped) ++dropped_instructions_;
        return;
    }
    field_mark_goes_ = true;
    if (fields_.empty()) return;
    Field& field = fields_.back();
    if (field.dropped && field.in_instruction) --dropped_instructions_;
    field.in_instruction = false;
    field_mark_goes_ = field.dropped || dropped_instructions_ > 0;
    if (type == "end") fields_.pop_back();
}

// The mark itself, and all that stands in the instruction of a field that goes.
bool PartRewriter::is_dropped_field_content(std::string_view name) const {
    if (name == "w:fldChar") return field_mark_goes_;
    if (name == "w:instrText" || name == "w:delInstrText") {
        return dropped_instructions_ > 0 || fields_.empty() || !fields_.back().in_instruction;
    }
    return dropped_instructions_ > 0 && name != "w:rPr" && frames_[depth_ - 1].name == "w:r";
}

bool PartRewriter::frame_goes(std::string_view name) {
    const std::size_t place = frame_place_ - 1;
    if (!is_frame(name) || place >= context_.survey.frames.size()) return false;
    switch (context_.survey.frames[place]) {
        case FrameVerdict::kept:
            return false;
        case FrameVerdict::dropped:
            skip(false);
            return true;
        case FrameVerdict::dropped_object:
            skip(true);
            return true;
        case FrameVerdict::picture_only:
            break;
    }
    picture_taken_ = false;
    push(name, State::picture_only);
    return true;
}

bool PartRewriter::goes_quietly(std::string_view name, const std::vector<XmlAttribute>& attributes) {
    if (frame_goes(name)) return true;
    const std::string_view uri = value_of(attributes, "uri");
    const bool is_extension = name == "ext" || (name.ends_with(":ext") && has(attributes, "uri"));
    if (is_extension && !is_known_extension(uri)) {
        skip(true);
        return true;
    }
    if (name == "w:fldSimple" && !is_allowed_field(value_of(attributes, "w:instr"), false, true)) {
        if (const auto loss = loss_of_field(value_of(attributes, "w:instr"))) add_loss(context_.losses, *loss);
        push(name, State::transparent);
        return true;
    }
    if (name == "p:timing" && context_.survey.animation_acts) {
        add_loss(context_.losses, Reason::multimedia_removed);
        skip(true);
        return true;
    }
    if (!is_whole(name, attributes)) {
        skip(true);
        return true;
    }
    return false;
}

// What would say nothing, or something else, without the attributes that it cannot keep.
bool PartRewriter::is_whole(std::string_view element, const std::vector<XmlAttribute>& attributes) {
    if (element.starts_with("a:hlink")) {
        if (element == "a:hlink") return true;  // of a theme: a colour
        const std::string_view action = value_of(attributes, "action");
        return is_allowed_action(action) && (!action.empty() || !value_of(attributes, "r:id").empty());
    }
    if (element == "hyperlink") {
        return has(attributes, "location") || context_.references.resolves(value_of(attributes, "r:id"), "hyperlink");
    }
    if (element == "definedName") {
        const bool runs = is_true(value_of(attributes, "function")) || is_true(value_of(attributes, "vbProcedure")) ||
                          is_true(value_of(attributes, "xlm"));
        if (runs || !is_allowed_defined_name(value_of(attributes, "name"))) {
            add_loss(context_.losses, Reason::macro_removed);
            return false;
        }
        return !has(attributes, "localSheetId") || new_sheet_place(value_of(attributes, "localSheetId")) >= 0;
    }
    return true;
}

int PartRewriter::new_sheet_place(std::string_view old) const {
    std::size_t place = 0;
    const auto [end, fault] = std::from_chars(old.data(), old.data() + old.size(), place);
    if (fault != std::errc() || end != old.data() + old.size()) return -1;
    return place < context_.survey.sheet_places.size() ? context_.survey.sheet_places[place] : -1;
}

void PartRewriter::open_listed(std::string_view name, const Element& element,
                               const std::vector<XmlAttribute>& attributes) {
    attributes_.clear();
    attribute_names_.clear();
    for (const XmlAttribute& attribute : attributes) {
        const bool has_prefix = attribute.name.find(':') != std::string_view::npos;
        if (!may_have(element, attribute.name) || (has_prefix && !is_declared(attribute.name))) continue;
        if (!take_attribute(name, attribute)) return skip(true);
    }
    count(name, element, attributes);
    const bool gathers = element.formula != FormulaRule::none;
    const bool extension = has(attributes, "uri") && (name == "ext" || name.ends_with(":ext"));
    const bool waits = !gathers && (element.is_wrapper || extension);
    if (!gathers && !waits) write_waiting();
    Frame& frame = push(name, gathers ? State::gathering : waits ? State::waiting : State::written);
    frame.holds_text = element.holds_text;
    frame.rule = element.formula;
    if (gathers || waits) {
        frame.attributes = attributes_;
    } else {
        writer_.start(shown(frame), attributes_);
    }
}

// False: the element goes with it.
bool PartRewriter::take_attribute(std::string_view element, const XmlAttribute& attribute) {
    // Two prefixes of one name space would give one name twice.
    if (std::find(attribute_names_.begin(), attribute_names_.end(), attribute.name) != attribute_names_.end())
        return true;
    attribute_names_.push_back(attribute.name);
    if (attribute.name.starts_with("r:")) {
        const ReferenceRule* rule = reference_rule(element, attribute.name);
        return rule == nullptr || take_reference(element, attribute, *rule);
    }
    return take_value(element, attribute);
}

bool PartRewriter::take_reference(std::string_view element, const XmlAttribute& attribute, const ReferenceRule& rule) {
    if (attribute.value.empty() && (element.starts_with("a:hlink") || element == "a:blip")) {
        append_attribute(attributes_, attribute.name, "");
        return true;
    }
    const std::string ours = context_.references.use(attribute.value, rule.words);
    if (ours.empty()) return !rule.element_goes;
    append_attribute(attributes_, attribute.name, ours);
    return true;
}

bool PartRewriter::take_value(std::string_view element, const XmlAttribute& attribute) {
    std::string_view value = attribute.value;
    std::string own;
    if (attribute.name == "conformance" || attribute.name == "w:conformance") return true;
    if (attribute.name == "style" && lower_ascii(value).find("url(") != std::string::npos) return true;
    if (element == "dsp:dataModelExt" && attribute.name == "relId") {
        const auto found = context_.drawing_ids.find(std::string(value));
        if (found == context_.drawing_ids.end()) return false;
        value = found->second;
    } else if (element == "pivotTableDefinition" && attribute.name == "cacheId") {
        value = context_.pivot_number;
    } else if (element == "a:fld" && attribute.name == "id") {
        value = "{00000000-0000-0000-0000-000000000000}";  // made up at random by who wrote it; nothing refers to it
    } else if (element == "a:graphicData" && attribute.name == "uri") {
        value = transitional_graphic(value);
    } else if (attribute.name == "localSheetId" || attribute.name == "activeTab" || attribute.name == "firstSheet") {
        const int place = new_sheet_place(value);
        if (place < 0) return true;
        own = std::to_string(place);
        value = own;
    } else if (element == "cfvo" && attribute.name == "val" &&
               judge_formula(value, context_.workbook == nullptr ? all_known_ : context_.workbook->sheets) !=
                   FormulaFault::none) {
        value = "0";
    }
    append_attribute(attributes_, attribute.name, value);
    return true;
}

void PartRewriter::count(std::string_view element, const Element& listed, const std::vector<XmlAttribute>& attributes) {
    if (listed.counted == Counted::comment) add_loss(context_.losses, Reason::comments_kept);
    if (listed.counted == Counted::tracked_change) add_loss(context_.losses, Reason::tracked_changes_kept);
    const bool hidden =
        (element == "sheet" && value_of(attributes, "state").ends_with("idden")) ||
        ((element == "row" || element == "col") && is_true(value_of(attributes, "hidden"))) ||
        (element == "p:sld" && is_false(value_of(attributes, "show"))) ||
        (element == "w:vanish" && context_.kind.part != Part::word_styles && !is_false(value_of(attributes, "w:val")));
    if (hidden) add_loss(context_.losses, Reason::hidden_content_kept);
    if (element == "comment" && context_.kind.part == Part::sheet_comments) {
        commented_cells_.emplace_back(value_of(attributes, "ref"));
    }
}

void PartRewriter::text(std::string_view text) {
    if (skipped_ > 0) {
        skipped_shows_ = skipped_shows_ || !is_blank(text);
        return;
    }
    if (depth_ == 0) return;
    if (top().state == State::gathering) {
        if (top().formula.size() <= formula_max) top().formula += text;
        return;
    }
    if (top().state == State::written && top().holds_text) writer_.text(text);
}

void PartRewriter::end() {
    if (skipped_ > 0) {
        if (--skipped_ == 0 && skipped_shows_ && !skipped_quietly_) {
            add_loss(context_.losses, Reason::unknown_content_removed);
        }
        return;
    }
    Frame& frame = top();
    if (frame.state == State::gathering) {
        end_formula(frame);
    } else if (frame.state == State::written) {
        writer_.end(shown(frame));
    } else if (frame.state == State::waiting) {
        --waiting_;
    }
    --depth_;
}

void PartRewriter::end_formula(Frame& frame) {
    const KnownSheets& sheets = context_.workbook == nullptr ? all_known_ : context_.workbook->sheets;
    FormulaFault fault = judge_formula(frame.formula, sheets);
    if (frame.formula.size() > formula_max) fault = FormulaFault::unknown_function;
    if (fault == FormulaFault::external) add_loss(context_.losses, Reason::external_reference_removed);
    if (fault == FormulaFault::unknown_function) add_loss(context_.losses, Reason::unknown_content_removed);
    const bool stays = fault == FormulaFault::none;
    if (frame.rule == FormulaRule::may_go && (!stays || is_shared_orphan(frame))) return;
    frame.state = State::written;  // it does not wait
    write_waiting();
    writer_.start(shown(frame), frame.attributes);
    writer_.text(stays ? std::string_view(frame.formula) : "#REF!");
    writer_.end(shown(frame));
}

// One that takes its text from another cell's formula, when that was left out.
bool PartRewriter::is_shared_orphan(const Frame& frame) {
    if (frame.name != "f" || frame.attributes.find(" t=\"shared\"") == std::string::npos) return false;
    const std::size_t at = frame.attributes.find(" si=\"");
    if (at == std::string::npos) return false;
    const std::string place = frame.attributes.substr(at + 5, frame.attributes.find('"', at + 5) - at - 5);
    if (!frame.formula.empty()) shared_formulas_.insert(place);
    return !shared_formulas_.contains(place);
}

}  // namespace mugaika::codec::ooxml
