#include "relay/file_road.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "relay/async/disk.hpp"
#include "relay/scan_file.hpp"
#include "sanitizer/engine/picture_road.hpp"
#include "sanitizer/finish/errands.hpp"
#include "sanitizer/finish/follow_up_files.hpp"
#include "sanitizer/finish/pack_archives.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;

// Owned by its lanes; what it refers to outlives the road's awaited call, which ends after them.
struct Road {
    FileTools tools;
    Extract& extract;
    const Profile& profile;
    const BudgetLimits& budget;
    const RawMail& mail;
    const MailTag& tag;
    std::chrono::steady_clock::time_point until;
    RoadRules rules;
    Errands found;
    std::vector<FileErrand> errands;  // of this round
    std::size_t next = 0;
    std::vector<FileErrand> later;  // of the round after this

    std::optional<FilePool::Time> sharp_end() const { return rules.ends_sharply ? std::optional(until) : std::nullopt; }
    // Conversions end with whole seconds.
    bool is_cut() const { return rules.ends_sharply && FilePool::Time::clock::now() + std::chrono::seconds(1) > until; }
};

bool lies_in(std::string_view path, std::string_view archive) noexcept {
    return path.size() > archive.size() && path.starts_with(archive) && path[archive.size()] == '/';
}

// Through the engine, and back as a bare file that is hostile again.
asio::awaitable<FileResult> convert(Road& road, const FileErrand& errand, const FileOut& out) {
    const EngineJob job = engine_job(errand, road.tools.converters.limits());
    std::string path = errand.job.path;
    Result<UntrustedFile> made =
        co_await road.tools.converters.convert(job, out.file, road.tag, std::move(path), road.until);
    if (!made && road.is_cut()) co_return FileNotMade{Reason::codec_late, made.error().words()};
    if (!made) co_return not_converted_by(made.error());
    const FileErrand bare = about_bare(errand, *made);
    std::vector<FileResult> rebuilt =
        co_await road.tools.pool.rebuild(bare, *made, road.tag, road.until, road.sharp_end());
    co_return converted(std::move(rebuilt.at(0)), out.losses, errand);
}

asio::awaitable<FileResult> picture(Road& road, PictureRoad& steps, std::string path) {
    while (const PictureStep* const step = steps.next()) {
        if (const auto* const taking = std::get_if<TakeOutStep>(step)) {
            const JobBytes bytes = taking->bare == nullptr ? JobBytes(road.mail) : JobBytes(*taking->bare);
            OutResult out =
                co_await road.tools.pool.take_out(taking->errand, bytes, road.tag, road.until, road.sharp_end());
            steps.take(std::move(out));
        } else if (const auto* const asking = std::get_if<AskEngineStep>(step)) {
            std::string part = path;
            Result<UntrustedFile> made = co_await road.tools.converters.convert(asking->job, *asking->file, road.tag,
                                                                                std::move(part), road.until);
            if (!made && road.is_cut()) co_return FileNotMade{Reason::codec_late, made.error().words()};
            steps.take(std::move(made));
        } else {
            const auto& rebuilding = std::get<RebuildStep>(*step);
            std::vector<FileResult> made = co_await road.tools.pool.rebuild(rebuilding.errand, *rebuilding.bare,
                                                                            road.tag, road.until, road.sharp_end());
            steps.take(std::move(made.at(0)));
        }
    }
    co_return std::move(steps).result();
}

asio::awaitable<std::vector<FileResult>> picture_as_it_came(Road& road, const FileErrand& errand) {
    PictureRoad steps(errand, road.tools.converters.limits());
    FileResult result = co_await picture(road, steps, errand.job.path);
    std::vector<FileResult> results;
    results.push_back(std::move(result));
    co_return results;
}

asio::awaitable<std::vector<FileResult>> picture_instead(Road& road, const FileErrand& errand, UntrustedFile file) {
    PictureRoad steps(errand, road.tools.converters.limits(), std::move(file));
    FileResult result = co_await picture(road, steps, errand.job.path);
    std::vector<FileResult> results;
    results.push_back(std::move(result));
    co_return results;
}

asio::awaitable<std::vector<FileResult>> rebuild_as_it_came(Road& road, const FileErrand& errand,
                                                            FilePool::Turn& turn) {
    if (errand.as_pictures) {
        std::vector<FileResult> pictured = co_await picture_as_it_came(road, errand);
        co_return pictured;
    }
    if (!errand.by_engine) {
        std::vector<FileResult> rebuilt =
            co_await road.tools.pool.rebuild(errand, road.mail, road.tag, road.until, road.sharp_end(), turn);
        co_return rebuilt;
    }
    std::vector<FileResult> results;
    OutResult out = co_await road.tools.pool.take_out(errand, road.mail, road.tag, road.until, road.sharp_end());
    if (auto* why = std::get_if<FileNotMade>(&out)) {
        results.emplace_back(std::move(*why));
        co_return results;
    }
    FileResult result = co_await convert(road, errand, std::get<FileOut>(out));
    results.push_back(std::move(result));
    co_return results;
}

// What a scanner gave. What converting it loses is not counted: it is the scanner's file, not the sender's.
asio::awaitable<std::vector<FileResult>> rebuild_instead(Road& road, const FileErrand& errand, UntrustedFile file) {
    if (errand.as_pictures) {
        std::vector<FileResult> pictured = co_await picture_instead(road, errand, std::move(file));
        co_return pictured;
    }
    if (!errand.by_engine) {
        const FileErrand bare = about_bare(errand, file);
        std::vector<FileResult> rebuilt =
            co_await road.tools.pool.rebuild(bare, file, road.tag, road.until, road.sharp_end());
        co_return rebuilt;
    }
    const FileOut out{std::move(file), {}};
    FileResult result = co_await convert(road, errand, out);
    std::vector<FileResult> results;
    results.push_back(std::move(result));
    co_return results;
}

asio::awaitable<Scanned> scan(Road& road, const FileErrand& errand) {
    const std::shared_ptr<Scanners>& scanners = road.tools.scanners;
    if (scanners == nullptr || scanners->empty() || !is_shown_to_scanners(errand, road.extract)) {
        co_return Scanned();
    }
    Scanned scanned =
        co_await scan_file(*scanners, road.tools.pool, errand, road.mail, road.tag, road.tools.log, road.until);
    co_return scanned;
}

asio::awaitable<std::vector<FileResult>> scan_and_rebuild(Road& road, const FileErrand& errand, FilePool::Turn& turn) {
    Scanned scanned = co_await scan(road, errand);
    const bool is_unseen = scanned.stays && scanned.stays->why == Reason::engine_unavailable;
    if (is_unseen && road.is_cut()) scanned.stays->why = Reason::codec_late;
    if (scanned.stays) {
        std::vector<FileResult> results;
        results.emplace_back(*std::move(scanned.stays));
        co_return results;
    }
    if (scanned.instead) {
        std::vector<FileResult> rebuilt = co_await rebuild_instead(road, errand, *std::move(scanned.instead));
        co_return rebuilt;
    }
    std::vector<FileResult> rebuilt = co_await rebuild_as_it_came(road, errand, turn);
    co_return rebuilt;
}

asio::awaitable<std::vector<FileResult>> rebuild(Road& road, const FileErrand& errand, FilePool::Turn& turn) {
    std::string fault;
    try {
        auto results = co_await scan_and_rebuild(road, errand, turn);
        co_return results;
    } catch (const std::exception& thrown) {
        fault = thrown.what();
    }
    std::vector<FileResult> stay(errand.rows.size(), FileNotMade{Reason::codec_died, fault});
    co_return stay;
}

void find_more(Road& road) {
    std::vector<FileErrand> more = road.found.next(road.extract);
    std::move(more.begin(), more.end(), std::back_inserter(road.later));
}

// The first errand about files of an archive that was listed just now, where all that is in it is little enough for
// one process.
std::optional<FileErrand> first_inside(Road& road, const std::string& archive) {
    find_more(road);
    std::uint64_t bytes = 0;
    for (const PartRow& row : road.extract.parts) bytes += lies_in(row.facts.path, archive) ? row.facts.bytes : 0;
    const auto first = std::find_if(road.later.begin(), road.later.end(), [&](const FileErrand& errand) {
        return !errand.by_engine && lies_in(errand.rows.front().facts.path, archive);
    });
    if (first == road.later.end() || bytes > FileLimits().errand_bytes_max) return std::nullopt;
    FileErrand errand = std::move(*first);
    road.later.erase(first);
    return errand;
}

asio::awaitable<void> walk(std::shared_ptr<Road> road) {
    while (road->next < road->errands.size()) {
        std::optional<FileErrand> errand = std::move(road->errands[road->next++]);
        FilePool::Turn turn;
        while (errand) {
            std::vector<FileResult> results = co_await rebuild(*road, *errand, turn);
            take_in(road->extract, *errand, std::move(results), road->profile, road->budget);
            if (turn.is_empty()) break;
            errand = first_inside(*road, errand->job.path);
        }
    }
}

// Side by side, as many as the pool rebuilds at once.
asio::awaitable<void> walk_all(std::shared_ptr<Road> road) {
    const std::size_t lanes =
        std::min<std::size_t>({road->errands.size(), road->tools.pool.workers(), road->rules.side_by_side_max});
    if (lanes <= 1) {
        co_await walk(road);
        co_return;
    }
    const auto executor = co_await asio::this_coro::executor;
    auto start = [executor, road, lanes](auto done) {
        const auto left = std::make_shared<std::size_t>(lanes);
        for (std::size_t i = 0; i < lanes; ++i) {
            asio::co_spawn(executor, walk(road), [left, done](std::exception_ptr) {
                if (--*left == 0) done(true);
            });
        }
    };
    co_await await_callback<bool>(std::move(start));
}

}  // namespace

asio::awaitable<void> rebuild_files(FileTools tools, Extract& extract, const Profile& profile,
                                    const BudgetLimits& budget, const RawMail& mail, const MailTag& tag,
                                    std::chrono::steady_clock::time_point until, RoadRules rules) {
    const Convertible convertible = tools.converters.convertible(rules.owed);
    Errands found(profile, budget, mail.size(), convertible, rules.delivered);
    const auto road = std::make_shared<Road>(
        Road{std::move(tools), extract, profile, budget, mail, tag, until, rules, std::move(found), {}, 0, {}});
    for (find_more(*road); !road->later.empty(); find_more(*road)) {
        road->errands = std::exchange(road->later, {});
        road->next = 0;
        co_await walk_all(road);
    }
    if (rules.delivered != nullptr) leave_out(extract, *rules.delivered);
    pack_archives(extract, budget);
}

}  // namespace mugaika
