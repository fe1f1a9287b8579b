// What of programs and fonts a configuration asks for and a machine has not: a fault, and only where it is asked for.
#include "relay/ctl/missing_parts.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace mugaika::ctl {
namespace {

const MissingParts nothing;
const MissingParts no_pages{{}, "poppler-data", {}, {}};
const MissingParts no_text{{}, {}, "poppler-utils", {}};
const MissingParts no_letters{{}, {}, {}, "fonts-ipaexfont"};
const MissingParts no_letters_and_calc_only{{"writer", "impress"}, {}, {}, "fonts-ipaexfont"};
const MissingParts bare{{"writer", "calc", "impress"}, "poppler-utils", "poppler-utils", "fontconfig"};

// "LINE:COLUMN: words" of each. `more` begins at line 5.
std::vector<std::string> faults_of(const std::string& more, const MissingParts& missing,
                                   const std::string& relay = "") {
    const std::string toml = "[relay]\nhostname = \"mx.city.example.lg.jp\"\n" + relay +
                             "\n[[route]]\ndomains = [\"city.example.lg.jp\"]\nnext_hop = [\"127.0.0.1:1\"]\n" + more;
    const ConfigReading reading = read_config_text(toml, "x.toml");
    for (const ConfigFault& fault : reading.faults) FAIL(fault.text());
    FileFaults faults("x.toml");
    find_missing_parts(reading.config, reading.root, missing, faults);
    std::vector<std::string> texts;
    for (const ConfigFault& fault : std::move(faults).in_order()) texts.push_back(fault.text());
    return texts;
}

const std::string office_off = "engines = { office = \"off\" }";

}  // namespace

TEST_CASE("pages that become pictures need who draws them, and a font with Japanese letters") {
    const std::string written = "[profile.standard]\nattachments = { pdf = \"image-pdf\" }\n";
    const std::string rule = "[[profile.standard.rule]]\nkind = [\"office\"]\naction = \"image-pdf\"\n";
    const std::string page =
        "no page can be drawn here, and such files would be held; expected the package poppler-data";
    const std::string letters =
        "no font here has Japanese letters, and pages would have boxes for them; expected a package such as "
        "fonts-ipaexfont";
    const std::vector<std::string> none;
    CHECK(faults_of(written, no_pages, office_off) ==
          std::vector{"x.toml:8:23: [profile.standard] attachments pdf: " + page});
    CHECK(faults_of(written, no_letters, office_off) ==
          std::vector{"x.toml:8:23: [profile.standard] attachments pdf: " + letters});
    CHECK(faults_of(rule, no_pages, office_off) == std::vector{"x.toml:7:1: [[profile.standard.rule]]: " + page});
    CHECK(faults_of(rule, no_letters, office_off) == std::vector{"x.toml:7:1: [[profile.standard.rule]]: " + letters});
    CHECK(faults_of(written, bare, office_off).size() == 2);
    for (const std::string& one : {written, rule}) CHECK(faults_of(one, nothing) == none);
    CHECK(faults_of(written, no_text) == none);
}

TEST_CASE("the text of a PDF needs who reads it, and no font") {
    const std::string words =
        "no text of a PDF can be read here, and such files would be held; expected the package "
        "poppler-utils";
    CHECK(faults_of("[profile.standard]\nattachments = { pdf = \"text\" }\n", no_text) ==
          std::vector{"x.toml:8:23: [profile.standard] attachments pdf: " + words});
    const auto of_rule = [](const std::string& meant) {
        return faults_of("[[profile.standard.rule]]\n" + meant + "\naction = \"text\"\n", no_text);
    };
    const std::vector<std::string> rings{"x.toml:7:1: [[profile.standard.rule]]: " + words}, silent;
    CHECK(of_rule("kind = [\"pdf\"]") == rings);
    CHECK(of_rule("kind = [\"office\", \"pdf\"]\nname = [\"*.pdf\"]") == rings);
    CHECK(of_rule("kind = [\"office\"]") == silent);
    CHECK(faults_of("[profile.standard]\nattachments = { pdf = \"text\" }\n", no_letters, office_off) == silent);
}

TEST_CASE("LibreOffice needs a font where it is used, and is itself asked for by nobody") {
    const std::string words =
        "[relay.engines] office: LibreOffice has no font with Japanese letters here; expected \"off\", or a package "
        "such "
        "as fonts-ipaexfont";
    const std::vector<std::string> none;
    CHECK(faults_of("", no_letters) == std::vector{"x.toml:1:1: " + words});
    CHECK(faults_of("", no_letters_and_calc_only) == std::vector{"x.toml:1:1: " + words});
    CHECK(faults_of("", no_letters, "engines = { office = \"auto\" }") == std::vector{"x.toml:3:22: " + words});
    CHECK(faults_of("", no_letters, office_off) == none);
    CHECK(faults_of("", bare) == none);
    CHECK(faults_of("[profile.standard]\nattachments = { office = \"quarantine\" }\n", no_letters) == none);
    CHECK(faults_of("[profile.standard]\nattachments = { office = \"text\" }\n", no_letters) == none);
}

TEST_CASE("a profile that no route names asks for nothing") {
    const std::string spare = "[profile.spare]\nattachments = { pdf = \"image-pdf\", office = \"text\" }\n";
    CHECK(faults_of(spare, bare).empty());
    CHECK(faults_of("profile = \"spare\"\n" + spare, bare).size() == 2);
    CHECK(faults_of("profile = \"spare\"\n" + spare, no_letters).size() == 1);
}

}  // namespace mugaika::ctl
