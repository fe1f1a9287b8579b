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
    Extract& extract;
    const Profile& profile;
    const BudgetLimits& budget;
    const RawMail& mail;
    const MailTag& tag;
    std::chrono::steady_clock::time_point until;
    std::vector<std::string> paths;  // of this round
    std::size_t next = 0;
};

asio::awaitable<FileResult> rebuild_one(Road& road, const std::string& path) {
    const PartRow part = row_at(road.extract, path);  // rows move when an archive of another lane was opened
    const FileJob job = file_job_for(part, road.budget, road.mail.size());
    try {
        FileResult result = co_await road.pool.rebuild(job, part, road.mail, road.tag, road.until);
        co_return result;
    } catch (const std::exception& fault) {
        FileNotMade stays{Reason::codec_died, fault.what()};
        co_return FileResult(std::move(stays));
    }
}

asio::awaitable<void> walk(std::shared_ptr<Road> road) {
    while (road->next < road->paths.size()) {
        const std::string& path = road->paths[road->next++];
        FileResult result = co_await rebuild_one(*road, path);
        take_in(road->extract, path, std::move(result), road->profile, road->budget);
    }
}

// Side by side, as many as the pool rebuilds at once.
asio::awaitable<void> walk_all(std::shared_ptr<Road> road) {
    const std::size_t lanes = std::min<std::size_t>(road->paths.size(), road->pool.workers());
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

asio::awaitable<void> rebuild_files(FilePool& pool, Extract& extract, const Profile& profile,
                                    const BudgetLimits& budget, const RawMail& mail, const MailTag& tag,
                                    std::chrono::steady_clock::time_point until) {
    const auto road = std::make_shared<Road>(Road{pool, extract, profile, budget, mail, tag, until, {}});
    Errands errands(profile);
    for (road->paths = errands.next(extract); !road->paths.empty(); road->paths = errands.next(extract)) {
        road->next = 0;
        co_await walk_all(road);
    }
    pack_archives(extract, budget);
}

}  // namespace mugaika
