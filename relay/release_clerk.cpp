#include "relay/release_clerk.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>
#include <vector>

#include "relay/disk.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::system_clock;

FlowEnd failed(const Outcome& outcome, std::string why) {
    FlowEnd end;
    end.outcome = &outcome;
    end.reply = smtp::reply_from(outcome);
    end.why = std::move(why);
    return end;
}

// For an order, only what may pass by itself is tried again; a next hop's 5xx, a policy or a gate will say the same
// tomorrow.
static_assert(outcome<Stage::release, Failure::unavailable>().ending == Ending::retry_later);
bool worth_another_try(const FlowEnd& end) {
    if (end.outcome != nullptr && end.outcome->ending == Ending::give_up) return false;
    return !end.reply.permanent();
}

}  // namespace

ReleaseClerk::ReleaseClerk(MailFlow& flow, QuarantineStore& store, Outbox outbox, EventLog& log,
                           asio::thread_pool& disk)
    : flow_(flow), store_(store), outbox_(std::move(outbox)), log_(log), disk_(disk) {}

asio::awaitable<void> ReleaseClerk::work(std::chrono::milliseconds pause) {
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor);
    for (;;) {
        auto list = [this] { return outbox_.list(); };
        Result<std::vector<OwedOrder>> owed = co_await on_disk(disk_, std::move(list));
        for (std::size_t i = 0; owed && i < owed->size(); ++i) {
            OwedOrder order = std::move((*owed)[i]);
            if (order.state == OwedOrder::State::failed || order.next_try > Clock::now()) continue;
            co_await carry_out(std::move(order));
        }
        timer.expires_after(pause);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> ReleaseClerk::carry_out(OwedOrder owed) {
    FlowEnd end;
    if (Clock::now() > owed.order.valid_until) {
        end = failed(outcome<Stage::release, Failure::expired>(), "the order was valid until an earlier time");
    } else {
        auto read = [this, id = owed.order.item_id] { return load(id); };
        Result<Loaded> loaded = co_await on_disk(disk_, std::move(read));
        if (loaded) {
            FlowEnd released = co_await flow_.release(owed.order, loaded->item, loaded->original);
            end = std::move(released);
        } else {
            const bool gone = loaded.error().fault() == Fault::not_found || loaded.error().fault() == Fault::protocol;
            end = failed(gone ? outcome<Stage::release, Failure::malformed>() : outcome<Stage::release, Failure::io>(),
                         loaded.error().words());
        }
    }
    auto write = [this, owed, end] {
        settle(owed, end);
        return true;
    };
    co_await on_disk(disk_, std::move(write));
}

Result<ReleaseClerk::Loaded> ReleaseClerk::load(const std::string& item_id) const {
    auto item = store_.load(item_id);
    if (!item) return item.error();
    auto original = store_.load_original(item_id);
    if (!original) return original.error();
    return Loaded{std::move(*item), std::move(*original)};
}

void ReleaseClerk::settle(OwedOrder owed, const FlowEnd& end) {
    if (end.delivered) {
        log_.quarantine_delivered(owed.order, owed.order.item_id, end.next_hop);
        auto removed = outbox_.done(owed.order.order_id);
        if (!removed) log_.quarantine_release_failed(owed.order, removed.error().words(), false);
        return;
    }
    const bool again = worth_another_try(end);
    ++owed.attempts;
    owed.next_try = Clock::now() + Outbox::back_off(owed.attempts);
    owed.state = again ? OwedOrder::State::waiting : OwedOrder::State::failed;
    owed.last_words = end.reply.words + (end.why.empty() ? "" : " (" + end.why + ")");
    log_.quarantine_release_failed(owed.order, owed.last_words, !again);
    auto updated = outbox_.update(owed);
    if (!updated) log_.quarantine_release_failed(owed.order, updated.error().words(), false);
}

}  // namespace mugaika
