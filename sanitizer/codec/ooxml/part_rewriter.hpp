// Writes one part anew from what expat reads of it: listed elements and attributes only, in their order, with our
// prefixes.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sanitizer/codec/ooxml/element_list.hpp"
#include "sanitizer/codec/ooxml/element_rules.hpp"
#include "sanitizer/codec/ooxml/part_survey.hpp"
#include "sanitizer/codec/ooxml/references.hpp"
#include "sanitizer/codec/ooxml/xml_reader.hpp"
#include "sanitizer/codec/ooxml/xml_writer.hpp"

namespace mugaika::codec::ooxml {

// What a part is judged by beside itself.
struct PartContext {
    const PartKind& kind;
    References& references;
    const PartSurvey& survey;
    const PartSurvey* workbook;  // of a workbook's parts; nullptr: charts of letters and slides
    // Of a diagram: what its cached drawing is called among the references of the part that shows it.
    const std::unordered_map<std::string, std::string>& drawing_ids;
    std::string_view pivot_number;  // of a pivot table: what the workbook calls its cache
    std::vector<Loss>& losses;
};

class PartRewriter : public XmlHandler {
public:
    PartRewriter(PartContext context, ZipWriter& zip);

    void start(std::string_view, const std::vector<XmlAttribute>&) override;
    void text(std::string_view) override;
    void end() override;

    // Cells that have a comment ("B7"), in order; of a part of that kind only.
    const std::vector<std::string>& commented_cells() const { return commented_cells_; }

private:
    enum class State : unsigned char {
        waiting,  // its start is written when a child is
        written,
        transparent,   // only its children are
        picture_only,  // transparent; of its children only a p:pic
        gathering,     // its text is a formula: judged at its end
    };
    struct Frame {
        std::string name;  // as read
        std::string attributes;
        std::string formula;
        State state;
        FormulaRule rule;
        bool holds_text;
    };

    // What start() does, in its order.
    bool is_seen_only(std::string_view name, const std::vector<XmlAttribute>&);
    void open_root(std::string_view name, const std::vector<XmlAttribute>&);
    void compatibility(std::string_view name, const std::vector<XmlAttribute>&);
    void count_field(std::string_view type);
    bool is_dropped_field_content(std::string_view name) const;
    bool goes_quietly(std::string_view name, const std::vector<XmlAttribute>&);
    bool frame_goes(std::string_view name);
    void open_listed(std::string_view name, const Element&, const std::vector<XmlAttribute>&);
    bool take_attribute(std::string_view element, const XmlAttribute&);
    bool take_reference(std::string_view element, const XmlAttribute&, const ReferenceRule&);
    bool take_value(std::string_view element, const XmlAttribute&);
    bool is_whole(std::string_view element, const std::vector<XmlAttribute>&);
    void count(std::string_view name, const Element&, const std::vector<XmlAttribute>&);

    Frame& push(std::string_view name, State);
    Frame& top() { return frames_[depth_ - 1]; }
    void skip(bool quietly);
    void write_waiting();
    void end_formula(Frame&);
    bool is_shared_orphan(const Frame&);
    static std::string_view shown(const Frame&);  // the name as written
    bool is_declared(std::string_view name) const;
    int new_sheet_place(std::string_view old) const;

    PartContext context_;
    XmlWriter writer_;
    std::vector<Frame> frames_;  // those above depth_ are kept for their memory
    std::size_t depth_ = 0;
    std::size_t waiting_ = 0;  // frames that wait
    std::size_t skipped_ = 0;  // depth inside what is left out
    bool skipped_quietly_ = false;
    bool skipped_shows_ = false;
    std::string attributes_;
    std::vector<std::string_view> attribute_names_;
    std::vector<std::string_view> prefixes_;
    std::size_t frame_place_ = 0;
    std::size_t field_place_ = 0;
    struct Field {
        bool dropped;
        bool in_instruction;
    };
    std::vector<Field> fields_;
    std::size_t dropped_instructions_ = 0;
    bool field_mark_goes_ = false;
    bool picture_taken_ = false;
    std::unordered_set<std::string> shared_formulas_;  // si of masters that were written
    std::vector<std::string> commented_cells_;
    KnownSheets all_known_;
};

}  // namespace mugaika::codec::ooxml
