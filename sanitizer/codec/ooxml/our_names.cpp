#include "sanitizer/codec/ooxml/our_names.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <utility>

#include "policy/name_table.hpp"
#include "sanitizer/codec/ooxml/namespaces.hpp"
#include "sanitizer/codec/ooxml/refused.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr std::size_t attributes_max = 512;

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

class OurNames::Impl {
public:
    Impl() { bindings_.push_back({"xml", "xml", 0}); }

    std::string_view start(std::string_view raw, std::vector<XmlAttribute>& row) {
        ++depth_;
        elements_.next_element();
        attributes_.next_element();
        const auto declares = [](const XmlAttribute& attribute) { return is_declaration(attribute.name); };
        if (std::any_of(row.begin(), row.end(), declares)) {
            bind(row);
            row.erase(std::remove_if(row.begin(), row.end(), declares), row.end());
        }
        if (row.size() > attributes_max) refuse("an element has too many attributes");
        for (XmlAttribute& attribute : row) attribute.name = attribute_name(attribute.name);
        const std::string_view name = element_name(raw);
        if (name == "mc:Choice") say_requirements(row);
        return name;
    }

    void end() {
        bool news = false;
        while (bindings_.back().depth == depth_) {
            const Binding gone = std::move(bindings_.back());
            bindings_.pop_back();
            news = news || our_prefix(gone.prefix) != gone.ours;
        }
        if (news) forget_names();
        --depth_;
    }

private:
    std::string_view our_prefix(std::string_view prefix) const {
        for (auto binding = bindings_.rbegin(); binding != bindings_.rend(); ++binding) {
            if (binding->prefix == prefix) return binding->ours;
        }
        return prefix.empty() ? std::string_view("-") : unknown_prefix;
    }

    void bind(const std::vector<XmlAttribute>& row) {
        for (const auto& [name, uri] : row) {
            if (!is_declaration(name)) continue;
            const Namespace* known = find_namespace(uri);
            const std::string_view prefix = name == "xmlns" ? std::string_view() : name.substr(6);
            const std::string_view none = uri.empty() ? "-" : unknown_prefix;
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

    void say_requirements(std::vector<XmlAttribute>& row) {
        for (XmlAttribute& attribute : row) {
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

    std::uint32_t depth_ = 0;
    std::vector<Binding> bindings_;
    NameCache elements_;
    NameCache attributes_;
    std::string requirements_;
};

OurNames::OurNames() : impl_(std::make_unique<Impl>()) {}
OurNames::~OurNames() = default;

std::string_view OurNames::start(std::string_view raw, std::vector<XmlAttribute>& row) {
    return impl_->start(raw, row);
}
void OurNames::end() { impl_->end(); }

}  // namespace mugaika::codec::ooxml
