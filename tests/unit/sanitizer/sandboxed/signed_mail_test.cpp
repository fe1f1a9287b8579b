// A mail that is signed data as a whole: what was signed is read under the header of the mail.
#include <openssl/evp.h>

#include <string>
#include <vector>

#include "policy/findings.hpp"
#include "sanitizer/sandboxed/find_part.hpp"
#include "sanitizer/sandboxed/types/cms_type.hpp"
#include "tests/unit/sanitizer/sandboxed/written_mails.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;

namespace {

void append_base64_lines(std::string& out, const std::string& bytes) {
    constexpr std::size_t in_a_line = 57;
    for (std::size_t at = 0; at < bytes.size(); at += in_a_line) {
        const std::string piece = bytes.substr(at, in_a_line);
        std::string line(4 * ((piece.size() + 2) / 3) + 1, '\0');
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(line.data()),
                        reinterpret_cast<const unsigned char*>(piece.data()), static_cast<int>(piece.size()));
        line.pop_back();
        out += line + "\r\n";
    }
}

// One element of BER with a definite length.
std::string element(int tag, const std::string& content) {
    std::string out(1, static_cast<char>(tag));
    const std::size_t size = content.size();
    if (size < 0x80) {
        out += static_cast<char>(size);
    } else {
        out += '\x83';
        for (const int shift : {16, 8, 0}) out += static_cast<char>(size >> shift & 0xff);
    }
    return out + content;
}

// With an indefinite length.
std::string open_element(int tag, const std::string& content) {
    return std::string(1, static_cast<char>(tag)) + '\x80' + content + std::string(2, '\0');
}

std::string pkcs7_oid(char last) { return element(6, std::string("\x2a\x86\x48\x86\xf7\x0d\x01\x07") + last); }

std::string octets(const std::string& content) { return element(4, content); }

struct Shape {
    std::string content_oid = pkcs7_oid(1);
    std::string (*outer)(int, const std::string&) = element;
};

// `held`: the OCTET STRING, or whatever stands in its place.
std::string signed_data(const std::string& held, const Shape& shape = {}) {
    const std::string inside = shape.outer(0x30, shape.content_oid + shape.outer(0xa0, held));
    const std::string data = element(2, "\1") + element(0x31, "") + inside + element(0x31, "");
    return shape.outer(0x30, pkcs7_oid(2) + shape.outer(0xa0, shape.outer(0x30, data)));
}

std::string signed_mail(const std::string& cms, const std::string& type = "application/pkcs7-mime") {
    std::string mail = crlf(head + "Content-Type: " + type +
                            "; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n");
    append_base64_lines(mail, cms);
    return mail;
}

const std::string pdf = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n";

std::string names_of(const std::vector<Reason>& reasons) {
    std::string names;
    for (const Reason reason : reasons) names += std::string(to_string(reason)) + " ";
    return names;
}

std::string two_parts() {
    std::string file = "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    append_base64_lines(file, pdf);
    return "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain; "
           "charset=utf-8\r\n\r\n本文\r\n--i\r\n" +
           file + "--i--\r\n";
}

}  // namespace

TEST_CASE("AC-226 the text of a mail that is signed data stands in the body, and the signature is said to be gone") {
    for (const char* type : {"application/pkcs7-mime", "application/x-pkcs7-mime"}) {
        const Extract extract = read(signed_mail(signed_data(octets(two_parts())), type));
        CHECK(all_text(extract) == "本文");
        CHECK(paths(extract) == Paths{"1", "2"});
        CHECK(row(extract, "1").method == Method::text_body);
        CHECK(row(extract, "2").facts.kind == PartKind::pdf);
        CHECK(names_of(extract.findings) == "signature_dropped bad_date ");
        CHECK(extract.header.subject.str() == "test");
        REQUIRE(extract.header.from.size() == 1);
        CHECK(extract.header.from[0].address.text() == "a@example.jp");
    }
}

TEST_CASE("AC-226 a file in a mail that is signed data is found by its path") {
    const std::string mail = signed_mail(signed_data(octets(two_parts())));
    const auto found = find_part(mail, "2", {}, typer());
    REQUIRE(found.has_value());
    CHECK(found->part.untrusted_bytes == pdf);
}

TEST_CASE("AC-226 AC-232 what was signed is put together however its pieces come") {
    const std::string whole = "one two three";
    const std::string pieces = octets("one ") + octets("two ") + octets("three");
    for (const std::string& held :
         {octets(whole), element(0x24, pieces), open_element(0x24, pieces),
          element(0x24, octets("one ") + open_element(0x24, octets("two ") + octets("three")))}) {
        CHECK(signed_content(signed_data(held)) == whole);
        CHECK(signed_content(signed_data(held, {.outer = open_element})) == whole);
    }
    CHECK(signed_content(signed_data(octets(""))) == "");
    const std::string good = signed_data(open_element(0x24, pieces), {.outer = open_element});
    for (std::size_t i = 0; i < good.size(); ++i) {
        signed_content(good.substr(0, i));
        std::string broken = good;
        broken[i] = static_cast<char>(broken[i] ^ 0x81);
        signed_content(broken);
    }
}

TEST_CASE("AC-227 AC-232 what is no signed data, or holds no data, is not taken out") {
    std::string deep = octets("x");
    for (int i = 0; i < 6; ++i) deep = open_element(0x24, deep);
    for (const std::string& held : {std::string(), element(2, "1"), element(0x24, element(2, "1")), deep,
                                    std::string("\x04\x84\xff\xff\xff\xff", 6), std::string("\x24\x80\x04\x01", 4)}) {
        CHECK_FALSE(signed_content(signed_data(held)));
    }
    CHECK_FALSE(signed_content(signed_data(octets("x"), {.content_oid = pkcs7_oid(3)})));  // enveloped inside
    CHECK_FALSE(signed_content(element(0x30, pkcs7_oid(3) + element(0xa0, octets("x")))));
    CHECK_FALSE(signed_content(""));
    CHECK_FALSE(signed_content("text"));
}

TEST_CASE("AC-226 signed data that are a part of a mail are read too; odd on the way to them, they stay as they were") {
    const std::string cms = signed_data(octets(two_parts()));
    std::string part = "Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n";
    append_base64_lines(part, cms);
    const Extract beside = read(crlf(head + multipart("mixed", {text_part("letter\n"), part})));
    CHECK(row(beside, "2").verdict == PartVerdict::text);
    CHECK(contains(row(beside, "2").notes, Reason::signature_dropped));
    std::string odd = part;
    odd.insert(odd.size() - 40, "!");  // which a decoder may pass over
    CHECK(row(read(crlf(head + multipart("mixed", {text_part("letter\n"), odd}))), "2").reason ==
          Reason::signed_container);
    std::string junk = signed_mail(cms);
    junk.insert(junk.size() - 40, "!");  // which a decoder may pass over
    CHECK(row(read(junk), "1").verdict == PartVerdict::quarantined);
    const Extract other_type = read(signed_mail(cms, "application/octet-stream"));
    CHECK(row(other_type, "1").reason == Reason::signed_container);
}

TEST_CASE("AC-226 signed data in signed data is taken out once") {
    std::string inner =
        "Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    append_base64_lines(inner, signed_data(octets(two_parts())));
    const Extract extract = read(signed_mail(signed_data(octets(inner))));
    CHECK(row(extract, "1").reason == Reason::signed_container);
    CHECK(names_of(extract.findings) == "signature_dropped bad_date ");
}

TEST_CASE("AC-226 an attached mail that is signed data is read, and what is odd in it is said") {
    const std::string inner = signed_mail(signed_data(octets(two_parts())));
    std::string mail =
        crlf(head + "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: message/rfc822\n\n") + inner;
    mail += crlf("\n--o--\n");
    const Extract extract = read(mail);
    CHECK(all_text(extract).find("本文") != std::string::npos);
    CHECK(contains(row(extract, "1").notes, Reason::signature_dropped));
    CHECK(row(extract, "1/2").facts.kind == PartKind::pdf);
    const std::string ambiguous =
        "Content-Type: multipart/mixed; boundary=i\r\nContent-Type: text/plain\r\n\r\n--i\r\n\r\nx\r\n--i--\r\n";
    CHECK(any_ambiguous(read(signed_mail(signed_data(octets(ambiguous)))).findings));
}

TEST_CASE("AC-226 what is odd about a mail that is signed data stays with it") {
    std::string twice = signed_mail(signed_data(octets(two_parts())));
    twice.insert(twice.find("Content-Type"), "Content-Type: text/plain\r\n");
    CHECK(any_ambiguous(read(twice).findings));
    std::string doubled = signed_mail(signed_data(octets(two_parts())));
    doubled.insert(doubled.find("\r\n\r\n"), "\r\nContent-Transfer-Encoding: 8bit");
    const Extract extract = read(doubled);
    CHECK(any_ambiguous(extract.findings));
    CHECK(row(extract, "1").facts.declared_type == "application/pkcs7-mime");  // and nothing was taken out
    std::string odd = signed_mail(signed_data(octets(two_parts())));
    odd.replace(odd.find("MIME-Version: 1.0"), 17, "MIME-Version: 2.0");
    CHECK(names_of(read(odd).findings) == "odd_mime_version signature_dropped bad_date ");
}
