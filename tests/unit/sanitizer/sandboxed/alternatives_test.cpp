#include "sanitizer/sandboxed/alternatives.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace mugaika::sandboxed;

namespace {

const std::string letter = "会議は明日の午前十時から、第三会議室で行います。資料は当日お配りします。";
const std::string other = "至急、下記の口座に振り込んでください。期限は本日の午後三時までとなっています。";

Entity entity(std::int32_t parent, const std::string& type, bool is_multipart = false) {
    Entity made;
    made.parent = parent;
    made.type = type;
    made.is_multipart = is_multipart;
    return made;
}

// 0 alternative { 1 text, 2 related { 3 html, 4 image, 5 html } }
MailStructure mail_with_pictures() {
    MailStructure mail;
    mail.entities = {entity(-1, "multipart/alternative", true),
                     entity(0, "text/plain"),
                     entity(0, "multipart/related", true),
                     entity(2, "text/html"),
                     entity(2, "image/png"),
                     entity(2, "text/html")};
    return mail;
}

std::vector<bool> shown(const std::vector<FormVerdict>& verdicts) {
    std::vector<bool> list;
    for (const FormVerdict& verdict : verdicts) list.push_back(verdict.is_shown);
    return list;
}

}  // namespace

TEST_CASE("AC-069 the text form is shown when both say the same, and nothing is said to differ") {
    const auto verdicts = choose_forms(mail_with_pictures(), {{1, true, letter}, {3, false, letter}});
    CHECK(shown(verdicts) == std::vector<bool>{true, false});
    CHECK_FALSE(verdicts[1].differs);
}

TEST_CASE("AC-069 forms that say different things are noticed") {
    const auto verdicts = choose_forms(mail_with_pictures(), {{1, true, letter}, {3, false, other}});
    CHECK(shown(verdicts) == std::vector<bool>{true, false});
    CHECK(verdicts[1].differs);
}

TEST_CASE("AC-069 a stub gives way to the HTML form, and that is no difference") {
    const std::string stub = GENERATE("", "このメールはHTML形式です。", "This is an HTML message.");
    const auto verdicts = choose_forms(mail_with_pictures(), {{1, true, stub}, {3, false, letter}});
    CHECK(shown(verdicts) == std::vector<bool>{false, true});
    CHECK_FALSE(verdicts[0].differs);
}

TEST_CASE("an HTML form in pieces is taken or left as a whole") {
    const auto mail = mail_with_pictures();
    const std::string half = letter.substr(0, letter.size() / 2 / 3 * 3);
    const std::string rest = letter.substr(half.size());
    CHECK(shown(choose_forms(mail, {{1, true, letter}, {3, false, half}, {5, false, rest}})) ==
          std::vector<bool>{true, false, false});
    CHECK(shown(choose_forms(mail, {{1, true, ""}, {3, false, half}, {5, false, rest}})) ==
          std::vector<bool>{false, true, true});
}

TEST_CASE("without a text form the richest HTML form is shown") {
    MailStructure mail;
    mail.entities = {entity(-1, "multipart/alternative", true), entity(0, "text/html"), entity(0, "text/html")};
    CHECK(shown(choose_forms(mail, {{1, false, letter}, {2, false, letter}})) == std::vector<bool>{false, true});
}

TEST_CASE("forms outside of an alternative, and a form alone in it, are always shown") {
    MailStructure mail;
    mail.entities = {entity(-1, "multipart/mixed", true), entity(0, "text/plain"),
                     entity(0, "multipart/alternative", true), entity(2, "text/html"), entity(0, "text/html")};
    CHECK(shown(choose_forms(mail, {{1, true, letter}, {3, false, other}, {4, false, other}})) ==
          std::vector<bool>{true, true, true});
    CHECK(choose_forms(mail, {}).empty());
}

TEST_CASE("an alternative inside an alternative is decided first") {
    // 0 alternative { 1 text, 2 alternative { 3 text, 4 html } }
    MailStructure mail;
    mail.entities = {entity(-1, "multipart/alternative", true), entity(0, "text/plain"),
                     entity(0, "multipart/alternative", true), entity(2, "text/plain"), entity(2, "text/html")};
    const auto verdicts = choose_forms(mail, {{1, true, letter}, {3, true, letter}, {4, false, other}});
    CHECK(shown(verdicts) == std::vector<bool>{true, false, false});
    CHECK_FALSE(verdicts[1].differs);
    CHECK(verdicts[2].differs);
}
