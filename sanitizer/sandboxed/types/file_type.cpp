#include "sanitizer/sandboxed/types/file_type.hpp"

#include <magic.h>

#include <algorithm>
#include <array>
#include <utility>

#include "policy/ascii.hpp"
#include "sanitizer/sandboxed/types/cms_type.hpp"
#include "sanitizer/sandboxed/types/ole_type.hpp"
#include "sanitizer/sandboxed/types/text_type.hpp"
#include "sanitizer/sandboxed/types/web_archive_look.hpp"
#include "sanitizer/sandboxed/types/zip_type.hpp"

namespace mugaika::sandboxed {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t sample_bytes = 64u << 10;

struct Signature {
    std::size_t offset;
    std::string_view bytes;
    std::string_view type;
    PartKind kind;
};

// Formats that libmagic misses or that must never depend on its version. AC-161, AC-205, AC-219, AC-220.
constexpr std::array<Signature, 28> signatures{{
    {0, "MZ"sv, "application/vnd.microsoft.portable-executable", PartKind::executable},
    {0,
     "\x7f"
     "ELF"sv,
     "application/x-elf", PartKind::executable},
    {0, "\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"sv, "application/x-ms-shortcut", PartKind::executable},
    {0, "\xca\xfe\xba\xbe"sv, "application/x-java-applet", PartKind::executable},
    {0, "\xfe\xed\xfa\xce"sv, "application/x-mach-binary", PartKind::executable},
    {0, "\xfe\xed\xfa\xcf"sv, "application/x-mach-binary", PartKind::executable},
    {0, "\xce\xfa\xed\xfe"sv, "application/x-mach-binary", PartKind::executable},
    {0, "\xcf\xfa\xed\xfe"sv, "application/x-mach-binary", PartKind::executable},
    {0, "ITSF"sv, "application/vnd.ms-htmlhelp", PartKind::executable},
    {0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"sv, "application/onenote",
     PartKind::executable},
    {0, "\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f"sv, "application/onenote",
     PartKind::executable},
    {32769, "CD001"sv, "application/x-iso9660-image", PartKind::executable},
    {34817, "CD001"sv, "application/x-iso9660-image", PartKind::executable},
    {32769, "BEA01"sv, "application/x-udf-image", PartKind::executable},
    {0, "conectix"sv, "application/x-vhd", PartKind::executable},
    {0, "vhdxfile"sv, "application/x-vhdx", PartKind::executable},
    {0, "MSWIM\0\0\0"sv, "application/x-ms-wim", PartKind::executable},
    {0, "MSCF\0\0\0\0"sv, "application/vnd.ms-cab-compressed", PartKind::archive},
    {0, "PA30"sv, "application/x-ms-delta", PartKind::executable},
    {0, "\x78\x9f\x3e\x22"sv, "application/vnd.ms-tnef", PartKind::tnef},
    {40, "\x20\x45\x4d\x46"sv, "image/emf", PartKind::image},
    {0, "\xd7\xcd\xc6\x9a"sv, "image/wmf", PartKind::image},
    {0, "{\\rt"sv, "application/rtf", PartKind::office},
    {0, "Rar!\x1a\x07"sv, "application/vnd.rar", PartKind::archive},
    {0, "7z\xbc\xaf\x27\x1c"sv, "application/x-7z-compressed", PartKind::archive},
    {2, "-lh"sv, "application/x-lzh-compressed", PartKind::archive},
    {0, "\0\x01\0\0Standard Jet DB"sv, "application/x-msaccess", PartKind::executable},
    {0, "\0\x01\0\0Standard ACE DB"sv, "application/x-msaccess", PartKind::executable},
}};

// What libmagic calls things. Types that begin with image/ are images; whatever stands nowhere is `other`.
constexpr std::array<std::pair<std::string_view, PartKind>, 53> kinds{{
    {"application/gzip", PartKind::archive},
    {"application/msword", PartKind::office},
    {"application/pdf", PartKind::pdf},
    {"application/vnd.android.package-archive", PartKind::executable},
    {"application/vnd.ms-cab-compressed", PartKind::archive},
    {"application/vnd.ms-excel", PartKind::office},
    {"application/vnd.ms-powerpoint", PartKind::office},
    {"application/vnd.ms-tnef", PartKind::tnef},
    {"application/vnd.rar", PartKind::archive},
    {"application/x-7z-compressed", PartKind::archive},
    {"application/x-ace-compressed", PartKind::archive},
    {"application/x-alz-compressed", PartKind::archive},
    {"application/x-apple-diskimage", PartKind::executable},
    {"application/x-arc", PartKind::archive},
    {"application/x-archive", PartKind::archive},
    {"application/x-arj", PartKind::archive},
    {"application/x-bzip", PartKind::archive},
    {"application/x-bzip2", PartKind::archive},
    {"application/x-compress", PartKind::archive},
    {"application/x-coredump", PartKind::executable},
    {"application/x-cpio", PartKind::archive},
    {"application/x-dosexec", PartKind::executable},
    {"application/x-eet", PartKind::archive},
    {"application/x-executable", PartKind::executable},
    {"application/x-gtar", PartKind::archive},
    {"application/x-gzip", PartKind::archive},
    {"application/x-hwp", PartKind::other},
    {"application/x-ichitaro4", PartKind::other},
    {"application/x-iso9660-image", PartKind::executable},
    {"application/x-java-applet", PartKind::executable},
    {"application/x-lha", PartKind::archive},
    {"application/x-lharc", PartKind::archive},
    {"application/x-lrzip", PartKind::archive},
    {"application/x-lz4", PartKind::archive},
    {"application/x-lzh-compressed", PartKind::archive},
    {"application/x-lzip", PartKind::archive},
    {"application/x-lzma", PartKind::archive},
    {"application/x-mach-binary", PartKind::executable},
    {"application/x-ms-shortcut", PartKind::executable},
    {"application/x-msaccess", PartKind::executable},
    {"application/x-object", PartKind::executable},
    {"application/x-pie-executable", PartKind::executable},
    {"application/x-qemu-disk", PartKind::executable},
    {"application/x-rar", PartKind::archive},
    {"application/x-rpm", PartKind::archive},
    {"application/x-sharedlib", PartKind::executable},
    {"application/x-stuffit", PartKind::archive},
    {"application/x-tar", PartKind::archive},
    {"application/x-virtualbox-vhd", PartKind::executable},
    {"application/x-xar", PartKind::archive},
    {"application/x-xz", PartKind::archive},
    {"application/zip", PartKind::archive},
    {"application/zstd", PartKind::archive},
}};
static_assert(std::is_sorted(kinds.begin(), kinds.end()));

PartKind kind_of_magic(std::string_view type) {
    if (type.starts_with("image/")) return PartKind::image;
    const auto found = std::lower_bound(kinds.begin(), kinds.end(), type,
                                        [](const auto& row, std::string_view wanted) { return row.first < wanted; });
    return found != kinds.end() && found->first == type ? found->second : PartKind::other;
}

std::optional<FileType> type_by_signature(std::string_view bytes) {
    for (const Signature& signature : signatures) {
        if (bytes.size() < signature.offset) continue;
        if (bytes.substr(signature.offset).starts_with(signature.bytes)) {
            return FileType{std::string(signature.type), signature.kind};
        }
    }
    return std::nullopt;
}

// /Encrypt stands in the clear in the trailer or the dictionary of the cross-reference stream (ISO 32000-1 7.6.1).
// AC-177
bool pdf_is_encrypted(std::string_view bytes) {
    constexpr std::string_view key = "/Encrypt";
    for (std::size_t at = bytes.find(key); at != std::string_view::npos; at = bytes.find(key, at + key.size())) {
        const std::string_view value = bytes.substr(at + key.size()).substr(0, 1);
        if (value.empty() || ascii::is_space(value.front()) || ascii::is_digit(value.front()) || value == "<")
            return true;
    }
    return false;
}

// RAR 5: an encryption header comes first. RAR 4: the archive header says that names, the first file header that data
// are encrypted. 7z: the coder 06F10701 is named in the end header. AC-156
bool archive_is_encrypted(std::string_view type, std::string_view bytes) {
    const auto at = [&](std::size_t i) { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u; };
    if (type == "application/x-7z-compressed") {
        return bytes.substr(bytes.size() - std::min(bytes.size(), sample_bytes)).find("\x06\xf1\x07\x01"sv) !=
               std::string_view::npos;
    }
    if (type != "application/vnd.rar") return false;
    if (at(6) == 1) return at(12) == 4 || at(13) == 4;
    const std::size_t first_file = 7u + at(12) + (at(13) << 8);
    return (at(10) & 0x80) != 0 || (at(first_file + 2) == 0x74 && (at(first_file + 3) & 0x04) != 0);
}

FileType with_encryption(FileType type, std::string_view bytes) {
    const bool encrypted =
        type.kind == PartKind::pdf ? pdf_is_encrypted(bytes) : archive_is_encrypted(type.type, bytes);
    if (encrypted) type.kind = PartKind::encrypted;
    return type;
}

bool is_text_type(std::string_view type) {
    return type.empty() || type.starts_with("text/") || type.starts_with("message/");
}

bool is_mail_type(std::string_view type) { return type == "message/rfc822" || type == "message/global"; }

bool is_made_of_text(PartKind kind) {
    return kind == PartKind::text || kind == PartKind::html || kind == PartKind::calendar || kind == PartKind::mail ||
           kind == PartKind::report;
}

// An encrypted file, or one that nobody knows, may be what its name says.
bool is_known_by_content(PartKind kind) { return kind != PartKind::encrypted && kind != PartKind::other; }

bool is_mail_extension(std::string_view extension) {
    return extension == "eml" || extension == "emlx" || extension == "nws";
}

// A text that is called a mail or a saved page, and begins like one: read as a text, what is attached to it would cross
// in it, written in letters, and a name that is given back opens it. A draft looks like a saved page: it went to
// nobody.
FileType type_of_named_text(FileType text, std::string_view untrusted_bytes, std::string_view extension) {
    if (is_web_archive_extension(extension) && looks_like_web_archive(untrusted_bytes)) {
        return {std::string(web_archive_type), PartKind::html};
    }
    const bool is_mail = is_mail_extension(extension) || is_web_archive_extension(extension);
    if (is_mail && starts_like_mail(untrusted_bytes)) return {"message/rfc822", PartKind::mail};
    return text;
}

struct Promise {
    std::string_view extension;
    PartKind kind;
};

constexpr std::array<Promise, 47> promises{{
    {"7z", PartKind::archive},  {"avif", PartKind::image},  {"bmp", PartKind::image},    {"bz2", PartKind::archive},
    {"cab", PartKind::archive}, {"doc", PartKind::office},  {"docm", PartKind::office},  {"docx", PartKind::office},
    {"dot", PartKind::office},  {"dotm", PartKind::office}, {"dotx", PartKind::office},  {"gif", PartKind::image},
    {"gz", PartKind::archive},  {"heic", PartKind::image},  {"heif", PartKind::image},   {"jpe", PartKind::image},
    {"jpeg", PartKind::image},  {"jpg", PartKind::image},   {"lha", PartKind::archive},  {"lzh", PartKind::archive},
    {"odp", PartKind::office},  {"ods", PartKind::office},  {"odt", PartKind::office},   {"pdf", PartKind::pdf},
    {"png", PartKind::image},   {"pps", PartKind::office},  {"ppsx", PartKind::office},  {"ppt", PartKind::office},
    {"pptm", PartKind::office}, {"pptx", PartKind::office}, {"rar", PartKind::archive},  {"rtf", PartKind::office},
    {"tar", PartKind::archive}, {"tgz", PartKind::archive}, {"tif", PartKind::image},    {"tiff", PartKind::image},
    {"webp", PartKind::image},  {"xls", PartKind::office},  {"xlsb", PartKind::office},  {"xlsm", PartKind::office},
    {"xlsx", PartKind::office}, {"xlt", PartKind::office},  {"xltm", PartKind::office},  {"xltx", PartKind::office},
    {"xz", PartKind::archive},  {"zip", PartKind::archive}, {"zipx", PartKind::archive},
}};

// Sorted. Whatever Windows, macOS or Office runs, mounts or follows on a double click. AC-099, AC-161, AC-219, AC-220
// clang-format off
constexpr auto dangerous_extensions = std::to_array<std::string_view>({
    "accda", "accdb", "accde", "accdr", "ade", "adp", "air", "apk", "app", "appcontent-ms", "application",
    "appref-ms", "appx", "appxbundle", "asp", "aspx", "bas", "bat", "cdxml", "cer", "chm", "cmd", "cnt", "com",
    "command", "cpl", "crt", "csh", "deb", "der", "desktop", "diagcab", "diagcfg", "diagpkg", "dll", "dmg", "drv",
    "elf", "exe", "fxp", "gadget", "grp", "hlp", "hpj", "hta", "htc", "img", "inf", "ins", "iqy", "iso", "isp",
    "its", "jar", "jnlp", "job", "js", "jse", "ksh", "library-ms", "lnk", "local", "mad", "maf", "mag", "mam",
    "manifest", "maq", "mar", "mas", "mat", "mau", "mav", "maw", "mcf", "mda", "mdb", "mde", "mdt", "mdw", "mdz",
    "msc", "msh", "msh1", "msh2", "mshxml", "msi", "msix", "msp", "mst", "msu", "ocx", "one", "onepkg", "onetoc2",
    "ops", "osd", "pcd", "php", "pif", "pkg", "pl", "plg", "ppa", "ppam", "prf", "prg", "printerexport", "ps1",
    "ps1xml", "ps2", "ps2xml", "psc1", "psc2", "psd1", "psdm1", "psm1", "pst", "pub", "py", "pyc", "pyd", "pyo",
    "pyw", "pyz", "pyzw", "rb", "rdp", "reg", "rpm", "rqy", "scf", "scr", "sct", "search-ms", "searchconnector-ms",
    "service", "settingcontent-ms", "sh", "shb", "shs", "slk", "so", "sys", "theme", "themepack", "tmp", "udl",
    "url", "vb", "vbe", "vbp", "vbs", "vhd", "vhdx", "vmdk", "vsmacros", "vsw", "vxd", "webloc", "website", "wim",
    "wll", "ws", "wsb", "wsc", "wsf", "wsh", "xbap", "xla", "xlam", "xll", "xnk",
});
// clang-format on
static_assert(std::is_sorted(dangerous_extensions.begin(), dangerous_extensions.end()));

// Sound and films, as phones and recorders name them.
bool is_media_extension(std::string_view extension) {
    constexpr std::array<std::string_view, 16> media{"3g2", "3gp", "aac", "amr", "au",  "flac", "m4a", "mid",
                                                     "mov", "mp3", "mp4", "ogg", "pcm", "raw",  "wav", "wma"};
    return std::find(media.begin(), media.end(), extension) != media.end();
}

constexpr int magic_flags = MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TEXT | MAGIC_NO_CHECK_JSON |
                            MAGIC_NO_CHECK_CSV | MAGIC_NO_CHECK_CDF;

}  // namespace

struct FileTyper::Magic {
    Magic() : cookie(magic_open(magic_flags)) {}
    ~Magic() {
        if (cookie != nullptr) magic_close(cookie);
    }
    Magic(const Magic&) = delete;
    Magic& operator=(const Magic&) = delete;

    std::string type_of(std::string_view bytes) const {
        const char* type = magic_buffer(cookie, bytes.data(), std::min(bytes.size(), sample_bytes));
        return type == nullptr ? "application/octet-stream" : type;
    }

    magic_t cookie;
};

FileTyper::FileTyper() = default;
FileTyper::FileTyper(FileTyper&&) noexcept = default;
FileTyper::~FileTyper() = default;

Result<FileTyper> FileTyper::load() {
    FileTyper typer;
    typer.magic_ = std::make_unique<Magic>();
    const magic_t cookie = typer.magic_->cookie;
    if (cookie == nullptr) return Error(Fault::unavailable, "libmagic cannot be started");
    if (magic_load(cookie, nullptr) != 0) {
        return Error(Fault::unavailable, std::string("libmagic's database cannot be read: ") + magic_error(cookie));
    }
    // The first question fills its tables; it must not do that after the sandbox has closed.
    (void)typer.magic_->type_of("\x01\x02\x03 warm-up");
    return typer;
}

FileType FileTyper::type_of(std::string_view untrusted_bytes, std::string_view declared_type,
                            std::string_view extension) const {
    // A recording is one whatever type a mailer gives it; what is no text for sure is none by chance (text_type.cpp).
    const bool is_named_media = is_media_extension(extension) && !declared_type.starts_with("message/");
    FileType type = type_by_content(untrusted_bytes, is_named_media ? "audio/x-by-name" : declared_type);
    if (type.kind == PartKind::text || type.type == web_archive_type)
        type = type_of_named_text(std::move(type), untrusted_bytes, extension);
    const auto promised = kind_of_extension(extension);
    type.name_lies = promised && !untrusted_bytes.empty() && *promised != type.kind && is_known_by_content(type.kind);
    if (type.name_lies && is_made_of_text(type.kind)) type.kind = PartKind::other;
    if (is_dangerous_extension(extension) && type.kind != PartKind::executable) {
        type.kind = PartKind::executable;
        type.dangerous_name = true;
    }
    return type;
}

FileType FileTyper::type_by_content(std::string_view untrusted_bytes, std::string_view declared_type) const {
    // Fragments and references have no content of their own that could decide. AC-067, AC-068
    if (declared_type == "message/partial" || declared_type == "message/external-body") {
        return {std::string(declared_type), PartKind::partial};
    }
    if (untrusted_bytes.empty()) return {"application/x-empty", PartKind::text};
    if (is_mail_type(declared_type) && starts_like_mail(untrusted_bytes)) return {"message/rfc822", PartKind::mail};
    const TextLook look = text_look(untrusted_bytes);
    if (look == TextLook::text) return with_encryption(text_type_of(untrusted_bytes, declared_type), untrusted_bytes);
    FileType type = with_encryption(binary_type(untrusted_bytes), untrusted_bytes);
    if (look == TextLook::loose && type.type == "application/octet-stream" && is_text_type(declared_type)) {
        return text_type_of(untrusted_bytes, declared_type);
    }
    return type;
}

FileType FileTyper::binary_type(std::string_view untrusted_bytes) const {
    if (looks_like_zip(untrusted_bytes)) return zip_type_of(untrusted_bytes);
    if (looks_like_ole(untrusted_bytes)) return ole_type_of(untrusted_bytes);
    if (const auto type = type_by_signature(untrusted_bytes)) return *type;
    if (const auto type = cms_type_of(untrusted_bytes)) return *type;
    if (holds_pdf_header(untrusted_bytes)) return {"application/pdf", PartKind::pdf};
    std::string type = magic_->type_of(untrusted_bytes);
    // Some versions join two answers into one word.
    const bool is_one_type = std::count(type.begin(), type.end(), '/') == 1;
    if (!is_one_type || type.starts_with("text/") || type == "application/x-empty") type = "application/octet-stream";
    const PartKind kind = kind_of_magic(type);
    return {std::move(type), kind};
}

std::optional<PartKind> kind_of_extension(std::string_view lower_case_extension) noexcept {
    const auto found = std::find_if(promises.begin(), promises.end(),
                                    [&](const Promise& row) { return row.extension == lower_case_extension; });
    if (found == promises.end()) return std::nullopt;
    return found->kind;
}

bool is_dangerous_extension(std::string_view lower_case_extension) noexcept {
    return std::binary_search(dangerous_extensions.begin(), dangerous_extensions.end(), lower_case_extension);
}

}  // namespace mugaika::sandboxed
