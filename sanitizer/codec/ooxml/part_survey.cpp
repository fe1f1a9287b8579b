#include "sanitizer/codec/ooxml/part_survey.hpp"

#include <algorithm>

#include "sanitizer/codec/ooxml/field_judge.hpp"
#include "sanitizer/codec/ooxml/graphic_kinds.hpp"
#include "sanitizer/codec/ooxml/refused.hpp"
#include "sanitizer/codec/ooxml/zip_reader.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr std::size_t fields_inside_max = 100;
constexpr std::size_t instruction_max = 4096;  // the judgement needs the beginning; the rest of a long IF does no harm

std::string_view value_of(const std::vector<XmlAttribute>& attributes, std::string_view name) {
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [name](const XmlAttribute& attribute) { return attribute.name == name; });
    return found == attributes.end() ? std::string_view() : found->value;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

bool is_frame(std::string_view element) {
    return element == "w:drawing" || element == "p:graphicFrame" || element == "xdr:twoCellAnchor" ||
           element == "xdr:oneCellAnchor" || element == "xdr:absoluteAnchor" || element == "cdr:relSizeAnchor" ||
           element == "cdr:absSizeAnchor";
}

void SurveyHandler::start(std::string_view name, const std::vector<XmlAttribute>& attributes) {
    ++depth_;
    if (is_frame(name)) {
        frames_.push_back({survey.frames.size(), depth_});
        survey.frames.push_back(FrameVerdict::kept);
    } else if (name == "w:fldChar") {
        field_mark(value_of(attributes, "w:fldCharType"));
    } else if (name == "w:instrText" || name == "w:delInstrText") {
        instruction_depth_ = depth_;
    } else if (name == "w:fldSimple") {
        begin_inner_field();
    } else if (name == "a:graphicData") {
        graphic(value_of(attributes, "uri"));
    } else if (name == "p:pic" && !frames_.empty() &&
               survey.frames[frames_.back().place] == FrameVerdict::dropped_object) {
        frame_is(FrameVerdict::picture_only);
    } else if (name == "p:cmd" || name == "p:audio" || name == "p:video") {
        survey.animation_acts = true;
    } else if (name == "sheet") {
        sheet(attributes);
    } else if (name == "pivotCache") {
        survey.pivot_numbers.emplace(value_of(attributes, "r:id"), value_of(attributes, "cacheId"));
    } else if (name == "c:chart" || name == "dgm:relIds") {
        references_of(name, attributes);
    }
}

void SurveyHandler::text(std::string_view text) {
    if (instruction_depth_ == 0 || fields_.empty()) return;
    Field& field = fields_.back();
    if (!field.in_instruction) return;
    field.instruction.append(text.substr(0, instruction_max - std::min(instruction_max, field.instruction.size())));
}

void SurveyHandler::end() {
    if (instruction_depth_ == depth_) instruction_depth_ = 0;
    if (!frames_.empty() && frames_.back().depth == depth_) frames_.pop_back();
    --depth_;
}

void SurveyHandler::begin_inner_field() {
    if (fields_.empty() || !fields_.back().in_instruction) return;
    Field& outer = fields_.back();
    outer.has_inner = true;
    // What the inner field yields becomes part of the keyword: { { QUOTE 68 68 } E ... }.
    if (is_blank(outer.instruction) ||
        outer.instruction.find_first_of(" \t\r\n", outer.instruction.find_first_not_of(" \t\r\n")) ==
            std::string::npos) {
        outer.keyword_is_whole = outer.instruction.find('=') != std::string::npos;
    }
}

void SurveyHandler::field_mark(std::string_view type) {
    if (type == "begin") {
        begin_inner_field();
        if (fields_.size() == fields_inside_max) refuse("fields stand too deep inside each other");
        fields_.push_back({survey.field_is_dropped.size(), {}});
        survey.field_is_dropped.push_back(true);  // one that does not end is none
        return;
    }
    if (fields_.empty()) return;
    if (fields_.back().in_instruction) close_instruction(fields_.back());
    if (type == "end") fields_.pop_back();
}

void SurveyHandler::close_instruction(Field& field) {
    field.in_instruction = false;
    const bool allowed = is_allowed_field(field.instruction, field.has_inner, field.keyword_is_whole);
    survey.field_is_dropped[field.place] = !allowed;
    if (allowed || is_blank(field.instruction)) return;
    if (const auto loss = loss_of_field(field.instruction)) add_loss(survey.field_losses, *loss);
}

void SurveyHandler::frame_is(FrameVerdict verdict) {
    if (!frames_.empty()) survey.frames[frames_.back().place] = verdict;
}

void SurveyHandler::graphic(std::string_view uri) {
    if (is_known_graphic(uri)) return;
    frame_is(is_object_graphic(uri) ? FrameVerdict::dropped_object : FrameVerdict::dropped);
}

void SurveyHandler::references_of(std::string_view name, const std::vector<XmlAttribute>& attributes) {
    const bool whole =
        name == "c:chart"
            ? value_of(attributes, "r:id").empty() || references_.resolves(value_of(attributes, "r:id"), "chart")
            : references_.resolves(value_of(attributes, "r:dm"), "diagramData") &&
                  references_.resolves(value_of(attributes, "r:lo"), "diagramLayout") &&
                  references_.resolves(value_of(attributes, "r:qs"), "diagramQuickStyle") &&
                  references_.resolves(value_of(attributes, "r:cs"), "diagramColors");
    if (!whole) frame_is(FrameVerdict::dropped);
}

void SurveyHandler::sheet(const std::vector<XmlAttribute>& attributes) {
    if (!references_.resolves(value_of(attributes, "r:id"), "worksheet chartsheet")) {
        survey.sheet_places.push_back(-1);
        return;
    }
    survey.sheet_places.push_back(static_cast<int>(survey.sheets.names.size()));
    survey.sheets.names.insert(lower_ascii(value_of(attributes, "name")));
}

}  // namespace mugaika::codec::ooxml
