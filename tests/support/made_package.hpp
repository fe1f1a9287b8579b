// Office packages that tests write themselves, and a reader of what was made of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika::test {

struct MadePart {
    std::string name;
    std::string bytes;
};

// A ZIP file with the members in this order, XML deflated and pictures stored, in the form that our codec writes too.
std::string made_zip(const std::vector<MadePart>&);
// Its members by name; the file must be in that form.
std::vector<MadePart> zip_parts(std::string_view zip);
std::string part_of(std::string_view zip, const std::string& name);  // "" when it is not there
std::string all_text(std::string_view zip);                          // every part but pictures, one after the other

// What a variant adds to the smallest document of its kind.
struct Package {
    std::string body = {};           // of the document, sheet or slide, where content stands
    std::string relationships = {};  // of that part: <Relationship .../>
    std::vector<MadePart> parts = {};
    std::string types = {};       // <Override .../> or <Default .../>
    std::string root = {};        // relationships of the package
    std::string main_type = {};   // content type of the document, when it is another
    std::string sheets = {};      // <sheet .../> beside the first
    std::string main_extra = {};  // of workbook or presentation, at the end
    std::string main_relationships = {};
};

std::vector<MadePart> docx_parts(const Package&);
std::vector<MadePart> xlsx_parts(const Package&);
std::vector<MadePart> pptx_parts(const Package&);

std::string relationship(std::string_view id, std::string_view word, std::string_view target, bool external = false);
std::string override_type(std::string_view name, std::string_view type);
// A red dot of one pixel, as PNG.
std::string made_png();

}  // namespace mugaika::test
