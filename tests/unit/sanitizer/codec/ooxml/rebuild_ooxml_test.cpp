// Whole packages: which kinds are rebuilt, what is refused and why, what real files come to.
#include "sanitizer/codec/ooxml/rebuild_ooxml.hpp"

#include <catch2/catch.hpp>

#include "tests/support/corpus.hpp"
#include "tests/unit/sanitizer/codec/ooxml/rebuilt.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

bool is_package(const CorpusFile& file) {
    const std::string end = file.name.substr(file.name.rfind('.') + 1);
    for (const std::string known : {"docx", "xlsx", "pptx", "docm", "xlsm", "pptm", "dotx", "dotm", "xltx", "xltm",
                                    "potx", "potm", "ppsx", "ppsm"}) {
        if (end == known) return true;
    }
    return false;
}

Package of_type(const std::string& type) {
    Package package;
    package.body = "<sheetData/>";
    package.main_type = type;
    return package;
}

}  // namespace

TEST_CASE("AC-162 AC-184 the kind is what the content types say, macro kinds and templates become plain ones") {
    const auto kind = [](const std::vector<MadePart>& parts) { return rebuilt(made_zip(parts)).kind; };
    for (const std::string type : {"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
                                   "application/vnd.ms-word.document.macroEnabled.main+xml",
                                   "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"}) {
        CHECK(kind(docx_parts({.types = {}, .main_type = type})) == SafeKind::docx);
    }
    for (const std::string type : {"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
                                   "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                                   "application/vnd.ms-excel.template.macroEnabled.main+xml"}) {
        CHECK(kind(xlsx_parts(of_type(type))) == SafeKind::xlsx);
    }
    for (const std::string type : {"application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
                                   "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
                                   "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml"}) {
        CHECK(kind(pptx_parts({.main_type = type})) == SafeKind::pptx);
    }
}

TEST_CASE("AC-201 kinds that are not rebuilt are named as such") {
    for (const std::string type : {"application/vnd.ms-excel.sheet.binary.macroEnabled.main",
                                   "application/vnd.ms-excel.addin.macroEnabled.main+xml",
                                   "application/vnd.ms-powerpoint.addin.macroEnabled.main+xml",
                                   "application/vnd.ms-visio.drawing.main+xml", ""}) {
        INFO(type);
        CHECK(not_rebuilt(made_zip(xlsx_parts(of_type(type.empty() ? "text/xml" : type)))).why ==
              Reason::not_representable);
    }
}

TEST_CASE("AC-197 a document type, depth without end and what is not XML are refused") {
    const auto reason = [](const std::string& xml) {
        std::vector<MadePart> parts = docx_parts({});
        parts[2].bytes = xml;
        return not_rebuilt(made_zip(parts)).why;
    };
    const std::string root = "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">";
    CHECK(reason("<!DOCTYPE d [<!ENTITY a \"b\">]>" + root + "</w:document>") == Reason::not_representable);
    CHECK(reason("<!DOCTYPE d SYSTEM \"file:///etc/passwd\">" + root + "</w:document>") == Reason::not_representable);
    CHECK(reason(root + "&a;</w:document>") == Reason::document_damaged);
    CHECK(reason(root + "<w:body>") == Reason::document_damaged);
    CHECK(reason("<w:other xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"/>") ==
          Reason::document_damaged);
    CHECK(reason("") == Reason::document_damaged);
    std::string deep = root;
    for (int i = 0; i < 100'000; ++i) deep += "<w:p>";
    CHECK(reason(deep) == Reason::not_representable);
    CHECK(reason(root + "<w:p w:a=\"" + std::string(6 << 20, 'x') + "\"/></w:document>") == Reason::not_representable);
}

TEST_CASE("AC-197 AC-223 comments, instructions, sections, hidden text and foreign elements leave nothing") {
    Package package;
    package.body =
        "<!--secretComment--><?secretInstruction x?><w:p>secretText<w:r><w:t><![CDATA[a<b]]></w:t></w:r></w:p><x:y "
        "xmlns:x=\"urn:secretSpace\">said</x:y>";
    const FileMade made = rebuilt(made_zip(docx_parts(package)));
    const std::string all = all_text(made.untrusted_bytes);
    CHECK(all.find("secret") == std::string::npos);
    CHECK(all.find("<w:t>a&lt;b</w:t>") != std::string::npos);
    CHECK(lost(made, Reason::unknown_content_removed) == 1);
}

TEST_CASE("prefixes are ours, whatever the author calls the name spaces") {
    std::vector<MadePart> parts = docx_parts({});
    parts[2].bytes =
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r><q:t "
        "xmlns:q=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">one</q:t></w:r></w:p><body "
        "xmlns=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"/><w:p "
        "xmlns:w=\"urn:other\">two</w:p></w:body></w:document>";
    const std::string xml = part_of(rebuilt(made_zip(parts)).untrusted_bytes, "word/document.xml");
    CHECK(xml.find("<w:t>one</w:t>") != std::string::npos);
    CHECK(xml.find("<w:body/>") != std::string::npos);
    CHECK(xml.find("two") == std::string::npos);
    parts[2].bytes =
        "<z:document xmlns:z=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
        "xmlns:y=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><z:body><z:p><z:pPr><z:jc "
        "z:val=\"left\" y:val=\"right\"/></z:pPr></z:p></z:body></z:document>";
    CHECK(rebuilt(made_zip(parts)).kind == SafeKind::docx);
}

TEST_CASE("AC-198 parts without a content type of their kind are not reached") {
    Package package;
    package.relationships = relationship("rId1", "styles", "styles.xml");
    package.types = override_type("word/styles.xml", "text/html");
    package.parts = {{"word/styles.xml", "<secret/>"}};
    CHECK(all_text(rebuilt(made_zip(docx_parts(package))).untrusted_bytes).find("styles.xml") == std::string::npos);
    std::vector<MadePart> parts = docx_parts({});
    parts.erase(parts.begin());
    CHECK(not_rebuilt(made_zip(parts)).why == Reason::document_damaged);
    package.types += override_type("word/styles.xml", "text/plain");
    CHECK(not_rebuilt(made_zip(docx_parts(package))).why == Reason::document_damaged);
}

TEST_CASE("AC-198 of two parts of a kind that a document has once the first counts") {
    Package package;
    package.relationships = relationship("rId1", "styles", "styles.xml") + relationship("rId2", "styles", "other.xml");
    const std::string type = "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml";
    const std::string root = "<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">";
    package.types = override_type("word/styles.xml", type) + override_type("word/other.xml", type);
    package.parts = {{"word/styles.xml", root + "<w:style w:styleId=\"one\"/></w:styles>"},
                     {"word/other.xml", root + "<w:style w:styleId=\"two\"/></w:styles>"}};
    const std::string all = all_text(rebuilt(made_zip(docx_parts(package))).untrusted_bytes);
    CHECK(all.find("one") != std::string::npos);
    CHECK(all.find("two") == std::string::npos);
}

TEST_CASE("signatures are dropped and said") {
    Package package;
    package.root =
        relationship("rId5", "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin",
                     "_xmlsignatures/origin.sigs");
    CHECK(lost(rebuilt(made_zip(docx_parts(package))), Reason::signature_dropped) == 1);
}

TEST_CASE("the same package twice gives the same bytes") {
    const std::string package = made_zip(pptx_parts({}));
    CHECK(rebuilt(package).untrusted_bytes == rebuilt(package).untrusted_bytes);
}

TEST_CASE("of the benign corpus 98 in 100 packages are rebuilt, the checker takes each, and again it is the same") {
    std::size_t tried = 0;
    std::size_t made = 0;
    for (const CorpusFile& file : read_corpus("file_office_benign")) {
        if (!is_package(file)) continue;
        ++tried;
        FilePurse purse{FileLimits{}};
        const FileOutcome outcome = codec::rebuild_ooxml(file.bytes, purse);
        if (!std::holds_alternative<FileMade>(outcome)) continue;
        ++made;
        INFO(file.name);
        rebuilt(file.bytes);
    }
    if (tried > 0) CHECK(made * 100 >= tried * 98);
}

TEST_CASE("of the hostile corpus nothing crosses that acts") {
    for (const CorpusFile& file : read_corpus("file_office_hostile")) {
        FilePurse purse{FileLimits{}};
        const FileOutcome outcome = codec::rebuild_ooxml(file.bytes, purse);
        if (!std::holds_alternative<FileMade>(outcome)) continue;
        INFO(file.name);
        const std::string made = rebuilt(file.bytes).untrusted_bytes;
        const std::string all = all_text(made);
        for (const std::string word :
             {"vbaProject", "oleObject", "OLEObject", "activeX", "macrosheet", "altChunk", "attachedTemplate",
              "externalLink", "DDEAUTO", "INCLUDEPICTURE", "customUI", "printerSettings", "file:///", "customXml/",
              "docProps/core", "docProps/custom", "progId=", "r:link", "w:control"}) {
            INFO(word);
            CHECK(all.find(word) == std::string::npos);
        }
        const std::string program = part_of(made, "docProps/app.xml");
        CHECK((program.empty() || program.ends_with("\"><Application>Microsoft Excel</Application></Properties>")));
    }
}
