// The mails of ../shared/cases whose HTML came out wrong, each by its name. Their kinds are tested beside, with samples
// of our own; these are looked at where they are there.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "policy/reason.hpp"
#include "sanitizer/sandboxed/html/html_text.hpp"
#include "sanitizer/sandboxed/text/transfer_decoding.hpp"
#include "test_places.hpp"
#include "tests/support/skipped.hpp"

using mugaika::BudgetLimits;
using mugaika::LinkStyle;
using mugaika::Reason;
using mugaika::weight;
using mugaika::Weight;
using mugaika::sandboxed::decode_base64;
using mugaika::sandboxed::html_to_text;
using mugaika::sandboxed::HtmlText;

namespace {

struct Case {
    std::string_view name;
    std::vector<std::string_view> shown;
};

const std::vector<Case> cases{
    {"html-all-white-darkmode", {"明日の会議を欠席します。代理は鈴木です。\n山田"}},
    {"html-background-button", {"申請内容を確認する [", "申請者   | 山田　太郎\n         | 東京都千代田区1-1\n"}},
    {"html-background-hsl", {"白文字の見出し\n\n本文"}},
    {"html-background-names", {"【緊急】大雨警報\n", "地区 | 避難所     | 状況\n", "     | 公民館     |\n"}},
    {"html-list-type", {"a. 甲\nb. 乙\n", "i. 甲\nii. 乙\n", "\nメニュー1\nメニュー2\n丙\n一、一\n", "・段落"}},
    {"html-media-shown", {"受付は12月1日から10日まで\n\n以上"}},
    {"html-mso-hide-button", {"申込みはこちら ["}},
    {"html-preheader-alarm", {"自治体DX通信　第45号\n", "窓口DXセミナー\n12月3日（木）14時～\n"}},
    {"html-strike-out", {"補助率は［削除：2分の1］3分の2以内とし、上限額は［削除：10万円］20万円とする。"}},
    {"html-table-empty-cell-shifts", {"4月の相談件数：12 ／ 6月の相談件数：5 ／ 8月の相談件数：7 ／ "}},
    {"html-table-multiline-cells",
     {"日時   | 令和8年12月1日（火）\n       | 午前10時から正午まで\n", "事前配布資料\n\n出欠は"}},
    {"html-table-spans-shift", {"12月 | 山田 | A\n     | 佐藤 |\n     | 鈴木 | B"}},
};

HtmlText read_case(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::string mail((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    mail.erase(std::remove(mail.begin(), mail.end(), '\r'), mail.end());
    std::vector<Reason> notes;
    const std::string html = decode_base64(std::string_view(mail).substr(mail.find("\n\n") + 2), notes);
    return html_to_text(html, LinkStyle::defang, BudgetLimits{});
}

}  // namespace

TEST_CASE("AC-134 AC-135 the HTML cases that came out wrong come out right and quiet") {
    const std::filesystem::path folder = std::filesystem::path(MUGAIKA_CORPORA).parent_path() / "cases/mail";
    if (!std::filesystem::exists(folder)) {
        mugaika::test::say_skipped("HTML cases: " + folder.string() + " is not there");
        return;
    }
    for (const Case& one : cases) {
        CAPTURE(one.name);
        const HtmlText text = read_case(folder / (std::string(one.name) + ".eml"));
        for (const std::string_view shown : one.shown) {
            CAPTURE(shown);
            CHECK(text.utf8.find(shown) != std::string::npos);
        }
        CHECK(std::all_of(text.notes.begin(), text.notes.end(), [](Reason r) { return weight(r) == Weight::note; }));
    }
}
