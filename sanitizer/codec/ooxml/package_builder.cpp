#include "sanitizer/codec/ooxml/package_builder.hpp"

#include <algorithm>
#include <utility>

#include "sanitizer/codec/ooxml/comment_boxes.hpp"
#include "sanitizer/codec/ooxml/dropped_parts.hpp"
#include "sanitizer/codec/ooxml/link_judge.hpp"
#include "sanitizer/codec/ooxml/part_rewriter.hpp"
#include "sanitizer/codec/ooxml/pivot_source.hpp"
#include "sanitizer/codec/ooxml/program_name.hpp"
#include "sanitizer/codec/ooxml/read_part.hpp"
#include "sanitizer/codec/ooxml/refused.hpp"
#include "sanitizer/codec/ooxml/xml_tape.hpp"
#include "sanitizer/codec/ooxml/xml_writer.hpp"
#include "sanitizer/codec/pictures/rebuild_picture.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr std::string_view relationships_head =
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";

std::string relationship_row(std::string_view id, std::string_view word, std::string_view target, bool external) {
    std::string row = "<Relationship";
    append_attribute(row, "Id", id);
    append_attribute(row, "Type", std::string(relationship_prefix(word)).append(word));
    append_attribute(row, "Target", target);
    if (external) append_attribute(row, "TargetMode", "External");
    return row + "/>";
}

// Only these hold what a survey looks for.
bool is_surveyed(Part part) {
    switch (part) {
        case Part::worksheet:
        case Part::pivot_table:
        case Part::pivot_cache:
        case Part::pivot_records:
        case Part::shared_strings:
        case Part::sheet_styles:
        case Part::word_styles:
        case Part::theme:
            return false;
        default:
            return true;
    }
}

}  // namespace

PackageBuilder::PackageBuilder(const Package& package)
    : package_(package), zip_(package.purse(), package.size() + package.size() / 8) {}

FileMade PackageBuilder::build() && {
    const Part main = package_.main().part;
    const ProgramName program = main == Part::workbook ? program_name(package_) : ProgramName();
    for (const Relationship& row : package_.root_relationships()) {
        if (row.word == "officeDocument" || (row.word == "extended-properties" && program.is_ours)) continue;
        lose(row.word, row.external);
    }
    says_excel_ = program.is_excel;
    write_root();
    plan_child({"", "officeDocument", &package_.main(), package_.main_name()});
    for (std::size_t i = 0; i < plans_.size(); ++i) write_part(plans_[i]);
    write_content_types();
    if (main == Part::workbook && workbook_.sheets.names.empty()) refuse("no sheet of the workbook can be kept");
    const std::uint32_t pages = main == Part::document ? 1 : std::max<std::uint32_t>(pages_, 1);
    return {safe_kind(main), std::move(zip_).finish(), std::move(losses_), pages};
}

void PackageBuilder::lose(std::string_view word, bool external) {
    if (const auto loss = loss_of_part(word, external)) add_loss(losses_, *loss);
}

void PackageBuilder::write_root() {
    zip_.begin("_rels/.rels");
    zip_.write(xml_declaration);
    zip_.write(relationships_head);
    const PartKind& main = package_.main();
    const std::string target = std::string(main.folder) + "/" + std::string(main.base) + ".xml";
    zip_.write(relationship_row("rId1", "officeDocument", target, false));
    if (says_excel_) zip_.write(relationship_row("rId2", "extended-properties", program_part, false));
    zip_.write("</Relationships>");
    zip_.end();
    if (!says_excel_) return;
    zip_.begin(program_part);
    zip_.write(program_says_excel);
    zip_.end();
}

std::string PackageBuilder::new_name(const PartKind& kind, std::string_view extension) {
    std::string name(kind.folder);
    if (name.starts_with("{}")) name.replace(0, 2, root_folder(package_.main().part));
    ((name += '/') += kind.base);
    if (kind.numbered) name += std::to_string(++numbers_[name]);
    return (name += '.').append(extension);
}

// The name in the new package; the part is written later. "" when there is another in its place.
std::string PackageBuilder::plan_child(const Reference& row) {
    const std::string key = lower_ascii(row.target);
    if (const auto found = plan_by_old_name_.find(key); found != plan_by_old_name_.end()) {
        return plans_[found->second].new_name;
    }
    const std::string name = new_name(*row.kind, row.kind->part == Part::vml_drawing ? "vml" : "xml");
    plan_by_old_name_.emplace(key, plans_.size());
    plans_.push_back({row.target, name, row.kind, {}, {}});
    return name;
}

bool PackageBuilder::has_picture(const std::string& old_name) {
    const auto [found, news] = pictures_.try_emplace(lower_ascii(old_name));
    Picture& picture = found->second;
    if (!news) return !picture.extension.empty();
    FileOutcome outcome = rebuild_picture(unpack_whole(*package_.find(old_name), package_.purse()), package_.purse());
    if (auto* not_made = std::get_if<FileNotMade>(&outcome)) {
        add_loss(losses_, not_made->why);
        return false;
    }
    auto& made = std::get<FileMade>(outcome);
    for (const Loss& loss : made.losses) add_loss(losses_, loss.what, loss.count);
    picture.bytes = std::move(made.untrusted_bytes);
    picture.extension = made.kind == SafeKind::png ? "png" : "jpeg";
    return true;
}

std::string PackageBuilder::picture_name(const std::string& old_name) {
    Picture& picture = pictures_.at(lower_ascii(old_name));
    if (picture.new_name.empty()) {
        picture.new_name = new_name(kind_of(Part::image), picture.extension);
        zip_.store(picture.new_name, picture.bytes);
        std::string().swap(picture.bytes);
    }
    return picture.new_name;
}

bool PackageBuilder::take_child(const PartPlan& parent, const Relationship& row, References& references) {
    if (row.word == "hyperlink" && row.external && is_allowed_link(row.target)) {
        references.add({row.id, row.word, nullptr, row.target});
        return true;
    }
    const PartKind* kind = child_kind(*parent.kind, row.word);
    if (row.external || kind == nullptr || package_.find(row.target) == nullptr) return false;
    if (!has_content_type(*kind, package_.content_type(row.target))) return false;
    if (kind->part == Part::image) {
        if (has_picture(row.target)) references.add({row.id, row.word, kind, row.target});
        return true;  // what became of it was counted
    }
    if (kind->part == Part::pivot_cache && parent.kind->part == Part::workbook) {
        const Reason why_not = why_no_pivot_cache(row.target);
        if (why_not != Reason::none) add_loss(losses_, why_not);
        if (why_not != Reason::none) return true;
    }
    if (kind->part == Part::pivot_cache && parent.kind->part == Part::pivot_table &&
        !pivot_numbers_.contains(lower_ascii(row.target)))
        return false;
    if (kind->part == Part::pivot_table && pivot_number_of(row.target).empty()) return false;
    const auto known = plan_by_old_name_.find(lower_ascii(row.target));
    if (known != plan_by_old_name_.end() && plans_[known->second].kind != kind) return false;
    if (!kind->numbered) {  // a document has one of them
        const auto [first, news] = single_.emplace(kind, lower_ascii(row.target));
        if (!news && first->second != lower_ascii(row.target)) return false;
    }
    references.add({row.id, row.word, kind, row.target});
    return true;
}

Reason PackageBuilder::why_no_pivot_cache(const std::string& old_name) {
    PivotSourceHandler handler;
    read(old_name, &package_.purse(), handler);
    pivot_sheets_[lower_ascii(old_name)] = lower_ascii(handler.sheet());
    if (handler.why_not() != Reason::none || handler.records_id().empty()) return handler.why_not();
    const PartKind& records = kind_of(Part::pivot_records);
    for (const Relationship& row : package_.relationships_of(old_name)) {
        const bool is_it = row.id == handler.records_id() && row.word == records.relationship && !row.external;
        if (is_it && package_.find(row.target) != nullptr &&
            has_content_type(records, package_.content_type(row.target)))
            return Reason::none;
    }
    return Reason::unknown_content_removed;
}

// Only a cache that the workbook names by a number can have tables. One whose sheet is gone holds figures that nobody
// sees.
void PackageBuilder::keep_pivot_caches(const References& references) {
    for (const Reference* row : references.used()) {
        if (row->kind == nullptr || row->kind->part != Part::pivot_cache) continue;
        const std::string& sheet = pivot_sheets_[lower_ascii(row->target)];
        if (!sheet.empty() && !workbook_.sheets.names.contains(sheet)) add_loss(losses_, Reason::hidden_content_kept);
        const auto number = workbook_.pivot_numbers.find(row->old_id);
        if (number != workbook_.pivot_numbers.end() && is_pivot_number(number->second))
            pivot_numbers_.emplace(lower_ascii(row->target), number->second);
    }
}

// Of the table's cache; empty when that is not kept.
std::string PackageBuilder::pivot_number_of(const std::string& table) {
    for (const Relationship& row : package_.relationships_of(table)) {
        const auto cache = pivot_numbers_.find(lower_ascii(row.target));
        if (row.word == "pivotCacheDefinition" && !row.external && cache != pivot_numbers_.end()) return cache->second;
    }
    return {};
}

References PackageBuilder::references_of(const PartPlan& part) {
    References references;
    std::vector<Relationship> rows = package_.relationships_of(part.old_name);
    // Boxes without comments would be boxes of the author's.
    const bool comments =
        std::any_of(rows.begin(), rows.end(), [](const Relationship& row) { return row.word == "comments"; });
    for (const Relationship& row : rows) {
        const bool taken = (row.word != "vmlDrawing" || comments) && take_child(part, row, references);
        if (!taken) lose(row.word, row.external);
    }
    return references;
}

void PackageBuilder::read(const std::string& old_name, FilePurse* purse, XmlHandler& handler) {
    read_part(*package_.find(old_name), purse, package_.purse().limits().depth_max, handler);
}

// Rewrites the part into the open member, after a look through it where its kind needs one.
void PackageBuilder::rewrite(const PartPlan& part, References& references) {
    const ZipMember& member = *package_.find(part.old_name);
    const bool is_small = zip::is_unpacked_at_once(member);
    const bool is_looked_through = is_surveyed(part.kind->part);
    SurveyHandler survey(references);
    XmlTape tape(is_small ? nullptr : &survey, is_small || is_looked_through ? member.size : 0);
    if (is_small) {
        record_part(member, package_.purse(), package_.purse().limits().depth_max, tape);
    } else if (is_looked_through) {
        read(part.old_name, &package_.purse(), tape);
    }
    const auto report = [&](XmlHandler& handler) {
        const bool is_read = is_small || is_looked_through;
        if (is_read && tape.is_whole()) return tape.replay(handler);
        read(part.old_name, is_read ? nullptr : &package_.purse(), handler);
    };
    if (is_small && is_looked_through) report(survey);
    for (const Loss& loss : survey.survey.field_losses) add_loss(losses_, loss.what, loss.count);
    if (part.kind->part == Part::workbook) workbook_ = survey.survey;
    const bool in_workbook = package_.main().part == Part::workbook;
    const std::string pivot = part.kind->part == Part::pivot_table ? pivot_number_of(part.old_name) : std::string();
    PartRewriter rewriter(
        {*part.kind, references, survey.survey, in_workbook ? &workbook_ : nullptr, part.drawing_ids, pivot, losses_},
        zip_);
    report(rewriter);
    if (!part.boxes_name.empty()) boxes_[part.boxes_name] = rewriter.commented_cells();
}

void PackageBuilder::write_part(PartPlan& part) {
    const Part kind = part.kind->part;
    if (kind == Part::vml_drawing) {
        zip_.begin(part.new_name);
        zip_.write(xml_declaration);
        zip_.write(comment_boxes(boxes_[part.new_name]));
        zip_.end();
        return;
    }
    if (kind == Part::worksheet || kind == Part::chartsheet || kind == Part::slide) ++pages_;
    References references = references_of(part);
    zip_.begin(part.new_name, package_.find(part.old_name)->size);
    rewrite(part, references);
    zip_.end();
    if (kind == Part::workbook) keep_pivot_caches(references);
    references.use_implicit(*part.kind);
    write_references(part, references);
}

void PackageBuilder::write_references(const PartPlan& part, const References& references) {
    const std::vector<const Reference*> used = references.used();
    if (used.empty()) return;
    const std::string from = part.new_name;  // plans_ grows below
    std::string xml(relationships_head);
    for (const Reference* row : used) {  // before their boxes, which are made from them
        if (row->kind != nullptr && row->kind->part == Part::sheet_comments) plan_child(*row);
    }
    for (const Reference* row : used) {
        const std::string id = "rId" + std::to_string(row->number);
        if (row->kind == nullptr) {
            xml += relationship_row(id, row->word, row->target, true);
            continue;
        }
        const std::string to = row->kind->part == Part::image ? picture_name(row->target) : plan_child(*row);
        xml += relationship_row(id, row->word, relative_target(from, to), false);
    }
    tie_children(references);
    zip_.begin(relationships_name(from));
    zip_.write(xml_declaration);
    zip_.write(xml);
    zip_.write("</Relationships>");
    zip_.end();
}

// A diagram's data names its drawing by its parent's relationship; boxes stand where their comments say.
void PackageBuilder::tie_children(const References& references) {
    std::unordered_map<std::string, std::string> drawing_ids;
    std::string boxes;
    for (const Reference* row : references.used()) {
        if (row->word == "diagramDrawing") drawing_ids.emplace(row->old_id, "rId" + std::to_string(row->number));
        if (row->word == "vmlDrawing") boxes = plan_child(*row);
    }
    for (const Reference* row : references.used()) {
        if (row->kind == nullptr || row->kind->part == Part::image) continue;
        PartPlan& child = plans_[plan_by_old_name_.at(lower_ascii(row->target))];
        if (row->kind->part == Part::diagram_data && child.drawing_ids.empty()) child.drawing_ids = drawing_ids;
        if (row->kind->part == Part::sheet_comments && child.boxes_name.empty()) child.boxes_name = boxes;
    }
}

void PackageBuilder::write_content_types() {
    zip_.begin("[Content_Types].xml");
    zip_.write(xml_declaration);
    zip_.write(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
        "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
        "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
        "<Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/>"
        "<Default Extension=\"png\" ContentType=\"image/png\"/>"
        "<Default Extension=\"vml\" ContentType=\"application/vnd.openxmlformats-officedocument.vmlDrawing\"/>");
    const auto type = [this](std::string_view name, std::string_view content_type) {
        std::string row = "<Override";
        append_attribute(row, "PartName", std::string("/").append(name));
        append_attribute(row, "ContentType", content_type);
        zip_.write(row + "/>");
    };
    if (says_excel_) type(program_part, program_type);
    for (const PartPlan& part : plans_) {
        if (part.kind->part != Part::vml_drawing) type(part.new_name, part.kind->content_type);
    }
    zip_.write("</Types>");
    zip_.end();
}

}  // namespace mugaika::codec::ooxml
