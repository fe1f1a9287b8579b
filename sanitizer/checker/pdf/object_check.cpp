#include "sanitizer/checker/pdf/object_check.hpp"

#include <algorithm>

namespace mugaika::checker::pdf {
namespace {

constexpr std::uint32_t first_page = 3;

bool is_among(std::string_view word, std::string_view words) noexcept {
    while (!words.empty()) {
        const std::size_t end = words.find(' ');
        if (words.substr(0, end) == word) return true;
        words = end == words.npos ? std::string_view{} : words.substr(end + 1);
    }
    return false;
}

bool is_word(std::string_view token, std::string_view words) noexcept {
    return token.starts_with('/') && is_among(token.substr(1), words);
}

const Piece* value_of(const std::vector<Entry>& entries, std::string_view key) noexcept {
    for (const Entry& entry : entries) {
        if (entry.key == key) return &entry.value;
    }
    return nullptr;
}

// The number in "5 0 R"; 0 when it is none.
std::uint32_t referred(std::string_view token) noexcept {
    if (!token.ends_with(" 0 R")) return 0;
    std::uint64_t value = 0;
    for (const char c : token.substr(0, token.size() - 4)) {
        if (c < '0' || c > '9') return 0;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value <= UINT32_MAX ? static_cast<std::uint32_t>(value) : 0;
}

void judge_number(Piece value) {
    if (!is_number(value.bytes)) refuse("a number", value.at);
}
void judge_integer(Piece value) {
    if (!is_integer(value.bytes)) refuse("an integer", value.at);
}
void judge_name(Piece value) {
    if (!is_name(value.bytes)) refuse("a name", value.at);
}
void judge_text(Piece value) {
    if (!is_text(value.bytes)) refuse("a string", value.at);
}
void judge_flag(Piece value) {
    if (value.bytes != "true" && value.bytes != "false") refuse("true or false", value.at);
}
void judge_names(Piece value) {
    if (value.bytes.starts_with('/')) return judge_name(value);
    each_item(value, judge_name);
}
void judge_number_list(Piece value) { each_item(value, judge_number); }

// `counts`: how many items, and which of them are lists of numbers.
void judge_mixed(Piece value, std::size_t least, std::size_t most, std::size_t list_at) {
    std::size_t count = 0;
    each_item(value, [&](Piece item) { count++ == list_at ? judge_number_list(item) : judge_number(item); });
    if (count < least || count > most) refuse("another number of items", value.at);
}

void judge_box(Piece value) { judge_mixed(value, 4, 4, 4); }

std::int64_t integer_of(std::string_view token) noexcept {
    const bool is_negative = token.starts_with('-');
    std::int64_t value = 0;
    for (const char c : token.substr(is_negative ? 1 : 0)) value = value * 10 + (c - '0');
    return is_negative ? -value : value;
}

// http, https or mailto in lower case and printable ASCII, so that no reader reads something else.
void judge_uri(Piece value) {
    judge_text(value);
    const std::string uri = decoded_text(value.bytes);
    const bool is_known = uri.starts_with("http://") || uri.starts_with("https://") || uri.starts_with("mailto:");
    if (!is_known || uri.find(':') + 1 == uri.size()) refuse("a link to http, https or mailto", value.at);
    const bool is_plain = std::all_of(uri.begin(), uri.end(), [](char c) {
        return c > ' ' && c <= '~' && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
    });
    if (!is_plain) refuse("a link in printable ASCII", value.at);
}

struct ParmRule {
    std::string_view key;
    std::int64_t least;
    std::int64_t most;
};

void judge_integers(const std::vector<Entry>& entries, std::initializer_list<ParmRule> rules, std::string_view flags) {
    for (const Entry& entry : entries) {
        if (is_among(entry.key, flags)) {
            judge_flag(entry.value);
            continue;
        }
        const auto rule =
            std::find_if(rules.begin(), rules.end(), [&](const ParmRule& one) { return one.key == entry.key; });
        if (rule == rules.end()) refuse("a known parameter", entry.value.at);
        judge_integer(entry.value);
        const std::int64_t number = integer_of(entry.value.bytes);
        if (number < rule->least || number > rule->most) refuse("a parameter within its limits", entry.value.at);
    }
}

}  // namespace

// Roles that a reference cannot tell apart, and that the object itself tells.
Is ObjectCheck::told_by(Is what, const std::vector<Entry>& entries, std::size_t at) const {
    const auto is = [&](std::string_view key, std::string_view token) {
        const Piece* value = value_of(entries, key);
        return value != nullptr && value->bytes == token;
    };
    if (what == Is::x_object) return is("Subtype", "/Image") ? Is::image : Is::form;
    if (what == Is::annotation) return is("Subtype", "/Link") ? Is::link : Is::comment;
    if (what != Is::pattern) return what;
    if (!is("PatternType", "1") && !is("PatternType", "2")) refuse("a pattern of type 1 or 2", at);
    return is("PatternType", "1") ? Is::tiling : Is::shading_pattern;
}

void ObjectCheck::take_object(std::uint32_t number, Piece& rest) {
    number_ = number;
    if (known_[number] == Is::unknown) refuse("no object that nothing before it refers to", rest.at);
    const Piece value = take_value(rest);
    if (known_[number] == Is::colour_space) return judge_colour_array(value);
    const std::vector<Entry> entries = entries_of(value);
    const Is what = known_[number] = told_by(known_[number], entries, value.at);
    if (what == Is::page && (number < first_page || number >= first_page + pages_))
        refuse("a page of the tree", value.at);
    judge(what, entries);
    const Piece* filter = value_of(entries, "Filter");
    const Piece* length = value_of(entries, "Length");
    const Piece* type = value_of(entries, what == Is::shading ? "ShadingType" : "FunctionType");
    bool is_stream = is_always_stream(what);
    if (what == Is::shading) is_stream = integer_of(type->bytes) >= 4;
    if (what == Is::function || what == Is::function_2 || what == Is::function_3) {
        is_stream = type->bytes == "0" || type->bytes == "4";
    }
    if (is_stream != (filter != nullptr) || is_stream != (length != nullptr))
        refuse("a stream just where one belongs", value.at);
    if (!is_stream) return;
    const bool is_picture = what == Is::image || what == Is::mask_image;
    if (!is_picture && filter->bytes != "/FlateDecode") refuse("Flate for what is no picture", filter->at);
    if (const Piece* parms = value_of(entries, "DecodeParms")) judge_parms(*parms, filter->bytes);
    take(rest, "\nstream\n");
    const auto bytes = static_cast<std::uint64_t>(integer_of(length->bytes));
    if (bytes > rest.bytes.size()) refuse("a stream that ends inside the file", length->at);
    const Piece data{rest.bytes.substr(0, bytes), rest.at};
    if (what == Is::jbig2_globals) {
        streams_.judge_segments(data);
    } else if (what == Is::icc) {
        streams_.judge_colours(data);
    } else {
        streams_.judge(filter->bytes, data);
    }
    rest.bytes.remove_prefix(bytes);
    rest.at += bytes;
    take(rest, "\nendstream");
}

void ObjectCheck::judge(Is what, const std::vector<Entry>& entries) {
    const std::span<const Rule> rules = rules_of(what);
    const std::size_t end = entries.empty() ? 0 : entries.back().value.at;
    auto rule = rules.begin();
    for (const Entry& entry : entries) {
        for (; rule != rules.end() && rule->key < entry.key; ++rule) {
            if (rule->is_needed) refuse("the key " + std::string(rule->key), entry.value.at);
        }
        if (rule == rules.end() || rule->key != entry.key)
            refuse("no key that this kind of object has not", entry.value.at);
        judge_value(*rule++, entry.value);
    }
    for (; rule != rules.end(); ++rule) {
        if (rule->is_needed) refuse("the key " + std::string(rule->key), end);
    }
    if (what == Is::link && value_of(entries, "A") != nullptr && value_of(entries, "Dest") != nullptr) {
        refuse("one target of a link", entries.front().value.at);
    }
}

void ObjectCheck::part(Piece dictionary, Is what) { judge(what, entries_of(dictionary)); }

// A reference gives its object a role; two roles for one object are refused.
void ObjectCheck::refer(Piece value, Is what) {
    const std::uint32_t number = referred(value.bytes);
    if (number == 0 || number >= known_.size()) refuse("a reference to an object", value.at);
    Is& known = known_[number];
    if (known == Is::unknown && number > number_) {
        known = what;
        return;
    }
    const auto has_told = [&](Is open, Is one, Is other) { return what == open && (known == one || known == other); };
    if (known == what || has_told(Is::x_object, Is::form, Is::image) ||
        has_told(Is::pattern, Is::tiling, Is::shading_pattern))
        return;
    if (known == Is::x_object && what == Is::form && number > number_) {
        known = Is::form;
        return;
    }
    refuse("a reference to an object of another kind", value.at);
}

void ObjectCheck::judge_value(const Rule& rule, Piece value) {
    switch (rule.must) {
        case Must::flag:
            return judge_flag(value);
        case Must::integer:
            return judge_integer(value);
        case Must::number:
            return judge_number(value);
        case Must::name:
            return judge_name(value);
        case Must::text:
            return judge_text(value);
        case Must::numbers:
            return judge_number_list(value);
        case Must::number_or_numbers:
            return value.bytes.starts_with('[') ? judge_number_list(value) : judge_number(value);
        case Must::number_lists:
            return each_item(value, judge_number_list);
        case Must::flags:
            return each_item(value, judge_flag);
        case Must::names:
            return judge_names(value);
        case Must::dash:
            return judge_mixed(value, 2, 2, 0);
        case Must::border:
            return judge_mixed(value, 3, 4, 3);
        case Must::box:
            return judge_box(value);
        case Must::uri:
            return judge_uri(value);
        case Must::part:
            return part(value, rule.what);
        case Must::refer:
            return refer(value, rule.what);
        case Must::refer_list:
            return each_item(value, [&](Piece item) { refer(item, rule.what); });
        case Must::refer_map:
        case Must::colour_map:
            return judge_map(value, rule);
        case Must::colour:
            return judge_colour(value);
        case Must::functions:
            return judge_functions(rule, value);
        case Must::kids:
            return judge_kids(value);
        case Must::place:
            return judge_place(value);
        case Must::named_places:
            return judge_named_places(value);
        case Must::label_numbers:
            return judge_label_numbers(value);
        case Must::earlier_outline:
            return judge_earlier_outline(value);
        case Must::annotations:
            return each_item(value, [&](Piece item) { refer(item, Is::annotation); });
        case Must::filter:
            return judge_name(value);  // with its data
        case Must::parms:
            return;  // with its filter
        case Must::length:
            judge_integer(value);
            if (value.bytes.starts_with('-')) refuse("a length", value.at);
            return;
        case Must::font_and_size: {
            std::size_t count = 0;
            each_item(value, [&](Piece item) { count++ == 0 ? refer(item, Is::font) : judge_number(item); });
            if (count != 2) refuse("a font and its size", value.at);
            return;
        }
        case Must::widths:
            return each_item(
                value, [](Piece item) { item.bytes.starts_with('[') ? judge_number_list(item) : judge_number(item); });
        case Must::differences:
            return each_item(value,
                             [](Piece item) { item.bytes.starts_with('/') ? judge_name(item) : judge_integer(item); });
        case Must::one_or_more_contents:
            if (!value.bytes.starts_with('[')) return refer(value, Is::content);
            return each_item(value, [&](Piece item) { refer(item, Is::content); });
        case Must::word:
            if (!is_word(value.bytes, rule.words)) refuse("one of " + std::string(rule.words), value.at);
            return;
        case Must::exactly:
            if (value.bytes != rule.words) refuse(rule.words, value.at);
            return;
        case Must::encoding_or_name:
            if (value.bytes.starts_with('/')) return judge_name(value);
            return value.bytes.starts_with("<<") ? part(value, Is::encoding) : refer(value, Is::cmap);
        case Must::cmap_or_name:
            return value.bytes.starts_with('/') ? judge_name(value) : refer(value, Is::cmap);
        case Must::glyph_map:
            if (value.bytes != "/Identity") refer(value, Is::content);
            return;
        case Must::mask:
            return value.bytes.starts_with('[') ? judge_number_list(value) : refer(value, Is::mask_image);
        case Must::none_or_mask:
            if (value.bytes != "/None") refer(value, Is::soft_mask);
            return;
    }
}

void ObjectCheck::judge_map(Piece value, const Rule& rule) {
    for (const Entry& entry : entries_of(value)) {
        rule.must == Must::colour_map ? judge_colour(entry.value) : refer(entry.value, rule.what);
    }
}

void ObjectCheck::judge_functions(const Rule& rule, Piece value) {
    if (is_word(value.bytes, rule.words)) return;
    if (!value.bytes.starts_with('[')) return refer(value, Is::function);
    each_item(value, [&](Piece item) { refer(item, Is::function); });
}

void ObjectCheck::judge_colour(Piece value) {
    if (is_word(value.bytes, "DeviceGray DeviceRGB DeviceCMYK Pattern")) return;
    value.bytes.starts_with('[') ? judge_colour_array(value) : refer(value, Is::colour_space);
}

void ObjectCheck::judge_colour_array(Piece value) {
    std::vector<Piece> items;
    each_item(value, [&](Piece item) { items.push_back(item); });
    if (items.size() < 2 || items.size() > 4) refuse("a colour space", value.at);
    const std::string_view family = items[0].bytes;
    if (is_word(family, "CalGray CalRGB Lab") && items.size() == 2) {
        part(items[1], Is::calibrated);
    } else if (family == "/ICCBased" && items.size() == 2) {
        refer(items[1], Is::icc);
    } else if (family == "/Pattern" && items.size() == 2) {
        judge_colour(items[1]);
    } else if (family == "/Indexed" && items.size() == 4) {
        judge_colour(items[1]);
        judge_integer(items[2]);
        judge_text(items[3]);
    } else if (is_word(family, "Separation DeviceN") && items.size() == 4) {
        family == "/DeviceN" ? each_item(items[1], judge_name) : judge_name(items[1]);
        judge_colour(items[2]);
        refer(items[3], Is::function);
    } else {
        refuse("a colour space", value.at);
    }
}

// [ 5 0 R /XYZ 0 800 null ]
void ObjectCheck::judge_place(Piece value) {
    std::vector<Piece> items;
    each_item(value, [&](Piece item) { items.push_back(item); });
    if (items.size() < 2 || items.size() > 6) refuse("a place on a page", value.at);
    refer(items[0], Is::page);
    const std::string_view kind = items[1].bytes;
    const std::size_t numbers = kind == "/XYZ"                           ? 3
                                : kind == "/FitR"                        ? 4
                                : is_word(kind, "FitH FitV FitBH FitBV") ? 1
                                                                         : 0;
    if (numbers == 0 && !is_word(kind, "Fit FitB")) refuse("a kind of place", items[1].at);
    if (items.size() != 2 + numbers) refuse("as many numbers as a place has", value.at);
    for (std::size_t i = 2; i < items.size(); ++i) {
        if (items[i].bytes != "null") judge_number(items[i]);
    }
}

void ObjectCheck::judge_kids(Piece value) {
    each_item(value, [&](Piece item) {
        if (referred(item.bytes) != first_page + pages_) refuse("pages in the order of their numbers", item.at);
        refer(item, Is::page);
        ++pages_;
    });
    if (pages_ == 0) refuse("a page", value.at);
}

void ObjectCheck::judge_named_places(Piece value) {
    std::string last;
    bool is_name_next = true;
    bool is_first = true;
    each_item(value, [&](Piece item) {
        if (is_name_next) {
            judge_text(item);
            std::string name = decoded_text(item.bytes);
            if (!is_first && !(last < name)) refuse("names in rising order", item.at);
            last = std::move(name);
            is_first = false;
        } else {
            judge_place(item);
        }
        is_name_next = !is_name_next;
    });
    if (!is_name_next || is_first) refuse("names with their places", value.at);
}

void ObjectCheck::judge_label_numbers(Piece value) {
    std::int64_t last = -1;
    bool is_number_next = true;
    each_item(value, [&](Piece item) {
        if (is_number_next) {
            judge_integer(item);
            if (integer_of(item.bytes) <= last) refuse("page numbers in rising order", item.at);
            last = integer_of(item.bytes);
        } else {
            part(item, Is::page_label);
        }
        is_number_next = !is_number_next;
    });
    if (!is_number_next || last < 0) refuse("page numbers with their labels", value.at);
}

void ObjectCheck::judge_earlier_outline(Piece value) {
    const std::uint32_t number = referred(value.bytes);
    const bool is_one =
        number != 0 && number < number_ && (known_[number] == Is::outline_root || known_[number] == Is::outline_item);
    if (!is_one) refuse("a bookmark before this one", value.at);
}

void ObjectCheck::judge_parms(Piece value, std::string_view filter) {
    const std::vector<Entry> entries = entries_of(value);
    if (filter == "/FlateDecode") {
        judge_integers(
            entries, {{"BitsPerComponent", 1, 16}, {"Colors", 1, 32}, {"Columns", 1, 1'000'000}, {"Predictor", 2, 15}},
            "");
        if (entries.size() != 4) refuse("all parameters of a predictor", value.at);
    } else if (filter == "/DCTDecode") {
        judge_integers(entries, {{"ColorTransform", 0, 1}}, "");
    } else if (filter == "/CCITTFaxDecode") {
        judge_integers(
            entries,
            {{"Columns", 0, 65'535}, {"DamagedRowsBeforeError", 0, 65'535}, {"K", -1, 65'535}, {"Rows", 0, 65'535}},
            "BlackIs1 EncodedByteAlign EndOfBlock EndOfLine");
    } else {
        if (filter != "/JBIG2Decode" || entries.size() != 1 || entries[0].key != "JBIG2Globals")
            refuse("no parameters", value.at);
        refer(entries[0].value, Is::jbig2_globals);
    }
}

}  // namespace mugaika::checker::pdf
