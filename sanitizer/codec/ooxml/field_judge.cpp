#include "sanitizer/codec/ooxml/field_judge.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "sanitizer/codec/ooxml/link_judge.hpp"
#include "sanitizer/codec/ooxml/zip_reader.hpp"

namespace mugaika::codec::ooxml {
namespace {

// They compute from the text of the document and from the clock.
constexpr auto harmless = std::to_array<std::string_view>({
    "=",
    "advance",
    "autonum",
    "autonumlgl",
    "autonumout",
    "bibliography",
    "bidioutline",
    "citation",
    "compare",
    "date",
    "displaybarcode",
    "eq",
    "formcheckbox",
    "formdropdown",
    "formtext",
    "if",
    "index",
    "listnum",
    "mergefield",
    "mergerec",
    "mergeseq",
    "next",
    "nextif",
    "noteref",
    "numchars",
    "numpages",
    "numwords",
    "page",
    "pageref",
    "ref",
    "section",
    "sectionpages",
    "seq",
    "set",
    "skipif",
    "styleref",
    "symbol",
    "ta",
    "tc",
    "time",
    "toa",
    "toc",
    "xe",
});

// What the file, its template or its user is called, and when it was saved: no property of a file crosses, so that
// these would show nothing, or somebody else, when they are computed again.
constexpr auto of_properties = std::to_array<std::string_view>({
    "author",   "comments", "createdate", "docproperty", "docvariable", "edittime",     "filename",
    "filesize", "info",     "keywords",   "lastsavedby", "printdate",   "revnum",       "savedate",
    "shape",    "subject",  "template",   "title",       "useraddress", "userinitials", "username",
});

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& keywords, std::string_view keyword) noexcept {
    return std::find(keywords.begin(), keywords.end(), keyword) != keywords.end();
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
    return text;
}

std::string keyword_of(std::string_view instruction) {
    instruction = trimmed(instruction);
    if (instruction.starts_with('=')) return "=";
    const auto end = std::find_if(instruction.begin(), instruction.end(),
                                  [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\\' || c == '"'; });
    return lower_ascii(instruction.substr(0, static_cast<std::size_t>(end - instruction.begin())));
}

// Takes the next word off: in quotes or up to the next blank.
std::string_view next_word(std::string_view& rest, bool& quoted) {
    rest = trimmed(rest);
    quoted = rest.starts_with('"');
    if (quoted) rest.remove_prefix(1);
    const auto last = std::find_if(rest.begin(), rest.end(), [quoted](char c) {
        return quoted ? c == '"' : static_cast<unsigned char>(c) <= ' ' || c == '"';
    });
    const std::string_view word = rest.substr(0, static_cast<std::size_t>(last - rest.begin()));
    rest.remove_prefix(word.size());
    if (quoted && !rest.empty()) rest.remove_prefix(1);
    return word;
}

// Its address, wherever it stands among the switches; without one it must lead to a place within the document.
bool is_allowed_hyperlink(std::string_view rest) {
    bool within = false;
    bool is_argument = false;
    std::size_t targets = 0;
    while (!(rest = trimmed(rest)).empty()) {
        bool quoted = false;
        const std::string_view word = next_word(rest, quoted);
        if (!quoted && word.size() == 2 && word.front() == '\\') {
            const std::string name = lower_ascii(word);
            within = within || name == "\\l";
            is_argument = name == "\\l" || name == "\\o" || name == "\\t" || name == "\\*";
        } else if (is_argument) {
            is_argument = false;
        } else if (++targets > 1 || !is_allowed_link(word)) {
            return false;
        }
    }
    return within || targets == 1;
}

}  // namespace

bool is_allowed_field(std::string_view instruction, bool has_inner_fields, bool keyword_is_whole) {
    if (!keyword_is_whole) return false;
    const std::string keyword = keyword_of(instruction);
    if (keyword == "hyperlink") {
        return !has_inner_fields && is_allowed_hyperlink(trimmed(instruction).substr(keyword.size()));
    }
    return is_one_of(harmless, keyword);
}

std::optional<Reason> loss_of_field(std::string_view instruction) {
    const std::string keyword = keyword_of(instruction);
    if (is_one_of(of_properties, keyword)) return std::nullopt;
    if (keyword == "dde" || keyword == "ddeauto") return Reason::action_removed;
    if (keyword == "macrobutton") return Reason::macro_removed;
    if (keyword.starts_with("include") || keyword == "import" || keyword == "link" || keyword == "database" ||
        keyword == "hyperlink" || keyword == "rd") {
        return Reason::external_reference_removed;
    }
    return Reason::form_flattened;
}

}  // namespace mugaika::codec::ooxml
