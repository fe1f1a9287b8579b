// How the service went, beside how many mails there were: the busiest minute, readers and converters that failed, how
// long originals lie in the quarantine, how long people took to let one through, what passwords were tried, and what
// was sent by order. From the log alone, in one pass.
//
// Memory: one entry for each original that is kept and each order that is not carried out yet.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "relay/stats/read_event.hpp"
#include "relay/stats/time_histogram.hpp"

namespace mugaika {

struct FigureName {
    std::string_view name;  // for programs; never changes once released
    std::string_view japanese, english;
};

namespace figure {

inline constexpr FigureName peak_minute{"peak_minute", "最も混んだ1分", "busiest minute: mails received in it"};
inline constexpr FigureName worker_died{"worker_died", "検査プロセスの異常終了", "readers in the sandbox that died"};
inline constexpr FigureName worker_limited{"worker_limited", "検査プロセスの打ち切り", "readers cut off at a limit"};
inline constexpr FigureName file_failed{"file_failed", "ファイルの変換失敗", "tries to rebuild a file that failed"};
inline constexpr FigureName conversion{"conversion", "変換プログラム", "files given to a converter, and the end"};
inline constexpr FigureName kept{"kept", "隔離中の原本（経過時間）", "originals kept at the end, and their age"};
inline constexpr FigureName time_to_release{"time_to_release", "保管から解放の指示まで",
                                            "from being kept to a release"};
inline constexpr FigureName order_carried_out{"order_carried_out", "指示から配送まで", "from an order to its delivery"};
inline constexpr FigureName sent_by_order{"sent_by_order", "指示による配送", "mails sent by order"};
inline constexpr FigureName unlocked{"unlocked", "パスワードで開封", "opened with a password"};
inline constexpr FigureName unlock_failed{"unlock_failed", "パスワードで開けず", "passwords that opened nothing"};

}  // namespace figure

struct Figure {
    FigureName name;
    std::string untrusted_detail;  // which minute (local), limit, converter, kind of order; "" for none
    std::uint64_t count = 0;
    TimeHistogram times = {};  // where something takes time
};

class ServiceFigures {
public:
    // `until` is not included. What is about the quarantine counts from the log's beginning.
    ServiceFigures(std::optional<Moment> since, std::optional<Moment> until) : since_(since), until_(until) {}
    void take(const ReadEvent&);

    // In the order above; those without details stand there even when they are 0.
    std::vector<Figure> finish() &&;

    template <class Self, class Io>
    static void state(Self& self, Io& io) {  // state_io.hpp; of the same range
        io(self.last_, self.sums_, self.kept_, self.orders_, self.minutes_, self.peak_, self.peak_mails_);
        constexpr std::int64_t minutes_max = std::int64_t{300} * 366 * 24 * 60;  // of a Moment
        io.must(self.peak_ >= -minutes_max && self.peak_ <= minutes_max);
    }

    static constexpr std::size_t details_max = 100;  // of one figure; a log from elsewhere may have any words

private:
    struct Sum {
        std::uint64_t count = 0;
        TimeHistogram times = {};

        template <class Self, class Io>
        static void state(Self& self, Io& io) {
            io(self.count, self.times);
        }
    };
    using Sums = std::map<std::string, Sum>;  // by detail

    void on(const event::MessageReceived&, Moment);
    void on(const event::MessageQuarantined&, Moment);
    void on(const event::MessageDelivered&, Moment);
    void on(const event::WorkerDied&, Moment);
    void on(const event::WorkerLimited&, Moment);
    void on(const event::FileFailed&, Moment);
    void on(const event::FileConverted&, Moment);
    void on(const event::QuarantineReleased&, Moment);
    void on(const event::QuarantineUnlocked&, Moment);
    void on(const event::QuarantineUnlockFailed&, Moment);
    void on(const event::QuarantineRerunOrdered&, Moment);
    void on(const event::QuarantineDelivered&, Moment);
    void on(const event::QuarantineReleaseFailed&, Moment);
    void on(const event::QueueDeleted&, Moment);
    void on(const event::QuarantineDeleted&, Moment);
    void on(const event::QuarantineExpired&, Moment);
    void count(const FigureName&, const std::string& detail, std::optional<TimeHistogram::Time> = {});
    void note_minute(Moment);

    std::optional<Moment> since_, until_;
    Moment last_{};                                   // event before `until`
    bool counts_ = false;                             // the event that is taken is in the range
    std::map<std::string, Sums> sums_;                // by name
    std::unordered_map<std::string, Moment> kept_;    // by id of the mail
    std::unordered_map<std::string, Moment> orders_;  // by their ids
    std::map<std::int64_t, std::uint64_t> minutes_;   // mails received in each minute that is still open
    std::int64_t peak_ = 0;
    std::uint64_t peak_mails_ = 0;
};

}  // namespace mugaika
