#include "relay/evidence/checkpoint.hpp"

#include <catch2/catch.hpp>

#include "relay/evidence/base64.hpp"
#include "relay/evidence/signed_note.hpp"

using namespace mugaika;

namespace {

Checkpoint made() {
    return {"mx.example.lg.jp", 31, leaf_hash("seals"), "2026-12-01T00:30:00.000+09:00",
            Checkpoint::OpenLog{leaf_hash("first"), 77, leaf_hash("lines")}};
}

std::string base64_lines(std::string_view text, std::size_t columns) {
    const std::string all = base64::encode({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
    std::string lines;
    for (std::size_t at = 0; at < all.size(); at += columns) lines += all.substr(at, columns) + "\r\n";
    return lines;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

}  // namespace

TEST_CASE("a checkpoint is read as it was written, and nothing else is one") {
    const std::string text = made().text();
    CHECK(text.starts_with("mx.example.lg.jp/seals\n31\n"));
    const auto read = Checkpoint::parse(text);
    REQUIRE(read.has_value());
    CHECK(read->text() == text);
    Checkpoint nothing_open = made();
    nothing_open.open.reset();
    REQUIRE(Checkpoint::parse(nothing_open.text()).has_value());
    CHECK(Checkpoint::parse(nothing_open.text())->text() == nothing_open.text());
    for (const auto& [what, with] :
         {std::pair("/seals", ""), std::pair("\n31\n", "\n031\n"), std::pair("\n31\n", "\n-1\n"),
          std::pair("time ", "tide "), std::pair("open ", "closed "), std::pair(" 77 ", " 0 "),
          std::pair(" 77 ", " 77 77 "), std::pair("=\n", "\n")}) {
        CAPTURE(what, with);
        CHECK_FALSE(Checkpoint::parse(replaced(text, what, with)).has_value());
    }
    CHECK_FALSE(Checkpoint::parse(text + "more\n").has_value());
    CHECK_FALSE(Checkpoint::parse("").has_value());
}

TEST_CASE("a note is found in what a mail program, a charset or a page made of it") {
    const auto signer = NoteSigner::make("mx.example.lg.jp");
    REQUIRE(signer.has_value());
    const std::string note = signer->sign(made().text());
    const std::string mail = "監査担当者様\n\nこのメールを保存してください。\n\n" + note + "\n以上\n";
    const std::string head = "Subject: =?UTF-8?B?44Ot?=\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    const std::string crlf = replaced(mail, "\n", "\r\n");
    const std::string quoted =
        replaced(replaced(replaced(crlf, "=", "=3D"), "\xe2\x80\x94", "=E2=80=94"), "/s", "/=\r\ns");
    const std::vector<std::pair<const char*, std::string>> forms{
        {"alone", note},
        {"in a text", mail},
        {"CRLF", crlf},
        {"blanks at the ends of lines", replaced(mail, "\n", "  \n")},
        {"base64", head + base64_lines(crlf, 76)},
        {"base64 of other columns", head + base64_lines(crlf, 60) + "\r\n--boundary--\r\n"},
        {"quoted-printable", "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + quoted},
        {"Windows-31J", replaced(mail, "\xe2\x80\x94", "\x81\x5c")},
        {"ISO-2022-JP", replaced(mail, "\xe2\x80\x94", "\x1b$B!=\x1b(B")},
        {"a page", "<h2>x</h2>\n<pre>\n\n" + note + "</pre>\n<p>"},
        {"without a line end behind it", note.substr(0, note.size() - 1)},
    };
    for (const auto& [form, text] : forms) {
        CAPTURE(form);
        const std::vector<std::string> found = notes_in(text);
        REQUIRE(found.size() == 1);
        CHECK(found.front() == note);
        CHECK(signer->verifier().open(found.front()).has_value());
    }
}

TEST_CASE("all notes of a text are found, and texts that hold none have none") {
    const auto signer = NoteSigner::make("a");
    const auto witness = NoteSigner::make("w");
    REQUIRE((signer.has_value() && witness.has_value()));
    const std::string one = signer->sign(made().text());
    const std::string line = witness->sign(made().text()).substr(made().text().size() + 1);
    CHECK(notes_in(one + "\n" + one).size() == 2);
    const auto both = notes_in("x\n\n" + one + line);
    REQUIRE(both.size() == 1);
    CHECK(signer->verifier().open(both.front()).has_value());
    CHECK(witness->verifier().open(both.front()).has_value());
    for (const std::string& text :
         {std::string(), std::string("\n\n\n"), made().text(), line, "\n" + line, std::string(100000, 'A'),
          std::string("a\nb\n\n— name\n"), std::string("a\n\nb c d\n"), std::string("= = =\n\n=")}) {
        CAPTURE(text.substr(0, 40));
        CHECK(notes_in(text).empty());
    }
}
