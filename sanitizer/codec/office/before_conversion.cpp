#include "sanitizer/codec/office/before_conversion.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "policy/ascii.hpp"
#include "sanitizer/codec/office/workbook.hpp"
#include "sanitizer/codec/ole2/compound_file.hpp"
#include "sanitizer/codec/zip/directory.hpp"
#include "sanitizer/codec/zip/little_endian.hpp"

namespace mugaika::codec {
namespace {

using Losses = std::vector<Loss>;
using zip::number16;
using zip::number32;

[[noreturn]] void encrypted(const char* words) { throw zip::Refused{Reason::encrypted, words}; }

std::string_view first_step(std::string_view path) noexcept { return path.substr(0, path.find('/')); }

// ---- compound files

// [MS-OVBA] 2.2: beside the modules there stand the project's own streams, and what versions of Office cache.
std::uint32_t modules_below(const ole2::CompoundFile& file, std::string_view storage) {
    std::uint32_t count = 0;
    for (std::string_view name : file.names_below(storage)) {
        name.remove_prefix(storage.size());
        const bool is_own = name == "dir" || name == "_vba_project" || name.starts_with("__srp_");
        if (!is_own && name.find('/') == name.npos) ++count;
    }
    return count;
}

// Folders directly below, whatever is in them.
std::uint32_t storages_below(const ole2::CompoundFile& file, std::string_view prefix, std::string_view beginning) {
    std::set<std::string_view> storages;
    for (std::string_view name : file.names_below(std::string(prefix) + std::string(beginning))) {
        name.remove_prefix(prefix.size());
        if (name.find('/') != name.npos) storages.insert(first_step(name));
    }
    return static_cast<std::uint32_t>(storages.size());
}

Losses of_word(const ole2::CompoundFile& file, FilePurse& purse) {
    const std::string document = file.read("WordDocument", purse);
    constexpr std::uint32_t is_encrypted = 0x0100;  // [MS-DOC] 2.5.2 FibBase
    if (document.size() >= 12 && (number16(document, 10) & is_encrypted) != 0) encrypted("FibBase says encrypted");
    Losses losses;
    add_loss(losses, Reason::macro_removed, modules_below(file, "macros/vba/"));
    add_loss(losses, Reason::embedded_object_removed, storages_below(file, "objectpool/", ""));
    return losses;
}

Losses of_excel(const ole2::CompoundFile& file, FilePurse& purse) {
    const office::WorkbookSeen seen =
        office::look_at_workbook(file.read(file.has("Workbook") ? "Workbook" : "Book", purse));
    if (seen.is_encrypted) encrypted("the workbook has a FilePass");
    Losses losses;
    add_loss(losses, Reason::macro_removed, modules_below(file, "_vba_project_cur/vba/") + seen.macro_sheets);
    add_loss(losses, Reason::embedded_object_removed, storages_below(file, "", "mbd"));
    add_loss(losses, Reason::furigana_removed, seen.furigana);
    return losses;
}

// [MS-PPT] 2.3.1: a record's head has its type and size; containers hold records, which are walked into.
Losses of_slides(std::string_view document) {
    constexpr std::uint32_t encryption = 0x2f14, macros = 0x0400, embedded = 0x0fcc, container = 0xf;
    constexpr std::size_t head = 8;
    std::uint32_t projects = 0, objects = 0;
    while (document.size() >= head) {
        const std::uint32_t type = number16(document, 2);
        const std::uint32_t size = number32(document, 4);
        const bool is_container = (number16(document, 0) & container) == container;
        if (type == encryption) encrypted("it has a CryptSession10Container");
        // VbaInfoAtom 2.4.11 stands in every presentation, and says by a number whether there are macros.
        if (type == macros && document.size() >= head + 8 && number32(document, head + 4) == 1) ++projects;
        if (type == embedded) ++objects;
        const std::size_t step = is_container ? head : std::min<std::size_t>(head + std::size_t{size}, document.size());
        document.remove_prefix(step);
    }
    Losses losses;
    add_loss(losses, Reason::macro_removed, projects);
    add_loss(losses, Reason::embedded_object_removed, objects);
    return losses;
}

Losses of_powerpoint(const ole2::CompoundFile& file, FilePurse& purse) {
    constexpr std::uint32_t encrypted_token = 0xf3d1c4df;  // [MS-PPT] 2.3.2 CurrentUserAtom
    const std::string user = file.has("Current User") ? file.read("Current User", purse) : std::string();
    if (user.size() >= 16 && number32(user, 12) == encrypted_token) encrypted("CurrentUserAtom says encrypted");
    return of_slides(file.read(file.has("PowerPoint Document") ? "PowerPoint Document" : "PP40", purse));
}

// ---- OpenDocument 1.2 part 3

// Folders that the manifest calls charts: a converter draws those in the new document, as charts. What is no chart and
// says so is none to the converter either, and is lost unsaid: it never crosses.
std::set<std::string> charts_of(std::string_view manifest) {
    constexpr std::string_view path = "full-path=\"", chart = "\"application/vnd.oasis.opendocument.chart\"";
    std::set<std::string> charts;
    while (!manifest.empty()) {
        const std::string_view entry = manifest.substr(0, manifest.find('>'));
        manifest.remove_prefix(std::min(entry.size() + 1, manifest.size()));
        const std::size_t at = entry.find(path);
        if (at == entry.npos || entry.find(chart) == entry.npos) continue;
        const std::string_view from = entry.substr(at + path.size());
        charts.emplace(first_step(from.substr(0, from.find('"'))));
    }
    return charts;
}

Losses of_open_document(std::string_view untrusted, FilePurse& purse) {
    std::uint32_t modules = 0;
    std::set<std::string> objects, charts;
    for (const zip::Entry& entry : zip::read_directory(untrusted, purse)) {
        const std::string_view name = entry.name;
        const bool is_list = name.ends_with("/script-lb.xml") || name.ends_with("/script-lc.xml");
        const bool is_script = name.starts_with("Basic/") || name.starts_with("Scripts/");
        if (is_script && !is_list && !name.ends_with('/')) ++modules;
        // Pictures of objects stand in a folder of their own.
        if (name.starts_with("Object ")) objects.emplace(first_step(name));
        if (name != "META-INF/manifest.xml" || entry.trouble) continue;
        const std::string manifest = zip::unpack_whole(entry.packed, purse);
        if (manifest.find("encryption-data") != manifest.npos) encrypted("the manifest has encryption data");
        charts = charts_of(manifest);
    }
    std::erase_if(objects, [&](const std::string& object) { return charts.contains(object); });
    Losses losses;
    add_loss(losses, Reason::macro_removed, modules);
    add_loss(losses, Reason::embedded_object_removed, static_cast<std::uint32_t>(objects.size()));
    return losses;
}

// ---- RTF 1.9.1

Losses of_rich_text(std::string_view untrusted) {
    constexpr std::string_view object = "\\objdata";
    std::uint32_t objects = 0;
    for (std::size_t at = untrusted.find(object); at != untrusted.npos; at = untrusted.find(object, at + 1)) {
        const std::size_t behind = at + object.size();
        if (behind == untrusted.size() || !ascii::is_alpha(untrusted[behind])) ++objects;
    }
    Losses losses;
    add_loss(losses, Reason::embedded_object_removed, objects);
    return losses;
}

Losses losses_of(OfficeFormat format, std::string_view untrusted, FilePurse& purse) {
    switch (format) {
        case OfficeFormat::doc:
            return of_word(ole2::CompoundFile(untrusted), purse);
        case OfficeFormat::xls:
            return of_excel(ole2::CompoundFile(untrusted), purse);
        case OfficeFormat::ppt:
            return of_powerpoint(ole2::CompoundFile(untrusted), purse);
        case OfficeFormat::rtf:
            return of_rich_text(untrusted);
        case OfficeFormat::odt:
        case OfficeFormat::ods:
        case OfficeFormat::odp:
            return of_open_document(untrusted, purse);
        case OfficeFormat::docx:
        case OfficeFormat::xlsx:
        case OfficeFormat::pptx:
            break;
    }
    return {};
}

}  // namespace

std::variant<std::vector<Loss>, FileNotMade> lost_by_conversion(OfficeFormat format, std::string_view untrusted,
                                                                FilePurse& purse) {
    try {
        return losses_of(format, untrusted, purse);
    } catch (const zip::Refused& refused) {
        return FileNotMade{refused.why, refused.words};
    }
}

}  // namespace mugaika::codec
