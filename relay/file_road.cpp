#include "relay/file_road.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "relay/async/disk.hpp"
#include "sanitizer/finish/errands.hpp"
#include "sanitizer/finish/pack_archives.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;

// Owned by its lanes; what it refers to outlives the road's awaited call, which ends after them.
struct Road {
    FilePool& pool;
    Converters& converters;
    Extract& extract;
    const Profile& profile;
    const BudgetLimits& budget;
    const RawMail& mail;
    const MailTag& tag;
    std::chrono::steady_clock::time_point until;
    std::vector<FileErrand> errands;  // of this round
    std::size_t next = 0;
};

// Out of the mail, through the engine, and back as a bare file that is hostile again.
asio::awaitable<std::vector<FileResult>> convert(Road& road, const FileErrand& errand) {
    std::vector<FileResult> results;
    OutResult out = co_await road.pool.take_out(errand, road.mail, road.tag, road.until);
    if (auto* why = std::get_if<FileNotMade>(&out)) {
        results.emplace_back(std::move(*why));
        co_return results;
    }
    const auto& [file, losses] = std::get<FileOut>(out);
    const EngineJob job = engine_job(errand, road.converters.limits());
    std::string path = errand.job.path;
    Result<UntrustedFile> made = co_await road.converters.convert(job, file, road.tag, std::move(path), road.until);
    if (!made) {
        results.emplace_back(not_converted_by(made.error()));
        co_return results;
    }
    const FileErrand bare = about_bare(errand, *made);
    std::vector<FileResult> rebuilt = co_await road.pool.rebuild(bare, *made, road.tag, road.until);
    results.push_back(converted(std::move(rebuilt.at(0)), losses, errand));
    co_return results;
}

asio::awaitable<std::vector<FileResult>> rebuild(Road& road, const FileErrand& errand) {
    std::string fault;
    try {
        if (errand.by_engine) {
            auto results = co_await convert(road, errand);
            co_return results;
        }
        auto results = co_await road.pool.rebuild(errand, road.mail, road.tag, road.until);
        co_return results;
    } catch (const std::exception& thrown) {
        fault = thrown.what();
    }
    std::vector<FileResult> stay(errand.rows.size(), FileNotMade{Reason::codec_died, fault});
    co_return stay;
}

asio::awaitable<void> walk(std::shared_ptr<Road> road) {
    while (road->next < road->errands.size()) {
        const FileErrand& errand = road->errands[road->next++];
        std::vector<FileResult> results = co_await rebuild(*road, errand);
        take_in(road->extract, errand, std::move(results), road->profile, road->budget);
    }
}

// Side by side, as many as the pool rebuilds at once.
asio::awaitable<void> walk_all(std::shared_ptr<Road> road) {
    const std::size_t lanes = std::min<std::size_t>(road->errands.size(), road->pool.workers());
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

asio::awaitable<void> rebuild_files(FilePool& pool, Converters& converters, Extract& extract, const Profile& profile,
                                    const BudgetLimits& budget, const RawMail& mail, const MailTag& tag,
                                    std::chrono::steady_clock::time_point until) {
    const auto road = std::make_shared<Road>(Road{pool, converters, extract, profile, budget, mail, tag, until, {}});
    Errands errands(profile, budget, mail.size(), converters.formats());
    for (road->errands = errands.next(extract); !road->errands.empty(); road->errands = errands.next(extract)) {
        road->next = 0;
        co_await walk_all(road);
    }
    pack_archives(extract, budget);
}

}  // namespace mugaika
