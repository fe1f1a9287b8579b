#include "sanitizer/sandboxed/structure/second_reading.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/sanitizer/sandboxed/finding_names.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;

namespace {

const std::string mixed = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n";

bool agrees(const std::string& mail) {
    const Scan scan = scan_mail(mail, BudgetLimits{}, 0);
    INFO(mail);
    CHECK(ambiguous_names_of(scan.structure.findings).empty());
    CHECK(scan.is_comparable);
    return second_reading_agrees(scan);
}

}  // namespace

TEST_CASE("mimetic agrees on ordinary mail") {
    CHECK(agrees("Subject: x\r\n\r\nhello\r\n"));
    CHECK(agrees(mixed + "\r\n--b\r\n\r\none\r\n--b\r\nContent-Type: text/html\r\n\r\ntwo\r\n--b--\r\n"));
    CHECK(agrees(mixed + "\r\npreamble\r\n--b\r\n--b\r\n\r\n--b--\r\nepilogue\r\n-- \r\n--\r\n"));
    CHECK(agrees("Content-Type: text/plain\r\nContent-Transfer-Encoding: Base64\r\n\r\naGVsbG8=\r\n"));
    CHECK(agrees(""));
}

// Each row is a fault of mimetic (STACK 1.3) that harmless mail meets.
TEST_CASE("mimetic's known faults do not hold harmless mail") {
    CHECK(agrees(mixed + "\r\n--b\r\n\r\nmid-line --b\r\n" + std::string(4093, 'x') + "--b\r\n--b--\r\n"));
    CHECK(agrees(
        mixed +
        "\r\n--b\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nopen\r\n--b\r\n\r\nx\r\n--b--\r\n"));
    CHECK(agrees(mixed + "\r\n--b\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nopen until the end"));
    CHECK(agrees(
        "MIME-Version: 1.0\r\nContent-Type: (c) multipart(x)/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n"));
    CHECK(
        agrees("MIME-Version: 1.0\r\nContent-Type: multipart / mixed; x=\"a;b\"; "
               "boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n"));
    CHECK(
        agrees("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary*0=a; "
               "boundary*1=b\r\n\r\n--ab\r\n\r\nx\r\n--ab--\r\n"));
    CHECK(agrees(mixed + "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; "
                         "boundary=q\r\n\r\n--q\r\n\r\nx\r\n--q--\r\n--b--\r\n"));
    CHECK(agrees("Content-Type: multipart/report; boundary=b\r\n\r\nNo part at all, but text.\r\n"));
    CHECK(agrees("Content-Type: multipart/report; boundary=b\r\n\r\n"));
}

// Saboteurs: the comparison must be able to fail.
TEST_CASE("a first reading that is wrong is caught by the second") {
    const std::string mail = mixed + "\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n";
    const Scan right = scan_mail(mail, BudgetLimits{}, 0);
    REQUIRE(second_reading_agrees(right));

    Scan part_missed = right;
    part_missed.structure.entities.pop_back();
    part_missed.headers.pop_back();
    CHECK_FALSE(second_reading_agrees(part_missed));

    Scan wrong_boundary = right;
    wrong_boundary.structure.entities[0].boundary = "c";
    CHECK_FALSE(second_reading_agrees(wrong_boundary));

    Scan wrong_encoding = right;
    wrong_encoding.structure.entities[1].encoding = TransferEncoding::base64;
    CHECK_FALSE(second_reading_agrees(wrong_encoding));

    Scan delimiter_missed = right;
    delimiter_missed.dash_lines.erase(delimiter_missed.dash_lines.begin() + 1);
    CHECK_FALSE(second_reading_agrees(delimiter_missed));
}

TEST_CASE("a mail of thousands of dash lines stays within the skeleton") {
    std::string mail = mixed + "\r\n--b\r\n\r\n";
    for (int i = 0; i < 50'000; ++i) mail += "-- line\r\n";
    mail += "--b\r\n\r\nx\r\n--b--\r\n";
    const Scan scan = scan_mail(mail, BudgetLimits{}, 0);
    CHECK(scan.dash_lines.size() <= 8000);
    CHECK(second_reading_agrees(scan));
}

TEST_CASE("a leaf that one reading takes for a multipart is caught") {
    const std::string mail = mixed + "\r\n--b\r\nContent-Type: text/plain\r\n\r\none\r\n--b--\r\n";
    const Scan right = scan_mail(mail, BudgetLimits{}, 0);  // views of the mail
    REQUIRE(second_reading_agrees(right));
    Scan leaf_opened = right;
    leaf_opened.structure.entities[1].is_multipart = true;
    CHECK_FALSE(second_reading_agrees(leaf_opened));
}
