// Why something was done to a mail or a part. Names are stable: once released they never change, because ledgers,
// logs and statistics are read by them. Words for people stand beside them in Japanese and English.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mugaika {

// What a reason does to the mail it is found in.
enum class Weight : std::uint8_t {
    note,       // said in the ledger only; nothing was lost
    warn,       // said in the ledger and to the reader, who should be careful; nothing was lost
    lossy,      // something did not cross: notice line, original kept when the profile keeps lossy ones
    ambiguous,  // two readers could see two mails: the mail is held unless the profile delivers ambiguous ones
    hold,       // the mail as a whole does not cross: original kept, notice instead of the body
    refuse,     // the mail is answered 5xx
};

// name, Weight, Japanese, English. The order is the wire number: append only.
#define MUGAIKA_REASONS(X)                                                                                             \
    X(none, note, "なし", "nothing")                                                                                   \
    /* parts */                                                                                                        \
    X(html_to_text, note, "HTML をテキストに変換", "HTML turned into text")                                            \
    X(not_rebuilt, lossy, "この種類のファイルは通過できない", "files of this kind do not cross")                       \
    X(policy_remove, lossy, "設定により削除", "removed by policy")                                                     \
    X(policy_quarantine, lossy, "設定により隔離", "quarantined by policy")                                             \
    X(policy_hold, lossy, "設定により保留", "held by policy")                                                          \
    X(policy_refuse, refuse, "設定により受信拒否", "refused by policy")                                                \
    X(encrypted, lossy, "暗号化されており検査できない", "encrypted, cannot be inspected")                              \
    X(executable, lossy, "実行形式のファイル", "an executable file")                                                   \
    X(name_lies, lossy, "ファイル名と内容が一致しない", "the content is not what the name says")                       \
    X(signature_dropped, warn, "電子署名は変換により失われる", "the signature cannot survive the conversion")          \
    X(message_partial, lossy, "分割メールの断片", "a fragment of a split message")                                     \
    X(message_external_body, lossy, "外部参照の本文", "a body that lies elsewhere")                                    \
    X(uuencoded_file, lossy, "本文に埋め込まれたファイル", "a file embedded in the text")                              \
    X(handler_failed, lossy, "変換に失敗", "conversion failed")                                                        \
    X(empty_part, note, "空の部分", "an empty part")                                                                   \
    X(alternative_not_shown, note, "同じ内容の別形式", "another form of the same content")                             \
    X(delivery_report, note, "配送状況通知", "a delivery report")                                                      \
    X(released_by_person, warn, "担当者の確認により通過", "let through after review by a person")                      \
    /* budget */                                                                                                       \
    X(too_many_parts, ambiguous, "部分の数が上限を超えた", "too many parts")                                           \
    X(too_deep, ambiguous, "入れ子が深すぎる", "nested too deeply")                                                    \
    X(too_much_decoded, ambiguous, "展開後の大きさが上限を超えた", "too large when decoded")                           \
    X(text_too_long, lossy, "本文が長すぎるため途中まで", "the text was too long and was cut")                         \
    X(header_too_long, ambiguous, "ヘッダが長すぎる", "a header is too long")                                          \
    /* structure: two readers may differ */                                                                            \
    X(duplicate_content_type, ambiguous, "Content-Type が複数ある", "several Content-Type fields")                     \
    X(duplicate_transfer_encoding, ambiguous, "Content-Transfer-Encoding が複数ある",                                  \
      "several Content-Transfer-Encoding fields")                                                                      \
    X(duplicate_parameter, ambiguous, "同じパラメータが複数ある", "a parameter stands twice")                          \
    X(conflicting_boundary, ambiguous, "境界文字列が矛盾している", "boundary parameters that differ")                  \
    X(missing_boundary, ambiguous, "境界文字列がない", "a multipart without a boundary")                               \
    X(boundary_never_used, ambiguous, "境界が一度も現れない", "the boundary never occurs")                             \
    X(boundary_odd, ambiguous, "境界文字列が不正", "an invalid boundary")                                              \
    X(boundary_long, note, "境界文字列が長い", "a boundary longer than 70 characters")                                 \
    X(boundary_overlap, ambiguous, "境界文字列が他の境界と重なる", "a boundary that is another's prefix")              \
    X(boundary_variant, ambiguous, "境界行に似た紛らわしい行", "a line that some readers take for a delimiter")        \
    X(unclosed_multipart, note, "終わりの境界がない", "a multipart that is never closed")                              \
    X(part_after_close, ambiguous, "終わりの境界の後に部分がある", "parts after the closing delimiter")                \
    X(preamble_dropped, note, "前文を削除", "text before the first part was dropped")                                  \
    X(epilogue_dropped, note, "後文を削除", "text after the last part was dropped")                                    \
    X(hidden_structure, ambiguous, "前文・後文に部分らしきものがある", "something like a part outside the parts")      \
    X(malformed_header_line, ambiguous, "不正なヘッダ行", "a malformed header line")                                   \
    X(nul_in_header, ambiguous, "ヘッダに NUL", "NUL in a header")                                                     \
    X(space_before_colon, ambiguous, "コロンの前に空白", "space before a colon in a structural header")                \
    X(odd_folding, ambiguous, "不正な折り返し", "odd folding of a structural header")                                  \
    X(starts_with_fold, ambiguous, "先頭行が継続行", "the first header line is a continuation")                        \
    X(encoded_word_in_structure, ambiguous, "構造ヘッダに符号化語", "an encoded-word in a structural header")          \
    X(comment_in_structure, note, "構造ヘッダに注釈", "a comment in a structural header")                              \
    X(unbalanced_comment, ambiguous, "注釈の括弧が不揃い", "an unbalanced comment in a structural header")             \
    X(unknown_transfer_encoding, ambiguous, "未知の Content-Transfer-Encoding", "an unknown transfer encoding")        \
    X(odd_transfer_encoding, note, "不正確な Content-Transfer-Encoding", "an imprecise transfer encoding")             \
    X(malformed_content_type, note, "不正な Content-Type", "a malformed Content-Type")                                 \
    X(encoded_container, ambiguous, "複合部分が符号化されている", "an encoded multipart")                              \
    X(readings_differ, ambiguous, "二通りの読み方で構造が異なる", "two readings of the structure differ")              \
    X(no_header, note, "ヘッダがない", "no header at all")                                                             \
    X(mbox_line, note, "mbox 形式の行", "an mbox line before the header")                                              \
    X(odd_mime_version, note, "MIME-Version が不正またはない", "MIME-Version odd or missing")                          \
    X(stray_cr_or_lf, note, "CRLF でない行末", "line ends other than CRLF")                                            \
    /* codecs */                                                                                                       \
    X(base64_junk, note, "base64 に余分な文字", "junk in base64")                                                      \
    X(base64_padding_inside, note, "base64 の途中に終端", "padding inside base64")                                     \
    X(base64_truncated, note, "base64 が途中で終わる", "base64 ends early")                                            \
    X(qp_illegal, note, "quoted-printable が不正", "illegal quoted-printable")                                         \
    X(encoding_mismatch, ambiguous, "符号化の宣言と内容が違う", "the content is encoded otherwise than declared")      \
    X(nul_in_text, note, "本文に NUL", "NUL in the text")                                                              \
    /* text */                                                                                                         \
    X(undecodable, lossy, "読めない文字があった", "characters that could not be read")                                 \
    X(charset_guessed, note, "文字コードを推定", "the charset was guessed")                                            \
    X(charset_label_wrong, note, "文字コードの宣言が誤り", "the charset label was wrong")                              \
    X(controls_removed, note, "制御文字を削除", "control characters were removed")                                     \
    X(bidi_removed, warn, "文字の向きを変える制御文字を削除", "characters that reverse text were removed")             \
    X(invisible_removed, note, "見えない文字を削除", "invisible characters were removed")                              \
    X(hidden_text_dropped, lossy, "見えないように隠された文章を削除", "hidden text was dropped")                       \
    X(false_link, warn, "表示と実際のリンク先が異なる", "a link leads elsewhere than it shows")                        \
    X(alternative_differs, warn, "テキスト版と HTML 版の内容が異なる", "the text and the HTML version differ")         \
    X(links_cut, note, "リンクが多すぎるため一部のみ表示", "too many links, some targets not shown")                   \
    X(emoji_replaced, note, "携帯絵文字を置換", "carrier emoji were replaced")                                         \
    X(remote_content_dropped, note, "外部の画像などを削除", "remote pictures were dropped")                            \
    X(form_dropped, warn, "入力フォームを削除", "an input form was dropped")                                           \
    /* names and header fields */                                                                                      \
    X(name_cleaned, note, "ファイル名を修正", "the file name was cleaned")                                             \
    X(name_differs, note, "ファイル名の宣言が食い違う", "two file names are declared")                                 \
    X(dangerous_name, lossy, "危険な拡張子", "a dangerous file name")                                                  \
    X(duplicate_field, note, "重複したヘッダ", "a header field stands twice")                                          \
    X(several_from, warn, "差出人が複数ある", "several authors")                                                       \
    X(bad_from, warn, "差出人が不正", "the author address is not valid")                                               \
    X(bad_address, note, "不正なアドレスを削除", "an invalid address was dropped")                                     \
    X(display_name_lies, warn, "差出人の表示名に別のアドレス", "the author's name shows another address")              \
    X(bad_date, note, "日付が不正", "an invalid date")                                                                 \
    X(bad_message_id, note, "Message-ID が不正", "an invalid Message-ID")                                              \
    X(trust_header_dropped, note, "信頼を偽るヘッダを削除", "headers that claim trust were dropped")                   \
    X(field_cut, note, "長いヘッダを短縮", "a long header was cut")                                                    \
    /* the mail as a whole, said by the relay */                                                                       \
    X(too_many_hops, refuse, "転送回数が多すぎる", "too many hops")                                                    \
    X(worker_died, hold, "検査プロセスが異常終了", "the worker died on this mail")                                     \
    X(worker_late, hold, "検査が時間内に終わらない", "the worker did not finish in time")                              \
    X(worker_nonsense, hold, "検査結果が不正", "the worker's answer was not valid")                                    \
    X(gate_refused, hold, "出口検査で不合格", "the gate refused our own output")                                       \
    /* later additions */                                                                                              \
    X(header_line_skipped, note, "ヘッダでない行を無視", "a line in the header that is no field was skipped")          \
    X(files_too_large, lossy, "ファイルの合計が大きすぎる", "the files together are too large")                        \
    X(quotes_flattened, note, "深い引用を浅く表示", "attached mails are nested more deeply than is shown")             \
    X(from_unwritable, warn, "差出人のアドレスを書き表せない", "the author address cannot be written in ASCII")        \
    X(own_domain_sender, warn, "外部から自組織のアドレスを名乗る", "an author of our own domain, from outside")        \
    X(inline_picture, note, "本文に埋め込まれた画像", "a picture that belongs into the text")                          \
    X(hidden_text_shown, note, "見えない文字の文章を、印を付けて表示", "hidden text is shown with a mark")             \
    X(hidden_text_repeated, note, "見出し文や重複など、見えない文章を省略",                                            \
      "hidden text that is a preheader or stands elsewhere too is left out")                                           \
    X(script_dropped, lossy, "スクリプトを削除", "a script was dropped")                                               \
    X(frame_dropped, lossy, "枠の中の別の文書を削除", "a page inside a frame was dropped")                             \
    X(bad_reply_to, warn, "返信先のアドレスが不正", "an address for answers that is not valid or cannot be written")   \
    X(alternative_added, note, "別の形式の本文だけにある文を追加",                                                     \
      "what only another form of the text says was added")                                                             \
    X(empty_file, lossy, "中身のないファイル（0 バイト）", "a file without content")                                   \
    X(no_visible_text, lossy, "文字として表示できるものがない", "nothing in it that can be shown as text")             \
    X(forged_notice, warn, "本文にお知らせを装った文", "lines that pose as a notice of this system")                   \
    X(poses_as_system, warn, "差出人か件名がこのシステムを装っている", "the author or subject poses as this system")   \
    /* files that are rebuilt */                                                                                       \
    X(metadata_removed, note, "文書の属性情報を削除", "document properties were removed")                              \
    X(picture_encoded_anew, note, "画像を符号化し直した", "the picture was decoded and encoded anew")                  \
    X(picture_damaged, warn, "画像の一部が壊れている", "part of the picture is damaged")                               \
    X(frames_dropped, lossy, "動く画像の最初の画面だけを残した", "of a moving picture only the first frame is left")   \
    X(pages_dropped, lossy, "一部のページを削除", "some pages were dropped")                                           \
    X(colour_profile_dropped, note, "色の定義を削除", "a colour profile was dropped")                                  \
    X(macro_removed, lossy, "マクロを削除", "macros were removed")                                                     \
    X(script_removed, lossy, "文書内のスクリプトを削除", "scripts in the document were removed")                       \
    X(action_removed, lossy, "自動で動く操作を削除", "actions that run by themselves were removed")                    \
    X(embedded_file_removed, lossy, "文書に埋め込まれたファイルを削除", "files embedded in the document were removed") \
    X(embedded_object_removed, lossy, "文書に埋め込まれた部品を削除", "objects embedded in the document were removed") \
    X(external_reference_removed, note, "外部への参照を削除", "references to what lies elsewhere were removed")        \
    X(multimedia_removed, lossy, "音声や動画を削除", "sound or video in the document was removed")                     \
    X(form_flattened, note, "入力欄を固定の表示に変換", "form fields became fixed content")                            \
    X(annotation_flattened, note, "注釈を固定の表示に変換", "annotations became fixed content")                        \
    X(annotation_removed, lossy, "注釈を削除", "annotations were removed")                                             \
    X(layers_fixed, note, "表示切替を固定", "layers that can be switched were fixed as shown")                         \
    X(tags_removed, note, "読み上げ用の構造情報を削除", "structure for screen readers was removed")                    \
    X(hidden_content_kept, warn, "非表示の内容が含まれている", "hidden content is still in the document")              \
    X(tracked_changes_kept, warn, "変更履歴が含まれている", "tracked changes are still in the document")               \
    X(comments_kept, note, "コメントが含まれている", "comments are in the document")                                   \
    X(unknown_content_removed, lossy, "未知の構成要素を削除", "content of kinds that are not known was removed")       \
    X(document_damaged, lossy, "ファイルが壊れていて読めない", "the file is damaged and cannot be read")               \
    X(dynamic_form, lossy, "専用ソフトでしか開けない入力書式（XFA）",                                                  \
      "a form that only its own program can show (XFA)")                                                               \
    X(not_representable, lossy, "作り直せない内容を含む", "it holds what cannot be rebuilt")                           \
    X(too_many_pixels, lossy, "画像が大きすぎる", "the picture is too large")                                          \
    X(too_many_members, lossy, "構成要素が多すぎる", "the file has too many members")                                  \
    X(codec_died, lossy, "変換プロセスが異常終了", "the process that rebuilds files died on this file")                \
    X(codec_late, lossy, "ファイルの変換が時間内に終わらない", "the file was not rebuilt in time")                     \
    X(codec_nonsense, lossy, "ファイルの変換結果が不正", "the answer about the file was not valid")                    \
    X(check_failed, lossy, "変換後のファイルが検査で不合格", "the rebuilt file did not pass its check")                \
    X(signed_container, lossy, "電子署名付きの形式のため中身を取り出せない",                                           \
      "signed in a form whose content cannot be taken out")                                                            \
    X(inner_too_large, lossy, "展開すると大きすぎるファイル", "the file is too large when it is unpacked")             \
    X(members_held, lossy, "圧縮ファイルの中の一部を除外", "some of the files in the archive were left out")           \
    X(formula_disarmed, lossy, "表の中の計算式などを文字に変換", "formulas in a table were turned into text")          \
    X(leads_out, lossy, "展開先の外を指す名前", "a name that leads out of the folder it is unpacked to")               \
    X(there_twice, lossy, "圧縮ファイルの中に同じ名前が複数ある", "several files of the archive have the same name")   \
    X(two_names, lossy, "圧縮ファイルの中の名前の記録が食い違う", "its name is told in two ways, or not at all")       \
    X(not_a_file, lossy, "リンクや特殊なファイル", "a link, device or other special file")                             \
    X(one_volume, lossy, "分割された圧縮ファイルの一部", "one part of an archive in several files")                    \
    X(encryption_removed, note, "読み取り専用の暗号化を解除", "its read-only encryption was taken off")                \
    X(engine_unavailable, lossy, "変換や検査の装置が動いていない",                                                     \
      "a converter or scanner that is needed does not answer")                                                         \
    X(engine_failed, lossy, "変換の装置がこのファイルを変換できない", "the converter could make nothing of the file")  \
    X(converted, note, "旧形式などから変換", "converted from another format")                                          \
    X(furigana_removed, lossy, "ふりがなを削除", "furigana were dropped")                                              \
    X(malware_found, lossy, "ウイルス検査で検出", "a scanner found malware in it")                                     \
    X(unlocked, note, "パスワードで開いた", "opened with a password")                                                  \
    X(signature_valid, note, "電子署名を確認した", "the signature is valid")                                           \
    X(signature_unknown, warn, "電子署名の発行者を確認できない",                                                       \
      "the signature is by somebody whose issuer is not known here")                                                   \
    X(signature_broken, warn, "電子署名の後に内容が変わっている", "the content was changed after it was signed")       \
    X(layout_dropped, lossy, "文字だけを取り出した", "only its text was taken out")                                    \
    X(pages_pictured, lossy, "ページを画像に変換", "its pages became pictures")                                        \
    X(glyphs_missing, lossy, "表示できない文字がある", "characters that no font here can show")                        \
    X(follows, note, "無害化に時間がかかるため後から届く",                                                             \
      "it takes longer to rebuild and follows in a mail of its own")

enum class Reason : std::uint8_t {
#define X(name, weight, ja, en) name,
    MUGAIKA_REASONS(X)
#undef X
};

#define X(name, weight, ja, en) +1
inline constexpr std::size_t reason_count = 0 MUGAIKA_REASONS(X);
#undef X

std::string_view to_string(Reason) noexcept;
Weight weight(Reason) noexcept;
std::string_view japanese(Reason) noexcept;
std::string_view english(Reason) noexcept;
std::optional<Reason> reason_from_name(std::string_view) noexcept;
// From the wire: nothing for a number that is not one of ours.
std::optional<Reason> reason_from_number(std::uint32_t) noexcept;

}  // namespace mugaika
