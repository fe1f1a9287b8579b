#include "sanitizer/checker/ooxml/check_ooxml.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include "sanitizer/checker/ooxml/part_form.hpp"
#include "sanitizer/checker/ooxml/part_links.hpp"
#include "sanitizer/checker/ooxml/part_list.hpp"
#include "sanitizer/checker/ooxml/refusal.hpp"
#include "sanitizer/checker/ooxml/zip_form.hpp"
#include "sanitizer/checker/pictures/check_picture.hpp"

namespace mugaika::checker {
namespace ooxml {
namespace {

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

// The one part that says something of the file itself: the same in each workbook that has it.
constexpr std::string_view program_part = "docProps/app.xml";
constexpr std::string_view program_row =
    "<Relationship Id=\"rId2\" "
    "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties\" "
    "Target=\"docProps/app.xml\"/>";
constexpr std::string_view program_says_excel =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">"
    "<Application>Microsoft Excel</Application></Properties>";

struct FoundPart {
    const Member* member;
    const PartForm* form;
    const Member* links_member = nullptr;
    std::vector<PartLink> links = {};
    bool is_reached = false;
};

std::string part_of_links(std::string_view name) {
    const std::size_t folder = name.find("_rels/");
    if (folder == std::string_view::npos || !name.ends_with(".rels")) return {};
    const std::string_view base = name.substr(folder + 6, name.size() - folder - 6 - 5);
    return std::string(name.substr(0, folder)).append(base);
}

class PackageForm {
public:
    explicit PackageForm(std::string_view untrusted) : members_(read_zip(untrusted)) {}

    std::uint32_t check() {
        if (members_.size() < 3 || members_.front().name != "_rels/.rels" ||
            members_.back().name != "[Content_Types].xml") {
            refuse("package: it does not begin and end with what names its parts");
        }
        read_root();
        find_parts();
        find_links();
        check_content_types();
        for (auto& [name, part] : parts_) check_one(part);
        reach();
        return pages();
    }
    char document() const noexcept { return document_; }

private:
    // One text a kind of document, and one more for a workbook that says who wrote it.
    void read_root() {
        const std::string_view text = unpack(members_.front(), room_);
        for (const auto& [kind, name] :
             {std::pair('d', "word/document.xml"), {'x', "xl/workbook.xml"}, {'p', "ppt/presentation.xml"}}) {
            const std::string expected =
                std::string(declaration) +
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship "
                "Id=\"rId1\" "
                "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" "
                "Target=\"" +
                name + "\"/>";
            const bool says_program = kind == 'x' && text == expected + std::string(program_row) + "</Relationships>";
            if (!says_program && text != expected + "</Relationships>") continue;
            document_ = kind;
            main_name_ = name;
            parts_from_ = says_program ? 2 : 1;
        }
        if (document_ == 0) refuse("package: its document is not where one of ours is");
        if (parts_from_ == 2) read_program();
    }

    void read_program() {
        const Member& member = members_[1];
        if (member.name != program_part || member.is_stored || unpack(member, room_) != program_says_excel)
            refuse("package: what says which program wrote it is not ours");
    }

    void find_parts() {
        for (std::size_t i = parts_from_; i + 1 < members_.size(); ++i) {
            const Member& member = members_[i];
            const PartForm* form = form_of(member.name, document_);
            if (form == nullptr) {
                if (part_of_links(member.name).empty()) refuse("package: a member whose name is not on the list");
                continue;
            }
            if (member.is_stored != is_picture(*form)) refuse("package: a member is packed as its kind is not");
            const auto [part, news] = parts_.emplace(member.name, FoundPart{&member, form});
            if (!news) refuse("package: a part is there twice");
            if (!is_picture(*form) && !is_boxes(*form)) named_.push_back(&part->second);
        }
        if (!parts_.contains(main_name_)) refuse("package: its document is missing");
    }

    void find_links() {
        for (std::size_t i = parts_from_; i + 1 < members_.size(); ++i) {
            const Member& member = members_[i];
            if (form_of(member.name, document_) != nullptr) continue;
            const auto part = parts_.find(part_of_links(member.name));
            if (part == parts_.end() || is_picture(*part->second.form) || is_boxes(*part->second.form) ||
                member.is_stored) {
                refuse("package: relationships of a part that is not there, or has none");
            }
            if (part->second.links_member != nullptr) refuse("package: a part has its relationships twice");
            part->second.links_member = &member;
        }
    }

    // Made again from what is there; it must be the same.
    void check_content_types() {
        std::string expected(declaration);
        expected +=
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
            "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
            "<Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/><Default Extension=\"png\" "
            "ContentType=\"image/png\"/>"
            "<Default Extension=\"vml\" ContentType=\"application/vnd.openxmlformats-officedocument.vmlDrawing\"/>";
        if (parts_from_ == 2) {
            expected += "<Override PartName=\"/" + std::string(program_part) +
                        "\" ContentType=\"application/vnd.openxmlformats-officedocument.extended-properties+xml\"/>";
        }
        for (const FoundPart* part : named_) {
            expected += "<Override PartName=\"/" + std::string(part->member->name) + "\" ContentType=\"" +
                        std::string(part->form->content_type) + "\"/>";
        }
        if (unpack(members_.back(), room_) != expected + "</Types>")
            refuse("package: the content types are not those of its parts");
    }

    void check_one(FoundPart& part) {
        if (part.links_member != nullptr) part.links = read_links(unpack(*part.links_member, room_), part.member->name);
        for (const PartLink& link : part.links) check_link(part, link);
        const std::string_view bytes = unpack(*part.member, room_);
        if (is_picture(*part.form)) return check_image(bytes, part.member->name);
        if (is_boxes(*part.form)) return check_boxes(bytes);
        check_part(bytes, *part.form, part.links);
        for (const PartLink& link : part.links) {
            const bool hides =
                is_word_of("image hyperlink chart header footer worksheet chartsheet pivotCacheRecords", link.word);
            if (hides && !link.is_mentioned) refuse("package: a relationship that its part does not mention");
        }
    }

    void check_link(const FoundPart& part, const PartLink& link) const {
        if (link.target.empty()) {
            if (!may_link(*part.form)) refuse("package: a link outwards in a part that has none");
            return;
        }
        const auto target = parts_.find(link.target);
        if (target == parts_.end()) refuse("package: a relationship to a part that is not there");
        const PartForm& form = *target->second.form;
        if (form.relationship != link.word || is_main(form))
            refuse("package: a relationship of another type than its part");
        if (!may_point(*part.form, form)) refuse("package: a part hangs on one that it may not hang on");
    }

    static void check_image(std::string_view bytes, std::string_view name) {
        const bool is_png = bytes.starts_with("\x89PNG");
        if (is_png != name.ends_with(".png")) refuse("package: a picture of another kind than its name says");
        const Result<std::uint32_t> checked = check_picture(bytes);
        if (!checked) refuse("picture: " + checked.error().words());
    }

    void reach() {
        std::vector<FoundPart*> waiting{&parts_.at(main_name_)};
        waiting.front()->is_reached = true;
        std::size_t reached = 0;
        while (!waiting.empty()) {
            const FoundPart& part = *waiting.back();
            waiting.pop_back();
            ++reached;
            for (const PartLink& link : part.links) {
                if (link.target.empty()) continue;
                FoundPart& target = parts_.at(link.target);
                if (!target.is_reached) waiting.push_back(&target);
                target.is_reached = true;
            }
        }
        if (reached != parts_.size()) refuse("package: a part that no relationship leads to");
    }

    std::uint32_t pages() const {
        if (document_ == 'd') return 1;
        std::uint32_t count = 0;
        for (const auto& [name, part] : parts_)
            count += is_word_of("worksheet chartsheet slide", part.form->relationship) ? 1 : 0;
        return std::max<std::uint32_t>(count, 1);
    }

    std::vector<Member> members_;
    std::map<std::string, FoundPart, std::less<>> parts_;
    std::vector<const FoundPart*> named_;  // in the order of the file
    std::string room_;
    std::string main_name_;
    std::size_t parts_from_ = 1;  // where in the file the document's own members begin
    char document_ = 0;
};

}  // namespace
}  // namespace ooxml

namespace {

// `kind`: the letter of the only kind that is wanted; 0 for any.
Result<std::uint32_t> check_package(std::string_view untrusted, char kind) {
    try {
        ooxml::PackageForm package(untrusted);
        const std::uint32_t pages = package.check();
        if (kind != 0 && package.document() != kind) return Error(Fault::protocol, "package: it is of another kind");
        return pages;
    } catch (const ooxml::Refusal& refusal) {
        return Error(Fault::protocol, refusal.words);
    } catch (const std::exception&) {
        return Error(Fault::protocol, "the package needs more memory than there is");
    }
}

}  // namespace

void load_ooxml_lists() { ooxml::load_element_names(); }

Result<std::uint32_t> check_ooxml(std::string_view untrusted) { return check_package(untrusted, 0); }

Result<std::uint32_t> check_ooxml(SafeKind kind, std::string_view untrusted) {
    return check_package(untrusted, to_string(kind).front());  // docx, xlsx, pptx
}

}  // namespace mugaika::checker
