// The keys of the event log, each with its meaning in both languages: one glossary for the writer, the reader, `mugaika
// log events` and what is made of the log. A key's name never changes once released; two keys of one name with other
// kinds of values are in different events.
#pragma once

#include <string_view>

namespace mugaika {

struct Key {
    std::string_view name;
    std::string_view english;
    std::string_view japanese;
};

namespace key {

// Of every event.
inline constexpr Key time{"time", "when, RFC 3339 with offset and milliseconds", "時刻（RFC 3339、時差とミリ秒付き）"};
inline constexpr Key event{"event", "what happened", "事象の名前"};
inline constexpr Key host{"host", "the machine's name", "ホスト名"};

// The writer's chain (chain.hpp), behind all others of a line.
inline constexpr Key writer{"writer", "who wrote the line: relay, or mugaika for commands",
                            "書き手（relay リレー、mugaika コマンド）"};
inline constexpr Key seq{"seq", "the writer's number of the line, from 1", "書き手ごとの行の通し番号（1から）"};
inline constexpr Key prev{"prev", "half of the SHA-256 of the writer's line before",
                          "同じ書き手の直前の行のSHA-256の前半"};

// Of a mail.
inline constexpr Key id{"id", "the mail's id, by which the quarantine keeps it", "メールの識別子（隔離の番号と同じ）"};
inline constexpr Key session{"session", "the client's session", "SMTPセッションの識別子"};
inline constexpr Key route{"route", "the configured route", "経路（設定の名前）"};
inline constexpr Key message_id{"message_id", "Message-ID of the original, without brackets",
                                "原本のMessage-ID（山括弧なし）"};
inline constexpr Key kind{
    "kind", "kind of order: release, rest, unlock, rerun, image-pdf, checkpoint",
    "指示の種類（release 解放、rest 残りの宛先、unlock 開封、rerun 再無害化、image-pdf 画像PDF、checkpoint "
    "ログの証明）"};
inline constexpr Key from{"from", "envelope sender; empty for the null sender", "封筒の差出人（空は配送通知）"};
inline constexpr Key to{"to", "envelope recipients", "封筒の宛先"};
inline constexpr Key recipient{"recipient", "the recipient", "宛先"};
inline constexpr Key bytes{"bytes", "size in bytes", "バイト数"};
inline constexpr Key sha256{"sha256", "SHA-256 in hexadecimal", "SHA-256（16進）"};
inline constexpr Key verdict{"verdict", "clean, sanitized, quarantined or refused",
                             "判定（clean、sanitized、quarantined、refused）"};
inline constexpr Key reason{"reason", "the reason that weighed most", "最も重い理由"};
inline constexpr Key in{"in", "the received mail: bytes, sha256", "受信したメール（bytes、sha256）"};
inline constexpr Key out{"out", "the mail as composed anew: bytes, sha256", "作り直したメール（bytes、sha256）"};
inline constexpr Key findings{"findings", "reasons about the mail as a whole", "メール全体についての理由"};
inline constexpr Key ledger_parts{"parts", "a row for each part: what it was, what became of it",
                                  "部分ごとの行（何であったか、どうなったか）"};
inline constexpr Key item{"item", "where the quarantine keeps it", "隔離の番号"};

// Who spoke to whom.
inline constexpr Key client{"client", "address of the client", "接続元のアドレス"};
inline constexpr Key hop{"hop", "address of the trusted hop that named the client",
                         "接続元を伝えた信頼済み中継のアドレス"};
inline constexpr Key name{"name", "host name of the client", "接続元のホスト名"};
inline constexpr Key helo{"helo", "what the client said in HELO", "接続元のHELO"};
inline constexpr Key through{"through", "PROXY, XCLIENT or XFORWARD", "伝え方（PROXY、XCLIENT、XFORWARD）"};
inline constexpr Key next_hop{"next_hop", "the next hop, address and port", "配送先のアドレスとポート"};
inline constexpr Key tls_version{"tls_version", "version of TLS; not there: in the clear", "TLSの版（無ければ平文）"};
inline constexpr Key tls_cipher{"tls_cipher", "cipher suite", "暗号スイート"};
inline constexpr Key in_the_clear{"in_the_clear", "whether it went on without TLS", "平文で続けたか"};
inline constexpr Key code{"code", "SMTP code", "SMTP応答コード"};
inline constexpr Key enhanced{"enhanced", "enhanced status code (RFC 3463)", "拡張ステータスコード（RFC 3463）"};
inline constexpr Key answer{"answer", "words of the answer", "応答の文言"};
inline constexpr Key times{"times", "how often since the last such line", "前回の行以降の回数"};
inline constexpr Key sessions{"sessions", "how many sessions", "セッション数"};
inline constexpr Key mails{"mails", "how many mails", "メール数"};

// How long, in microseconds.
inline constexpr Key recipient_us{"recipient_us", "asking the next hop about recipients, microseconds",
                                  "宛先の確認にかかった時間（マイクロ秒）"};
inline constexpr Key data_us{"data_us", "receiving the content, microseconds", "本文の受信（マイクロ秒）"};
inline constexpr Key worker_us{"worker_us", "reading it in the sandbox, microseconds",
                               "サンドボックスでの読み取り（マイクロ秒）"};
inline constexpr Key quarantine_us{"quarantine_us", "making the original durable, microseconds",
                                   "原本の保管（マイクロ秒）"};
inline constexpr Key compose_us{"compose_us", "composer and gate, microseconds", "作成と出口検査（マイクロ秒）"};
inline constexpr Key deliver_us{"deliver_us", "the next hop's transaction, microseconds", "配送（マイクロ秒）"};
inline constexpr Key total_us{"total_us", "from the end of the content to the answer, microseconds",
                              "本文の受信終了から応答まで（マイクロ秒）"};
inline constexpr Key took_us{"took_us", "how long it took, microseconds", "所要時間（マイクロ秒）"};

// What went wrong.
inline constexpr Key why{"why", "why, in words", "理由（文）"};
inline constexpr Key stage{"stage", "stage of the matrix", "段階"};
inline constexpr Key failure{"failure", "failure of the matrix", "失敗の種類"};
inline constexpr Key how{"how", "how it ended", "終わり方"};
inline constexpr Key which_limit{"limit", "which limit: wall_clock or cpu", "超えた上限（wall_clock、cpu）"};
inline constexpr Key where{"where", "in which task", "どの処理で"};
inline constexpr Key part{"part", "path of the part in the mail", "メール内の部分の番号"};
inline constexpr Key scanner{"scanner", "the scanner's name", "ウイルス検査の名前"};
inline constexpr Key engine{"engine", "the converter's name", "変換プログラムの名前"};
inline constexpr Key end{"end", "made, failed, unavailable or busy", "結果（made、failed、unavailable、busy）"};

// The relay itself.
inline constexpr Key version{"version", "version of mugaika", "mugaikaの版"};
inline constexpr Key sandbox{"sandbox", "what the sandbox consists of", "サンドボックスの構成"};
inline constexpr Key listen{"listen", "where it listens", "待ち受けるアドレス"};
inline constexpr Key sealed_logs{"sealed_logs", "how many logs were sealed", "封印済みのログの数"};
inline constexpr Key note{"note", "the signed note, line by line", "署名付きの文（行ごと）"};
inline constexpr Key cut_off{"cut_off", "sessions that had to be cut off", "打ち切ったセッション数"};
inline constexpr Key file{"file", "the file", "ファイル"};
inline constexpr Key faults{"faults", "what is wrong with it", "誤りの一覧"};
inline constexpr Key of{"of", "of what: disk, log_disk, log, memory, mails",
                        "対象（disk、log_disk、log、memory、mails）"};
inline constexpr Key left{"left", "how much is left", "残り"};
inline constexpr Key limit{"limit", "the limit", "下限"};
inline constexpr Key lost{"lost", "how many events were lost", "失われた事象の数"};
inline constexpr Key since{"since", "when the first of them was", "最初の事象の時刻"};
inline constexpr Key writers{"writers", "each writer with its last number and that line's hash",
                             "書き手ごとの最後の番号とその行のハッシュ"};

// People and their orders.
inline constexpr Key person{"person", "who, as they call themselves", "実施者（本人の申告）"};
inline constexpr Key uid{"uid", "real user id of the process", "実行時の実ユーザー番号"};
inline constexpr Key sudo_user{"sudo_user", "who used sudo, as it says", "sudoの利用者"};
inline constexpr Key order{"order", "id of the order", "指示の識別子"};
inline constexpr Key parts{"parts", "paths of the parts", "部分の番号の一覧"};
inline constexpr Key valid_until{"valid_until", "until when it is tried", "試行の期限"};
inline constexpr Key message{"message", "id of what was delivered", "配送したものの識別子"};
inline constexpr Key final{"final", "whether it was given up", "断念したか"};
inline constexpr Key what{"what", "what was looked at or taken out", "対象（ledger、text、original など）"};
inline constexpr Key follow_up{"follow_up", "id of the mail that follows", "後続メールの識別子"};
inline constexpr Key tries_left{"tries_left", "tries of passwords left", "残りのパスワード試行回数"};
inline constexpr Key result{"result", "brought, nothing_new, given_up, waits or gone",
                            "結果（brought、nothing_new、given_up、waits、gone）"};
inline constexpr Key stays{"stays", "parts that stay held: part and reason", "保留のままの部分と理由"};
inline constexpr Key quarantine_key{"key", "id of the key", "鍵の識別子"};

}  // namespace key
}  // namespace mugaika
