#include "sanitizer/codec/ooxml/xml_reader.hpp"

#include <expat.h>

#include <algorithm>
#include <exception>
#include <string>
#include <unordered_map>

#include "sanitizer/codec/ooxml/namespaces.hpp"
#include "sanitizer/codec/ooxml/refused.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr std::size_t attributes_max = 512;
// One tag or comment. Expat 2.5 reads an unfinished one from its beginning with each piece: quadratic without a limit.
constexpr XML_Index token_max = 4 << 20;
constexpr std::size_t cached_names_max = 20'000;

struct Binding {
    std::string prefix;
    std::string_view ours;
    std::uint32_t depth;
};

struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
using Names = std::unordered_map<std::string, std::string, Hash, std::equal_to<>>;

std::string_view prefix_of(std::string_view raw) {
    const std::size_t colon = raw.find(':');
    return colon == std::string_view::npos ? std::string_view() : raw.substr(0, colon);
}

std::string_view local_of(std::string_view raw) {
    const std::size_t colon = raw.find(':');
    return colon == std::string_view::npos ? raw : raw.substr(colon + 1);
}

}  // namespace

class XmlReader::Impl {
public:
    Impl(XmlReader& reader, XmlHandler& handler, std::uint32_t depth_max)
        : reader_(reader), handler_(handler), depth_max_(depth_max), parser_(XML_ParserCreate(nullptr)) {
        if (parser_ == nullptr) refuse("expat gave no memory");
        XML_SetHashSalt(parser_, 0x6d756761);  // no look at the system's random numbers; the file cannot choose it
        XML_SetUserData(parser_, this);
        XML_SetElementHandler(parser_, on_start, on_end);
        XML_SetCharacterDataHandler(parser_, on_text);
        XML_SetStartDoctypeDeclHandler(parser_, on_doctype);
        bindings_.push_back({"xml", "xml", 0});
    }
    ~Impl() { XML_ParserFree(parser_); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void feed(std::string_view piece, bool last) {
        const XML_Status status = XML_Parse(parser_, piece.data(), static_cast<int>(piece.size()), last ? 1 : 0);
        if (fault_) std::rethrow_exception(fault_);
        if (status != XML_STATUS_OK) damaged("a part is not well-formed XML");
        fed_ += static_cast<XML_Index>(piece.size());
        if (fed_ - std::max<XML_Index>(XML_GetCurrentByteIndex(parser_), 0) > token_max)
            refuse("a tag of a part is too long");
    }

    std::string_view our_prefix(std::string_view prefix) const {
        for (auto binding = bindings_.rbegin(); binding != bindings_.rend(); ++binding) {
            if (binding->prefix == prefix) return binding->ours;
        }
        return prefix.empty() ? std::string_view("-") : unknown_prefix;
    }

private:
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

    void bind(const XML_Char** attributes) {
        for (std::size_t i = 0; attributes[i] != nullptr; i += 2) {
            const std::string_view name = attributes[i];
            if (name != "xmlns" && !name.starts_with("xmlns:")) continue;
            const Namespace* known = find_namespace(attributes[i + 1]);
            const std::string_view prefix = name == "xmlns" ? std::string_view() : name.substr(6);
            const std::string_view none = *attributes[i + 1] == '\0' ? "-" : unknown_prefix;
            const std::string_view ours = known == nullptr ? none : known->prefix;
            const bool news = our_prefix(prefix) != ours;
            bindings_.push_back({std::string(prefix), ours, depth_});
            if (news) forget_names();
        }
    }

    void forget_names() {
        elements_.clear();
        attributes_.clear();
    }

    std::string_view element_name(std::string_view raw) {
        const auto found = elements_.find(raw);
        if (found != elements_.end()) return found->second;
        const std::string_view ours = our_prefix(prefix_of(raw));
        std::string name(ours);
        if (!ours.empty()) name += ':';
        name += local_of(raw);
        return elements_.emplace(raw, std::move(name)).first->second;
    }

    std::string_view attribute_name(std::string_view raw) {
        if (raw.find(':') == std::string_view::npos) return raw;
        const auto found = attributes_.find(raw);
        if (found != attributes_.end()) return found->second;
        const std::string_view ours = our_prefix(prefix_of(raw));
        // An attribute that says the name of SpreadsheetML: on no list, as all of them stand without prefix.
        std::string name(ours.empty() ? unknown_prefix : ours);
        name += ':';
        name += local_of(raw);
        return attributes_.emplace(raw, std::move(name)).first->second;
    }

    void start(const XML_Char* raw, const XML_Char** attributes) {
        if (elements_.size() + attributes_.size() > cached_names_max) forget_names();
        if (++depth_ > depth_max_) refuse("the elements of a part stand too deep inside each other");
        bind(attributes);
        row_.clear();
        for (std::size_t i = 0; attributes[i] != nullptr; i += 2) {
            const std::string_view name = attributes[i];
            if (name == "xmlns" || name.starts_with("xmlns:")) continue;
            if (row_.size() == attributes_max) refuse("an element has too many attributes");
            row_.push_back({attribute_name(name), attributes[i + 1]});
        }
        handler_.start(element_name(raw), row_, reader_);
    }

    void end() {
        handler_.end();
        bool news = false;
        while (bindings_.back().depth == depth_) {
            const Binding gone = std::move(bindings_.back());
            bindings_.pop_back();
            news = news || our_prefix(gone.prefix) != gone.ours;
        }
        if (news) forget_names();
        --depth_;
    }

    XmlReader& reader_;
    XmlHandler& handler_;
    std::uint32_t depth_max_;
    std::uint32_t depth_ = 0;
    XML_Index fed_ = 0;
    XML_Parser parser_;
    std::vector<Binding> bindings_;
    Names elements_;
    Names attributes_;
    std::vector<XmlAttribute> row_;
    std::exception_ptr fault_;
};

XmlReader::XmlReader(XmlHandler& handler, std::uint32_t depth_max)
    : impl_(std::make_unique<Impl>(*this, handler, depth_max)) {}
XmlReader::~XmlReader() = default;

void XmlReader::feed(std::string_view piece) {
    if (!piece.empty()) impl_->feed(piece, false);
}
void XmlReader::finish() { impl_->feed({}, true); }
std::string_view XmlReader::our_prefix(std::string_view prefix) const { return impl_->our_prefix(prefix); }

}  // namespace mugaika::codec::ooxml
