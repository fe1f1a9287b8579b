#include "sanitizer/codec/archive/member_names.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/codec/archive/held_reasons.hpp"
#include "sanitizer/sandboxed/text/charset.hpp"
#include "sanitizer/sandboxed/types/file_name.hpp"

namespace mugaika::codec::archive {
namespace {

constexpr std::size_t number_bytes_max = 10;  // " (1000000)"
constexpr std::string_view without_name = "_";

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const utf8::Character character = utf8::first(text);
        if (!character.valid) return false;
        text.remove_prefix(character.bytes);
    }
    return true;
}

std::string decoded(const RawName& name, bool is_cp932, std::vector<Reason>& notes) {
    if (ascii::is_ascii(name.untrusted)) return name.untrusted;
    if (is_utf8(name.untrusted) && (name.says_utf8 || !is_cp932)) return name.untrusted;
    sandboxed::Decoded text = sandboxed::decode_header_bytes(name.untrusted, "windows-31j");
    add_once(notes, Reason::charset_guessed);
    return std::move(text.utf8);
}

struct Path {
    std::vector<std::string> folders_and_name;  // as they stand; none empty, "." or ".."
    bool leads_out = false;
};

Path parted(std::string_view name) {
    Path path;
    const bool has_drive = name.size() > 1 && ascii::is_alpha(name[0]) && name[1] == ':';
    path.leads_out = has_drive || name.starts_with('/') || name.starts_with('\\');
    while (!name.empty()) {
        const std::size_t end = std::min(name.find_first_of("/\\"), name.size());
        const std::string_view segment = name.substr(0, end);
        if (segment == "..") {
            path.leads_out = true;
        } else if (!segment.empty() && segment != ".") {
            path.folders_and_name.emplace_back(segment);
        }
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    return path;
}

std::string joined(const std::vector<std::string>& segments) {
    std::string path;
    for (const std::string& segment : segments) {
        if (!path.empty()) path += '/';
        path += segment;
    }
    return path;
}

// Outer folders give way to a limit, the name does not.
std::string cleaned(const Path& path, std::size_t bytes_max, std::vector<Reason>& notes) {
    std::string whole;
    const auto& segments = path.folders_and_name;
    for (auto segment = segments.rbegin(); segment != segments.rend(); ++segment) {
        std::string clean = sandboxed::clean_file_name(*segment, notes);
        if (clean.empty()) clean = without_name;
        if (!whole.empty() && clean.size() + 1 + whole.size() > bytes_max) {
            add_once(notes, Reason::name_cleaned);
            break;
        }
        whole = whole.empty() ? clean : clean + "/" + whole;
    }
    return whole.empty() ? std::string(without_name) : whole;
}

std::string numbered(const std::string& path, std::size_t number) {
    const std::size_t name = path.rfind('/') + 1;  // 0 when there is no folder
    std::size_t dot = path.rfind('.');
    if (dot == std::string::npos || dot <= name) dot = path.size();
    return path.substr(0, dot) + " (" + std::to_string(number) + ")" + path.substr(dot);
}

// Gives each path once; and none that is another's folder, which could not both be unpacked.
class UniquePaths {
public:
    void add_folders_of(std::string_view path) {
        for (std::size_t at = path.find('/'); at != std::string_view::npos; at = path.find('/', at + 1)) {
            taken_.insert(sandboxed::name_key(path.substr(0, at)));
        }
    }
    // Whether it had to change the path.
    bool make_unique(MemberName& member) {
        if (taken_.insert(sandboxed::name_key(member.path)).second) return false;
        std::size_t& number = numbers_.try_emplace(sandboxed::name_key(member.path), 1).first->second;
        std::string other;
        do {
            other = numbered(member.path, ++number);
        } while (!taken_.insert(sandboxed::name_key(other)).second);
        member.path = std::move(other);
        return true;
    }

private:
    std::set<std::string> taken_;
    std::map<std::string, std::size_t> numbers_;  // the last that was given
};

}  // namespace

std::vector<MemberName> judge_names(const std::vector<RawName>& names, std::size_t path_bytes_max, SameName same) {
    const bool is_cp932 = std::any_of(names.begin(), names.end(),
                                      [](const RawName& name) { return !name.says_utf8 && !is_utf8(name.untrusted); });
    std::vector<MemberName> judged(names.size());
    std::map<std::string, std::vector<std::size_t>> by_name;
    UniquePaths unique;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const Path path = parted(decoded(names[i], is_cp932, judged[i].notes));
        judged[i].path = cleaned(path, path_bytes_max - number_bytes_max, judged[i].notes);
        if (path.folders_and_name.empty()) judged[i].held = two_names;
        if (path.leads_out) judged[i].held = leads_out;
        by_name[sandboxed::name_key(joined(path.folders_and_name))].push_back(i);
        unique.add_folders_of(judged[i].path);
    }
    std::vector<bool> has_twin(names.size());
    for (const auto& [name, members] : by_name) {
        for (const std::size_t i : members) {
            has_twin[i] = members.size() > 1;
            if (has_twin[i] && same == SameName::is_held && judged[i].held == Reason::none)
                judged[i].held = there_twice;
        }
    }
    for (std::size_t i = 0; i < judged.size(); ++i) {
        const bool is_changed = unique.make_unique(judged[i]);
        if (is_changed && (same == SameName::is_held || !has_twin[i])) add_once(judged[i].notes, Reason::name_cleaned);
    }
    return judged;
}

bool is_about_files(std::string_view untrusted_name) noexcept {
    const std::string_view base = untrusted_name.substr(untrusted_name.rfind('/') + 1);
    return base == ".DS_Store" || (base.starts_with("._") && untrusted_name.starts_with("__MACOSX/"));
}

bool is_about_files(std::string_view untrusted_name, std::string_view untrusted_bytes) noexcept {
    constexpr std::string_view magic("\0\5\x16\7", 4);
    const std::string_view base = untrusted_name.substr(untrusted_name.rfind('/') + 1);
    return is_about_files(untrusted_name) || (base.starts_with("._") && untrusted_bytes.starts_with(magic));
}

}  // namespace mugaika::codec::archive
