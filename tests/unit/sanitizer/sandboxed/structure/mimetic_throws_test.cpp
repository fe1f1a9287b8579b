// No mail is known on which mimetic throws while it reads what we write for it, but it promises nothing. So one of its
// functions is replaced for this program: as it is, or throwing.
#include <mimetic/mimeentity.h>

#include <catch2/catch.hpp>
#include <stdexcept>

#include "sanitizer/sandboxed/structure/second_reading.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;

namespace {

bool mimetic_throws = false;

}  // namespace

const mimetic::istring& mimetic::ContentTransferEncoding::mechanism() const {
    if (mimetic_throws) throw std::out_of_range("as if by mimetic");
    return m_mechanism;
}

TEST_CASE("a mail on which mimetic throws is one on which the readings do not agree") {
    const Scan scan =
        scan_mail("Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n", BudgetLimits{}, 0);
    REQUIRE(second_reading_agrees(scan));
    mimetic_throws = true;
    CHECK_FALSE(second_reading_agrees(scan));
    mimetic_throws = false;
    CHECK(second_reading_agrees(scan));
}
