#include "sanitizer/sandboxed/text/cjk_stepper.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "policy/limits.hpp"
#include "sanitizer/sandboxed/structure/content_type.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;

namespace {

const std::string sjis = "\x95\x5c\x8e\xa6";    // 表示, whose second byte is a backslash
const std::string jis = "\x1b$B\"#\"!\x1b(B";   // quotes that are none
const std::string utf8_words = "\xe8\xa1\xa8";  // 表

std::string parameters(std::size_t count, const std::string& tail) {
    std::string value = "text/plain";
    for (std::size_t i = 0; i < count; ++i) value += "; p" + std::to_string(i) + "=\"x\"";
    return value + "; name=\"" + tail + "\"";
}

std::uint64_t looked_at(const std::string& value) {
    const std::uint64_t before = CjkStepper::looked_at();
    read_structured_value(value);
    return CjkStepper::looked_at() - before;
}

}  // namespace

TEST_CASE("AC-092 a stepper from the middle of a text steps as one made for the rest alone") {
    std::string text;
    for (const std::string& piece : {sjis, utf8_words, jis, sjis, utf8_words, utf8_words})
        text += "a=\"" + piece + "\"; ";
    const CjkStepper whole(text);
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '"') continue;
        const std::string_view rest = std::string_view(text).substr(at);
        const CjkStepper alone(rest);
        const CjkStepper from = whole.from(rest);
        for (std::size_t i = 0; i < rest.size(); i += alone.character_bytes(rest.substr(i))) {
            CAPTURE(at, i);
            REQUIRE(from.character_bytes(rest.substr(i)) == alone.character_bytes(rest.substr(i)));
        }
    }
}

TEST_CASE("200 parameters before a tail of 62 KB cost what one costs: the tail is looked at once") {
    const std::string tail =
        GENERATE(std::string(62u << 10, 'a'), std::string(31u << 10, '\xe8'), std::string(20u << 10, ' ') + sjis);
    const std::string one = parameters(0, tail);
    const std::string many = parameters(199, tail);
    CHECK(looked_at(one) <= one.size());
    CHECK(looked_at(many) <= many.size());
}

TEST_CASE("many parts with many parameters and long tails are read in linear work") {
    std::string mail = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (int i = 0; i < 20; ++i) {
        mail += "--b\r\nContent-Type: " + parameters(199, std::string(40000, 'a')) + "\r\n\r\nx\r\n";
    }
    mail += "--b--\r\n";
    const std::uint64_t before = CjkStepper::looked_at();
    CHECK(read_structure(mail, BudgetLimits(), 0).entities.size() == 21);
    CHECK(CjkStepper::looked_at() - before < 8 * mail.size());  // a field is read for its type, its name, its charset
}
