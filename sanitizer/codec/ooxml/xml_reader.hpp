// Streams the XML of one part: names with our prefixes, text, ends. No document type, no entity of its own, no depth
// without limit; comments and processing instructions are not reported.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace mugaika::codec::ooxml {

struct XmlAttribute {
    std::string_view name;  // with our prefix: "r:embed"; without one when it is in no namespace; "?:x" when unknown
    std::string_view value;
};

// Views hold until the call returns. May throw; the exception comes out of XmlReader::feed.
class XmlHandler {
public:
    virtual ~XmlHandler() = default;
    // An element in no namespace is "-:name". What an mc:Choice requires are our prefixes too; "?" for one that is
    // none of ours.
    virtual void start(std::string_view name, const std::vector<XmlAttribute>&) = 0;
    virtual void text(std::string_view) = 0;  // in pieces
    virtual void end() = 0;
};

class XmlReader {
public:
    XmlReader(XmlHandler&, std::uint32_t depth_max);
    ~XmlReader();
    XmlReader(const XmlReader&) = delete;
    XmlReader& operator=(const XmlReader&) = delete;

    // Throws Refused: document_damaged when it is not well formed, not_representable for a document type or for depth.
    void feed(std::string_view piece);
    void finish();
    // Instead of both, for all of it, at most 4 MB: room for so many bytes, and when they stand there, their reading.
    // Of what comes in pieces expat copies each byte, and reads it once more to count lines.
    char* room_for(std::size_t bytes);
    void read_room(std::size_t bytes);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mugaika::codec::ooxml
