// What a reader reported of a part, to be reported again: a part that is looked through before it is written is
// inflated and parsed once. One that would take too much memory is not kept and is read a second time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/codec/ooxml/xml_reader.hpp"

namespace mugaika::codec::ooxml {

class XmlTape : public XmlHandler {
public:
    // `first`, where there is one, hears everything at once. `expected`: about how many bytes the part has.
    XmlTape(XmlHandler* first, std::uint64_t expected);

    void start(std::string_view, const std::vector<XmlAttribute>&) override;
    void text(std::string_view) override;
    void end() override;

    void clear() noexcept;  // of one that nobody hears
    bool is_whole() const noexcept { return is_whole_; }
    void replay(XmlHandler&) const;  // of a whole one

private:
    void put(std::string_view);
    void limit();

    XmlHandler* first_;
    std::string records_;
    bool is_whole_ = true;
};

}  // namespace mugaika::codec::ooxml
