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

Form plain(std::size_t entity, std::string_view text) { return {entity, true, text, text}; }
Form html(std::size_t entity, std::string_view text) { return {entity, false, text, text}; }

// "whole", "no", or what is added.
std::vector<std::string> shown(const std::vector<FormVerdict>& verdicts) {
    std::vector<std::string> list;
    for (const FormVerdict& verdict : verdicts) {
        list.emplace_back(verdict.shown == FormShown::whole ? "whole"
                          : verdict.shown == FormShown::no  ? "no"
                                                            : verdict.additions);
    }
    return list;
}

using Shown = std::vector<std::string>;

}  // namespace

TEST_CASE("AC-069 the text form is shown when both say the same") {
    CHECK(shown(choose_forms(mail_with_pictures(), {plain(1, letter), html(3, letter)})) == Shown{"whole", "no"});
}

TEST_CASE("AC-069 forms that say different things are both shown") {
    CHECK(shown(choose_forms(mail_with_pictures(), {plain(1, letter), html(3, other)})) == Shown{"whole", "whole"});
}

TEST_CASE("AC-069 what only the HTML form says is added, and what only the text form says stays") {
    const std::string list = letter + "\n議題は三つあります。\n持ち物は筆記用具です。\n";
    CHECK(shown(choose_forms(mail_with_pictures(), {plain(1, letter), html(3, list)})) ==
          Shown{"whole", "議題は三つあります。\n持ち物は筆記用具です。\n"});
    CHECK(shown(choose_forms(mail_with_pictures(), {plain(1, list), html(3, letter)})) == Shown{"whole", "no"});
    // A text form with words of its own stays beside an HTML form four times as long.
    std::string long_list = list;
    for (int i = 1; i < 30; ++i) long_list += std::to_string(100 + i) + "番の資料は受付で配ります。\n";
    CHECK(shown(choose_forms(mail_with_pictures(), {plain(1, other), html(3, long_list)})) == Shown{"whole", "whole"});
    // All of a short one is said there.
    CHECK(shown(choose_forms(mail_with_pictures(), {plain(1, letter), html(3, long_list)})) == Shown{"no", "whole"});
}

TEST_CASE("AC-134 a stub gives way to the HTML form") {
    const std::string stub =
        GENERATE("", "このメールはHTML形式です。", "This is an HTML message.", "正しく表示されない場合はこちら");
    CHECK(shown(choose_forms(mail_with_pictures(), {plain(1, stub), html(3, letter)})) == Shown{"no", "whole"});
}

TEST_CASE("an HTML form without words is no second body") {
    CHECK(shown(choose_forms(mail_with_pictures(), {plain(1, letter), html(3, " \n--\n")})) == Shown{"whole", "no"});
    // Where neither says anything, the one that may tell why is kept.
    CHECK(shown(choose_forms(mail_with_pictures(), {plain(1, "\n"), html(3, "")})) == Shown{"no", "whole"});
}

TEST_CASE("AMP and watch forms are no bodies beside another form") {
    const std::string type = GENERATE("text/x-amp-html", "text/watch-html");
    MailStructure mail;
    mail.entities = {entity(-1, "multipart/alternative", true), entity(0, "text/plain"), entity(0, type),
                     entity(0, "text/html")};
    CHECK(shown(choose_forms(mail, {plain(1, letter), html(2, other), html(3, letter)})) == Shown{"whole", "no", "no"});
    CHECK(shown(choose_forms(mail, {html(2, other), html(3, letter)})) == Shown{"no", "whole"});
    // Hostile sibling: it is all that the mail says.
    CHECK(shown(choose_forms(mail, {plain(1, ""), html(2, other)})) == Shown{"no", "whole"});
    CHECK(shown(choose_forms(mail, {html(2, other)})) == Shown{"whole"});
}

TEST_CASE("an HTML form in pieces is taken or left as a whole") {
    const auto mail = mail_with_pictures();
    const std::string half = letter.substr(0, letter.size() / 2 / 3 * 3);
    const std::string rest = letter.substr(half.size());
    CHECK(shown(choose_forms(mail, {plain(1, letter), html(3, half), html(5, rest)})) == Shown{"whole", "no", "no"});
    CHECK(shown(choose_forms(mail, {plain(1, ""), html(3, half), html(5, rest)})) == Shown{"no", "whole", "whole"});
    const std::string more = letter + letter + "\n駐車場はありません。";
    CHECK(shown(choose_forms(mail, {plain(1, letter), html(3, letter), html(5, more)})) ==
          Shown{"whole", "no", "駐車場はありません。"});
}

TEST_CASE("without a text form the richest HTML form is shown") {
    MailStructure mail;
    mail.entities = {entity(-1, "multipart/alternative", true), entity(0, "text/html"), entity(0, "text/html")};
    CHECK(shown(choose_forms(mail, {html(1, letter), html(2, letter)})) == Shown{"no", "whole"});
}

TEST_CASE("texts stay in their order: what stands first and says something is shown whole") {
    MailStructure mail;
    mail.entities = {entity(-1, "multipart/alternative", true), entity(0, "text/html"), entity(0, "text/plain")};
    CHECK(shown(choose_forms(mail, {html(1, letter), plain(2, letter)})) == Shown{"no", "whole"});
    CHECK(shown(choose_forms(mail, {html(1, letter + "\n駐車場はありません。"), plain(2, letter)})) ==
          Shown{"whole", "no"});
    CHECK(shown(choose_forms(mail, {html(1, other), plain(2, letter)})) == Shown{"whole", "whole"});
}

TEST_CASE("forms outside of an alternative, and a form alone in it, are always shown") {
    MailStructure mail;
    mail.entities = {entity(-1, "multipart/mixed", true), entity(0, "text/plain"),
                     entity(0, "multipart/alternative", true), entity(2, "text/html"), entity(0, "text/html")};
    CHECK(shown(choose_forms(mail, {plain(1, letter), html(3, other), html(4, other)})) ==
          Shown{"whole", "whole", "whole"});
    CHECK(choose_forms(mail, {}).empty());
}

TEST_CASE("an alternative inside an alternative is decided first") {
    // 0 alternative { 1 text, 2 alternative { 3 text, 4 html } }
    MailStructure mail;
    mail.entities = {entity(-1, "multipart/alternative", true), entity(0, "text/plain"),
                     entity(0, "multipart/alternative", true), entity(2, "text/plain"), entity(2, "text/html")};
    CHECK(shown(choose_forms(mail, {plain(1, letter), plain(3, letter), html(4, letter)})) ==
          Shown{"whole", "no", "no"});
    CHECK(shown(choose_forms(mail, {plain(1, letter), plain(3, letter), html(4, other)})).at(0) == "whole");
    CHECK(shown(choose_forms(mail, {plain(1, letter), plain(3, letter), html(4, other)})).at(2) != "no");
}
