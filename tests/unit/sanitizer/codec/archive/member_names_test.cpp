#include "sanitizer/codec/archive/member_names.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;
using namespace mugaika::codec::archive;

namespace {

constexpr std::size_t bytes_max = 600;

std::vector<MemberName> judged(const std::vector<std::string>& names, bool says_utf8 = false) {
    std::vector<RawName> raw;
    for (const std::string& name : names) raw.push_back({name, says_utf8});
    return judge_names(raw, bytes_max);
}

MemberName judged_one(const std::string& name, bool says_utf8 = false) { return judged({name}, says_utf8).front(); }

std::vector<std::string> paths(const std::vector<MemberName>& names) {
    std::vector<std::string> out;
    for (const MemberName& name : names) out.push_back(name.path);
    return out;
}

bool is_noted(const MemberName& name, Reason reason) {
    return std::find(name.notes.begin(), name.notes.end(), reason) != name.notes.end();
}

}  // namespace

TEST_CASE("AC-141 names that lead out are held, and what is shown of them leads nowhere") {
    struct Row {
        std::string name, path;
    };
    for (const Row& row :
         {Row{"../a.txt", "a.txt"}, Row{"x/../../a.txt", "x/a.txt"}, Row{"x/..", "x"}, Row{"..\\a.txt", "a.txt"},
          Row{"/etc/passwd", "etc/passwd"}, Row{"//server/share/a.txt", "server/share/a.txt"},
          Row{"\\\\server\\share\\a.txt", "server/share/a.txt"}, Row{"C:\\a.txt", "_/a.txt"}, Row{"c:a.txt", "a.txt"},
          Row{"C:/Windows/a.txt", "_/Windows/a.txt"}, Row{"\\a.txt", "a.txt"}, Row{"./../a.txt", "a.txt"},
          Row{"..", "_"}, Row{"/", "_"}}) {
        INFO(row.name);
        const MemberName name = judged_one(row.name);
        CHECK(name.held == Reason::leads_out);
        CHECK(name.path == row.path);
    }
    for (const std::string harmless :
         {"a..txt", "..a", "...", "x/...", "a.txt:stream", "x/C:a.txt", "~/a.txt", "x/ .. /a"}) {
        INFO(harmless);
        const MemberName name = judged_one(harmless);
        CHECK(name.held == Reason::none);
        CHECK(("/" + name.path + "/").find("/../") == std::string::npos);
        CHECK(name.path.find(':') == std::string::npos);
    }
}

TEST_CASE("AC-159 a name is a path of clean file names, and never a command") {
    struct Row {
        std::string name, path;
        bool cleaned;
    };
    for (const Row& row :
         {Row{"./a/b.txt", "a/b.txt", false}, Row{"a//b.txt", "a/b.txt", false}, Row{"a/./b.txt", "a/b.txt", false},
          Row{"a\\b.txt", "a/b.txt", false}, Row{"a\nb\x01.txt", "a b.txt", true}, Row{"a|b>c.txt", "a_b_c.txt", true},
          Row{"x/ evil.exe. .", "x/evil.exe", true}, Row{"NUL.txt/con", "_NUL.txt/_con", true},
          Row{"x/\xe2\x80\xaegpj.exe", "x/gpj.exe", true}, Row{"`id`$(id);a.txt", "`id`$(id);a.txt", false},
          Row{"か\xe3\x82\x99/は\xe3\x82\x9a.txt", "が/ぱ.txt", true}}) {
        INFO(row.name);
        const MemberName name = judged_one(row.name);
        CHECK(name.held == Reason::none);
        CHECK(name.path == row.path);
        CHECK(is_noted(name, Reason::name_cleaned) == row.cleaned);
    }
}

TEST_CASE("AC-151 all names without a mark are in one charset") {
    const std::string kana = "\xc3\xa9";  // é in UTF-8, ﾃｩ in CP932
    CHECK(judged_one(kana).path == "é");
    const auto names = judged({kana, "\x95\x5c.txt", "a.txt"});
    CHECK(paths(names) == std::vector<std::string>{"ﾃｩ", "表.txt", "a.txt"});
    CHECK(is_noted(names[1], Reason::charset_guessed));
    CHECK_FALSE(is_noted(names[2], Reason::charset_guessed));
    CHECK(judged_one(kana, true).path == "é");
    CHECK(judged_one("\x95\x5c.txt", true).path == "表.txt");  // a mark that lies
    const std::vector<RawName> mixed{{kana, true}, {"\x95\x5c.txt", false}};
    CHECK(paths(judge_names(mixed, bytes_max)) == std::vector<std::string>{"é", "表.txt"});
}

TEST_CASE("AC-151 0x5C and 0x7C inside letters of CP932 are no separators and no pipes") {
    for (const auto& [sjis, utf8] : std::vector<std::pair<std::string, std::string>>{{"\x83\x5c", "ソ"},
                                                                                     {"\x95\x5c", "表"},
                                                                                     {"\x94\x5c", "能"},
                                                                                     {"\x8f\x5c", "十"},
                                                                                     {"\x97\x5c", "予"},
                                                                                     {"\x90\x5c", "申"},
                                                                                     {"\x83\x7c", "ポ"},
                                                                                     {"\x83\x5c\\\x95\x5c", "ソ/表"}}) {
        CHECK(judged_one(sjis + "\x8c.txt").path != "");
        CHECK(judged_one(sjis + ".txt").path == utf8 + ".txt");
        CHECK(judged_one("x\\" + sjis).path == "x/" + utf8);
    }
}

TEST_CASE("AC-145 each of those that have one name is held, in any case of letters and by any slash") {
    for (const std::vector<std::string>& names :
         std::vector<std::vector<std::string>>{{"a.txt", "b.txt", "a.txt"},
                                               {"a.txt", "b.txt", "A.TXT"},
                                               {"x/a.txt", "b.txt", "x\\a.txt"},
                                               {"x/a.txt", "b.txt", "./X//a.txt"},
                                               {"ПРИВЕТ", "b.txt", "привет"},
                                               {"ａ.txt", "b.txt", "Ａ.txt"}}) {
        const auto judged_names = judged(names);
        INFO(names[0] << " " << names[2]);
        CHECK(judged_names[0].held == Reason::there_twice);
        CHECK(judged_names[1].held == Reason::none);
        CHECK(judged_names[2].held == Reason::there_twice);
        CHECK(judged_names[0].path != judged_names[2].path);
    }
}

TEST_CASE("files of a mail that have one name get numbers, without a word about it") {
    const std::vector<RawName> names = {{"a.txt", true}, {"b.txt", true}, {"A.TXT", true}, {"../a.txt", true}};
    const auto numbered = judge_names(names, bytes_max, SameName::is_numbered);
    CHECK(paths(numbered) == std::vector<std::string>{"a.txt", "b.txt", "A (2).TXT", "a (3).txt"});
    CHECK(numbered[2].held == Reason::none);
    CHECK(numbered[2].notes.empty());
    CHECK(numbered[3].held == Reason::leads_out);
}

TEST_CASE("names that become one by cleaning, and files that are folders of others, are told apart by numbers") {
    const auto same = [](const std::vector<std::string>& names, const std::vector<std::string>& expected) {
        const auto judged_names = judged(names);
        CHECK(paths(judged_names) == expected);
        for (const MemberName& name : judged_names) CHECK(name.held == Reason::none);
    };
    same({"a?.txt", "a*.txt", "a_ (2).txt"}, {"a_.txt", "a_ (2).txt", "a_ (2) (2).txt"});
    same({"が", "か\xe3\x82\x99"}, {"が", "が (2)"});
    same({"a.txt", "a.txt."}, {"a.txt", "a (2).txt"});
    same({"a", "a/b"}, {"a (2)", "a/b"});
    same({"x.y/a?", "x.y/a*"}, {"x.y/a_", "x.y/a_ (2)"});
}

TEST_CASE("many members of one name cost no more than their number") {
    std::vector<std::string> names;
    for (int i = 0; i < 1000; ++i) names.push_back(i % 2 == 0 ? "a?.txt" : "a*.txt");
    const auto judged_names = judged(names);
    CHECK(judged_names.back().path == "a_ (1000).txt");
}

TEST_CASE("a path that is too long loses outer folders, and says so") {
    std::string deep;
    for (int i = 0; i < 5000; ++i) deep += "folder" + std::to_string(i) + "/";
    const MemberName name = judged_one(deep + "name.txt");
    CHECK(name.path.size() <= bytes_max);
    CHECK(name.path.ends_with("folder4999/name.txt"));
    CHECK(is_noted(name, Reason::name_cleaned));
    const MemberName wide = judged_one(std::string(5000, 'x') + "/" + std::string(60'000, 'y') + ".txt");
    CHECK(wide.path.size() <= bytes_max);
    CHECK(wide.path.ends_with(".txt"));
    for (const MemberName& each : judged({deep + "a?", deep + "a*"})) CHECK(each.path.size() <= bytes_max);
}

TEST_CASE("what macOS adds is known by its place, or by its name and its bytes") {
    const std::string about("\0\x05\x16\x07 and more", 13);
    CHECK(is_about_files("__MACOSX/x/._a.txt"));
    CHECK(is_about_files(".DS_Store"));
    CHECK(is_about_files("x/.DS_Store"));
    CHECK_FALSE(is_about_files("__MACOSX/a.txt"));
    CHECK_FALSE(is_about_files("x/._a.txt"));
    CHECK_FALSE(is_about_files("a.DS_Store"));
    CHECK(is_about_files("x/._a.txt", about));
    CHECK_FALSE(is_about_files("x/._a.txt", "something else"));
    CHECK_FALSE(is_about_files("x/a.txt", about));
}
