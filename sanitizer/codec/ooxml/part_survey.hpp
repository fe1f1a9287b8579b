// A first look through a part for what can be judged only when its end was seen: fields whose instruction is spread
// over runs, frames whose content comes late, sheets that are left out.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sanitizer/codec/ooxml/formula_judge.hpp"
#include "sanitizer/codec/ooxml/references.hpp"
#include "sanitizer/codec/ooxml/xml_reader.hpp"
#include "sanitizer/mail/file_made.hpp"

namespace mugaika::codec::ooxml {

enum class FrameVerdict : std::uint8_t {
    kept,
    dropped,         // its content points to a part that is not there, or is of a kind that is not known
    picture_only,    // an embedded object: only the picture that shows it stays
    dropped_object,  // the same without a picture
};

struct PartSurvey {
    std::vector<bool> field_is_dropped;  // by the order of their beginnings
    std::vector<Loss> field_losses;
    std::vector<FrameVerdict> frames;  // by the order of their beginnings
    bool animation_acts = false;       // it plays media or sends commands
    // Of a workbook.
    KnownSheets sheets;                                // those that stay
    std::vector<int> sheet_places;                     // by old place: the new one, or -1
    std::map<std::string, std::string> pivot_numbers;  // by what a cache of pivot tables is called among the references
};

// Whether elements of this name are counted in PartSurvey::frames.
bool is_frame(std::string_view element);

class SurveyHandler : public XmlHandler {
public:
    explicit SurveyHandler(const References& references) : references_(references) {}

    PartSurvey survey;

    void start(std::string_view, const std::vector<XmlAttribute>&) override;
    void text(std::string_view) override;
    void end() override;

private:
    struct Field {
        std::size_t place;
        std::string instruction;
        bool in_instruction = true;
        bool has_inner = false;
        bool keyword_is_whole = true;
    };
    void field_mark(std::string_view type);
    void close_instruction(Field&);
    void begin_inner_field();
    void graphic(std::string_view uri);
    void references_of(std::string_view name, const std::vector<XmlAttribute>&);
    void sheet(const std::vector<XmlAttribute>&);
    void frame_is(FrameVerdict);

    const References& references_;
    std::vector<Field> fields_;
    struct OpenFrame {
        std::size_t place;
        std::size_t depth;
    };
    std::vector<OpenFrame> frames_;
    std::size_t depth_ = 0;
    std::size_t instruction_depth_ = 0;  // of the w:instrText that is open; 0: none
};

}  // namespace mugaika::codec::ooxml
