// What befell the processes that read a mail and its files, and the programs that are asked about them. `part` is the
// path of a file's part in its mail.
#pragma once

#include <cstdint>
#include <string>

#include "relay/log/event_fields.hpp"

namespace mugaika::event {

struct WorkerDied {
    MailTag mail;
    std::string how;

    static constexpr EventName name{"worker.died", "a worker died", "検査プロセスが異常終了", Severity::warning};
    static constexpr auto fields = std::tuple{group<&WorkerDied::mail>, field<&WorkerDied::how>(key::how)};
};

struct WorkerLimited {
    MailTag mail;
    std::string limit;

    static constexpr EventName name{"worker.limited", "a worker was cut off", "検査プロセスを上限で打ち切り",
                                    Severity::warning};
    static constexpr auto fields =
        std::tuple{group<&WorkerLimited::mail>, field<&WorkerLimited::limit>(key::which_limit)};
};

// An alarm: a bug of ours or a taken-over worker.
struct GateRefused {
    MailTag mail;
    std::string why;

    static constexpr EventName name{"gate.refused", "refused by the gate", "出口検査で不合格", Severity::alert};
    static constexpr auto fields = std::tuple{group<&GateRefused::mail>, field<&GateRefused::why>(key::why)};
};

// One attempt to rebuild or to check a file failed.
struct FileFailed {
    MailTag mail;
    std::string part;
    std::string why;

    static constexpr EventName name{"file.failed", "a file was not rebuilt", "ファイルの変換に失敗", Severity::warning};
    static constexpr auto fields =
        std::tuple{group<&FileFailed::mail>, field<&FileFailed::part>(key::part), field<&FileFailed::why>(key::why)};
};

// A checker refused what a codec had made: an alarm as a gate refusal is.
struct CheckRefused {
    MailTag mail;
    std::string part;
    std::string why;

    static constexpr EventName name{"check.refused", "a rebuilt file was refused by its check",
                                    "変換後のファイルが検査で不合格", Severity::alert};
    static constexpr auto fields = std::tuple{group<&CheckRefused::mail>, field<&CheckRefused::part>(key::part),
                                              field<&CheckRefused::why>(key::why)};
};

struct FileConverted {
    MailTag mail;
    std::string part;
    std::string engine;
    std::string end;
    std::uint64_t took_us;

    static constexpr EventName name{"file.converted", "a file was given to a converter",
                                    "変換プログラムにファイルを渡した"};
    static constexpr auto fields = std::tuple{
        group<&FileConverted::mail>, field<&FileConverted::part>(key::part), field<&FileConverted::engine>(key::engine),
        field<&FileConverted::end>(key::end), field<&FileConverted::took_us>(key::took_us)};
};

// Both said when it changes.
struct ConverterDown {
    std::string engine;
    std::string why;

    static constexpr EventName name{"converter.down", "a converter is not there: files that need it are held",
                                    "変換プログラムが応答せず（該当ファイルは保留）", Severity::error};
    static constexpr auto fields =
        std::tuple{field<&ConverterDown::engine>(key::engine), field<&ConverterDown::why>(key::why)};
};

struct ConverterUp {
    std::string engine;

    static constexpr EventName name{"converter.up", "a converter answers again", "変換プログラムが復旧",
                                    Severity::notice};
    static constexpr auto fields = std::tuple{field<&ConverterUp::engine>(key::engine)};
};

// A scanner forbids a file, or changed it; `why` says which scanner, and what it says.
struct ScannerFound {
    MailTag mail;
    std::string part;
    std::string why;

    static constexpr EventName name{"scanner.found", "a scanner found something in a file", "ウイルス検査で検出",
                                    Severity::warning};
    static constexpr auto fields = std::tuple{group<&ScannerFound::mail>, field<&ScannerFound::part>(key::part),
                                              field<&ScannerFound::why>(key::why)};
};

struct ScannerFailed {
    MailTag mail;
    std::string part;
    std::string why;

    static constexpr EventName name{"scanner.failed", "a scanner could not look at a file",
                                    "ウイルス検査を受けられない", Severity::warning};
    static constexpr auto fields = std::tuple{group<&ScannerFailed::mail>, field<&ScannerFailed::part>(key::part),
                                              field<&ScannerFailed::why>(key::why)};
};

struct ScannerDown {
    std::string scanner;
    std::string why;

    static constexpr EventName name{"scanner.down", "a scanner does not answer", "ウイルス検査が応答せず",
                                    Severity::error};
    static constexpr auto fields =
        std::tuple{field<&ScannerDown::scanner>(key::scanner), field<&ScannerDown::why>(key::why)};
};

struct ScannerUp {
    std::string scanner;

    static constexpr EventName name{"scanner.up", "a scanner answers again", "ウイルス検査が復旧", Severity::notice};
    static constexpr auto fields = std::tuple{field<&ScannerUp::scanner>(key::scanner)};
};

}  // namespace mugaika::event
