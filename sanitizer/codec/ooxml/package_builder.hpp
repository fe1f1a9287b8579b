// Walks the old package from its document along the selected relationships and writes the new one, part by part: only
// one part's text is in memory at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "sanitizer/codec/ooxml/package.hpp"
#include "sanitizer/codec/ooxml/part_survey.hpp"
#include "sanitizer/codec/ooxml/references.hpp"
#include "sanitizer/codec/ooxml/zip_writer.hpp"
#include "sanitizer/mail/file_made.hpp"

namespace mugaika::codec::ooxml {

class PackageBuilder {
public:
    explicit PackageBuilder(const Package& package);

    FileMade build() &&;  // throws Refused

private:
    struct PartPlan {
        std::string old_name;
        std::string new_name;
        const PartKind* kind;
        std::unordered_map<std::string, std::string> drawing_ids;  // of a diagram's data
        std::string boxes_name;                                    // of comments: where their boxes stand
    };
    struct Picture {
        std::string bytes;  // until written
        std::string new_name;
        std::string extension;  // empty: not made
    };

    void write_root();
    void write_part(PartPlan&);
    void read(const std::string& old_name, FilePurse*, XmlHandler&);
    void rewrite(const PartPlan&, References&);
    References references_of(const PartPlan&);
    bool take_child(const PartPlan&, const Relationship&, References&);
    bool has_picture(const std::string& old_name);
    Reason why_no_pivot_cache(const std::string& old_name);
    void keep_pivot_caches(const References&);
    std::string pivot_number_of(const std::string& table);
    void write_references(const PartPlan&, const References&);
    std::string plan_child(const Reference&);
    std::string picture_name(const std::string& old_name);
    void tie_children(const References&);
    std::string new_name(const PartKind&, std::string_view extension);
    void write_content_types();
    void lose(std::string_view word, bool external);

    const Package& package_;
    ZipWriter zip_;
    std::vector<Loss> losses_;
    std::deque<PartPlan> plans_;  // in the order of writing; grows while it is walked
    std::unordered_map<std::string, std::size_t> plan_by_old_name_;
    std::map<std::string, Picture> pictures_;
    std::map<const PartKind*, std::string> single_;  // parts of kinds without a number, by old name
    std::map<std::string, std::uint32_t> numbers_;   // by folder and base
    std::unordered_map<std::string, std::vector<std::string>> boxes_;
    std::map<std::string, std::string> pivot_numbers_;  // of the caches that the workbook keeps, by old name
    std::map<std::string, std::string> pivot_sheets_;   // in lower case: where their cells stand, by old name
    PartSurvey workbook_;
    std::uint32_t pages_ = 0;
    bool says_excel_ = false;
};

}  // namespace mugaika::codec::ooxml
