#include "sanitizer/codec/ooxml/xml_reader.hpp"

#include <expat.h>

#include <algorithm>
#include <array>
#include <deque>
#include <exception>
#include <string>

#include "policy/name_table.hpp"
#include "sanitizer/codec/ooxml/namespaces.hpp"
#include "sanitizer/codec/ooxml/refused.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr std::size_t attributes_max = 512;
// One tag or comment. Expat 2.5 reads an unfinished one from its beginning with each piece: quadratic without a limit.
constexpr XML_Index token_max = 4 << 20;

struct Binding {
    std::string prefix;
    std::string_view ours;
    std::uint32_t depth;
};

// Our names for those of the part: each has one place, and a name that takes it drives out the one before, so the cache
// stays small whatever names a part has.
class NameCache {
public:
    // For another element: what was found for the last one may go.
    void next_element() {
        ++element_;
        spare_.clear();
    }
    void forget() { ++generation_; }

    template <class Make>
    std::string_view find(std::string_view raw, Make&& make) {
        Place& place = places_[quick_hash(raw) % places_.size()];
        const bool is_here = place.generation == generation_ && place.raw == raw;
        if (!is_here && place.element == element_) return spare_.emplace_back(make(raw));
        if (!is_here) {
            place.raw = raw;
            place.ours = make(raw);
            place.generation = generation_;
        }
        place.element = element_;
        return place.ours;
    }

private:
    struct Place {
        std::string raw;
        std::string ours;
        std::uint64_t generation = 0;
        std::uint64_t element = 0;  // that uses it
    };
    std::array<Place, 256> places_;
    std::deque<std::string> spare_;  // of this element, when two of its names have one place
    std::uint64_t generation_ = 1;
    std::uint64_t element_ = 1;
};

std::string_view prefix_of(std::string_view raw) {
    const std::size_t colon = raw.find(':');
    return colon == std::string_view::npos ? std::string_view() : raw.substr(0, colon);
}

std::string_view local_of(std::string_view raw) {
    const std::size_t colon = raw.find(':');
    return colon == std::string_view::npos ? raw : raw.substr(colon + 1);
}

bool is_declaration(std::string_view attribute) {
    return attribute.starts_with("xmlns") && (attribute.size() == 5 || attribute[5] == ':');
}

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
        bindings_.push_back({"xml", "xml", 0});
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

    std::string_view our_prefix(std::string_view prefix) const {
        for (auto binding = bindings_.rbegin(); binding != bindings_.rend(); ++binding) {
            if (binding->prefix == prefix) return binding->ours;
        }
        return prefix.empty() ? std::string_view("-") : unknown_prefix;
    }

    void bind(const XML_Char** attributes) {
        for (std::size_t i = 0; attributes[i] != nullptr; i += 2) {
            const std::string_view name = attributes[i];
            if (!is_declaration(name)) continue;
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
        elements_.forget();
        attributes_.forget();
    }

    std::string_view element_name(std::string_view raw) {
        return elements_.find(raw, [this](std::string_view name) {
            std::string ours(our_prefix(prefix_of(name)));
            if (!ours.empty()) ours += ':';
            return ours.append(local_of(name));
        });
    }

    std::string_view attribute_name(std::string_view raw) {
        if (raw.find(':') == std::string_view::npos) return raw;
        return attributes_.find(raw, [this](std::string_view name) {
            const std::string_view prefix = our_prefix(prefix_of(name));
            // An attribute that says the name of SpreadsheetML: on no list, as all of them stand without prefix.
            std::string ours(prefix.empty() ? unknown_prefix : prefix);
            ours += ':';
            return ours.append(local_of(name));
        });
    }

    void start(const XML_Char* raw, const XML_Char** attributes) {
        if (++depth_ > depth_max_) refuse("the elements of a part stand too deep inside each other");
        elements_.next_element();
        attributes_.next_element();
        row_.clear();
        bool binds = false;
        for (std::size_t i = 0; attributes[i] != nullptr; i += 2) {
            const std::string_view name = attributes[i];
            if (is_declaration(name)) {
                binds = true;
                continue;
            }
            if (row_.size() == attributes_max) refuse("an element has too many attributes");
            row_.push_back({name, attributes[i + 1]});
        }
        if (binds) bind(attributes);
        for (XmlAttribute& attribute : row_) attribute.name = attribute_name(attribute.name);
        const std::string_view name = element_name(raw);
        if (name == "mc:Choice") say_requirements();
        handler_.start(name, row_);
    }

    void say_requirements() {
        for (XmlAttribute& attribute : row_) {
            if (attribute.name != "Requires") continue;
            requirements_.clear();
            for (std::string_view rest = attribute.value; !rest.empty();) {
                const std::size_t end = std::min(rest.find(' '), rest.size());
                const std::string_view ours = our_prefix(rest.substr(0, end));
                if (end > 0) ((requirements_ += requirements_.empty() ? "" : " ") += ours.empty() ? "?" : ours);
                rest.remove_prefix(std::min(end + 1, rest.size()));
            }
            attribute.value = requirements_;
            return;
        }
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

    XmlHandler& handler_;
    std::uint32_t depth_max_;
    std::uint32_t depth_ = 0;
    XML_Index fed_ = 0;
    XML_Parser parser_;
    std::vector<Binding> bindings_;
    NameCache elements_;
    NameCache attributes_;
    std::vector<XmlAttribute> row_;
    std::string requirements_;
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
