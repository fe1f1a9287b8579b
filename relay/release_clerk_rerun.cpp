// Mails that are judged again: when, how often, and what is written down of it.
#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "relay/async/disk.hpp"
#include "relay/release_clerk.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::system_clock;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds longest_round{60};
// With the outbox's clock more than two hours. Tries while nobody can be asked do not count: those end with the order.
constexpr std::uint32_t tries_max = 6;
constexpr const char* no_note_words = "the disk does not take the note of what was delivered";

std::vector<OwedOrder> waiting_reruns(std::vector<OwedOrder> orders) {
    std::erase_if(orders, [](const OwedOrder& owed) {
        return owed.order.kind != OrderKind::rerun || owed.state != OwedOrder::State::waiting;
    });
    // Whoever was tried last comes last, so that one that cannot be served does not stand before the others.
    std::sort(orders.begin(), orders.end(), [](const OwedOrder& a, const OwedOrder& b) {
        return std::tie(a.next_try, a.order.order_id) < std::tie(b.next_try, b.order.order_id);
    });
    return orders;
}

std::vector<StayingPart> parts_of(const std::vector<RerunNote::Stay>& stays) {
    std::vector<StayingPart> parts;
    for (const RerunNote::Stay& stay : stays) parts.push_back({stay.path, stay.why});
    return parts;
}

bool is_gone(const Error& fault) noexcept {
    return fault.fault() == Fault::not_found || fault.fault() == Fault::protocol;
}

FlowEnd expired(std::string why) {
    FlowEnd end;
    end.outcome = &outcome<Stage::release, Failure::expired>();
    end.reply = smtp::reply_from(*end.outcome);
    end.why = std::move(why);
    return end;
}

}  // namespace

asio::awaitable<Rounds> ReleaseClerk::rerun_round() {
    const auto began = Steady::now();
    auto list = [this] { return outbox_.list(); };
    Result<std::vector<OwedOrder>> owed = co_await on_disk(disk_, std::move(list));
    if (!owed) throw std::runtime_error(owed.error().words());
    co_await draw_ordered(*owed);  // a person's come first
    const std::vector<OwedOrder> orders = waiting_reruns(*std::move(owed));
    if (std::exchange(engines_were_down_, flow_.engines_down()) && !engines_were_down_) {
        for (const OwedOrder& order : orders) hurried_.insert(order.order.order_id);
    }
    for (const OwedOrder& order : orders) {
        if (Steady::now() > began + longest_round) break;
        const bool is_hurried = hurried_.contains(order.order.order_id);
        if (flow_.engines_down()) {  // one asks for all of them
            if (Steady::now() < next_probe_) break;
            next_probe_ = Steady::now() + flow_.config()->outbox_retry;
        } else if (order.next_try > Clock::now() && !is_hurried) {
            continue;
        }
        co_await rerun(order.order.order_id);
    }
    co_return Rounds::go_on;
}

// One order's fault stops no other, and is tried again like any that may pass by itself.
asio::awaitable<void> ReleaseClerk::rerun(std::string order_id) {
    hurried_.erase(order_id);
    std::string fault_words;
    auto read = [this, order_id] { return load(order_id); };
    Loaded loaded = co_await on_disk(disk_, std::move(read));
    if (!loaded.owed || loaded.owed->state != OwedOrder::State::waiting) co_return;
    const OwedOrder tried = *loaded.owed;
    try {
        co_await judge_again(std::move(loaded));
        co_return;
    } catch (const std::exception& fault) {
        fault_words = fault.what();
        tasks_.note("reruns", fault_words);
    }
    log_.write(release_failed(tried.order, outcome<Stage::release, Failure::internal>(), fault_words, false));
    co_await put_off(tried, fault_words);
}

asio::awaitable<void> ReleaseClerk::judge_again(Loaded loaded) {
    const OwedOrder tried = *loaded.owed;
    const ReleaseOrder& order = tried.order;
    const bool is_over = Clock::now() >= order.valid_until;
    if (loaded.fault && is_gone(*loaded.fault)) {  // deleted meanwhile, with what it had
        co_await end_rerun(order, "gone");
        co_return;
    }
    if (loaded.fault && is_over) {
        const FlowEnd end = expired(loaded.fault->words());
        co_await note(tried, end);
        co_return;
    }
    if (loaded.fault) {
        log_.write(release_failed(order, outcome<Stage::release, Failure::io>(), loaded.fault->words(), false));
        co_await put_off(tried, loaded.fault->words());
        co_return;
    }
    if (unnoted_.contains(order.order_id)) {  // what it brought first, or it would be brought again
        const std::vector<RerunNote> nothing_more;
        const bool is_noted = co_await note_runs(order, nothing_more, "");
        if (is_noted) hurried_.insert(order.order_id);
        if (is_noted) co_return;
        co_await put_off(tried, no_note_words);
        co_return;
    }
    const bool is_last = is_over || (!flow_.engines_down() && tried.attempts + 1 >= tries_max);
    const auto last = is_last ? MailFlow::Last::yes : MailFlow::Last::no;
    RerunEnd done = co_await flow_.rerun(order, *loaded.item, *loaded.original, loaded.runs, loaded.releases, last);
    const bool is_noted = co_await note_runs(order, done.notes, done.end.next_hop);
    if (!done.end.delivered) {    // there was something to deliver, and it has not arrived everywhere
        done.end.served.clear();  // that stands in the notes; files may wait for them, too
        if (is_over) done.end.outcome = &outcome<Stage::release, Failure::expired>();
        co_await note(tried, done.end);
        co_return;
    }
    if (done.waits || !is_noted) {
        std::string why(no_note_words);
        if (done.waits) why = "the engine or scanner that is needed does not answer, or not in time";
        co_await put_off(tried, std::move(why));
        co_return;
    }
    co_await end_rerun(order, "");
}

// What was brought is durable before its order goes. What the disk does not take now is kept in mind meanwhile.
asio::awaitable<bool> ReleaseClerk::note_runs(const ReleaseOrder& order, const std::vector<RerunNote>& fresh,
                                              std::string_view next_hop) {
    for (const RerunNote& run : fresh) {
        const OrderTag tag(order);
        log_.write(event::QuarantineRerun{tag, std::string(to_string(run.result)), run.brought, parts_of(run.stays)});
        if (run.result == RerunResult::brought) log_.write(order_delivered(order, std::string(next_hop)));
    }
    std::vector<RerunNote>& unnoted = unnoted_[order.order_id];
    unnoted.insert(unnoted.end(), fresh.begin(), fresh.end());
    while (!unnoted.empty()) {
        auto write = [this, id = order.item_id, run = unnoted.front()] { return store_.note_rerun(id, run); };
        const Result<void> written = co_await on_disk(disk_, std::move(write));
        if (!written) {
            say_disk_failed(order, written.error());
            co_return false;
        }
        unnoted.erase(unnoted.begin());
    }
    unnoted_.erase(order.order_id);
    co_return true;
}

// An order that cannot be removed is carried out again, and finds nothing new.
asio::awaitable<void> ReleaseClerk::end_rerun(ReleaseOrder order, std::string_view result) {
    if (!result.empty()) log_.write(event::QuarantineRerun{OrderTag(order), std::string(result)});
    auto remove = [this, id = order.order_id] { return outbox_.remove(id); };
    const Result<OwedOrder> removed = co_await on_disk(disk_, std::move(remove));
    if (!removed && removed.error().fault() != Fault::not_found) {
        say_disk_failed(order, removed.error());
        co_return;
    }
    if (!order.item_goes_with_it || result == "gone") co_return;
    const Result<void> item_removed = co_await flow_.remove_item(order.item_id);
    if (!item_removed) say_disk_failed(order, item_removed.error());
}

// Tried again with the outbox's clock. What a person changed meanwhile stays.
asio::awaitable<void> ReleaseClerk::put_off(const OwedOrder& tried, std::string words) {
    log_.write(event::QuarantineRerun{OrderTag(tried.order), "waits"});
    const bool counts = !flow_.engines_down();
    const std::chrono::seconds first_wait = flow_.config()->outbox_retry;
    auto write = [this, id = tried.order.order_id, valid_until = tried.order.valid_until, words, counts, first_wait] {
        return outbox_.change(id, [&](OwedOrder& owed) {
            if (counts) ++owed.attempts;
            const auto now = Clock::now();
            owed.next_try = now + Outbox::back_off(owed.attempts, first_wait);
            if (now < valid_until) owed.next_try = std::min(owed.next_try, valid_until);  // for a last look
            owed.last_words = words;
        });
    };
    const Result<OwedOrder> changed = co_await on_disk(disk_, std::move(write));
    if (!changed && changed.error().fault() != Fault::not_found) say_disk_failed(tried.order, changed.error());
}

}  // namespace mugaika
