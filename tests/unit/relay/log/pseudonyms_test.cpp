#include "relay/log/pseudonyms.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "relay/log/event_json.hpp"
#include "tests/support/log_folder.hpp"

using namespace mugaika;

namespace {

class WithKey {
public:
    WithKey() { write(std::string(64, 'b') + "\n"); }
    void write(const std::string& text, mode_t mode = 0600) const {
        folder_.write("key", text);
        REQUIRE(chmod(path().c_str(), mode) == 0);
    }
    std::string path() const { return folder_.file("key"); }
    std::shared_ptr<const Pseudonyms> pseudonyms() const { return Pseudonyms::read(path()).value(); }

private:
    LogFolder folder_;
};

}  // namespace

TEST_CASE("a pseudonym is made of the key and the address in lower case, and keeps the domain") {
    const auto pseudonyms = WithKey().pseudonyms();
    const std::string taro = pseudonyms->of_address("taro@example.com");
    // printf taro@example.com | openssl dgst -sha256 -mac HMAC -macopt hexkey:bbbb...
    CHECK(taro == "p-75c9946be69bff875a90@example.com");
    CHECK(pseudonyms->of_address("Taro@Example.COM") == taro.substr(0, 22) + "@Example.COM");
    CHECK(pseudonyms->of_address("jiro@example.com") != taro);
    CHECK(pseudonyms->of_address("taro@example.org").substr(0, 22) != taro.substr(0, 22));
    CHECK(pseudonyms->of_address("") == "");
    CHECK(pseudonyms->of_address("Postmaster") == "Postmaster");
    CHECK(pseudonyms->of_address("@example.com") == "@example.com");
}

TEST_CASE("addresses are found wherever they stand in a text, and nothing else is changed") {
    const auto pseudonyms = WithKey().pseudonyms();
    const std::string taro = pseudonyms->of_address("taro@example.com");
    const auto in = [&](std::string_view text) { return pseudonyms->in_text(text); };
    CHECK(in("taro@example.com") == taro);
    CHECK(in("<taro@example.com>: user unknown") == "<" + taro + ">: user unknown");
    CHECK(in("to taro@example.com.") == "to " + taro + ".");
    CHECK(in("taro@example.com,taro@example.com") == taro + "," + taro);
    CHECK(in("宛先 taro@example.com（不明）").find("taro") == std::string::npos);
    const std::string quoted = in("<\"taro yamada\"@example.com>");
    CHECK(quoted.find("yamada") == std::string::npos);
    CHECK(quoted.starts_with("<p-"));
    CHECK(quoted.ends_with("@example.com>"));
    for (const char* text : {"", "no address", "@", "@example.com", "taro@", "10 @ 20", "a @ b@", "\"@\""})
        CHECK(in(text) == text);
}

TEST_CASE("AC-255 a log with pseudonyms holds no address in any text, but Message-IDs and persons") {
    const auto pseudonyms = WithKey().pseudonyms();
    const MailTag tag{"0123456789abcdef", "s1", "city.example.lg.jp", {}, "CAF=1@mail.example.com"};
    const auto line = [&](const AnyEvent& event) {
        return json_line(std::chrono::system_clock::now(), "mx", event, pseudonyms.get());
    };
    const std::string refused = line(event::RecipientRefused{
        tag, "taro@example.com", "jiro@city.example.lg.jp", {550, "5.1.1", "<jiro@city.example.lg.jp>: unknown"}});
    CHECK(refused.find("taro") == std::string::npos);
    CHECK(refused.find("jiro") == std::string::npos);
    CHECK(refused.find("\"from\":\"" + pseudonyms->of_address("taro@example.com") + "\"") != std::string::npos);
    CHECK(refused.find("CAF=1@mail.example.com") != std::string::npos);
    const std::string released = line(event::QuarantineReleased{tag.id,
                                                                "order",
                                                                Actor{"hanako@city", 1000, ""},
                                                                "r",
                                                                "release",
                                                                {"2"},
                                                                {"jiro@city.example.lg.jp"},
                                                                "asked jiro@city.example.lg.jp",
                                                                {}});
    CHECK(released.find("jiro") == std::string::npos);
    CHECK(released.find("\"person\":\"hanako@city\"") != std::string::npos);
}

TEST_CASE("a key that others can read, or that is none, is refused with what was expected") {
    const WithKey key;
    key.write(std::string(64, 'a'), 0644);
    CHECK(Pseudonyms::read(key.path()).error().fault() == Fault::configuration);
    for (const std::string& text : {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g')}) {
        key.write(text);
        const auto read = Pseudonyms::read(key.path());
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().words().find("64 hexadecimal digits") != std::string::npos);
    }
    CHECK_FALSE(Pseudonyms::read(key.path() + ".gone").has_value());
}
