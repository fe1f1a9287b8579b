// Names of a part's elements and attributes with our prefixes, by its declarations of name spaces (XML Namespaces 1.0).
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "sanitizer/codec/ooxml/xml_reader.hpp"

namespace mugaika::codec::ooxml {

class OurNames {
public:
    OurNames();
    ~OurNames();
    OurNames(const OurNames&) = delete;
    OurNames& operator=(const OurNames&) = delete;

    // The element's name. Of its attributes, as they stand in the tag, declarations go and the others get their names;
    // what an mc:Choice requires are our prefixes. Views hold until the next call. Throws Refused for too many
    // attributes.
    std::string_view start(std::string_view raw, std::vector<XmlAttribute>&);
    void end();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mugaika::codec::ooxml
