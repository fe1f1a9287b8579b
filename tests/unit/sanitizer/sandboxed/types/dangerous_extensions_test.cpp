// What Windows, macOS or Office runs, mounts or follows on a double click, and what the first bytes say of it. Written
// down a second time on purpose: a row that is lost from the tables of file_type.cpp is noticed here.
#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "sanitizer/sandboxed/types/file_type.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace std::string_literals;

namespace {

const FileTyper& typer() {
    static const FileTyper loaded = FileTyper::load().value();
    return loaded;
}

PartKind kind_of(const std::string& bytes) { return typer().type_of(bytes, "application/octet-stream", "").kind; }

std::string at_offset(std::size_t offset, const std::string& bytes) { return std::string(offset, '\0') + bytes; }

constexpr const char* dangerous =
    "accda accdb accde accdr ade adp air apk app appcontent-ms application appref-ms appx appxbundle asp aspx bas bat "
    "cdxml cer chm cmd cnt com command cpl crt csh deb der desktop diagcab diagcfg diagpkg dll dmg drv elf exe fxp "
    "gadget grp hlp hpj hta htc img inf ins iqy iso isp its jar jnlp job js jse ksh library-ms lnk local mad maf mag "
    "mam manifest maq mar mas mat mau mav maw mcf mda mdb mde mdt mdw mdz msc msh msh1 msh2 mshxml msi msix msp mst "
    "msu ocx one onepkg onetoc2 ops osd pcd php pif pkg pl plg ppa ppam prf prg printerexport ps1 ps1xml ps2 ps2xml "
    "psc1 psc2 psd1 psdm1 psm1 pst pub py pyc pyd pyo pyw pyz pyzw rb rdp reg rpm rqy scf scr sct search-ms "
    "searchconnector-ms service settingcontent-ms sh shb shs slk so sys theme themepack tmp udl url vb vbe vbp vbs vhd "
    "vhdx vmdk vsmacros vsw vxd webloc website wim wll ws wsb wsc wsf wsh xbap xla xlam xll xnk";

}  // namespace

TEST_CASE("AC-099 AC-161 AC-219 AC-220 every extension of the list makes any content a program") {
    std::istringstream words(dangerous);
    std::size_t count = 0;
    for (std::string extension; words >> extension; ++count) {
        CAPTURE(extension);
        CHECK(is_dangerous_extension(extension));
        CHECK(typer().type_of("just text", "text/plain", extension).kind == PartKind::executable);
    }
    CHECK(count == 173);
}

TEST_CASE("AC-161 AC-205 AC-219 AC-220 what libmagic misses is known by its first bytes") {
    struct Row {
        const char* what;
        std::string bytes;
        PartKind kind;
    };
    const std::vector<Row> rows{
        {"Mach-O, 32 bit", "\xfe\xed\xfa\xce\0\0\0\x12"s, PartKind::executable},
        {"Mach-O, 64 bit", "\xfe\xed\xfa\xcf\0\0\0\x12"s, PartKind::executable},
        {"Mach-O, 32 bit, other order", "\xce\xfa\xed\xfe\x12\0\0\0"s, PartKind::executable},
        {"Mach-O, 64 bit, other order", "\xcf\xfa\xed\xfe\x12\0\0\0"s, PartKind::executable},
        {"OneNote table of contents", "\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f\0\0"s,
         PartKind::executable},
        {"ISO 9660", at_offset(32769, "CD001\1\0"s), PartKind::executable},
        {"ISO 9660, second descriptor only", at_offset(34817, "CD001\1\0"s), PartKind::executable},
        {"UDF", at_offset(32769, "BEA01\1\0"s), PartKind::executable},
        {"virtual disk", "conectix\0\0\0\2"s, PartKind::executable},
        {"virtual disk, newer", "vhdxfile\0\0"s, PartKind::executable},
        {"Windows image", "MSWIM\0\0\0\xd0\0\0\0"s, PartKind::executable},
        {"delta patch", "PA30\0\1\2\3"s, PartKind::executable},
        {"Access", "\0\1\0\0Standard Jet DB\0"s, PartKind::executable},
        {"Access, newer", "\0\1\0\0Standard ACE DB\0"s, PartKind::executable},
        {"cabinet", "MSCF\0\0\0\0\0\1"s, PartKind::archive},
        {"LZH", "\x22\1-lh5-\0\0\0"s, PartKind::archive},
        {"TNEF", "\x78\x9f\x3e\x22\0\0"s, PartKind::tnef},
        {"EMF", at_offset(40, "\x20\x45\x4d\x46\0\0"s), PartKind::image},
        {"WMF", "\xd7\xcd\xc6\x9a\0\0"s, PartKind::image},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(kind_of(row.bytes) == row.kind);
    }
}

TEST_CASE("AC-177 a PDF that says /Encrypt is encrypted, whatever stands behind the word") {
    for (const std::string behind :
         {" 5 0 R", "\n5 0 R", "5 0 R", "<</Filter/Standard>>", "<< /Filter /Standard >>", ""}) {
        CAPTURE(behind);
        CHECK(kind_of("%PDF-1.7\n\xe2\xe3\n1 0 obj\ntrailer <</Size 3/Encrypt" + behind) == PartKind::encrypted);
    }
    CHECK(kind_of("%PDF-1.7\n\xe2\xe3\n1 0 obj\n/EncryptMetadata true /Encrypted(x)") == PartKind::pdf);
}
