#include "relay/release_clerk.hpp"

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <stdexcept>
#include <utility>
#include <vector>

#include "relay/async/disk.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::system_clock;

constexpr std::chrono::seconds longest_round{60};

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

void leave_out(std::vector<MailAddress>& recipients, const std::vector<MailAddress>& served) {
    std::erase_if(recipients, [&](const MailAddress& recipient) {
        return std::find(served.begin(), served.end(), recipient) != served.end();
    });
}

bool is_rerun(const OwedOrder& owed) { return owed.order.kind == OrderKind::rerun; }

// Engines are asked, for a mail that nobody waits for.
bool takes_its_time(const OwedOrder& owed) { return is_rerun(owed) || owed.order.kind == OrderKind::image_pdf; }

bool is_due(const OwedOrder& owed) { return owed.state == OwedOrder::State::waiting && owed.next_try <= Clock::now(); }

}  // namespace

ReleaseClerk::ReleaseClerk(MailFlow& flow, QuarantineStore& store, Outbox outbox, EventLog& log,
                           asio::thread_pool& disk, TaskLedger& tasks)
    : flow_(flow), store_(store), outbox_(std::move(outbox)), log_(log), disk_(disk), tasks_(tasks) {}

asio::awaitable<Rounds> ReleaseClerk::round() {
    const auto began = std::chrono::steady_clock::now();
    auto list = [this] { return outbox_.list(); };
    const Result<std::vector<OwedOrder>> owed = co_await on_disk(disk_, std::move(list));
    if (!owed) throw std::runtime_error(owed.error().words());
    orders_ = counts_of(*owed);
    for (const OwedOrder& order : *owed) {
        if (std::chrono::steady_clock::now() > began + longest_round) break;
        if (is_due(order) && !takes_its_time(order)) {
            co_await carry_out(order);
        }
    }
    co_return Rounds::go_on;
}

asio::awaitable<void> ReleaseClerk::draw_ordered(std::vector<OwedOrder> orders) {
    const auto began = std::chrono::steady_clock::now();
    for (const OwedOrder& order : orders) {
        if (std::chrono::steady_clock::now() > began + longest_round) break;
        if (is_due(order) && order.order.kind == OrderKind::image_pdf) {
            co_await carry_out(order);
        }
    }
}

// One order's fault stops no other, and is tried again like any that may pass by itself.
asio::awaitable<void> ReleaseClerk::carry_out(OwedOrder listed) {
    std::string fault_words;
    try {
        co_await try_order(listed.order.order_id);
        co_return;
    } catch (const std::exception& fault) {
        fault_words = fault.what();
        tasks_.note("releases", fault_words);
    }
    const FlowEnd end = failed(outcome<Stage::release, Failure::internal>(), fault_words);
    if (delivered_.contains(listed.order.order_id)) {  // only letting go of it was cut off
        log_.write(release_failed(listed.order, *end.outcome, end.why, false));
        co_return;
    }
    co_await note(listed, end);
}

// The order is read anew: since it was listed others were carried out, which takes its time, and a person may have held
// or deleted it.
asio::awaitable<void> ReleaseClerk::try_order(std::string order_id) {
    auto read = [this, order_id] { return load(order_id); };
    Loaded loaded = co_await on_disk(disk_, std::move(read));
    if (!loaded.owed || !is_due(*loaded.owed)) co_return;
    ReleaseOrder& order = loaded.owed->order;
    if (delivered_.contains(order_id)) {
        co_await let_go(order);
        co_return;
    }
    FlowEnd end;
    if (Clock::now() > order.valid_until) {
        end = failed(outcome<Stage::release, Failure::expired>(), "the order was valid until an earlier time");
    } else if (loaded.fault) {
        const bool gone = loaded.fault->fault() == Fault::not_found || loaded.fault->fault() == Fault::protocol;
        end = failed(gone ? outcome<Stage::release, Failure::malformed>() : outcome<Stage::release, Failure::io>(),
                     loaded.fault->words());
    } else {
        FlowEnd released = co_await flow_.release(order, *loaded.item, *loaded.original);
        end = std::move(released);
    }
    if (!end.delivered) {
        co_await note(*loaded.owed, end);
        co_return;
    }
    delivered_.insert(order_id);
    log_.write(order_delivered(order, end.next_hop));
    order.item_goes_with_it = order.item_goes_with_it && !end.needs_item;
    co_await let_go(order);
}

// The mail is delivered: its order goes, now or whenever the disk lets it, and its original where it was kept for
// nothing else. What the disk does not do is said once.
asio::awaitable<void> ReleaseClerk::let_go(ReleaseOrder order) {
    const bool is_first = !noted_.contains(order.order_id);
    if (is_first && is_answered_for(order.kind)) {  // before the order goes, the last that knows of it
        auto write_down = [this, order] { return store_.note_release(order, Clock::now()); };
        const Result<void> noted = co_await on_disk(disk_, std::move(write_down));
        if (!noted) say_disk_failed(order, noted.error());
    }
    noted_.insert(order.order_id);
    auto remove = [this, id = order.order_id] { return outbox_.remove(id); };
    const Result<OwedOrder> removed = co_await on_disk(disk_, std::move(remove));
    if (!removed && removed.error().fault() != Fault::not_found) {
        if (said_.insert(order.order_id).second) say_disk_failed(order, removed.error());
        co_return;
    }
    delivered_.erase(order.order_id);
    noted_.erase(order.order_id);
    said_.erase(order.order_id);
    if (!order.item_goes_with_it) co_return;
    const Result<void> item_removed = co_await flow_.remove_item(order.item_id);
    // An original that stays is no harm: it goes with its age.
    if (!item_removed) say_disk_failed(order, item_removed.error());
}

asio::awaitable<void> ReleaseClerk::note(const OwedOrder& tried, const FlowEnd& end) {
    const std::chrono::seconds first_wait = flow_.config()->outbox_retry;
    auto write = [this, tried, end, first_wait] {
        note_try(tried, end, first_wait);
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
    auto runs = store_.reruns(item_id);
    auto releases = store_.releases(item_id);
    // Without them what was brought once would be brought again, and what a scanner found later would cross.
    if (!runs || !releases) {
        loaded.fault = Error(Fault::io, runs ? releases.error().words() : runs.error().words());
        return loaded;
    }
    loaded.item = std::move(*item);
    // One that is judged again is shown to the scanner once more, which may have been wrong.
    if (!is_rerun(*loaded.owed)) loaded.item->ledger = found_so_far(loaded.item->ledger, *runs);
    loaded.runs = std::move(*runs);
    loaded.releases = std::move(*releases);
    loaded.original.emplace(std::move(*original));
    return loaded;
}

// What the outbox has now is changed, not what it had when the try began: an order that a person deleted meanwhile
// stays deleted, one that was held stays held. Whom the next hop took is not asked for again.
void ReleaseClerk::note_try(const OwedOrder& tried, const FlowEnd& end, std::chrono::seconds first_wait) {
    const ReleaseOrder& order = tried.order;
    const bool again = worth_another_try(end);
    const std::string words = end.reply.words + (end.why.empty() ? "" : " (" + end.why + ")");
    log_.write(release_failed(order, *end.outcome, words, !again));
    const auto updated = outbox_.change(order.order_id, [&](OwedOrder& owed) {
        ++owed.attempts;
        // The last look is at the end of its time, so that an order is given up when it is due to be.
        owed.next_try = std::min(Clock::now() + Outbox::back_off(owed.attempts, first_wait), order.valid_until);
        owed.last_words = words;
        leave_out(owed.order.recipients, end.served);
        owed.order.item_goes_with_it = owed.order.item_goes_with_it && !end.needs_item;
        if (!again) owed.state = OwedOrder::State::failed;
    });
    if (!updated && updated.error().fault() != Fault::not_found) say_disk_failed(order, updated.error());
}

void ReleaseClerk::say_disk_failed(const ReleaseOrder& order, const Error& error) {
    log_.write(release_failed(order, outcome<Stage::release, Failure::io>(), error.words(), false));
}

}  // namespace mugaika
