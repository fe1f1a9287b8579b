#include "sanitizer/finish/errands.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"

namespace mugaika {
namespace {

bool has_codec(const PartFacts& facts, const Profile& profile) noexcept {
    const PartKind kind = facts.kind;
    if (kind == PartKind::text) return is_text_file(profile, facts);
    const bool is_known = kind == PartKind::image || kind == PartKind::pdf || kind == PartKind::office;
    return is_known && profile.action_for(kind) == PartAction::rebuild;
}

// A file that was cut out of a text has a row below the text's, but no part of its own that a codec could find.
bool stands_in_a_text(const Extract& extract, const PartRow& row) {
    const std::size_t slash = row.facts.path.rfind('/');
    if (slash == std::string::npos) return false;
    const std::string_view outer = std::string_view(row.facts.path).substr(0, slash);
    return std::none_of(extract.parts.begin(), extract.parts.end(), [&](const PartRow& around) {
        return around.facts.path == outer && around.facts.kind == PartKind::mail;
    });
}

bool is_errand(const Extract& extract, const PartRow& row, const Profile& profile) {
    const bool waits = row.verdict == PartVerdict::quarantined &&
                       (row.reason == Reason::not_rebuilt || row.reason == Reason::name_lies);
    return waits && has_codec(row.facts, profile) && !contains(row.notes, Reason::dangerous_name) &&
           !stands_in_a_text(extract, row);
}

struct Extensions {
    SafeKind kind;
    std::array<std::string_view, 4> also;  // that mean the same kind, beside extension()
};
constexpr std::array same_kind{
    Extensions{SafeKind::jpeg, {".jpg", ".jpeg", ".jpe", ".jfif"}},
    Extensions{SafeKind::text, {".txt", ".log", ".md", ".json"}},
    Extensions{SafeKind::csv, {".tsv", ".tab"}},
};

// What stands at the end of names for a kind of file; other ends belong to the name itself ("議事録 4.1").
constexpr auto known_extensions = std::to_array<std::string_view>(
    {".jpg",  ".jpeg", ".jpe",  ".jfif", ".png",  ".gif",  ".tif",  ".tiff", ".bmp",  ".webp", ".heic", ".avif",
     ".pdf",  ".doc",  ".docx", ".docm", ".dot",  ".dotx", ".dotm", ".xls",  ".xlsx", ".xlsm", ".xlt",  ".xltx",
     ".xltm", ".xlsb", ".ppt",  ".pptx", ".pptm", ".pot",  ".potx", ".potm", ".pps",  ".ppsx", ".ppsm", ".rtf",
     ".odt",  ".ods",  ".odp",  ".zip",  ".txt",  ".csv",  ".htm",  ".html", ".dat",  ".bin"});

bool is_of_kind(std::string_view extension, SafeKind kind) {
    if (extension == mugaika::extension(kind)) return true;
    return !extension.empty() && std::any_of(same_kind.begin(), same_kind.end(), [&](const Extensions& row) {
        return row.kind == kind && std::find(row.also.begin(), row.also.end(), extension) != row.also.end();
    });
}

Reason heaviest(const std::vector<Loss>& losses) noexcept {
    Reason found = Reason::none;
    for (const Loss& loss : losses) {
        if (weight(loss.what) > weight(found)) found = loss.what;
    }
    return found;
}

std::uint64_t bytes_that_cross(const Extract& extract) {
    std::uint64_t bytes = 0;
    for (const SafeFile& file : extract.files) bytes += file.bytes.size();
    for (const RebuiltFile& file : extract.rebuilt) bytes += file.file.bytes().size();
    return bytes;
}

void keep_out(PartRow& row, const FileNotMade& why) {
    row.reason = why.why;
    row.handler = "codec";
}

}  // namespace

std::vector<std::size_t> errands_of(const Extract& extract, const Profile& profile) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < extract.parts.size(); ++i) {
        if (is_errand(extract, extract.parts[i], profile)) rows.push_back(i);
    }
    return rows;
}

FileJob file_job_for(const PartRow& row, const BudgetLimits& budget, std::uint64_t mail_bytes) {
    const auto out_bytes_max = std::min<std::uint64_t>(FileLimits().out_bytes_max, budget.files_bytes_max);
    return {row.facts.path, budget, out_bytes_max, mail_bytes};
}

void take_in(Extract& extract, std::size_t index, FileResult result, const BudgetLimits& budget) {
    PartRow& row = extract.parts.at(index);
    if (const auto* why = std::get_if<FileNotMade>(&result)) return keep_out(row, *why);
    auto& [file, losses] = std::get<FileRebuilt>(result);
    auto name = PlainLine::from(rebuilt_name(row.facts, file.kind()));
    if (!name) return keep_out(row, {Reason::codec_nonsense, "a name that is none"});
    if (file.bytes().size() > budget.files_bytes_max - bytes_that_cross(extract)) {
        return keep_out(row, {Reason::files_too_large, "no room for it in this mail"});
    }
    row.verdict = PartVerdict::rebuilt;
    row.method = "ウ-3";
    row.handler = "codec";
    row.reason = heaviest(losses);
    row.out_name = name->str();
    row.out_sha256 = file.sha256();
    row.out_kind = std::string(to_string(file.kind()));
    row.out_bytes = file.bytes().size();
    row.pages = file.pages();
    row.losses = std::move(losses);
    // A name that said another kind than the bytes costs nothing now: the new name says what it is.
    std::replace(row.notes.begin(), row.notes.end(), Reason::name_lies, Reason::name_cleaned);
    const auto stands_behind = [&](const RebuiltFile& other) {
        const auto place = std::find_if(extract.parts.begin(), extract.parts.end(),
                                        [&](const PartRow& part) { return part.facts.path == other.path; });
        return static_cast<std::size_t>(place - extract.parts.begin()) > index;
    };
    const auto at = std::find_if(extract.rebuilt.begin(), extract.rebuilt.end(), stands_behind);
    extract.rebuilt.insert(at, RebuiltFile{row.facts.path, std::move(*name), std::move(file)});
}

std::string rebuilt_name(const PartFacts& facts, SafeKind kind) {
    std::string name = facts.name;
    if (name.empty()) {
        name = "attachment-" + facts.path;
        std::replace_if(
            name.begin(), name.end(), [](char c) { return c == '.' || c == '/'; }, '-');
    }
    const std::size_t dot = name.rfind('.');
    const std::string last = dot == std::string::npos ? std::string() : ascii::to_lower(name.substr(dot));
    if (is_of_kind(last, kind)) return name;
    // What the text was called stays to be seen, and a double click opens an editor: "settings.ini.txt".
    if (kind == SafeKind::text) return name.append(extension(kind));
    const bool is_extension =
        std::find(known_extensions.begin(), known_extensions.end(), last) != known_extensions.end();
    if (is_extension && dot > 0) name.resize(dot);
    return name.append(extension(kind));
}

}  // namespace mugaika
