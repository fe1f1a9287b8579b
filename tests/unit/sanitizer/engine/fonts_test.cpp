// Which letters a machine has: folders of fonts made for it, seen by the real fontconfig.
#include "sanitizer/engine/fonts.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/skipped.hpp"
#include "tests/unit/sanitizer/engine/engine_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const std::string japanese = "/usr/share/fonts/truetype/fonts-japanese-gothic.ttf";
const std::string latin = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

// A fonts.conf whose only folder is one beside it.
class MadeFonts {
public:
    MadeFonts() {
        std::filesystem::create_directory(folder());
        std::ofstream(settings())
            << "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig><dir>" << folder()
            << "</dir><cachedir>" << here_.path() << "/cache</cachedir></fontconfig>";
    }
    void add(const std::string& font) const {
        std::filesystem::copy_file(font, folder() + "/" + std::filesystem::path(font).filename().string());
    }
    std::string settings() const { return here_.path() + "/fonts.conf"; }

private:
    std::string folder() const { return here_.path() + "/fonts"; }
    TemporaryFolder here_;
};

}  // namespace

TEST_CASE("a font with Japanese letters is one, and others are none") {
    for (const std::string& needed : {std::string("/usr/bin/fc-list"), japanese, latin}) {
        if (std::filesystem::exists(needed)) continue;
        say_skipped("fonts with Japanese letters: " + needed + " is not installed");
        return;
    }
    const MadeFonts none, other, some;
    other.add(latin);
    some.add(latin);
    some.add(japanese);
    CHECK(missing_for_letters(none.settings()) == "fonts-ipaexfont");
    CHECK(missing_for_letters(other.settings()) == "fonts-ipaexfont");
    CHECK_FALSE(missing_for_letters(some.settings()).has_value());
    // Of this machine: the font stands where Debian puts it.
    CHECK_FALSE(missing_for_letters().has_value());
}
