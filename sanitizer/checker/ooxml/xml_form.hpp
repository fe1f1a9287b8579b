// The one form of XML that a codec writes: our declaration, one element; no comment, no instruction, no section, no
// type, no entity but ours, single blanks, double quotes. Strict UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mugaika::checker::ooxml {

struct Attribute {
    std::string_view name;
    std::string_view value;  // as it stands: entities are not resolved
};

class XmlVisitor {
public:
    virtual ~XmlVisitor() = default;
    virtual void start(std::string_view name, const std::vector<Attribute>&) = 0;
    virtual void text(std::string_view) = 0;  // not empty; entities are not resolved; whole between two tags
    virtual void end(std::string_view name) = 0;
};

// Throws Refusal with the offset, and what the visitor throws.
void read_xml(std::string_view untrusted, XmlVisitor&);

// What a program that reads XML sees.
std::string resolved(std::string_view text);

}  // namespace mugaika::checker::ooxml
