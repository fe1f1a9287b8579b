#include "tests/support/release_lies.hpp"

#include <functional>
#include <utility>

#include "sanitizer/mail/sha256.hpp"

namespace mugaika::test {
namespace {

PlainLine line(std::string text) { return PlainLine::from(std::move(text)).value(); }

// Bytes and everything in the row that is said of them.
void give(Extract& extract, std::string bytes) {
    PartRow& row = extract.parts.at(1);
    row.facts.bytes = bytes.size();
    row.sha256 = row.out_sha256 = sha256_hex(bytes);
    extract.files.at(0).bytes = std::move(bytes);
}

void name(Extract& extract, const std::string& file_name) {
    extract.parts.at(1).out_name = file_name;
    extract.files.at(0).name = line(file_name);
}

Extract honest() {
    Extract extract;
    extract.header.subject = line("x");
    TextBlock block;
    block.path = "1";
    block.text = PlainText::from("hello\n").value();
    extract.texts.push_back(std::move(block));
    PartRow text;
    text.facts.path = "1";
    text.facts.declared_type = text.facts.detected_type = "text/plain";
    text.facts.kind = PartKind::text;
    text.facts.bytes = 6;
    text.sha256 = sha256_hex("hello\n");
    text.verdict = PartVerdict::text;
    text.method = Method::text_body;
    text.handler = "text";
    extract.parts.push_back(text);
    PartRow file;
    file.facts.path = "2";
    file.facts.declared_type = file.facts.detected_type = "application/pdf";
    file.facts.kind = PartKind::pdf;
    file.facts.name = "a.pdf";
    file.facts.is_attachment = true;
    file.verdict = PartVerdict::rebuilt;
    file.method = Method::looked_at;
    file.reason = Reason::released_by_person;
    file.handler = "release";
    extract.parts.push_back(file);
    extract.files.push_back({"2", line("a.pdf"), "application/pdf", {}});
    give(extract, std::string(released_file));
    name(extract, "a.pdf");
    return extract;
}

Ledger kept_of(const Extract& extract) {
    Ledger ledger;
    ledger.parts = extract.parts;
    ledger.parts.at(1).verdict = PartVerdict::quarantined;
    ledger.parts.at(1).reason = Reason::not_rebuilt;
    return ledger;
}

ReleaseLie lie(std::string name, const std::function<void(Extract&)>& tell) {
    ReleaseLie made{std::move(name), false, kept_of(honest()), honest()};
    tell(made.told);
    return made;
}

// The first worker lied as well: the ledger says the same.
ReleaseLie lie_from_the_beginning(std::string name, const std::function<void(Extract&)>& tell) {
    ReleaseLie made = lie(std::move(name), tell);
    made.kept = kept_of(made.told);
    return made;
}

void add_third(Extract& extract) {
    PartRow row = extract.parts.at(1);
    row.facts.path = "3";
    SafeFile file = extract.files.at(0);
    file.path = "3";
    extract.parts.push_back(std::move(row));
    extract.files.push_back(std::move(file));
}

}  // namespace

std::vector<ReleaseLie> release_lies() {
    std::vector<ReleaseLie> lies;
    lies.push_back({"tells_the_truth", true, kept_of(honest()), honest()});
    lies.push_back(lie("gives_other_bytes", [](Extract& e) { give(e, "%PDF-1.4 AS A PERSON SAW IT"); }));
    lies.push_back(lie("gives_more_bytes", [](Extract& e) { give(e, std::string(released_file) + " and more"); }));
    lies.push_back(lie("gives_a_program", [](Extract& e) { give(e, "MZ a program that is as long"); }));
    lies.push_back(lie("gives_another_part", [](Extract& e) { give(e, "hello\n"); }));
    lies.push_back(lie("says_another_kind", [](Extract& e) { e.parts.at(1).facts.kind = PartKind::image; }));
    lies.push_back(lie("says_another_size", [](Extract& e) { e.parts.at(1).facts.bytes -= 1; }));
    lies.push_back(lie("says_another_digest", [](Extract& e) { e.parts.at(1).sha256 = sha256_hex("x"); }));
    lies.push_back(lie("moves_the_part", [](Extract& e) { e.parts.at(1).facts.path = e.files.at(0).path = "2.1"; }));
    lies.push_back(lie("drops_the_part", [](Extract& e) {
        e.parts.pop_back();
        e.files.clear();
    }));
    lies.push_back(lie("adds_a_file", add_third));
    lies.push_back(lie("names_a_program", [](Extract& e) { name(e, "a.pdf.exe"); }));
    lies.push_back(lie("names_a_program_with_an_end", [](Extract& e) { name(e, "a.SCR . ."); }));
    lies.push_back(lie_from_the_beginning("gave_windows", [](Extract& e) { give(e, "MZ\x90"); }));
    lies.push_back(lie_from_the_beginning("gave_linux", [](Extract& e) {
        give(e,
             "\x7f"
             "ELF\x02\x01\x01");
    }));
    lies.push_back(lie_from_the_beginning("gave_macos", [](Extract& e) { give(e, "\xcf\xfa\xed\xfe\x07"); }));
    lies.push_back(lie_from_the_beginning("gave_a_script", [](Extract& e) { give(e, "#!/bin/sh\necho\n"); }));
    lies.push_back(lie_from_the_beginning("named_an_installer", [](Extract& e) { name(e, "a.msi"); }));
    return lies;
}

}  // namespace mugaika::test
