#include "sanitizer/finish/program_files.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

using namespace std::string_view_literals;

struct Magic {
    std::size_t offset;
    std::string_view bytes;
};

constexpr std::array magics{
    Magic{0, "MZ"sv},  // DOS and Windows programs
    Magic{0, "ZM"sv},  // which DOS takes as well
    Magic{0,
          "\x7f"
          "ELF"sv},                  // Linux
    Magic{0, "\xfe\xed\xfa\xce"sv},  // Mach-O, 32 and 64 bits, both orders of bytes
    Magic{0, "\xfe\xed\xfa\xcf"sv},
    Magic{0, "\xce\xfa\xed\xfe"sv},
    Magic{0, "\xcf\xfa\xed\xfe"sv},
    Magic{0, "\xca\xfe\xba\xbe"sv},  // Mach-O for several machines; Java classes
    Magic{0, "\xbe\xba\xfe\xca"sv},
    Magic{0, "\xca\xfe\xd0\x0d"sv},  // packed Java
    Magic{0, "#!"sv},                // scripts
    Magic{0, "\xef\xbb\xbf#!"sv},
    Magic{0, "L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0"sv},  // Windows shortcut
    Magic{0, "ITSF"sv},                                     // compiled help, which runs scripts
    Magic{0, "dex\n"sv},                                    // Android
    Magic{0, "\0asm"sv},                                    // WebAssembly
    Magic{0, "BC\xc0\xde"sv},                               // LLVM
    Magic{0, "\x1bLua"sv},
    Magic{0, "!<arch>\n"sv},         // Debian packages, object archives
    Magic{0, "\xed\xab\xee\xdb"sv},  // RPM
    Magic{0, "xar!"sv},              // macOS packages
    Magic{0, "MSWIM\0\0\0"sv},       // disk images
    Magic{0, "vhdxfile"sv},
    Magic{0, "conectix"sv},
    Magic{0, "KDMV"sv},
    Magic{0, "QFI\xfb"sv},
    Magic{32769, "CD001"sv},  // ISO 9660
    Magic{34817, "CD001"sv},
    Magic{32769, "BEA01"sv},  // UDF
};

// What Windows, macOS, Linux or Office runs, mounts, installs or follows when it is opened. Sorted.
// clang-format off
constexpr auto program_extensions = std::to_array<std::string_view>({
    "accda", "accdb", "accde", "accdr", "ade", "adp", "air", "apk", "app", "appcontent-ms", "appimage", "application",
    "appref-ms", "appx", "appxbundle", "asp", "aspx", "bas", "bat", "cdxml", "cer", "chm", "class", "cmd",
    "cnt", "com", "command", "cpl", "crt", "csh", "deb", "der", "desktop", "dex", "diagcab", "diagcfg", "diagpkg",
    "dll", "dmg", "drv", "dylib", "elf", "exe", "fxp", "gadget", "grp", "hlp", "hpj", "hta", "htc", "img", "inf",
    "ins", "iqy", "iso", "isp", "its", "jar", "jnlp", "job", "js", "jse", "ksh", "library-ms", "lnk", "local", "mad",
    "maf", "mag", "mam", "manifest", "maq", "mar", "mas", "mat", "mau", "mav", "maw", "mcf", "mda", "mdb", "mde",
    "mdt", "mdw", "mdz", "msc", "msh", "msh1", "msh1xml", "msh2", "msh2xml", "mshxml", "msi", "msix", "msixbundle",
    "msp", "mst", "msu", "ocx", "one", "onepkg", "onetoc2", "ops", "osd", "oxt", "pcd", "php", "pif", "pkg", "pl",
    "plg", "ppa", "ppam", "prf", "prg", "printerexport", "ps1", "ps1xml", "ps2", "ps2xml", "psc1", "psc2", "psd1",
    "psdm1", "psm1", "pst", "pub", "py", "pyc", "pyd", "pyo", "pyw", "pyz", "pyzw", "rb", "rdp", "reg", "rpm", "rqy",
    "run", "scf", "scr", "sct", "search-ms", "searchconnector-ms", "service", "settingcontent-ms", "sh", "shb", "shs",
    "slk", "so", "sys", "theme", "themepack", "tmp", "udl", "url", "vb", "vbe", "vbp", "vbs", "vhd", "vhdx", "vmdk",
    "vsmacros", "vsto", "vsw", "vxd", "webloc", "website", "wim", "wll", "ws", "wsb", "wsc", "wsf", "wsh", "xbap",
    "xla", "xlam", "xll", "xnk", "xpi",
});
// clang-format on
static_assert(std::is_sorted(program_extensions.begin(), program_extensions.end()));

std::string_view without_end(std::string_view name, std::string_view ignored) noexcept {
    const std::size_t last = name.find_last_not_of(ignored);
    return last == std::string_view::npos ? std::string_view() : name.substr(0, last + 1);
}

}  // namespace

bool begins_like_a_program(std::string_view bytes) noexcept {
    return std::any_of(magics.begin(), magics.end(), [&](const Magic& magic) {
        return bytes.size() >= magic.offset && bytes.substr(magic.offset).starts_with(magic.bytes);
    });
}

bool has_name_of_a_program(std::string_view name) {
    // "a.exe:x" and "a.exe::$DATA" open a.exe; blanks and dots at the end are not there for Windows.
    name = without_end(name.substr(0, name.find(':')), " .\t");
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return false;
    const std::string extension = ascii::to_lower(ascii::trim(name.substr(dot + 1)));
    return std::binary_search(program_extensions.begin(), program_extensions.end(), extension);
}

}  // namespace mugaika
