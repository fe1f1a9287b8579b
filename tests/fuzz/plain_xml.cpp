// Promise: what our own reader of plain XML takes, expat reads in the same way: the same names, values and texts.
#include "sanitizer/codec/ooxml/plain_xml.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

#include "sanitizer/codec/ooxml/refused.hpp"

namespace {

using namespace mugaika::codec::ooxml;

// Each word behind its size; text in one piece.
class Reported : public XmlHandler {
public:
    void start(std::string_view name, const std::vector<XmlAttribute>& attributes) override {
        end_text();
        put('<', name);
        for (const XmlAttribute& attribute : attributes) {
            put('@', attribute.name);
            put('=', attribute.value);
        }
    }
    void text(std::string_view text) override { text_ += text; }
    void end() override {
        end_text();
        words_ += '>';
    }
    const std::string& words() const { return words_; }

private:
    void put(char mark, std::string_view word) { ((words_ += mark) += std::to_string(word.size())).append(word); }
    void end_text() {
        if (!text_.empty()) put('-', text_);
        text_.clear();
    }

    std::string words_, text_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view xml(reinterpret_cast<const char*>(data), size);
    Reported ours, theirs;
    if (!read_plain_xml(xml, 50, ours)) return 0;
    try {
        XmlReader reader(theirs, 50);
        reader.feed(xml);
        reader.finish();
    } catch (const Refused&) {
        std::abort();
    }
    if (ours.words() != theirs.words()) std::abort();
    return 0;
}
