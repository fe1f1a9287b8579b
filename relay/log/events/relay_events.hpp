// What the relay says of itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "relay/log/event_fields.hpp"
#include "relay/log/timestamp.hpp"

namespace mugaika::event {

struct RelayStarted {
    std::string version;
    std::string sandbox;
    std::vector<std::string> listen;

    static constexpr EventName name{"relay.started", "the relay takes mail", "リレーが受付を開始", Severity::notice};
    static constexpr auto fields =
        std::tuple{field<&RelayStarted::version>(key::version), field<&RelayStarted::sandbox>(key::sandbox),
                   field<&RelayStarted::listen>(key::listen)};
};

struct RelayStopped {
    std::string why;
    std::uint64_t cut_off = 0;

    static constexpr EventName name{"relay.stopped", "the relay ended in order", "リレーが正常に終了",
                                    Severity::notice};
    static constexpr auto fields =
        std::tuple{field<&RelayStopped::why>(key::why), field<&RelayStopped::cut_off>(key::cut_off)};
};

// A task of ours that goes round by round failed in one; said when the words are new. It goes on.
struct RelayFault {
    std::string where;
    std::string why;

    static constexpr EventName name{"relay.fault", "a task of the relay failed in one round and goes on",
                                    "リレーの定期処理が一回失敗（継続中）", Severity::warning};
    static constexpr auto fields = std::tuple{field<&RelayFault::where>(key::where), field<&RelayFault::why>(key::why)};
};

struct ConfigLoaded {
    std::string file;

    static constexpr EventName name{"config.loaded", "a new configuration serves", "新しい設定を適用",
                                    Severity::notice};
    static constexpr auto fields = std::tuple{field<&ConfigLoaded::file>(key::file)};
};

struct ConfigRejected {
    std::string file;
    std::string why;
    std::vector<std::string> faults;

    static constexpr EventName name{"config.rejected", "a new configuration has faults; the old one serves",
                                    "新しい設定に誤り（従来の設定を継続）", Severity::error};
    static constexpr auto fields =
        std::tuple{field<&ConfigRejected::file>(key::file), field<&ConfigRejected::why>(key::why),
                   field<&ConfigRejected::faults>(key::faults)};
};

struct ReserveLow {
    std::string of;
    std::uint64_t left;
    std::uint64_t limit;

    static constexpr EventName name{"reserve.low", "so little is left that mail is answered 4xx",
                                    "残量不足のため受信を一時拒否", Severity::error};
    static constexpr auto fields = std::tuple{field<&ReserveLow::of>(key::of), field<&ReserveLow::left>(key::left),
                                              field<&ReserveLow::limit>(key::limit)};
};

struct ReserveRecovered {
    std::string of;
    std::uint64_t left;
    std::uint64_t limit;

    static constexpr EventName name{"reserve.recovered", "enough is left again", "残量が回復", Severity::notice};
    static constexpr auto fields =
        std::tuple{field<&ReserveRecovered::of>(key::of), field<&ReserveRecovered::left>(key::left),
                   field<&ReserveRecovered::limit>(key::limit)};
};

// Between the lines before and behind it so many could not be written; the first of them at `since`.
struct LogGap {
    std::uint64_t lost;
    Moment since;

    static constexpr EventName name{"log.gap", "events before this line could not be written",
                                    "この行の前に書けなかった事象あり", Severity::error};
    static constexpr auto fields = std::tuple{field<&LogGap::lost>(key::lost), field<&LogGap::since>(key::since)};
};

// Where the chains of all writers ended when the relay took up the log, at its start and after a rotation.
struct LogResumed {
    std::vector<std::string> writers;  // chain_end_text() of each

    static constexpr EventName name{"log.resumed", "the log goes on behind the last lines of its writers",
                                    "ログの継続（書き手ごとの最後の番号）", Severity::notice};
    static constexpr auto fields = std::tuple{field<&LogResumed::writers>(key::writers)};
};

// What of the log left the machine, so that nobody can cut it off unseen.
struct LogCheckpoint {
    std::uint64_t sealed_logs;
    std::vector<std::string> to;
    std::vector<std::string> note;

    static constexpr EventName name{"log.checkpoint", "a checkpoint of the log went to its auditors",
                                    "ログの証明（チェックポイント）を監査担当者へ送付", Severity::notice};
    static constexpr auto fields =
        std::tuple{field<&LogCheckpoint::sealed_logs>(key::sealed_logs), field<&LogCheckpoint::to>(key::to),
                   field<&LogCheckpoint::note>(key::note)};
};

// Signed with both keys.
struct LogKeyChanged {
    Actor actor;
    std::vector<std::string> note;

    static constexpr EventName name{"log.key_changed", "the log is sealed with another key from now on",
                                    "ログの署名鍵を交換", Severity::notice};
    static constexpr auto fields = std::tuple{group<&LogKeyChanged::actor>, field<&LogKeyChanged::note>(key::note)};
};

}  // namespace mugaika::event
