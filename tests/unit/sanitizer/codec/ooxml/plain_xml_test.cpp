// What our own reader takes, expat reads in the same way; all else is left to expat.
#include "sanitizer/codec/ooxml/plain_xml.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/codec/ooxml/refused.hpp"
#include "sanitizer/codec/zip/directory.hpp"
#include "sanitizer/codec/zip/refused.hpp"
#include "sanitizer/codec/zip/unpack.hpp"
#include "tests/support/corpus.hpp"

using namespace mugaika;
using namespace mugaika::codec;
using namespace mugaika::codec::ooxml;
using namespace std::string_view_literals;

namespace {

constexpr std::uint32_t depth_max = 20;

// What was reported, text in one piece.
class Reported : public XmlHandler {
public:
    std::string words;

    void start(std::string_view name, const std::vector<XmlAttribute>& attributes) override {
        ((words += "\n<") += name);
        for (const XmlAttribute& attribute : attributes)
            (((words += "\n@") += attribute.name) += '=') += attribute.value;
        is_text_ = false;
    }
    void text(std::string_view text) override {
        if (!is_text_) words += "\n-";
        words += text;
        is_text_ = true;
    }
    void end() override {
        words += "\n>";
        is_text_ = false;
    }

private:
    bool is_text_ = false;
};

std::optional<std::string> plain(std::string_view xml) {
    Reported reported;
    try {
        if (!read_plain_xml(xml, depth_max, reported)) return std::nullopt;
    } catch (const Refused&) {
        return "refused";
    }
    return reported.words;
}

std::string by_expat(std::string_view xml) {
    Reported reported;
    try {
        XmlReader reader(reported, depth_max);
        reader.feed(xml);
        reader.finish();
    } catch (const Refused&) {
        return "refused";
    }
    return reported.words;
}

// True when it is plain.
bool is_read_alike(std::string_view xml) {
    const auto ours = plain(xml);
    if (ours && *ours != by_expat(xml)) FAIL("read in another way: " << xml);
    return ours.has_value();
}

constexpr std::string_view letter =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n"
    "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
    "xmlns:x=\"urn:other\" xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><w:body>\n"
    "<w:p x:a=\"1 &lt; 2 &quot;&amp;&apos;&gt;\" w:b=\"\xe5\xb8\x82\"><w:r /><w:t xml:space=\"preserve\"> a &amp; b]] "
    "> "
    "\xe5\xb8\x82\xe9\x95\xb7</w:t><row a=\"\"/></w:p>"
    "<q:p xmlns:q=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"\n "
    "q:c=\"'\"/></w:body></w:document>\n";

}  // namespace

TEST_CASE("a part as office programs write it is read as expat reads it, names and all") {
    CHECK(is_read_alike(letter));
    CHECK(is_read_alike("<a/>"));
    CHECK(is_read_alike("<?xml version=\"1.0\" encoding=\"UTF-8\"?><a b=\"c\">d</a>"));
    CHECK(is_read_alike("<a><b/>\t<b></b></a> \r\n"));
}

TEST_CASE("what is unusual in XML, and what is none, is left to expat") {
    int row = 0;
    for (const std::string_view xml : {""sv,
                                       " "sv,
                                       "a"sv,
                                       "<a>"sv,
                                       "</a>"sv,
                                       "<a></b>"sv,
                                       "<a></a>b"sv,
                                       "<a/><b/>"sv,
                                       "b<a/>"sv,
                                       "<a></a >"sv,
                                       "<a b=\"c\" b=\"d\"/>"sv,
                                       "<a b='c'/>"sv,
                                       "<a b = \"c\"/>"sv,
                                       "<a b=\"c\"d=\"e\"/>"sv,
                                       "<a b=\"<\"/>"sv,
                                       "<a b=\"&\"/>"sv,
                                       "<a b=\"&#9;\"/>"sv,
                                       "<a b=\"\t\"/>"sv,
                                       "<a b=\"\n\"/>"sv,
                                       "<a b/>"sv,
                                       "<a b=\"/>"sv,
                                       "<a/ >"sv,
                                       "<a b=\"\"/"sv,
                                       "<1a/>"sv,
                                       "<-a/>"sv,
                                       "<\xe5\xb8\x82/>"sv,
                                       "<a>&#x41;</a>"sv,
                                       "<a>&none;</a>"sv,
                                       "<a>& b</a>"sv,
                                       "<a>]]></a>"sv,
                                       "<a>\r\n</a>"sv,
                                       "<a>\x01</a>"sv,
                                       "<a>\x7f</a>"sv,
                                       "<a>\0</a>"sv,
                                       "<a>\xe5\xb8</a>"sv,
                                       "<a>\xc0\x80</a>"sv,
                                       "<a>\xed\xa0\x80</a>"sv,
                                       "<a>\xef\xbf\xbe</a>"sv,
                                       "<a b=\"\xef\xbf\xbf\"/>"sv,
                                       "<a b=\"\xff\"/>"sv,
                                       "<a><!-- b --></a>"sv,
                                       "<a><![CDATA[b]]></a>"sv,
                                       "<a><?b c?></a>"sv,
                                       "<!DOCTYPE a><a/>"sv,
                                       "\xef\xbb\xbf<a/>"sv,
                                       "<?xml version=\"1.1\"?><a/>"sv,
                                       "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a/>"sv,
                                       " <?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>"sv,
                                       "<a/>\0"sv,
                                       "<a/><!-- b -->"sv}) {
        INFO("row " << ++row);  // some of them are no text
        CHECK_FALSE(plain(xml));
    }
}

TEST_CASE("elements too deep inside each other and attributes without end are left to expat") {
    const auto nested = [](std::uint32_t depth) {
        std::string xml;
        for (std::uint32_t i = 0; i < depth; ++i) xml += "<a>";
        for (std::uint32_t i = 0; i < depth; ++i) xml += "</a>";
        return xml;
    };
    CHECK(is_read_alike(nested(depth_max)));
    CHECK_FALSE(plain(nested(depth_max + 1)));
    std::string many = "<a";
    for (int i = 0; i < 32; ++i) many += " b" + std::to_string(i) + "=\"\"";
    CHECK(is_read_alike(many + "/>"));
    CHECK_FALSE(plain(many + " c=\"\"/>"));
}

// A byte here and there becomes another: what is still taken, expat takes, and in the same way.
TEST_CASE("no byte that is changed, added or taken away makes our reader see what expat does not") {
    std::mt19937 numbers(10);
    constexpr std::string_view marks = "<>/=\"'&;:! ]x-?\t\r\n\xe5\x80\xff";
    std::size_t taken = 0;
    for (int round = 0; round < 30'000; ++round) {
        std::string xml(letter);
        for (unsigned change = numbers() % 2; change < 2; ++change) {
            const std::size_t at = numbers() % xml.size();
            const char mark = marks[numbers() % marks.size()];
            const unsigned how = numbers() % 4;
            if (how == 0) xml[at] = mark;
            if (how == 1) xml.insert(at, 1, mark);
            if (how == 2) xml.erase(at, 1 + numbers() % 3);
            if (how == 3) xml.insert(at, xml.substr(numbers() % xml.size(), numbers() % 20));
        }
        if (is_read_alike(xml)) ++taken;
    }
    CHECK(taken > 1000);
}

TEST_CASE("the parts of all documents of the corpora are read as expat reads them, most of them by ourselves") {
    std::size_t parts = 0, taken = 0;
    for (const auto& folder : {"file_office_benign", "file_office_hostile"}) {
        for (const auto& [name, bytes] : test::read_corpus(folder)) {
            FilePurse purse{FileLimits()};
            std::vector<zip::Entry> entries;
            try {
                entries = zip::read_directory(bytes, purse);
            } catch (const zip::Refused&) {
                continue;  // none, or damaged
            }
            for (const zip::Entry& entry : entries) {
                if (!entry.name.ends_with(".xml") || entry.trouble || entry.packed.size > (1 << 20)) continue;
                try {
                    ++parts;
                    if (is_read_alike(zip::unpack_whole(entry.packed, purse))) ++taken;
                } catch (const zip::Refused&) {
                }
            }
        }
    }
    if (parts > 0) CHECK(taken > parts / 2);
}
