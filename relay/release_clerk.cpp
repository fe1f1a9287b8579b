#include "relay/release_clerk.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>
#include <vector>

#include "relay/async/disk.hpp"

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
bool worth_another_try(const FlowEnd& end) { return end.outcome->ending != Ending::give_up && !end.reply.permanent(); }

ReleaseClerk::OrderCounts counts_of(const std::vector<OwedOrder>& orders) {
    ReleaseClerk::OrderCounts counts;
    for (const OwedOrder& owed : orders) {
        counts.waiting += owed.state == OwedOrder::State::waiting ? 1 : 0;
        counts.held += owed.state == OwedOrder::State::held ? 1 : 0;
        counts.failed += owed.state == OwedOrder::State::failed ? 1 : 0;
    }
    return counts;
}

bool is_due(const OwedOrder& owed) { return owed.state == OwedOrder::State::waiting && owed.next_try <= Clock::now(); }

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
        if (owed) orders_ = counts_of(*owed);
        for (std::size_t i = 0; owed && i < owed->size(); ++i) {
            OwedOrder* const order = &(*owed)[i];
            if (!is_due(*order)) continue;
            co_await carry_out(std::move(order->order.order_id));
        }
        timer.expires_after(pause);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

// The order is read anew: since it was listed others were carried out, which takes its time, and a person may have held
// or deleted it.
asio::awaitable<void> ReleaseClerk::carry_out(std::string order_id) {
    auto read = [this, order_id] { return load(order_id); };
    Loaded loaded = co_await on_disk(disk_, std::move(read));
    if (!loaded.owed || !is_due(*loaded.owed)) co_return;
    if (delivered_.contains(order_id)) {
        auto remove = [this, order = std::move(loaded.owed->order)] {
            remove_delivered(order);
            return true;
        };
        co_await on_disk(disk_, std::move(remove));
        co_return;
    }
    FlowEnd end;
    if (Clock::now() > loaded.owed->order.valid_until) {
        end = failed(outcome<Stage::release, Failure::expired>(), "the order was valid until an earlier time");
    } else if (loaded.fault) {
        const bool gone = loaded.fault->fault() == Fault::not_found || loaded.fault->fault() == Fault::protocol;
        end = failed(gone ? outcome<Stage::release, Failure::malformed>() : outcome<Stage::release, Failure::io>(),
                     loaded.fault->words());
    } else {
        FlowEnd released = co_await flow_.release(loaded.owed->order, *loaded.item, *loaded.original);
        end = std::move(released);
    }
    const std::chrono::seconds first_wait = flow_.config()->outbox_retry;
    auto write = [this, owed = std::move(*loaded.owed), end, first_wait] {
        settle(owed, end, first_wait);
        return true;
    };
    co_await on_disk(disk_, std::move(write));
}

ReleaseClerk::Loaded ReleaseClerk::load(const std::string& order_id) const {
    Loaded loaded;
    auto owed = outbox_.load(order_id);
    if (!owed) return loaded;
    loaded.owed = std::move(*owed);
    const std::string& item_id = loaded.owed->order.item_id;
    auto item = store_.load(item_id);
    auto original = item ? store_.load_original(item_id) : Result<RawMail>(item.error());
    if (!original) {
        loaded.fault = original.error();
        return loaded;
    }
    loaded.item = std::move(*item);
    loaded.original.emplace(std::move(*original));
    return loaded;
}

// What the outbox has now is changed, not what it had when the try began: an order that a person deleted meanwhile
// stays deleted, one that was held stays held.
void ReleaseClerk::settle(const OwedOrder& tried, const FlowEnd& end, std::chrono::seconds first_wait) {
    const ReleaseOrder& order = tried.order;
    if (end.delivered) {
        log_.quarantine_delivered(order, order.item_id, end.next_hop);
        const auto noted =
            store_.note_release(order, Clock::now());  // before the order goes, the last that knows of it
        if (!noted)
            log_.quarantine_release_failed(order, outcome<Stage::release, Failure::io>(), noted.error().words(), false);
        remove_delivered(order);
        return;
    }
    const bool again = worth_another_try(end);
    const std::string words = end.reply.words + (end.why.empty() ? "" : " (" + end.why + ")");
    log_.quarantine_release_failed(order, *end.outcome, words, !again);
    const auto updated = outbox_.change(order.order_id, [&](OwedOrder& owed) {
        ++owed.attempts;
        // The last look is at the end of its time, so that an order is given up when it is due to be.
        owed.next_try = std::min(Clock::now() + Outbox::back_off(owed.attempts, first_wait), order.valid_until);
        owed.last_words = words;
        if (!again) owed.state = OwedOrder::State::failed;
    });
    if (!updated && updated.error().fault() != Fault::not_found) {
        const Outcome& row = outcome<Stage::release, Failure::io>();
        log_.quarantine_release_failed(order, row, updated.error().words(), false);
    }
}

// The mail is delivered: its order goes, now or whenever the disk lets it. Said once.
void ReleaseClerk::remove_delivered(const ReleaseOrder& order) {
    const auto removed = outbox_.remove(order.order_id);
    if (removed || removed.error().fault() == Fault::not_found) {
        delivered_.erase(order.order_id);
        return;
    }
    const bool is_new = delivered_.insert(order.order_id).second;
    const Outcome& row = outcome<Stage::release, Failure::io>();
    if (is_new) log_.quarantine_release_failed(order, row, removed.error().words(), false);
}

}  // namespace mugaika
