#include "sanitizer/sandboxed/html/html_tokenizer.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "policy/ascii.hpp"
#include "sanitizer/sandboxed/html/html_entities.hpp"
#include "test_places.hpp"
#include "tests/support/skipped.hpp"

using mugaika::sandboxed::HtmlContent;
using mugaika::sandboxed::HtmlToken;
using mugaika::sandboxed::HtmlTokenizer;
using mugaika::sandboxed::longest_html_entity;
namespace json = boost::json;

namespace {

const std::filesystem::path tests_folder = std::filesystem::path(MUGAIKA_CORPORA) / "html5lib-tokenizer/tokenizer";

json::value read_json(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::ostringstream text;
    text << in.rdbuf();
    json::parse_options options;
    options.allow_invalid_utf8 = true;
    return json::parse(text.str(), {}, options);
}

// The second round of unescaping; lone surrogates become their three bytes, as the tokenizer passes all bytes through.
std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!text.substr(i).starts_with("\\u") || i + 6 > text.size()) {
            out.push_back(text[i]);
            continue;
        }
        unsigned value = 0;
        for (const char c : text.substr(i + 2, 4))
            value = value * 16 + static_cast<unsigned>(mugaika::ascii::hex_value(c));
        i += 5;
        if (value >= 0xd800 && value < 0xdc00 && text.substr(i + 1).starts_with("\\u")) {
            unsigned low = 0;
            for (const char c : text.substr(i + 3, 4))
                low = low * 16 + static_cast<unsigned>(mugaika::ascii::hex_value(c));
            if (low >= 0xdc00 && low < 0xe000) {
                value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
                i += 6;
            }
        }
        const auto put = [&](unsigned byte) { out.push_back(static_cast<char>(byte)); };
        if (value >= 0x10000) {
            put(0xf0 | value >> 18);
            put(0x80 | (value >> 12 & 0x3f));
            put(0x80 | (value >> 6 & 0x3f));
            put(0x80 | (value & 0x3f));
        } else if (value >= 0x800) {
            put(0xe0 | value >> 12);
            put(0x80 | (value >> 6 & 0x3f));
            put(0x80 | (value & 0x3f));
        } else if (value >= 0x80) {
            put(0xc0 | value >> 6);
            put(0x80 | (value & 0x3f));
        } else {
            put(value);
        }
    }
    return out;
}

class Case {
public:
    explicit Case(const json::object& test)
        : test_(test), twice_(test.contains("doubleEscaped") && test.at("doubleEscaped").as_bool()) {}

    std::string input() const { return string(test_.at("input")); }
    std::string description() const { return std::string(test_.at("description").as_string()); }

    std::string expected() const {
        std::string out;
        for (const auto& token : test_.at("output").as_array()) out += expected(token.as_array()) + "\n";
        return out;
    }

    std::vector<HtmlContent> contents() const {
        if (!test_.contains("initialStates")) return {HtmlContent::data};
        std::vector<HtmlContent> contents;
        for (const auto& state : test_.at("initialStates").as_array()) {
            const std::string_view name(state.as_string().data(), state.as_string().size());
            contents.push_back(name == "Data state"          ? HtmlContent::data
                               : name == "PLAINTEXT state"   ? HtmlContent::plaintext
                               : name == "RCDATA state"      ? HtmlContent::rcdata
                               : name == "RAWTEXT state"     ? HtmlContent::rawtext
                               : name == "Script data state" ? HtmlContent::script
                                                             : HtmlContent::cdata);
        }
        return contents;
    }

    std::string actual(HtmlContent content) const {
        const std::string html = input();
        HtmlTokenizer tokenizer(html);
        tokenizer.set_content(content);
        if (test_.contains("lastStartTag")) tokenizer.set_last_start_tag(test_.at("lastStartTag").as_string());
        std::string out;
        std::string text;
        const auto finish_text = [&] {
            if (!text.empty()) out += shown({"Character", text});
            text.clear();
        };
        for (const HtmlToken* token = &tokenizer.next(); token->kind != HtmlToken::Kind::end;
             token = &tokenizer.next()) {
            if (token->kind == HtmlToken::Kind::text) {
                text += token->data;
                continue;
            }
            finish_text();
            out += actual(*token);
        }
        finish_text();
        return out;
    }

private:
    std::string string(const json::value& value) const {
        const std::string_view text(value.as_string().data(), value.as_string().size());
        return twice_ ? unescaped(text) : std::string(text);
    }

    static std::string shown(const std::vector<std::string>& words) {
        std::string out;
        for (const auto& word : words) out += "[" + word + "]";
        return out + "\n";
    }

    std::string id(const json::value& value) const { return value.is_null() ? "(null)" : string(value); }
    static std::string id(const std::optional<std::string>& value) { return value.value_or("(null)"); }

    std::string expected(const json::array& token) const {
        std::vector<std::string> words{std::string(token.at(0).as_string())};
        if (words[0] == "DOCTYPE") {
            for (std::size_t i = 1; i <= 3; ++i) words.push_back(id(token.at(i)));
            words.emplace_back(token.at(4).as_bool() ? "right" : "quirks");
        } else {
            words.push_back(string(token.at(1)));
        }
        if (words[0] == "StartTag") {
            std::map<std::string, std::string> attributes;
            for (const auto& [name, value] : token.at(2).as_object()) {
                const std::string key(name);
                attributes[twice_ ? unescaped(key) : key] = string(value);
            }
            for (const auto& [name, value] : attributes) words.push_back(name + "=" + value);
            if (token.size() > 3) words.emplace_back("/");
        }
        const std::string all = shown(words);
        return all.substr(0, all.size() - 1);
    }

    static std::string actual(const HtmlToken& token) {
        switch (token.kind) {
            case HtmlToken::Kind::comment:
                return shown({"Comment", token.data});
            case HtmlToken::Kind::end_tag:
                return shown({"EndTag", token.data});
            case HtmlToken::Kind::doctype:
                return shown({"DOCTYPE", id(token.doctype.name), id(token.doctype.public_id),
                              id(token.doctype.system_id), token.doctype.force_quirks ? "quirks" : "right"});
            case HtmlToken::Kind::start_tag: {
                std::vector<std::string> words{"StartTag", token.data};
                std::map<std::string, std::string> attributes;
                for (const auto& a : token.attributes) attributes[a.name] = a.value;
                for (const auto& [name, value] : attributes) words.push_back(name + "=" + value);
                if (token.self_closing) words.emplace_back("/");
                return shown(words);
            }
            case HtmlToken::Kind::text:
            case HtmlToken::Kind::end:
                break;
        }
        return {};
    }

    const json::object& test_;
    bool twice_;
};

std::size_t count_tokens(const std::string& html) {
    HtmlTokenizer tokenizer(html);
    std::size_t count = 0;
    while (tokenizer.next().kind != HtmlToken::Kind::end) ++count;
    return count;
}

std::string repeated(std::string_view what, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += what;
    return out;
}

}  // namespace

TEST_CASE("AC-136 the tokenizer gives the tokens of every html5lib test") {
    if (!std::filesystem::exists(tests_folder)) {
        mugaika::test::say_skipped("AC-136 the html5lib tests: " + tests_folder.string() + " is not there");
        return;
    }
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(tests_folder)) {
        // xmlViolation expects the coercion of the tree builder into XML, which is no part of a tokenizer.
        if (entry.path().extension() != ".test" || entry.path().filename() == "xmlViolation.test") continue;
        const json::value file = read_json(entry.path());
        for (const auto& test : file.at("tests").as_array()) {
            const Case one(test.as_object());
            for (const HtmlContent content : one.contents()) {
                CAPTURE(entry.path().filename().string(), one.description(), one.input(), static_cast<int>(content));
                REQUIRE(one.actual(content) == one.expected());
                ++count;
            }
        }
    }
    CHECK(count > 6000);
}

TEST_CASE("named references are the standard's") {
    CHECK(longest_html_entity("amp;x")->first == U'&');
    CHECK(longest_html_entity("ampx")->name == "amp");
    CHECK(longest_html_entity("notit;")->name == "not");
    CHECK(longest_html_entity("notin;")->first == 0x2209);
    CHECK(longest_html_entity("NotEqualTilde;")->second == 0x338);
    CHECK(longest_html_entity("CounterClockwiseContourIntegral;")->first == 0x2233);
    CHECK(longest_html_entity("nothingofthekind") == longest_html_entity("not"));
    CHECK(longest_html_entity("xyz;") == nullptr);
    CHECK(longest_html_entity("") == nullptr);
}

TEST_CASE("attributes past the limit are dropped, the tag is not") {
    const std::string html = "<a" + repeated(" x=1", 250000) + " href=late>text</a>";
    HtmlTokenizer tokenizer(html);
    const HtmlToken& tag = tokenizer.next();
    CHECK(tag.data == "a");
    CHECK(tag.attributes.size() == 1);
    CHECK(tag.attribute("href") == nullptr);
    CHECK(tokenizer.next().data == "text");

    std::string many = "<a";
    for (int i = 0; i < 50000; ++i) many += " x" + std::to_string(i) + "=1";
    HtmlTokenizer other(many += ">");
    CHECK(other.next().attributes.size() == HtmlTokenizer::attributes_max_default);
}

TEST_CASE("hostile input gives no more tokens than it has bytes, and no tag is left half read") {
    for (const auto* piece : {"<",
                              "<!",
                              "<!--",
                              "<!-",
                              "--",
                              "</",
                              "<a ",
                              "<a b='",
                              "<a b",
                              "&",
                              "&#",
                              "&#x",
                              "&amp",
                              "<![CDATA[",
                              "<?",
                              "<!doctype ",
                              "<script><!--<script>",
                              "<title></title",
                              "<textarea></tex",
                              "\r",
                              "<plaintext>"}) {
        CAPTURE(piece);
        const std::string html = repeated(piece, 100000);
        CHECK(count_tokens(html) <= html.size());
    }
}
