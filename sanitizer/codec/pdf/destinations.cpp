#include "sanitizer/codec/pdf/destinations.hpp"

#include <set>

#include "policy/ascii.hpp"
#include "sanitizer/codec/pdf/roles.hpp"
#include "sanitizer/codec/pdf/tokens.hpp"
#include "sanitizer/codec/pdf/values.hpp"

namespace mugaika::codec::pdf {
namespace {

constexpr std::size_t names_max = 50'000;
constexpr std::size_t uri_bytes_max = 8'000;

struct Fit {
    std::string_view name;
    unsigned numbers;
};
constexpr Fit fits[] = {{"XYZ", 3},  {"Fit", 0},  {"FitH", 1},  {"FitV", 1},
                        {"FitR", 4}, {"FitB", 0}, {"FitBH", 1}, {"FitBV", 1}};

std::string name_or_text(QPDFObjectHandle value) { return value.isString() ? value.getStringValue() : name_of(value); }

}  // namespace

std::optional<std::string> safe_uri(const std::string& uri) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (const char c : uri) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) return std::nullopt;
        if (byte > 0x7F || std::string_view(" \"<>\\^`{|}").find(c) != std::string_view::npos) {
            ((out += '%') += hex[byte >> 4]) += hex[byte & 15];
        } else {
            out += c;
        }
    }
    if (out.size() > uri_bytes_max) return std::nullopt;
    const std::string_view scheme = std::string_view(out).substr(0, out.find(':'));
    std::string lower;
    for (const char c : scheme) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    const std::string_view rest = std::string_view(out).substr(scheme.size());
    const bool is_web = (lower == "http" || lower == "https") && rest.size() > 3 && rest.starts_with("://");
    if (!is_web && !(lower == "mailto" && rest.size() > 1)) return std::nullopt;
    return lower + std::string(rest);
}

std::vector<std::pair<QPDFObjectHandle, QPDFObjectHandle>> tree_entries(QPDFObjectHandle root, const char* leaf_key) {
    std::vector<std::pair<QPDFObjectHandle, QPDFObjectHandle>> entries;
    std::set<QPDFObjGen> seen;
    std::vector<QPDFObjectHandle> waiting{root};
    while (!waiting.empty() && entries.size() < names_max && waiting.size() < names_max) {
        QPDFObjectHandle node = waiting.back();
        waiting.pop_back();
        if (!node.isDictionary() || (node.isIndirect() && !seen.insert(node.getObjGen()).second)) continue;
        QPDFObjectHandle leaves = node.getKey(leaf_key);
        if (leaves.isArray()) {
            const std::vector<QPDFObjectHandle> items = leaves.getArrayAsVector();
            for (std::size_t i = 0; i + 1 < items.size(); i += 2) entries.emplace_back(items[i], items[i + 1]);
        }
        QPDFObjectHandle kids = node.getKey("/Kids");
        if (!kids.isArray()) continue;
        const std::vector<QPDFObjectHandle> items = kids.getArrayAsVector();
        waiting.insert(waiting.end(), items.rbegin(), items.rend());
    }
    return entries;
}

Destinations::Destinations(QPDFObjectHandle catalog, const std::vector<SourcePage>& pages, std::uint32_t first_page)
    : first_page_(first_page), page_count_(static_cast<std::uint32_t>(pages.size())) {
    for (std::uint32_t i = 0; i < page_count_; ++i) {
        if (QPDFObjectHandle(pages[i].page).isIndirect()) pages_.emplace(pages[i].page.getObjGen(), first_page + i);
    }
    QPDFObjectHandle old = catalog.getKey("/Dests");
    if (old.isDictionary()) {
        for (const auto& [name, place] : old.getDictAsMap()) named_.emplace(name.substr(1), place);
    }
    QPDFObjectHandle names = catalog.getKey("/Names");
    if (!names.isDictionary()) return;
    for (const auto& [name, place] : tree_entries(names.getKey("/Dests"), "/Names")) {
        if (QPDFObjectHandle(name).isString()) named_.emplace(QPDFObjectHandle(name).getStringValue(), place);
    }
}

std::optional<std::string> Destinations::explicit_place(QPDFObjectHandle value) const {
    if (value.isDictionary()) value = value.getKey("/D");
    if (!value.isArray() || value.getArrayNItems() < 1) return std::nullopt;
    QPDFObjectHandle page = value.getArrayItem(0);
    std::uint32_t number = 0;
    const auto found = pages_.find(page.getObjGen());
    if (page.isInteger() && page.getIntValue() >= 0 && page.getIntValue() < page_count_) {
        number =
            first_page_ + static_cast<std::uint32_t>(page.getIntValue());  // as if for another file; readers follow it
    } else if (page.isIndirect() && found != pages_.end()) {
        number = found->second;
    } else {
        return std::nullopt;
    }
    const std::string kind = value.getArrayNItems() > 1 ? name_of(value.getArrayItem(1)) : std::string();
    for (const Fit& fit : fits) {
        if (fit.name != kind) continue;
        std::string out = "[ " + reference_token(number) + ' ' + name_token(kind);
        for (unsigned i = 0; i < fit.numbers; ++i) {
            const int at = static_cast<int>(i) + 2;
            const Token token = at < value.getArrayNItems() ? number_value(value.getArrayItem(at)) : std::nullopt;
            (out += ' ') += token.value_or("null");
        }
        return out + " ]";
    }
    return "[ " + reference_token(number) + " /Fit ]";
}

std::optional<std::string> Destinations::place(QPDFObjectHandle value) const {
    if (!value.isString() && !value.isName()) return explicit_place(value);
    const auto found = named_.find(name_or_text(value));
    if (found == named_.end()) return std::nullopt;
    return explicit_place(found->second);
}

Dictionary Destinations::target(QPDFObjectHandle source, LossCount& losses) const {
    QPDFObjectHandle action = source.getKey("/A");
    std::optional<std::string> where = place(source.getKey("/Dest"));
    if (!where && action.isDictionary()) {
        const std::string kind = name_of(action.getKey("/S"));
        if (!action.getKey("/Next").isNull()) losses.add(Reason::action_removed);
        if (kind == "URI") {
            QPDFObjectHandle uri = action.getKey("/URI");
            const auto safe = uri.isString() ? safe_uri(uri.getStringValue()) : std::nullopt;
            if (safe) return {{"A", dictionary_token({{"S", "/URI"}, {"URI", text_token(*safe)}})}};
        }
        if (kind == "GoTo") {
            where = place(action.getKey("/D"));
            if (!where) return {};
        } else {
            losses.add_action(kind);
        }
    }
    if (!where) return {};
    return {{"Dest", *where}};
}

std::optional<std::string> Destinations::names() const {
    std::string out = "[ ";
    for (const auto& [name, value] : named_) {
        if (const auto where = explicit_place(value)) (((out += text_token(name)) += ' ') += *where) += ' ';
    }
    if (out.size() == 2) return std::nullopt;
    return out + ']';
}

}  // namespace mugaika::codec::pdf
