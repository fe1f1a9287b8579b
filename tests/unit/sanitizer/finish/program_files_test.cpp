#include "sanitizer/finish/program_files.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace mugaika;
using namespace std::string_literals;

TEST_CASE("a program is known by its first bytes") {
    for (const std::string& bytes : {
             "MZ\x90\0"s,
             "ZM"s,
             "\x7f"
             "ELF\2"s,
             "\xfe\xed\xfa\xce"s,
             "\xfe\xed\xfa\xcf"s,
             "\xce\xfa\xed\xfe"s,
             "\xcf\xfa\xed\xfe"s,
             "\xca\xfe\xba\xbe"s,
             "\xbe\xba\xfe\xca"s,
             "\xca\xfe\xd0\x0d"s,
             "#!/bin/sh"s,
             "\xef\xbb\xbf#!x"s,
             "L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F"s,
             "ITSF\3"s,
             "dex\n035"s,
             "\0asm\1"s,
             "BC\xc0\xde"s,
             "\x1bLuaR"s,
             "!<arch>\ndebian"s,
             "\xed\xab\xee\xdb"s,
             "xar!"s,
             "MSWIM\0\0\0"s,
             "vhdxfile"s,
             "conectix"s,
             "KDMV"s,
             "QFI\xfb"s,
             std::string(32769, 'x') + "CD001",
             std::string(34817, 'x') + "CD001",
             std::string(32769, 'x') + "BEA01",
         }) {
        CAPTURE(bytes.substr(0, 16));
        CHECK(begins_like_a_program(bytes));
        CHECK_FALSE(begins_like_a_program("x" + bytes));
    }
    for (const std::string& bytes :
         {""s, "M"s, "%PDF-1.7"s, "PK\x03\x04"s, "\xd0\xcf\x11\xe0"s, "\x89PNG"s, "text # !"s}) {
        CHECK_FALSE(begins_like_a_program(bytes));
    }
}

TEST_CASE("a program is known by the last extension of its name, as Windows reads it") {
    for (const char* name :
         {"a.exe",        "A.EXE", "a.pdf.exe",      "a.exe.", "a.exe . .", "a.exe ", "a. exe",  "a.exe:x.pdf",
          "a.exe::$DATA", ".bat",  "見積書.pdf.scr", "a.msi",  "a.lnk",     "a.jar",  "a.class", "a.hta",
          "a.js",         "a.iso", "a.vbs",          "a.ps1",  "a.xll",     "a.com"}) {
        CAPTURE(name);
        CHECK(has_name_of_a_program(name));
    }
    for (const char* name :
         {"", "exe", "a.pdf", "a.exe.pdf", "a.docx", "見積書.xlsx", "a.", "...", ":", "a.exec", "a.zip"}) {
        CAPTURE(name);
        CHECK_FALSE(has_name_of_a_program(name));
    }
}
