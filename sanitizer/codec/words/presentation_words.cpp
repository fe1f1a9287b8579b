#include "sanitizer/codec/words/presentation_words.hpp"

#include <map>
#include <string>

#include "sanitizer/codec/words/shape_reader.hpp"

namespace mugaika::codec::words {
namespace {

class SlideList : public XmlHandler {
public:
    std::vector<std::string> references;  // in the order in which they are shown

    void start(std::string_view name, const Attributes& attributes) override {
        if (name == "p:sldId") references.emplace_back(value_of(attributes, "r:id"));
    }
    void text(std::string_view) override {}
    void end() override {}
};

void add_shapes(const Package& package, const std::string& part, Page& page) {
    ShapeReader reader(page);
    read_part(package, part, reader);
}

void add_slide(const Package& package, const std::string& part, std::size_t number, Page& page) {
    Page slide(package.purse().limits().out_bytes_max);
    ShapeReader reader(slide);
    read_part(package, part, reader);
    page.title("スライド " + std::to_string(number) + (reader.is_hidden() ? "（非表示）" : ""));
    page.add(std::move(slide).take());
    add_graphics(package, part, page);
    Page notes(package.purse().limits().out_bytes_max);
    for (const std::string& name : related(package, part, "notesSlide")) add_shapes(package, name, notes);
    if (notes.text().empty()) return;
    page.gap();
    page.add("［ノート］");
    page.add(std::move(notes).take());
}

}  // namespace

void add_graphics(const Package& package, std::string_view part, Page& page) {
    for (const char* const word : {"chart", "diagramData"}) {
        for (const std::string& name : related(package, part, word)) add_shapes(package, name, page);
    }
}

void add_presentation(const Package& package, Page& page) {
    SlideList list;
    read_part(package, package.main_name(), list);
    std::map<std::string, std::string> slides;
    for (const ooxml::Relationship& row : package.relationships_of(package.main_name())) {
        if (!row.external && row.word == "slide") slides.emplace(row.id, row.target);
    }
    std::size_t number = 0;
    for (const std::string& reference : list.references) {
        const auto slide = slides.find(reference);
        ++number;
        if (slide == slides.end()) continue;
        add_slide(package, slide->second, number, page);
        slides.erase(slide);  // named twice, it is shown once: no list makes much of little
    }
}

}  // namespace mugaika::codec::words
