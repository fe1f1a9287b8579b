#include "sanitizer/codec/pdf/selector.hpp"

#include "sanitizer/codec/pdf/stream_data.hpp"
#include "sanitizer/codec/pdf/stream_filters.hpp"
#include "sanitizer/codec/pdf/tokens.hpp"
#include "sanitizer/codec/pdf/values.hpp"

namespace mugaika::codec::pdf {
namespace {

bool is_function(QPDFObjectHandle source, Role role) {
    QPDFObjectHandle dictionary = source.isStream() ? source.getDict() : source;
    if (!dictionary.isDictionary()) return false;
    QPDFObjectHandle type = dictionary.getKey("/FunctionType");
    if (!type.isInteger()) return false;
    switch (type.getIntValue()) {
        case 0:
        case 4:
            return source.isStream();
        case 2:
            return !source.isStream();
        case 3:
            return !source.isStream() && role != Role::leaf_function;
        default:
            return false;
    }
}

bool is_shading(QPDFObjectHandle source) {
    QPDFObjectHandle dictionary = source.isStream() ? source.getDict() : source;
    if (!dictionary.isDictionary()) return false;
    QPDFObjectHandle type = dictionary.getKey("/ShadingType");
    if (!type.isInteger() || type.getIntValue() < 1 || type.getIntValue() > 7) return false;
    return source.isStream() == (type.getIntValue() >= 4);
}

// What a role must be before anything refers to it.
bool can_play(Role role, QPDFObjectHandle source) {
    switch (role) {
        case Role::function:
        case Role::inner_function:
        case Role::leaf_function:
            return is_function(source, role);
        case Role::shading:
            return is_shading(source);
        case Role::font:
            return source.isDictionary() &&
                   is_among(name_of(source.getKey("/Subtype")), "Type0 Type1 MMType1 TrueType Type3");
        case Role::cid_font:
            return source.isDictionary() && is_among(name_of(source.getKey("/Subtype")), "CIDFontType0 CIDFontType2");
        default:
            return is_stream(role) ? source.isStream() : source.isDictionary();
    }
}

// What readers need and some writers leave out.
void complete(Role role, Dictionary& entries) {
    if (role == Role::form) entries["Subtype"] = "/Form";
    if (role == Role::image || role == Role::soft_mask_image) entries["Subtype"] = "/Image";
}

}  // namespace

std::optional<std::string> Selector::object(Role role, QPDFObjectHandle source) {
    const auto key = std::pair(source.getObjGen(), role);
    if (source.isIndirect()) {
        const auto found = copied_.find(key);
        if (found != copied_.end()) return found->second;
    }
    if (!can_play(role, source)) return std::nullopt;
    std::string reference = reference_token(document_.reserve([this, role, source] { write(role, source); }));
    if (source.isIndirect()) remember(key, reference);
    return reference;
}

std::vector<std::string> Selector::contents(const std::vector<QPDFObjectHandle>& streams, QPDFObjectHandle resources) {
    std::vector<std::string> references;
    if (!hides_something(resources)) {
        for (const QPDFObjectHandle& stream : streams) {
            if (auto reference = object(Role::content, stream)) references.push_back(std::move(*reference));
        }
        return references;
    }
    std::string joined;  // a layer may begin in one stream and end in another
    for (QPDFObjectHandle stream : streams) {
        if (stream.isStream()) (joined += plain_data(stream, purse_).value_or("")) += '\n';
    }
    references.push_back(reference_token(document_.reserve([this, data = encode_flate(shown(joined, resources))] {
        document_.put_stream({{"Filter", "/FlateDecode"}}, data);
    })));
    return references;
}

bool Selector::hides_something(QPDFObjectHandle resources) const {
    if (layers_.are_all_shown() || !resources.isDictionary()) return false;
    return resources.getKey("/Properties").isDictionary();
}

std::string Selector::shown(std::string_view content, QPDFObjectHandle resources) const {
    QPDFObjectHandle properties = resources.getKey("/Properties");
    return without_hidden(content,
                          [&](const std::string& name) { return !layers_.is_shown(properties.getKey("/" + name)); });
}

void Selector::write(Role role, QPDFObjectHandle source) {
    if (!source.isStream()) {
        document_.put(dictionary_token(dictionary(role, source)));
        return;
    }
    Dictionary entries = dictionary(role, source.getDict());
    complete(role, entries);
    const bool has_content = role == Role::form || role == Role::tiling;
    QPDFObjectHandle resources = has_content ? source.getDict().getKey("/Resources") : QPDFObjectHandle::newNull();
    if (hides_something(resources)) {
        if (const auto data = plain_data(source, purse_)) {
            entries["Filter"] = "/FlateDecode";
            document_.put_stream(std::move(entries), encode_flate(shown(*data, resources)));
            return;
        }
    }
    const bool may_be_packed = role == Role::image || role == Role::soft_mask_image;
    StreamData data = stream_data(source, may_be_packed ? Pictures::may_be_packed : Pictures::are_not_expected,
                                  document_, purse_, losses_);
    if (data.is_lost) return write_nothing(role);
    entries.merge(data.entries);
    document_.put_stream(std::move(entries), data.bytes, data.paid);
}

// One pixel: of a stencil that paints nothing, or of a mask that hides nothing.
void Selector::write_nothing(Role role) {
    Dictionary entries{{"BitsPerComponent", role == Role::image ? "1" : "8"},
                       {"Filter", "/FlateDecode"},
                       {"Height", "1"},
                       {"Subtype", "/Image"},
                       {"Width", "1"}};
    if (role == Role::image) {
        entries["ImageMask"] = "true";
    } else {
        entries["ColorSpace"] = "/DeviceGray";
    }
    document_.put_stream(std::move(entries), encode_flate("\xFF"));
}

Dictionary Selector::dictionary(Role role, QPDFObjectHandle source) {
    Dictionary out;
    auto left = source.getDictAsMap();
    for (const KeyRule& rule : keys_of(role)) {
        const auto found = left.find("/" + std::string(rule.key));
        if (found == left.end()) continue;
        if (auto token = value(rule, found->second)) out.emplace(rule.key, std::move(*token));
        left.erase(found);
    }
    for (const auto& entry : left) losses_.add_key(std::string_view(entry.first).substr(1));
    return out;
}

Token Selector::dictionary_in_place(Role role, QPDFObjectHandle source) {
    if (!source.isDictionary()) return std::nullopt;
    return dictionary_token(dictionary(role, source));
}

Token Selector::attempt(const std::function<Token()>& copy) {
    const std::uint32_t reserved = document_.reserved();
    const std::size_t copied = copied_in_order_.size();
    Token token = copy();
    if (token) return token;
    document_.take_back(reserved);
    for (; copied_in_order_.size() > copied; copied_in_order_.pop_back()) copied_.erase(copied_in_order_.back());
    return std::nullopt;
}

void Selector::remember(std::pair<QPDFObjGen, Role> key, std::string reference) {
    copied_.emplace(key, std::move(reference));
    copied_in_order_.push_back(key);
}

Token Selector::value(const KeyRule& rule, QPDFObjectHandle source) {
    return attempt([&] { return value_of_kind(rule, source); });
}

Token Selector::value_of_kind(const KeyRule& rule, QPDFObjectHandle source) {
    switch (rule.kind) {
        case Kind::flag:
            return flag_value(source);
        case Kind::integer:
            return integer_value(source);
        case Kind::number:
            return number_value(source);
        case Kind::name:
            return name_value(source);
        case Kind::word:
            return word_value(source, rule.words);
        case Kind::text:
            return text_value(source);
        case Kind::numbers:
            return numbers_value(source);
        case Kind::gamma:
            return source.isArray() ? numbers_value(source) : number_value(source);
        case Kind::number_lists:
            return number_lists_value(source);
        case Kind::flags:
            return flags_value(source);
        case Kind::names:
            return names_value(source);
        case Kind::line_dash:
            return line_dash_value(source);
        case Kind::border:
            return border_value(source);
        case Kind::cid_widths:
            return cid_widths_value(source);
        case Kind::differences:
            return differences_value(source);
        case Kind::dictionary:
            return dictionary_in_place(rule.role, source);
        case Kind::object:
            return object(rule.role, source);
        case Kind::objects:
            return objects(rule.role, source);
        case Kind::map_of:
            return map_of(source, [&](QPDFObjectHandle item) { return object(rule.role, item); });
        case Kind::x_objects:
            return map_of(source, [&](QPDFObjectHandle item) { return x_object(item); });
        case Kind::patterns:
            return map_of(source, [&](QPDFObjectHandle item) { return pattern(item); });
        case Kind::colour_space:
            return colour_space(source, 0);
        case Kind::colour_spaces:
            return map_of(source, [&](QPDFObjectHandle item) { return colour_space(item, 0); });
        case Kind::function:
            return function(rule, source);
        case Kind::encoding:
            return encoding(source);
        case Kind::cmap:
            return source.isName() ? name_value(source) : object(Role::cmap, source);
        case Kind::glyph_map:
            return source.isStream() ? object(Role::content, source) : word_value(source, "Identity");
        case Kind::mask:
            return source.isStream() ? object(Role::soft_mask_image, source) : numbers_value(source);
        case Kind::soft_mask:
            return soft_mask(source);
        case Kind::font_size: {
            if (!source.isArray() || source.getArrayNItems() != 2) return std::nullopt;
            const Token size = number_value(source.getArrayItem(1));
            const Token font = size ? object(Role::font, source.getArrayItem(0)) : std::nullopt;
            return font ? Token("[ " + *font + ' ' + *size + " ]") : std::nullopt;
        }
    }
    return std::nullopt;
}

Token Selector::map_of(QPDFObjectHandle map, const std::function<Token(QPDFObjectHandle)>& copy) {
    if (!map.isDictionary()) return std::nullopt;
    Dictionary out;
    for (const auto& [key, item] : map.getDictAsMap()) {
        const std::string name = clean_name(key);
        if (name.empty() || out.contains(name)) continue;
        if (auto token = attempt([&] { return copy(item); })) out.emplace(name, std::move(*token));
    }
    if (out.empty()) return std::nullopt;
    return dictionary_token(out);
}

Token Selector::objects(Role role, QPDFObjectHandle array) {
    if (!array.isArray()) return std::nullopt;
    std::string out = "[ ";
    for (const QPDFObjectHandle& item : array.getArrayAsVector()) {
        const Token token = object(role, item);
        if (!token) return std::nullopt;
        (out += *token) += ' ';
    }
    return out += ']';
}

Token Selector::x_object(QPDFObjectHandle source) {
    if (!source.isStream()) return std::nullopt;
    QPDFObjectHandle dictionary = source.getDict();
    if (!layers_.is_shown(dictionary.getKey("/OC"))) return std::nullopt;
    const std::string subtype = name_of(dictionary.getKey("/Subtype"));
    if (subtype == "Form") return object(Role::form, source);
    if (subtype == "Image") return object(Role::image, source);
    losses_.add(Reason::unknown_content_removed);
    return std::nullopt;
}

Token Selector::pattern(QPDFObjectHandle source) {
    if (source.isStream()) return object(Role::tiling, source);
    return object(Role::shading_pattern, source);
}

Token Selector::function(const KeyRule& rule, QPDFObjectHandle source) {
    if (source.isName()) return word_value(source, rule.words);
    return source.isArray() ? objects(Role::function, source) : object(Role::function, source);
}

Token Selector::encoding(QPDFObjectHandle source) {
    if (source.isName()) return name_value(source);
    if (source.isStream()) return object(Role::cmap, source);
    return dictionary_in_place(Role::encoding, source);
}

Token Selector::soft_mask(QPDFObjectHandle source) {
    if (source.isName()) return word_value(source, "None");
    return object(Role::soft_mask, source);
}

}  // namespace mugaika::codec::pdf
