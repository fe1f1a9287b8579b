#include "sanitizer/compose/notice_words.hpp"

#include <array>
#include <string>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

constexpr NoticeWords japanese_words{
    .head_files_before = "━━━ 無害化システムからのお知らせ：添付ファイル ",
    .head_files_after = " 個をお届けしていません（詳細は末尾） ━━━",
    .head_other = "━━━ 無害化システムからのお知らせ：一部をお届けしていません（詳細は末尾） ━━━",
    .head_follow_before = "━━━ 無害化システムからのお知らせ：添付ファイル ",
    .head_follow_after = " 個は後からお届けします（詳細は末尾） ━━━",
    .quarantined = "このメールは、安全を確認できなかったため、本文も添付ファイルもお届けせず、隔離しました。",
    .unreadable = "安全を確認できないメールが届いたため、お届けせず、隔離しました。",
    .reason_label = "理由：",
    .changed_label = "変更点：",
    .way_label = "受け取るには：",
    .next_way_label = "または：",
    .way_release = "元のファイルの引き渡しを管理者に依頼してください。",
    .way_smaller_before = "差出人に、",
    .way_smaller_after = " 以下にして送り直すよう依頼してください。",
    .way_other_kind_before = "差出人に、",
    .way_other_kind_after = "で送り直すよう依頼してください。",
    .way_image_pdf = "画像 PDF（ページを画像に変えたもの）での引き渡しを管理者に依頼してください。",
    .way_own_mail = "差出人に、ファイルごとに別のメールに分けて送り直すよう依頼してください。",
    .code_label = "情報システム担当用コード：",
    .sender_label = "差出人：",
    .subject_label = "件名：",
    .date_label = "日時：",
    .size_label = "サイズ：",
    .received_label = "受信日時：",
    .original_date_label = "元のメールの日時：",
    .phrase_label = "合言葉：",
    .warnings_heading = "【ご注意ください】",
    .removed_heading = "【お届けしていない添付ファイル】",
    .following_heading = "【後からお届けする添付ファイル】",
    .following = "無害化に時間がかかっています。終わりしだい、このメールへの返信の形でお届けします。お待ちください。",
    .contained_heading = "【このメールに含まれていたファイル】",
    .rebuilt_heading = "【無害化して添付したファイル】",
    .files_rebuilt = "添付ファイルは無害化済みです。",
    .small_pictures_before = "本文中の小さな画像（ロゴなど）",
    .small_pictures_after = " 個は表示していません。",
    .reply_to_before = "返信すると、差出人とは別の組織のアドレス ",
    .reply_to_after = " に届きます。",
    .reply_to_warning_after = " に届きます。返信する前に、差出人に電話などで確認してください。",
    .more_before = "ほか ",
    .more_after = " 件",
    .released_original_before = "担当者 ",
    .released_original_after = " が確認し、元のファイルを添付してお届けします。",
    .released_mail_before = "担当者 ",
    .released_mail_after = " が確認し、保管していたメールをお届けします（元のファイルは付いていません）。",
    .pictured_before = "担当者 ",
    .pictured_after =
        " が確認し、先のメールでお届けできなかった添付ファイルを、ページを画像にした PDF でお届けします。",
    .release_reason_label = "確認の理由：",
    .kept = "原本は、隔離して保管しています。",
    .kept_before = "原本は、",
    .kept_after = " まで保管しています。",
    .not_kept = "原本は保管していません。必要なときは、差出人に連絡して、別の方法で受け取ってください。",
    .if_needed_before = "必要なときは、",
    .if_needed_after = "に受付番号を伝えて、原本の確認を依頼してください。",
    .if_expected_before = "心当たりがあり、内容が必要なときは、",
    .if_expected_after = "に受付番号を伝えて、原本の確認を依頼してください。",
    .unexpected_mail = "心当たりがないときは、何もする必要はありません。",
    .nobody_named = "情報システム担当",
    .number_label = "受付番号：",
    .nameless = "（名前なし）",
    .inside = "の中の",
    .became = "→",
    .names_inside_label = "中のファイル：",
    .unlocked =
        "先に届いたメールに付いていたパスワード付きのファイルを、パスワードで開きました。無害化できたものを添付していま"
        "す。",
    .follow_up = "先のメールでお届けできなかったものです。改めて無害化し、お届けできるようになりました。",
    .follow_up_of_none = "後からお届けするとお知らせした添付ファイルは、お届けできませんでした。",
    .password_before = "パスワードが分かるときは、",
    .password_after = "に受付番号とパスワードを電話などで伝えると、中身を無害化し、続きのメールでお届けできます。",
    .unshowable = "（表示できません）",
    .none = "（なし）",
    .quote_open = "「",
    .quote_close = "」",
    .bracket_open = "（",
    .bracket_close = "）",
    .comma = "、",
    .bullet = "・",
    .indent = "　",
    .attached_text = "添付テキスト",
    .beside_pictures = "画像に変えた文書のリンク先・表示できない文字",
    .added_text = "別の形式の本文だけにある文",
    .attached_mail = "添付メール",
    .level_before = "（",
    .level_after = " 段目）",
    .heading_open = "［",
    .heading_close = "］",
    .heading_colon = "：",
    .bytes_unit = " バイト",
};

constexpr NoticeWords english_words{
    .head_files_before = "=== Notice from the mail sanitizer: attachments removed: ",
    .head_files_after = " (see the end of this mail) ===",
    .head_other = "=== Notice from the mail sanitizer: something was removed (see the end of this mail) ===",
    .head_follow_before = "=== Notice from the mail sanitizer: attachments that follow later: ",
    .head_follow_after = " (see the end of this mail) ===",
    .quarantined = "This mail could not be confirmed to be safe. Its text and attachments were not delivered.",
    .unreadable = "A mail could not be confirmed to be safe and was not delivered.",
    .reason_label = "Reason: ",
    .changed_label = "Changed: ",
    .way_label = "To receive it: ",
    .next_way_label = "Or: ",
    .way_release = "ask an administrator to release the original file.",
    .way_smaller_before = "ask the sender to send it again with at most ",
    .way_smaller_after = ".",
    .way_other_kind_before = "ask the sender to send it again as ",
    .way_other_kind_after = ".",
    .way_image_pdf = "ask an administrator for it as image-PDF (pictures of its pages).",
    .way_own_mail = "ask the sender to send each such file again in a mail of its own.",
    .code_label = "Code for the IT section: ",
    .sender_label = "From: ",
    .subject_label = "Subject: ",
    .date_label = "Date: ",
    .size_label = "Size: ",
    .received_label = "Received: ",
    .original_date_label = "Date of the original mail: ",
    .phrase_label = "Phrase: ",
    .warnings_heading = "[Please note]",
    .removed_heading = "[Attachments that were not delivered]",
    .following_heading = "[Attachments that follow]",
    .following = "Rebuilding them takes longer. They come as an answer to this mail as soon as that is done.",
    .contained_heading = "[Files in this mail]",
    .rebuilt_heading = "[Files rebuilt and attached]",
    .files_rebuilt = "The attached files have been rebuilt.",
    .small_pictures_before = "Small pictures in the text (logos and the like) that are not shown: ",
    .small_pictures_after = ".",
    .reply_to_before = "An answer goes to another organisation than the sender's: ",
    .reply_to_after = "",
    .reply_to_warning_after = " (ask the sender by telephone before you answer)",
    .more_before = "and ",
    .more_after = " more",
    .released_original_before = "The original is attached. Reviewed by ",
    .released_original_after = "",
    .released_mail_before = "The mail was kept and is delivered without original files. Reviewed by ",
    .released_mail_after = "",
    .pictured_before =
        "Attachments that an earlier mail could not bring come as PDF with pictures of their pages. Reviewed by ",
    .pictured_after = "",
    .release_reason_label = "Reason given: ",
    .kept = "The original is kept in quarantine.",
    .kept_before = "The original is kept until ",
    .kept_after = ".",
    .not_kept = "The original is not kept. If you need it, ask the sender for another way.",
    .if_needed_before = "If you need it, ask ",
    .if_needed_after = " and give the reference number.",
    .if_expected_before = "If you expected this mail and need it, ask ",
    .if_expected_after = " and give the reference number.",
    .unexpected_mail = "If you did not expect it, you need not do anything.",
    .nobody_named = "your IT section",
    .number_label = "Reference number: ",
    .nameless = "(no name)",
    .inside = " > ",
    .became = ", now ",
    .names_inside_label = "Files inside: ",
    .unlocked =
        "Files with a password, of a mail that came before, were opened with it. What could be rebuilt is attached.",
    .follow_up = "A mail that came before could not bring this. It was sanitized again and can be delivered now.",
    .follow_up_of_none = "Attachments that were said to follow could not be delivered after all.",
    .password_before = "If you know the password, tell it by telephone to ",
    .password_after = " with the reference number: what is inside can be rebuilt and delivered in a mail that follows.",
    .unshowable = "(cannot be shown)",
    .none = "(none)",
    .quote_open = "\"",
    .quote_close = "\"",
    .bracket_open = " (",
    .bracket_close = ")",
    .comma = ", ",
    .bullet = "- ",
    .indent = "  ",
    .attached_text = "Attached text",
    .beside_pictures = "Links, and characters not shown, of a document that became pictures",
    .added_text = "Only in another form of the text",
    .attached_mail = "Attached mail",
    .level_before = " (level ",
    .level_after = ")",
    .heading_open = "[",
    .heading_close = "]",
    .heading_colon = ": ",
    .bytes_unit = " bytes",
};

struct KindWords {
    std::string_view japanese;
    std::string_view english;
};

constexpr std::array<KindWords, part_kind_count> kinds{{
    {"テキスト", "text"},
    {"HTML", "HTML"},
    {"メール", "mail"},
    {"配送状況の通知", "delivery report"},
    {"PDF 文書", "PDF document"},
    {"Office 文書", "Office document"},
    {"画像", "picture"},
    {"圧縮ファイル", "archive"},
    {"Outlook 形式の添付", "Outlook container"},
    {"予定または連絡先", "calendar or contact"},
    {"電子署名", "signature"},
    {"暗号化されたファイル", "encrypted file"},
    {"実行ファイル", "program"},
    {"分割されたメール", "mail fragment"},
    {"その他のファイル", "other file"},
}};

struct TypeWords {
    PartKind kind;
    std::string_view type;
    KindWords words;
};

constexpr auto known_types = std::to_array<TypeWords>({
    {PartKind::other, "application/x-js-taro", {"一太郎文書", "Ichitaro document"}},
    {PartKind::other, "application/x-ichitaro4", {"一太郎文書", "Ichitaro document"}},
    {PartKind::archive, "message/rfc822", {"メール", "mail"}},
    {PartKind::archive, "application/vnd.ms-outlook", {"Outlook のメール", "Outlook mail"}},
    {PartKind::encrypted, "application/zip", {"パスワード付きの圧縮ファイル", "archive with a password"}},
    {PartKind::encrypted, "application/x-7z-compressed", {"パスワード付きの圧縮ファイル", "archive with a password"}},
    {PartKind::encrypted, "application/vnd.rar", {"パスワード付きの圧縮ファイル", "archive with a password"}},
    {PartKind::encrypted, "application/pdf", {"パスワード付きの PDF 文書", "PDF document with a password"}},
    {PartKind::encrypted, encrypted_package_type, {"パスワード付きの Office 文書", "Office document with a password"}},
    {PartKind::encrypted, "application/msword", {"パスワード付きの Office 文書", "Office document with a password"}},
    {PartKind::encrypted,
     "application/vnd.ms-excel",
     {"パスワード付きの Office 文書", "Office document with a password"}},
    {PartKind::encrypted,
     "application/vnd.ms-powerpoint",
     {"パスワード付きの Office 文書", "Office document with a password"}},
    {PartKind::encrypted, "application/pkcs7-mime", {"暗号化されたメール", "encrypted mail"}},
    {PartKind::encrypted, "application/pgp-encrypted", {"暗号化されたメール", "encrypted mail"}},
    {PartKind::encrypted, "application/x-pkcs7-signed-data", {"電子署名付きのメール", "signed mail"}},
    {PartKind::calendar, "text/calendar", {"予定", "calendar entry"}},
    {PartKind::calendar, "text/vcard", {"連絡先", "contact"}},
    {PartKind::report, "text/rfc822-headers", {"届かなかったメールの見出し", "header of the mail that was sent"}},
    {PartKind::report, "message/disposition-notification", {"開封の通知", "read receipt"}},
    {PartKind::report, "message/global-disposition-notification", {"開封の通知", "read receipt"}},
    {PartKind::report, "message/feedback-report", {"迷惑メールの通報", "complaint about a mail"}},
});

// Files of nobody's kind whose bytes do not say whose they are (no signature of DocuWorks is published): by their
// names.
struct NameWords {
    std::string_view extension;
    KindWords words;
};
constexpr auto known_names = std::to_array<NameWords>({
    {".xdw", {"DocuWorks 文書", "DocuWorks document"}},
    {".xbd", {"DocuWorks バインダー", "DocuWorks binder"}},
});

struct AdviceRow {
    Reason reason;
    bool is_warning;
    std::string_view japanese;
    std::string_view english;
};

constexpr auto advice = std::to_array<AdviceRow>({
    {Reason::false_link, true,
     "表示と実際のリンク先が異なるリンクがあります。クリックせず、差出人に電話などで確認してください。",
     "A link leads elsewhere than it shows. Do not click it; ask the sender by telephone."},
    {Reason::forged_notice, true,
     "本文に、このシステムのお知らせを装った文があります。以前のお知らせを引用しただけのメールでなければ、書かれている"
     "ことに従わず、情報システム担当に知らせてください。",
     "The text has lines that pose as a notice of this system. Unless the mail only quotes an earlier notice, do not "
     "do "
     "what they say, and tell your IT section."},
    {Reason::poses_as_system, true,
     "差出人または件名が、このシステムからのお知らせを装っています。このシステムのお知らせではありませんので、書かれて"
     "いることに従わないでください。",
     "The sender or the subject poses as this system. It is not a notice of this system: do not do what it says."},
    {Reason::display_name_lies, true,
     "差出人の名前に、実際とは別のメールアドレスが書かれています。なりすましの疑いがありますので、返信する前に差出人を"
     "確認してください。",
     "The sender's name shows another mail address than the real one. Check who sent it before you answer."},
    {Reason::bad_from, true,
     "差出人のアドレスが正しくないため、このメールには返信できません。心当たりがなければ、書かれている指示に従わないで"
     "ください。",
     "The sender's address is not valid, so you cannot answer. If you do not know the sender, do not follow the "
     "instructions in the mail."},
    {Reason::from_unwritable, true,
     "差出人のアドレスは英数字でないため、名前の欄に表示しています。このメールに返信しても届きません。",
     "The sender's address is not in plain letters. It is shown in the name, and an answer to this mail would not "
     "arrive."},
    {Reason::bad_reply_to, true,
     "返信先のアドレスが正しくないか、書き表せません。このメールに返信しても、差出人の望む相手には届きません。",
     "The address for answers is not valid or cannot be written. An answer would not reach whom the sender wants."},
    {Reason::no_visible_text, false,
     "文字として表示できるもののない本文（画像、スクリプト、見えない文字だけのものなど）がありました。",
     "A text held nothing that can be shown as text (only pictures, scripts or invisible characters, for example)."},
    {Reason::several_from, true,
     "差出人が複数書かれているため、先頭の一人だけを表示しています。なりすましの疑いがありますので、ご注意ください。",
     "Several senders are given and only the first one is shown. The mail may be forged."},
    {Reason::hidden_text_dropped, true,
     "画面に見えないように隠された文章があったため、取り除きました。不審なメールの疑いがありますので、ご注意ください。",
     "Text that was hidden from view has been removed. The mail may be fraudulent."},
    {Reason::alternative_differs, true,
     "このメールには内容の異なる二つの本文があります。書かれている内容を、差出人に電話などで確認してください。",
     "The mail has two texts that differ. Confirm with the sender by telephone what it says."},
    {Reason::bidi_removed, true,
     "文字の並びを逆に見せる特殊な文字があったため、取り除きました。ファイル名やリンク先を偽る手口ですので、ご注意くだ"
     "さい。",
     "Characters that reverse text were removed. They are used to disguise file names and links."},
    {Reason::form_dropped, true,
     "入力フォームがあったため、取り除きました。パスワードや個人情報を求められても、返信しないでください。",
     "An input form was removed. Never answer requests for passwords or personal data."},
    {Reason::signature_dropped, false, "電子署名が付いていましたが、検証はしておらず、無害化により失われました。",
     "The mail was signed; its signature was not verified and could not survive."},
    {Reason::undecodable, false, "読み取れない文字があったため、別の記号に置き換えました。",
     "Some characters could not be read and were replaced."},
    {Reason::text_too_long, false, "本文が長いため、途中までを表示しています。",
     "The text is too long; only its beginning is shown."},
    {Reason::picture_damaged, false, "画像の一部が壊れていました。", "Part of a picture was damaged."},
    {Reason::hidden_content_kept, false, "添付ファイルに、非表示のシートや文章などが含まれています。",
     "An attached file has hidden sheets, text or the like."},
    {Reason::tracked_changes_kept, false, "添付ファイルに、変更履歴（削除した文章など）が含まれています。",
     "An attached file has tracked changes, for example deleted text."},
    {Reason::own_domain_sender, true,
     "差出人のアドレスは当方のものですが、このメールは外部から届きました。なりすましの疑いがありますので、返信したり指"
     "示に従ったりする前に、本人に電話などで確認してください。",
     "The sender's address is one of ours, but the mail came from outside. It may be forged: ask the person by "
     "telephone "
     "before you answer or do what it says."},
});

constexpr Advice odd_structure(Language language) noexcept {
    return {language == Language::ja
                ? "メールの作りに不自然な点があります。一部が表示されていない可能性がありますので、ご注意ください。"
                : "The mail is built in an odd way; parts of it may not be shown.",
            true};
}

}  // namespace

const NoticeWords& notice_words(Language language) noexcept {
    return language == Language::ja ? japanese_words : english_words;
}

std::string_view safe_kind_words(SafeKind kind, Language language) noexcept {
    const bool is_japanese = language == Language::ja;
    switch (kind) {
        case SafeKind::jpeg:
            return is_japanese ? "JPEG 形式" : "JPEG";
        case SafeKind::png:
            return is_japanese ? "PNG 形式" : "PNG";
        case SafeKind::pdf:
        case SafeKind::image_pdf:
            return is_japanese ? "PDF 形式" : "PDF";
        case SafeKind::docx:
            return is_japanese ? "Word（docx）形式" : "Word (docx)";
        case SafeKind::xlsx:
            return is_japanese ? "Excel（xlsx）形式" : "Excel (xlsx)";
        case SafeKind::pptx:
            return is_japanese ? "PowerPoint（pptx）形式" : "PowerPoint (pptx)";
        case SafeKind::zip:
            return is_japanese ? "ZIP 形式" : "ZIP";
        case SafeKind::text:
            return is_japanese ? "テキスト形式" : "text";
        case SafeKind::csv:
            return is_japanese ? "CSV 形式" : "CSV";
        case SafeKind::ics:
            return is_japanese ? "iCalendar（ics）形式" : "iCalendar (ics)";
        case SafeKind::vcf:
            return is_japanese ? "vCard（vcf）形式" : "vCard (vcf)";
    }
    return is_japanese ? "PDF 形式" : "PDF";
}

std::string_view kind_words(const PartFacts& facts, Language language) {
    KindWords words = kinds.at(static_cast<std::size_t>(facts.kind));
    const std::size_t dot = facts.kind == PartKind::other ? facts.name.rfind('.') : std::string::npos;
    const std::string last = dot == std::string::npos ? std::string() : ascii::to_lower(facts.name.substr(dot));
    for (const NameWords& known : known_names) {
        if (known.extension == last) words = known.words;
    }
    for (const TypeWords& known : known_types) {
        if (facts.kind == known.kind && facts.detected_type == known.type) words = known.words;
    }
    return language == Language::ja ? words.japanese : words.english;
}

Advice advice_for(Reason reason, Language language) noexcept {
    for (const AdviceRow& row : advice) {
        if (row.reason == reason) return {language == Language::ja ? row.japanese : row.english, row.is_warning};
    }
    return weight(reason) == Weight::ambiguous ? odd_structure(language) : Advice{};
}

}  // namespace mugaika
