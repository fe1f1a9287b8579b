#include "policy/skeleton.hpp"

#include <catch2/catch.hpp>

using mugaika::skeleton;
using mugaika::skeleton_letters;
using mugaika::taken_for;

TEST_CASE("AC-133 what looks alike has one skeleton") {
    const auto same = [](std::string_view plain, std::initializer_list<const char*> variants) {
        for (const char* variant : variants) {
            CAPTURE(variant);
            CHECK(skeleton_letters(variant) == skeleton_letters(plain));
        }
    };
    same("無害化システム", {"無害化ｼｽﾃﾑ",                      // half width
                            "無害化しすてむ",                  // hiragana
                            "🈚害化システム",                   // an emoji
                            "无害化システム",                  // another way to write 無
                            "無害化㋛㋜㋢㋰",                  // circled
                            "無\xef\xb8\x80害化システム",      // variation selector
                            "無\xf3\xa0\x84\x80害化システム",  // variation selector 17
                            "無害化シ\xcc\x88ステム",          // combining mark
                            "無害化\xef\xbf\xbcシステム",      // object replacement
                            "無 害　化・シ\xe2\xa0\x80ス【テ】ム", "無害化ジスデム", "無害化シｽテ厶"});
    same("mugaika", {"MUGAIKA", "ｍｕｇａｉｋａ", "𝐦𝐮𝐠𝐚𝐢𝐤𝐚", "𝓜𝓤𝓖𝓐𝓘𝓚𝓐", "ⓜⓤⓖⓐⓘⓚⓐ", "🅜🅤🅖🅐🅘🅚🅐", "🅼🆄🅶🅰🅸🅺🅰", "🇲🇺🇬🇦🇮🇰🇦",
                     "mugаіkа", "МUGAIКA", "rnugaika", "muga1ka", "mugalka", "mügåíka", "m-u-g-a-i-k-a"});
    same("notice", {"n0tice", "nοtice", "ոоtісе", "NOTICE", "ɴᴏᴛɪᴄᴇ", "not\xcc\xb6ice"});
}

TEST_CASE("what looks like something else has another skeleton") {
    CHECK(skeleton_letters("無害化") != skeleton_letters("有害化"));
    CHECK(skeleton_letters("mugaika") != skeleton_letters("mugaiko"));
    CHECK(skeleton_letters("令和8年") == "令和8年");
    CHECK(skeleton_letters("、。・「」（）!?.,").empty());
    CHECK(skeleton("notice").count == 6);
}

TEST_CASE("AC-133 three strokes in a row draw a rule, whatever they are drawn with") {
    for (const char* rule : {"---",    "===",    "***",          "###",    "___",      "~~~",    "━━━", "───",
                             "═══",    "〓〓〓", "※※※",          "★★★",    "☆☆☆",      "➖➖➖",    "≡≡≡", "⼀⼀⼀",
                             "一一一", "ーーー", "ｰｰｰ",          "〰〰〰", "＝＝＝",   "－－－", "―――", "–––",
                             "〜〜〜", "■■■",    "== 重要 ==",   "◆◇◆",    "－ － －", ">>>",    "→→→", "🔔🔔🔔",
                             "￣￣￣", "＿＿＿", "・・・・・・", "oooooo", "……………………"}) {
        CAPTURE(rule);
        CHECK(skeleton(rule).has_rule);
    }
    for (const char* none : {"--", "無害化（※）", "サーバー", "a - b - c", "...", "・・・", "1,000,000円", "10000000",
                             "2026-11-05", "", "TEL 03-1234-5678"}) {
        CAPTURE(none);
        CHECK_FALSE(skeleton(none).has_rule);
    }
}

TEST_CASE("one character is taken for its letter, for a blank, or is not seen") {
    CHECK(taken_for(0x430) == U'a');  // Cyrillic
    CHECK(taken_for(0x2800) == U' ');
    CHECK(taken_for(0x3000) == U' ');
    CHECK(taken_for(0xfe0f) == 0);
    CHECK(taken_for(0xe0101) == 0);
    CHECK(taken_for(U'l') == U'l');
    CHECK(taken_for(0x5e02) == 0x5e02);  // 市
    CHECK(taken_for(0x10ffff) == 0x10ffff);
}
