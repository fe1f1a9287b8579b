#include "sanitizer/compose/notice_reasons.hpp"

#include <algorithm>
#include <array>

namespace mugaika {
namespace {

struct Sentence {
    Reason reason;
    std::string_view japanese;
    std::string_view english;
};

constexpr auto sentences = std::to_array<Sentence>({
    {Reason::not_rebuilt, "この種類のファイルは、まだ安全な形に作り直すことができないため、お届けしていません。",
     "Files of this kind cannot yet be rebuilt in a safe form and are not delivered."},
    {Reason::policy_remove, "当システムの設定により、このファイルは取り除いています。",
     "It is removed, as this system is set up."},
    {Reason::policy_quarantine, "当システムの設定により、このファイルは隔離しています。",
     "It is quarantined, as this system is set up."},
    {Reason::policy_hold, "当システムの設定により、このファイルは担当者が確認するまで保留しています。",
     "It is held until somebody has looked at it, as this system is set up."},
    {Reason::policy_refuse, "当システムの設定により、このようなファイルが付いたメールはお届けしていません。",
     "Mails with such files are not delivered, as this system is set up."},
    {Reason::encrypted, "パスワードなどで暗号化されていて中身を検査できないため、お届けしていません。",
     "It is encrypted, so that its content cannot be inspected."},
    {Reason::signed_container,
     "電子署名付きの形式で、署名の中に入っている本文や添付ファイルを取り出せないため、お届けしていません。",
     "It is in a signed form, and the text and files inside the signature cannot be taken out."},
    {Reason::executable, "パソコンの上で動くプログラムなので、お届けしていません。",
     "It is a program. Programs are never delivered."},
    {Reason::dangerous_name, "開くとプログラムとして動くおそれのある名前のファイルなので、お届けしていません。",
     "Its name is that of a file that runs when it is opened."},
    {Reason::name_lies, "ファイルの名前と中身の種類が一致しないため、お届けしていません。",
     "Its content is not of the kind that its name says."},
    {Reason::message_partial, "一通のメールをいくつかに分けた断片で、検査できないため、お届けしていません。",
     "It is a fragment of a mail that was split and cannot be inspected."},
    {Reason::message_external_body, "中身がメールの中になく、外部の場所を指しているだけなので、お届けしていません。",
     "Its content is not in the mail but at some other place."},
    {Reason::uuencoded_file, "本文の中に文字として埋め込まれていたファイルなので、取り除きました。",
     "It was a file written as letters into the text."},
    {Reason::handler_failed, "内容を読み取れなかったため、お届けしていません。", "Its content could not be read."},
    {Reason::text_too_long, "文章が長すぎて表示しきれないため、お届けしていません。",
     "The text is too long to be shown."},
    {Reason::files_too_large, "ファイルの合計が大きすぎるため、お届けしていません。",
     "The files together are too large."},
    {Reason::undecodable, "読み取れない文字がありました。", "Some characters could not be read."},
    {Reason::hidden_text_dropped, "画面に見えないように隠された文章を取り除きました。",
     "Text that was hidden from view was removed."},
    {Reason::script_dropped, "HTML の中のプログラム（スクリプト）を取り除きました。",
     "A program (script) inside the HTML was removed."},
    {Reason::frame_dropped, "本文に埋め込まれた別の文書（枠）を取り除きました。",
     "Another document inside a frame of the text was removed."},
    {Reason::empty_file, "中身が空のファイルなので、お届けするものがありません。",
     "It is an empty file: there is nothing in it to deliver."},
    {Reason::no_visible_text, "画像やスクリプトだけで、文字として表示できるものがありませんでした。",
     "It holds only pictures or scripts and nothing that can be shown as text."},
    {Reason::too_many_parts, "部品が多すぎて、すべてを検査できませんでした。",
     "It has more parts than can be inspected."},
    {Reason::too_deep, "メールの中にメールが何重にも入っていて、検査できませんでした。",
     "Mails are nested in it more deeply than can be inspected."},
    {Reason::too_much_decoded, "開くと非常に大きくなるため、検査できませんでした。",
     "It becomes too large to be inspected when it is opened."},
    {Reason::worker_died, "検査の途中で処理が止まったため、安全を確認できませんでした。",
     "The inspection broke off, so that it could not be confirmed to be safe."},
    {Reason::worker_late, "検査が時間内に終わらなかったため、安全を確認できませんでした。",
     "The inspection did not end in time, so that it could not be confirmed to be safe."},
    {Reason::worker_nonsense, "検査の結果が正しくなかったため、安全を確認できませんでした。",
     "The inspection gave no valid result, so that it could not be confirmed to be safe."},
    {Reason::formula_disarmed,
     "表計算ソフトで開くと計算式などとして動く欄を、先頭にアポストロフィ（'）を付けて文字に変えました。",
     "Cells that a spreadsheet would run as formulas have an apostrophe in front now and are text."},
    {Reason::bidi_removed, "文字の並びを逆に見せる特殊な文字を取り除きました。",
     "Characters that reverse text were removed."},
    {Reason::picture_damaged, "画像の一部が壊れていました。", "Part of the picture was damaged."},
    {Reason::frames_dropped, "動く画像は、最初の画面だけをお届けします。",
     "Of a moving picture only the first frame is delivered."},
    {Reason::members_held, "上の一覧のとおり、中のファイルの一部を取り除きました。",
     "Some of the files in it were removed (listed above)."},
    {Reason::leads_out, "展開先の外に書き込むおそれのある名前なので、お届けしていません。",
     "Its name leads out of the folder that it is unpacked to; it is not delivered."},
    {Reason::there_twice, "同じ名前のファイルが複数あり、どれが正しいか分からないため、お届けしていません。",
     "Several files have the same name, so that it is not clear which is meant; they are not delivered."},
    {Reason::two_names, "名前の記録が食い違っているため、お届けしていません。",
     "Its name is told in two ways; it is not delivered."},
    {Reason::not_a_file, "ファイルではなくリンクなどの特殊なものなので、お届けしていません。",
     "It is a link or another special file; it is not delivered."},
    {Reason::one_volume, "分割された圧縮ファイルの一部なので、お届けしていません。",
     "It is one part of an archive in several files and is not delivered."},
    {Reason::inner_too_large, "展開すると大きくなりすぎるため、お届けしていません。",
     "It would be too large when unpacked and is not delivered."},
    {Reason::pages_dropped, "一部のページを取り除きました。", "Some pages were removed."},
    {Reason::macro_removed, "マクロ（自動処理のプログラム）を取り除きました。", "Macros (programs) were removed."},
    {Reason::script_removed, "文書の中のプログラム（スクリプト）を取り除きました。",
     "Programs (scripts) in the document were removed."},
    {Reason::action_removed, "開いたときなどに自動で動く操作を取り除きました。",
     "Actions that run by themselves were removed."},
    {Reason::embedded_file_removed, "文書の中に埋め込まれたファイルを取り除きました。",
     "Files embedded in the document were removed."},
    {Reason::embedded_object_removed, "文書の中に埋め込まれた部品を取り除きました。",
     "Objects embedded in the document were removed."},
    {Reason::multimedia_removed, "音声や動画を取り除きました。", "Sound or video was removed."},
    {Reason::annotation_removed, "表示できない注釈を取り除きました。",
     "Annotations that cannot be shown were removed."},
    {Reason::hidden_content_kept, "非表示のシートや文章などが含まれています。",
     "It has hidden sheets, text or the like."},
    {Reason::tracked_changes_kept, "変更履歴（削除した文章など）が含まれています。",
     "It has tracked changes, for example deleted text."},
    {Reason::unknown_content_removed, "無害化システムの知らない内容を取り除きました。",
     "Content of kinds that are not known was removed."},
    {Reason::document_damaged, "ファイルが壊れていて読み取れないため、お届けしていません。",
     "It is damaged and cannot be read."},
    {Reason::dynamic_form, "専用のソフトでしか開けない入力書式（XFA）なので、お届けしていません。",
     "It is a form that only its own program can show (XFA)."},
    {Reason::not_representable, "安全な形に作り直せない内容が含まれているため、お届けしていません。",
     "It holds what cannot be rebuilt in a safe form."},
    {Reason::too_many_pixels, "画像が大きすぎるため、お届けしていません。", "The picture is too large."},
    {Reason::too_many_members, "ファイルの構成要素が多すぎるため、お届けしていません。", "It has too many members."},
    {Reason::codec_died, "無害化の途中で処理が止まったため、お届けしていません。", "Rebuilding it broke off."},
    {Reason::codec_late, "無害化が時間内に終わらなかったため、お届けしていません。",
     "Rebuilding it did not end in time."},
    {Reason::codec_nonsense, "無害化の結果が正しくなかったため、お届けしていません。",
     "Rebuilding it gave no valid result."},
    {Reason::engine_failed, "無害化できる形式への変換ができなかったため、お届けしていません。",
     "It could not be converted to a kind that can be rebuilt."},
    {Reason::engine_unavailable, "変換や検査をする装置が動いていなかったため、お届けしていません。",
     "A converter or scanner that it needs did not answer."},
    {Reason::malware_found, "ウイルス検査で問題が見つかったため、お届けしていません。",
     "A virus scanner found something in it."},
    {Reason::layout_dropped, "文書の文字だけを取り出しました。書式、図、画像はありません。",
     "Only its text was taken out, without layout and pictures."},
    {Reason::furigana_removed, "ふりがな（読み仮名）の情報を取り除きました。", "Furigana (readings) were removed."},
    {Reason::pages_pictured,
     "ページを画像に変えてお届けします。見た目は元のままですが、文字のコピーや検索はできません。",
     "Its pages are delivered as pictures: it looks the same, but text cannot be copied or searched."},
    {Reason::glyphs_missing,
     "ページを画像に変えてお届けします。文字のコピーや検索はできません。当システムに書体がない文字は四角や空白になるた"
     "め、本文に"
     "一覧を付けています。",
     "Its pages are delivered as pictures: text cannot be copied or searched. Boxes or gaps stand for characters that "
     "no "
     "font here has; they are listed in the text."},
    {Reason::check_failed, "無害化したあとの検査で問題が見つかったため、お届けしていません。",
     "The check of the rebuilt file found something wrong."},
    {Reason::signature_dropped, "電子署名は、検証しておらず、無害化により失われます。",
     "The signature was not verified and could not survive."},
    {Reason::gate_refused, "送り出す前の最後の検査で問題が見つかったため、お届けしていません。",
     "The last check before the delivery found something wrong."},
    {Reason::released_by_person, "担当者が確認したうえでお届けしています。",
     "It was let through after review by a person."},
    {Reason::false_link, "表示と実際のリンク先が異なる箇所があります。", "A link in it leads elsewhere than it shows."},
    {Reason::alternative_differs, "テキスト版と HTML 版で内容が異なります。",
     "Its text and its HTML version say different things."},
    {Reason::form_dropped, "入力欄（フォーム）を取り除きました。", "An input form was removed."},
    {Reason::several_from, "差出人が複数書かれています。", "It names several authors."},
    {Reason::bad_from, "差出人のアドレスが正しくありません。", "The author's address is not valid."},
    {Reason::display_name_lies, "差出人の表示名に、実際の差出人とは別のアドレスが書かれています。",
     "The author's name shows another address than the author's."},
    {Reason::from_unwritable, "差出人のアドレスに、メールで使えない文字が含まれています。",
     "The author's address has characters that mail cannot carry."},
    {Reason::own_domain_sender, "外部から届いたのに、差出人が当組織のアドレスを名乗っています。",
     "It came from outside, and its author uses an address of this organisation."},
    {Reason::bad_reply_to, "返信先のアドレスが正しくありません。", "The address for answers is not valid."},
    {Reason::forged_notice, "本文に、このシステムからのお知らせを装った文があります。",
     "Its text poses as a notice of this system."},
    {Reason::poses_as_system, "差出人または件名が、このシステムを装っています。",
     "Its author or subject poses as this system."},
    {Reason::signature_unknown, "電子署名の発行者を確認できません。", "The issuer of its signature is not known here."},
    {Reason::signature_broken, "電子署名のあとに内容が変えられています。", "It was changed after it was signed."},
    {Reason::layout_dropped, "文字だけを取り出しました。書式や図は含まれていません。",
     "Only its text was taken out, without its layout and pictures."},
    {Reason::glyphs_missing, "当システムに書体がなく、正しく表示できない文字があります。",
     "Some characters cannot be shown, as no font here has them."},
});

constexpr Sentence odd_structure{
    Reason::none, "メールの作り方に問題があり、開くソフトによって違う内容に見えるおそれがあります。",
    "The mail is not built as it should be; different programs could show different contents."};
constexpr Sentence other{Reason::none, "安全を確認できなかったため、お届けしていません。",
                         "It could not be confirmed to be safe."};

const Sentence& sentence_of(Reason reason) noexcept {
    const auto* const found =
        std::find_if(sentences.begin(), sentences.end(), [&](const Sentence& row) { return row.reason == reason; });
    if (found != sentences.end()) return *found;
    return weight(reason) == Weight::ambiguous ? odd_structure : other;
}

}  // namespace

std::string_view reason_sentence(Reason reason, Language language) noexcept {
    const Sentence& sentence = sentence_of(reason);
    return language == Language::ja ? sentence.japanese : sentence.english;
}

bool has_code(Reason reason) noexcept { return weight(reason) == Weight::ambiguous || weight(reason) == Weight::hold; }

}  // namespace mugaika
