#include "sanitizer/codec/ooxml/xml_reader.hpp"

#include <expat.h>

#include <algorithm>
#include <exception>
#include <string>

#include "sanitizer/codec/ooxml/our_names.hpp"
#include "sanitizer/codec/ooxml/refused.hpp"

namespace mugaika::codec::ooxml {
namespace {

// One tag or comment. Expat 2.5 reads an unfinished one from its beginning with each piece: quadratic without a limit.
constexpr XML_Index token_max = 4 << 20;

}  // namespace

class XmlReader::Impl {
public:
    Impl(XmlHandler& handler, std::uint32_t depth_max)
        : handler_(handler), depth_max_(depth_max), parser_(XML_ParserCreate(nullptr)) {
        if (parser_ == nullptr) refuse("expat gave no memory");
        XML_SetHashSalt(parser_, 0x6d756761);  // no look at the system's random numbers; the file cannot choose it
        XML_SetUserData(parser_, this);
        XML_SetElementHandler(parser_, on_start, on_end);
        XML_SetCharacterDataHandler(parser_, on_text);
        XML_SetStartDoctypeDeclHandler(parser_, on_doctype);
    }
    ~Impl() { XML_ParserFree(parser_); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    char* room_for(std::size_t bytes) {
        void* const room = XML_GetBuffer(parser_, static_cast<int>(std::max<std::size_t>(bytes, 1)));
        if (room == nullptr) refuse("expat gave no memory");
        return static_cast<char*>(room);
    }
    void read_room(std::size_t bytes) { judge(XML_ParseBuffer(parser_, static_cast<int>(bytes), 1)); }

    void feed(std::string_view piece, bool last) {
        judge(XML_Parse(parser_, piece.data(), static_cast<int>(piece.size()), last ? 1 : 0));
        fed_ += static_cast<XML_Index>(piece.size());
        if (fed_ - std::max<XML_Index>(XML_GetCurrentByteIndex(parser_), 0) > token_max)
            refuse("a tag of a part is too long");
    }

private:
    void judge(XML_Status status) const {
        if (fault_) std::rethrow_exception(fault_);
        if (status != XML_STATUS_OK) damaged("a part is not well-formed XML");
    }

    // Nothing may be thrown through expat: it is kept until XML_Parse is back.
    template <class Work>
    static void guarded(void* self, Work&& work) {
        auto& impl = *static_cast<Impl*>(self);
        if (impl.fault_) return;
        try {
            work(impl);
        } catch (...) {
            impl.fault_ = std::current_exception();
            XML_StopParser(impl.parser_, XML_FALSE);
        }
    }
    static void XMLCALL on_start(void* self, const XML_Char* name, const XML_Char** attributes) {
        guarded(self, [&](Impl& impl) { impl.start(name, attributes); });
    }
    static void XMLCALL on_end(void* self, const XML_Char*) {
        guarded(self, [](Impl& impl) { impl.end(); });
    }
    static void XMLCALL on_text(void* self, const XML_Char* text, int size) {
        guarded(self, [&](Impl& impl) { impl.handler_.text({text, static_cast<std::size_t>(size)}); });
    }
    static void XMLCALL on_doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
        guarded(self, [](Impl&) { refuse("a part has a document type"); });
    }

    void start(const XML_Char* raw, const XML_Char** attributes) {
        if (++depth_ > depth_max_) refuse("the elements of a part stand too deep inside each other");
        row_.clear();
        for (std::size_t i = 0; attributes[i] != nullptr; i += 2) row_.push_back({attributes[i], attributes[i + 1]});
        const std::string_view name = names_.start(raw, row_);
        handler_.start(name, row_);
    }

    void end() {
        handler_.end();
        names_.end();
        --depth_;
    }

    XmlHandler& handler_;
    std::uint32_t depth_max_;
    std::uint32_t depth_ = 0;
    XML_Index fed_ = 0;
    XML_Parser parser_;
    OurNames names_;
    std::vector<XmlAttribute> row_;
    std::exception_ptr fault_;
};

XmlReader::XmlReader(XmlHandler& handler, std::uint32_t depth_max)
    : impl_(std::make_unique<Impl>(handler, depth_max)) {}
XmlReader::~XmlReader() = default;

void XmlReader::feed(std::string_view piece) {
    if (!piece.empty()) impl_->feed(piece, false);
}
void XmlReader::finish() { impl_->feed({}, true); }
char* XmlReader::room_for(std::size_t bytes) { return impl_->room_for(bytes); }
void XmlReader::read_room(std::size_t bytes) { impl_->read_room(bytes); }

}  // namespace mugaika::codec::ooxml
