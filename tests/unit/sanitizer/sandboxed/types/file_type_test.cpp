#include "sanitizer/sandboxed/types/file_type.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/corpus.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace std::string_literals;

namespace {

const FileTyper& typer() {
    static const FileTyper loaded = FileTyper::load().value();
    return loaded;
}

FileType type_of(const std::string& bytes, const std::string& declared = "application/octet-stream",
                 const std::string& extension = "") {
    return typer().type_of(bytes, declared, extension);
}

std::string two(std::size_t number) { return {static_cast<char>(number & 0xff), static_cast<char>(number >> 8)}; }

// A ZIP of empty members: what the typer needs, and no more.
std::string zip_of(const std::vector<std::string>& names, std::uint16_t flags = 0) {
    std::string local;
    std::string central;
    for (const std::string& name : names) {
        const std::string offset = two(local.size() & 0xffff) + two(local.size() >> 16);
        const std::string sizes(12, '\0');
        local += "PK\x03\x04\x14\0"s + two(flags) + std::string(6, '\0') + sizes + two(name.size()) + two(0) + name;
        central += "PK\x01\x02\x14\0\x14\0"s + two(flags) + std::string(6, '\0') + sizes + two(name.size()) +
                   std::string(12, '\0') + offset + name;
    }
    const std::string size = two(central.size() & 0xffff) + two(central.size() >> 16);
    const std::string at = two(local.size() & 0xffff) + two(local.size() >> 16);
    return local + central + "PK\x05\x06\0\0\0\0"s + two(names.size()) + two(names.size()) + size + at + two(0);
}

std::string at_offset(std::size_t offset, const std::string& bytes) { return std::string(offset, '\0') + bytes; }

}  // namespace

TEST_CASE("AC-220 AC-219 AC-161 programs, shortcuts and disk images are known by their first bytes") {
    const auto [what, bytes] = GENERATE(table<std::string, std::string>({
        {"Windows program", "MZ\x90\0\3\0\0\0"s},
        {"Linux program",
         "\x7f"
         "ELF\2\1\1\0\0"s},
        {"shortcut", "\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"s + std::string(60, '\0')},
        {"help file", "ITSF\3\0\0\0"s},
        {"OneNote", "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3\0\0"s},
        {"ISO image", at_offset(32769, "CD001\1\0"s)},
        {"virtual disk", "conectix\0\0\0\2"s},
        {"Java class", "\xca\xfe\xba\xbe\0\0\0\x34"s},
        {"shell script", "#!/bin/sh\nrm -rf /\n"},
        {"batch", "@echo off\r\ndel *.*\r\n"},
        {"registry file", "Windows Registry Editor Version 5.00\r\n"},
        {"registry file in UTF-16",
         "\xff\xfeR\0E\0G\0E\0D\0I\0T\0"
         "4\0\r\0\n\0"s},
        {"internet shortcut", "[InternetShortcut]\r\nURL=file://evil/x\r\n"},
        {"scf", "\r\n[Shell]\r\nCommand=2\r\nIconFile=\\\\evil\\x\r\n"},
        {"autorun", "[autorun]\r\nopen=x.exe\r\n"},
        {"web query", "WEB\r\n1\r\nhttp://evil/\r\n"},
        {"JAR", zip_of({"META-INF/MANIFEST.MF", "A.class"})},
    }));
    INFO(what);
    CHECK(type_of(bytes).kind == PartKind::executable);
    CHECK(type_of(bytes, "text/plain").kind == PartKind::executable);
    CHECK(type_of(bytes, "image/jpeg", "jpg").kind == PartKind::executable);
    CHECK(type_of(bytes, "application/pdf", "pdf").kind == PartKind::executable);
}

TEST_CASE("AC-219 AC-220 markup that Windows runs is a program, unless it is shown as plain text anyway") {
    const auto [what, bytes] = GENERATE(table<std::string, std::string>({
        {"HTML application", "<html><head><HTA:APPLICATION id=x></head></html>"},
        {"script file", "<?xml version=\"1.0\"?><job id=\"a\"><script language=\"VBScript\"></script></job>"},
        {"library", "<?xml version=\"1.0\"?>\n<libraryDescription xmlns=\"x\"/>"},
        {"settings", "<!-- x --><PCSettings><SearchableContent/></PCSettings>"},
    }));
    INFO(what);
    CHECK(type_of(bytes).kind == PartKind::executable);
    CHECK(type_of(bytes, "text/html").kind == PartKind::executable);
    CHECK(type_of(bytes, "text/xml", "xml").kind == PartKind::executable);
    CHECK(type_of(bytes, "text/plain").kind == PartKind::text);
}

TEST_CASE("AC-220 AC-099 a dangerous extension makes the kind worse and never better") {
    for (const std::string extension :
         {"exe", "js", "lnk", "iso", "one", "scr", "com", "hta", "jar", "xll", "url", "cpl"}) {
        INFO(extension);
        CHECK(is_dangerous_extension(extension));
        const FileType type = type_of("just text", "text/plain", extension);
        CHECK(type.kind == PartKind::executable);
        CHECK(type.dangerous_name);
        CHECK(type.type == "text/plain");
    }
    CHECK_FALSE(is_dangerous_extension(""));
    CHECK_FALSE(is_dangerous_extension("txt"));
    CHECK_FALSE(is_dangerous_extension("pdf"));
    CHECK(type_of("MZ\x90\0"s, "text/plain", "txt").kind == PartKind::executable);
    CHECK_FALSE(type_of("MZ\x90\0"s, "application/octet-stream", "exe").dangerous_name);
}

TEST_CASE("AC-221 the EICAR file is never text, wherever it stands") {
    const std::string eicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-"s + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
    CHECK(type_of(eicar, "text/plain").kind == PartKind::executable);
    CHECK(type_of("see this: " + eicar + "\r\n", "text/plain").kind == PartKind::executable);
    CHECK(type_of("X5O!P%@AP is how it begins", "text/plain").kind == PartKind::text);
}

TEST_CASE("the declared type chooses only among kinds of text") {
    const std::string html = "<html><body>こんにちは</body></html>";
    const std::string prose = "会議は十時からです。\r\n";
    const std::string calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    const std::string mail = "Received: by x\r\nFrom: a@example.jp\r\nSubject: x\r\n\r\nbody\r\n";
    struct Row {
        std::string bytes, declared;
        PartKind kind;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {html, "text/plain", PartKind::text},  // shown as its source: harmless
        {html, "", PartKind::text},
        {html, "text/html", PartKind::html},
        {html, "application/octet-stream", PartKind::html},
        {html, "image/png", PartKind::html},  // AC-100
        {prose, "text/html", PartKind::html},
        {prose, "application/octet-stream", PartKind::text},
        {prose, "application/pdf", PartKind::text},
        {prose, "text/csv", PartKind::text},
        {"name,<b>\r\n1,<a href=x>\r\n", "text/csv", PartKind::text},
        {calendar, "text/calendar", PartKind::calendar},
        {calendar, "application/octet-stream", PartKind::calendar},
        {"BEGIN:VCARD\r\nFN:x\r\nEND:VCARD\r\n", "text/x-vcard", PartKind::calendar},
        {mail, "message/rfc822", PartKind::mail},
        {mail, "application/octet-stream", PartKind::mail},
        {mail, "text/plain", PartKind::text},
        {"Subject: only one field\r\n\r\nx", "message/rfc822", PartKind::mail},
        {"Action: failed\r\n", "message/delivery-status", PartKind::report},
        {"From: a@b\r\n", "text/rfc822-headers", PartKind::report},
        {"alert(1)", "text/javascript", PartKind::executable},
        {"Version: 1\r\n", "application/pgp-encrypted", PartKind::encrypted},
        {"\x1b$B$3$s\x1b(B\r\n", "text/plain", PartKind::text},                // ISO-2022-JP
        {"\x82\xb1\x82\xf1\r\n", "application/octet-stream", PartKind::text},  // Shift_JIS
        {"\xff\xfe\x53\x30\x93\x30"s, "text/plain", PartKind::text},           // UTF-16
    }));
    INFO(row.declared << ": " << row.bytes);
    CHECK(type_of(row.bytes, row.declared).kind == row.kind);
}

TEST_CASE("AC-067 AC-068 fragments and references are known by their declaration alone") {
    CHECK(type_of("anything", "message/partial").kind == PartKind::partial);
    CHECK(type_of("", "message/external-body").kind == PartKind::partial);
    CHECK(type_of("MZ\0\0"s, "message/partial").kind == PartKind::partial);
}

TEST_CASE("AC-084 text with a NUL or a bell in it is still text when it says so, and never a known binary") {
    const std::string text = "これは本文です。\0途中に NUL があります。\r\n"s + std::string(300, 'x');
    CHECK(type_of(text, "text/plain").kind == PartKind::text);
    CHECK(type_of(text, "application/octet-stream").kind == PartKind::other);
    CHECK(type_of("7z\xbc\xaf\x27\x1c\0\4"s + text, "text/plain").kind == PartKind::archive);
    CHECK(type_of("\x01\x02\x03\x04\x05\x06\x07\x08 binary \x10\x11\x12"s, "text/plain").kind == PartKind::other);
}

TEST_CASE("AC-224 an empty part is text, one byte is what it is") {
    CHECK(type_of("", "application/pdf", "pdf").kind == PartKind::text);
    CHECK_FALSE(type_of("", "application/pdf", "pdf").name_lies);
    CHECK(type_of("", "", "exe").kind == PartKind::executable);
    CHECK(type_of("\0"s).kind == PartKind::other);
    CHECK(type_of("a").kind == PartKind::text);
}

TEST_CASE("AC-225 AC-162 content decides when a name promises something else, and the lie is said") {
    struct Row {
        std::string bytes, extension;
        PartKind kind;
        bool lies;
    };
    const std::string docx = zip_of({"[Content_Types].xml", "word/document.xml"});
    const auto row = GENERATE_COPY(values<Row>({
        {"just text", "pdf", PartKind::other, true},
        {"<html><body>x</body></html>", "xls", PartKind::other, true},
        {zip_of({"a.txt"}), "pdf", PartKind::archive, true},
        {zip_of({"a.txt"}), "docx", PartKind::archive, true},
        {docx, "zip", PartKind::office, true},
        {docx, "docx", PartKind::office, false},
        {"{\\rtf1 x}", "doc", PartKind::office, false},
        {"%PDF-1.4\n1 0 obj\n", "pdf", PartKind::pdf, false},
        {"just text", "txt", PartKind::text, false},
        {"just text", "", PartKind::text, false},
    }));
    INFO(row.extension << ": " << row.bytes);
    const FileType type = type_of(row.bytes, "application/octet-stream", row.extension);
    CHECK(type.kind == row.kind);
    CHECK(type.name_lies == row.lies);
}

TEST_CASE("AC-184 AC-200 AC-203 AC-216 documents are told apart by what is inside") {
    struct Row {
        std::string bytes, type;
        PartKind kind;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {zip_of({"word/document.xml", "[Content_Types].xml"}),
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document", PartKind::office},
        {zip_of({"[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"}),
         "application/vnd.ms-word.document.macroEnabled.12", PartKind::office},
        {zip_of({"[Content_Types].xml", "xl/workbook.bin"}), "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
         PartKind::office},
        {zip_of({"[Content_Types].xml", "FixedDocSeq.fdseq"}), "application/vnd.ms-xpsdocument", PartKind::other},
        {zip_of({"a.txt", "b.txt"}), "application/zip", PartKind::archive},
        {zip_of({"a.txt"}, 1), "application/zip", PartKind::encrypted},  // AC-152
        {"{\\rtf1\\ansi}", "application/rtf", PartKind::office},
        {"\r\n  {\\rt x}", "application/rtf", PartKind::office},
        {"<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument/>",
         "application/vnd.ms-office", PartKind::office},
        {"<?xml version=\"1.0\"?><!DOCTYPE svg><svg onload=\"x\"/>", "image/svg+xml", PartKind::image},
        {"%!PS-Adobe-3.0", "application/postscript", PartKind::other},
        {std::string(1000, ' ') + "%PDF-1.7 1 0 obj", "application/pdf", PartKind::pdf},  // AC-179
        {"\x01\xff junk \0 %PDF-1.7 1 0 obj"s, "application/pdf", PartKind::pdf},
        {"%PDF-1.7 1 0 obj trailer << /Encrypt 5 0 R >>", "application/pdf", PartKind::encrypted},  // AC-177
        {"\x78\x9f\x3e\x22\1\0\1"s, "application/vnd.ms-tnef", PartKind::tnef},                     // AC-075
    }));
    INFO(row.bytes);
    CHECK(type_of(row.bytes).type == row.type);
    CHECK(type_of(row.bytes).kind == row.kind);
}

TEST_CASE("AC-226 AC-227 AC-232 a detached signature is told from what hides content") {
    // ContentInfo { 1.2.840.113549.1.7.2, [0] SignedData { version, digest algorithms, encapContentInfo … } }
    const std::string oid = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"s;
    const std::string algorithms = "\x02\x01\x01\x31\x00"s;
    const std::string empty_content = "\x30\x0b"s + oid + "\x01"s;
    const std::string certificates = "\xa0\x00"s;
    const std::string detached =
        "\x30\x80"s + oid + "\x02\xa0\x80\x30\x80"s + algorithms + empty_content + certificates;
    CHECK(type_of(detached).kind == PartKind::signature);
    CHECK(type_of("\x30\x80"s + oid + "\x02\xa0\x80\x30\x80"s + algorithms + "\x30\x80"s + oid + "\x01\0\0"s).kind ==
          PartKind::signature);
    const std::string opaque =
        "\x30\x80"s + oid + "\x02\xa0\x80\x30\x80"s + algorithms + "\x30\x80"s + oid + "\x01\xa0\x80"s;
    CHECK(type_of(opaque).kind == PartKind::encrypted);
    CHECK(type_of(opaque).type == "application/x-pkcs7-signed-data");
    for (const char* other : {"\x01", "\x03", "\x04", "\x05", "\x06"}) {
        const std::string hidden = "\x30\x80"s + oid + other + "\xa0\x80\x30\x80"s;
        CHECK(type_of(hidden).kind == PartKind::encrypted);
        CHECK(type_of(hidden).type == "application/pkcs7-mime");
    }
    // A signature that ends where it should go on hides something, for all we know.
    for (std::size_t length = 13; length < detached.size() - 2; ++length) {
        INFO(length);
        CHECK(type_of(detached.substr(0, length)).kind != PartKind::text);
    }
    // Saboteur: a program that is declared to be a signature is not dropped as one.
    CHECK(type_of("MZ\x90\0"s, "application/pkcs7-signature", "p7s").kind == PartKind::executable);
    CHECK(type_of("\x01\x02\x03\0"s, "application/pkcs7-signature", "p7s").kind == PartKind::other);
}

TEST_CASE("AC-231 PGP armour is a message, a key or a signature") {
    CHECK(type_of("-----BEGIN PGP MESSAGE-----\r\n\r\nhQ==\r\n", "text/plain").kind == PartKind::encrypted);
    CHECK(type_of("-----BEGIN PGP SIGNATURE-----\r\n", "application/pgp-signature").kind == PartKind::signature);
    CHECK(type_of("-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n", "application/pgp-keys").kind == PartKind::signature);
    CHECK(type_of("-----BEGIN PGP SIGNED MESSAGE-----\r\n", "text/plain").kind == PartKind::text);
}

TEST_CASE("hostile directories of containers end") {
    const std::string ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"s;
    CHECK(type_of(ole).type == "application/x-ole-storage");
    // A directory chain that points to itself, in an allocation table that is its own sector.
    std::string circle = ole + std::string(22, '\0') + "\x09\0"s + std::string(16, '\0') + std::string(4, '\0');
    circle.resize(512, '\0');
    circle += std::string(512, '\0');
    CHECK(type_of(circle).kind == PartKind::other);
    CHECK(type_of("PK\x05\x06"s + std::string(12, '\xff')).kind == PartKind::archive);
    CHECK(type_of("PK\x03\x04"s).kind == PartKind::archive);
}

TEST_CASE("STACK 4: ten kilobytes of newlines and the like never reach libmagic's text tests") {
    for (const std::string& bytes : {std::string(10240, '\n'), std::string(65536, '<'), std::string(65536, ' ')}) {
        CHECK(type_of(bytes).kind == PartKind::text);
        CHECK(type_of(bytes, "text/html").kind == PartKind::html);
    }
}

TEST_CASE("real files of every folder are of the kinds that the folder names") {
    using Kinds = std::set<PartKind>;
    const auto [folder, expected] = GENERATE(table<std::string, Kinds>({
        {"file_pdf_benign", {PartKind::pdf}},
        {"file_pdf_hostile", {PartKind::pdf, PartKind::encrypted}},
        {"file_image_benign", {PartKind::image}},
        {"file_image_hostile", {PartKind::image, PartKind::other}},
        {"file_archive_benign", {PartKind::archive, PartKind::encrypted, PartKind::office, PartKind::executable}},
        {"file_archive_hostile", {PartKind::archive, PartKind::encrypted, PartKind::office, PartKind::other}},
        {"file_office_benign", {PartKind::office, PartKind::encrypted, PartKind::executable, PartKind::other}},
        {"file_office_hostile", {PartKind::office, PartKind::encrypted, PartKind::other}},
        {"file_markup_benign", {PartKind::html, PartKind::calendar, PartKind::text}},
        {"file_other_hostile", {PartKind::executable}},
    }));
    for (const auto& file : test::read_corpus(folder)) {
        INFO(folder << "/" << file.name);
        const FileType type = type_of(file.bytes);
        INFO(type.type << " " << to_string(type.kind));
        CHECK(expected.count(type.kind) == 1);
    }
}

TEST_CASE("real files that misled other tools are recognised") {
    struct Row {
        std::string folder, name, type;
        PartKind kind;
    };
    const std::vector<Row> rows{
        {"file_office_hostile", "oletools__oleform-PR314.docm", "application/vnd.ms-word.document.macroEnabled.12",
         PartKind::office},
        {"file_office_hostile", "oletools__encrypted.docx", "application/encrypted", PartKind::encrypted},
        {"file_office_benign", "oletools__encrypted.xls", "application/vnd.ms-excel", PartKind::encrypted},
        {"file_office_benign", "oletools__encrypted.ppt", "application/vnd.ms-powerpoint", PartKind::encrypted},
        {"file_office_benign", "tika__testOneNote4.one", "application/onenote", PartKind::executable},
        {"file_office_benign", "tika__testXPS_various.xps", "application/vnd.ms-xpsdocument", PartKind::other},
        {"file_archive_benign", "libarchive__test_read_format_rar4_encrypted_filenames.rar", "application/vnd.rar",
         PartKind::encrypted},
        {"file_archive_hostile", "libzip__encrypt-aes256.zip", "application/zip", PartKind::encrypted},
        {"file_other_benign", "tika__IMJPCLE.CHM", "application/vnd.ms-htmlhelp", PartKind::executable},
        {"file_other_hostile", "libarchive__test_read_format_rar_sfx.exe",  // AC-157
         "application/vnd.microsoft.portable-executable", PartKind::executable},
    };
    std::map<std::string, std::vector<test::CorpusFile>> folders;
    for (const Row& row : rows) {
        if (folders.count(row.folder) == 0) folders[row.folder] = test::read_corpus(row.folder);
        for (const auto& file : folders[row.folder]) {
            if (file.name != row.name) continue;
            INFO(row.name);
            CHECK(type_of(file.bytes).type == row.type);
            CHECK(type_of(file.bytes).kind == row.kind);
        }
    }
}

TEST_CASE("AC-222 AC-209 AC-206 fonts, sound, film, Flash, jtd, xdw and msg are of no kind that is rebuilt") {
    const std::string filler(600, '\x07');
    for (const std::string& start :
         {"\0\1\0\0\0\x0c\0\x80\0\3\0\x40"s, "OTTO\0\x0c\0\x80"s, "wOFF\0\1\0\0"s, "wOF2\0\1\0\0"s, "ttcf\0\1\0\0"s,
          "ID3\3\0\0\0\0\x0f\x76"s, "\xff\xfb\x90\x44\0\0"s, "RIFF\x24\x10\0\0WAVEfmt \x10\0\0\0"s,
          "RIFF\x24\x10\0\0AVI LIST"s, "OggS\0\2\0\0"s, "\x1a\x45\xdf\xa3\x01\0\0\0"s,
          "\0\0\0\x20"
          "ftypisom\0\0\2\0"s,
          "\0\0\1\xba\x44\0\4\0"s, "FLV\1\5\0\0\0\x09"s, "FWS\x05\x10\0\0\0"s, "CWS\x09\x10\0\0\0"s,
          "ZWS\x0d\x10\0\0\0"s, "\x60\x0e\x82\x01\0\0"s, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"s}) {
        INFO(start);
        const PartKind kind = type_of(start + filler).kind;
        CHECK((kind == PartKind::other || kind == PartKind::executable));
    }
    for (const test::CorpusFile& file : test::read_corpus("file_msg_tnef_benign")) {
        if (!file.name.ends_with(".msg") || !file.bytes.starts_with("\xd0\xcf\x11\xe0")) continue;
        INFO(file.name);
        CHECK(type_of(file.bytes).kind == PartKind::archive);  // of its text and files
    }
}

TEST_CASE("sound and pictures without a control character in them are no text; playlists and drawings are") {
    std::string sound;
    for (int i = 0; i < 3000; ++i) sound += static_cast<char>(0x80 + (i * 37) % 127);
    for (const std::string declared :
         {"audio/basic", "audio/x-wav", "video/3gpp", "image/x-raw", "font/x", "model/x"}) {
        CAPTURE(declared);
        CHECK(type_of(sound, declared).kind == PartKind::other);
    }
    for (const std::string extension : {"amr", "wav", "mp3", "3gp"}) {
        CHECK(type_of(sound, "application/octet-stream", extension).kind == PartKind::other);
        CHECK(type_of("plain words\n", "text/plain", extension).kind == PartKind::text);
    }
    CHECK(type_of("#EXTM3U\nhttps://radio.example/a.mp3\n", "audio/x-mpegurl").kind == PartKind::text);
    CHECK(type_of("<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml").kind == PartKind::image);
    CHECK(type_of("曲名一覧\n", "audio/x-mpegurl").kind == PartKind::text);
}
