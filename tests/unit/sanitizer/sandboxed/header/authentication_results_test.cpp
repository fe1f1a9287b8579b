#include "sanitizer/sandboxed/header/authentication_results.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace mugaika;
using namespace mugaika::sandboxed;

namespace {

// "by spf dkim dmarc arc", with "-" for what was not said; "" for no field at all.
std::string told(std::string_view value) {
    const auto facts = read_authentication_results(value);
    if (!facts) return {};
    std::string text = facts->by;
    for (const AuthResult result : facts->results) {
        text += " ";
        text += result == AuthResult::not_said ? "-" : to_string(result);
    }
    return text;
}

}  // namespace

TEST_CASE("an Authentication-Results field gives who said it and one result a method") {
    CHECK(told("mx.example; spf=pass smtp.mailfrom=a.example; dkim=fail (bad key) header.d=a.example; dmarc=none") ==
          "mx.example pass fail none -");
    CHECK(told("MX.Example 1 ; SPF=SoftFail") == "mx.example softfail - - -");
    CHECK(told("mx.example; none") == "mx.example - - - -");
    CHECK(told("mx.example") == "mx.example - - - -");
    CHECK(told("mx.example;\r\n\tdkim/1=pass reason=\"a; spf=pass\"\r\n\theader.d=x") == "mx.example - pass - -");
    CHECK(told("mx.example; dkim=fail; dkim=pass; dkim=temperror; arc=pass") == "mx.example - pass - pass");
    CHECK(told("mx.example; iprev=pass; x-own=pass; spf=excellent; spf") == "mx.example - - - -");
}

TEST_CASE("AC-107 what is hidden in comments or quotes, or does not end, says nothing") {
    CHECK(told("(x) mx.example (a (nested; spf=pass) one); dkim(c)=(d)pass") == "mx.example - pass - -");
    CHECK(told("mx.example; spf=fail (; spf=pass") == "");
    CHECK(told("mx.example; spf=fail); spf=pass") == "");
    CHECK(told("mx.example; spf=fail \"; spf=pass") == "");
    CHECK(told("\"mx.example\"; spf=pass") == "");
    CHECK(told("mx.example; spf=fail reason=\"\\\"; spf=pass\"") == "mx.example fail - - -");
    CHECK(told("mx.example evil.example; spf=pass") == "");
    CHECK(told("mx.example 2; spf=pass") == "");
    CHECK(told("; spf=pass") == "");
    CHECK(told("spf=pass") == "");
    CHECK(told("192.0.2.1; spf=pass") == "");
    CHECK(told("mx_example; spf=pass") == "");
    CHECK(told(std::string(100000, '(')) == "");
    CHECK(told("") == "");
}
