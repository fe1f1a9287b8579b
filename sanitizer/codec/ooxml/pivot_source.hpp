// Where the figures of a pivot table come from. Its cache is kept when they are cells of the same workbook; one that
// comes from another file, a connection or a cube goes, with the tables that show it: the cells keep their values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/codec/ooxml/xml_reader.hpp"
#include "sanitizer/mail/file_made.hpp"

namespace mugaika::codec::ooxml {

// Hears the cache's definition (ECMA-376 part 1, 18.10).
class PivotSourceHandler : public XmlHandler {
public:
    void start(std::string_view, const std::vector<XmlAttribute>&) override;
    void text(std::string_view) override {}
    void end() override {}

    // Reason::none: it may stay, when its records do.
    Reason why_not() const noexcept;
    // What the records are called among the references; empty when there are none.
    const std::string& records_id() const noexcept { return records_id_; }
    // Where the cells stand; empty when only a name says it.
    const std::string& sheet() const noexcept { return sheet_; }

private:
    void source(const std::vector<XmlAttribute>&);
    void formula(std::string_view);

    bool is_external_ = false;
    bool is_odd_ = false;  // of another kind than we know
    int sources_ = 0;
    std::string records_id_;
    std::string sheet_;
};

// A number as a cache has it.
bool is_pivot_number(std::string_view) noexcept;

}  // namespace mugaika::codec::ooxml
