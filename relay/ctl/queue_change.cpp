// hold, release, flush and delete: the same walk over the named orders, each with its own change and event.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <functional>
#include <initializer_list>

#include "relay/ctl/administration.hpp"
#include "relay/ctl/order_text.hpp"

namespace mugaika::ctl {
namespace {

using State = OwedOrder::State;

// One order: what the outbox says of it afterwards, with the event written.
using Act = std::function<Result<OwedOrder>(Outbox&, const std::string& id, EventLog&, const Actor&)>;

Exit for_each_order(const ConfigChoice& choice, const ItemsOptions& options, std::string_view done_word, const Act& act,
                    Terminal& terminal) {
    const auto actor = actor_for(options.person, terminal);
    if (!actor) return fail(terminal, actor.error());
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    auto outbox = open_outbox(*config);
    if (!outbox) return fail(terminal, outbox.error());
    const auto log = open_log(*config);
    if (!log) return fail(terminal, log.error());
    const auto ids = order_ids(options.items, *outbox, terminal);
    if (!ids) return fail(terminal, ids.error());
    Exit worst = Exit::done;
    for (const std::string& id : *ids) {
        const auto owed = act(*outbox, id, **log, *actor);
        if (!owed) {
            worst = fail(terminal, owed.error());
        } else if (options.output == Output::json) {
            terminal.out << boost::json::serialize(to_json(*owed)) << "\n";
        } else {
            terminal.out << id << "  " << done_word << "\n";
        }
    }
    return worst;
}

Error refused(const OwedOrder& owed, std::string_view words) {
    return {Fault::limit,
            "order " + owed.order.order_id + " is " + std::string(to_string(owed.state)) + ", " + std::string(words)};
}

// Changes the order if it is in one of the states; nothing is written and nothing logged otherwise.
Result<OwedOrder> change_from(Outbox& outbox, const std::string& id, std::initializer_list<State> from,
                              std::string_view otherwise, const std::function<void(OwedOrder&)>& change) {
    bool fits = false;
    auto owed = outbox.change(id, [&](OwedOrder& now) {
        fits = std::find(from.begin(), from.end(), now.state) != from.end();
        if (fits) change(now);
    });
    if (owed && !fits) return refused(*owed, otherwise);
    return owed;
}

}  // namespace

Exit queue_hold(const ConfigChoice& choice, const ItemsOptions& options, Terminal& terminal) {
    const Act hold = [](Outbox& outbox, const std::string& id, EventLog& log, const Actor& actor) {
        auto owed = change_from(outbox, id, {State::waiting, State::held}, "so it is not tried any more as it is",
                                [](OwedOrder& now) { now.state = State::held; });
        if (owed) log.write(event::QueueHeld{owed->order.item_id, owed->order.order_id, actor});
        return owed;
    };
    return for_each_order(choice, options, "held", hold, terminal);
}

Exit queue_release(const ConfigChoice& choice, const ItemsOptions& options, Terminal& terminal) {
    const Act release = [](Outbox& outbox, const std::string& id, EventLog& log, const Actor& actor) {
        auto owed = change_from(outbox, id, {State::held}, "not held", [](OwedOrder& now) {
            now.state = State::waiting;
            now.next_try = std::chrono::system_clock::now();
        });
        if (owed) log.write(event::QueueReleased{owed->order.item_id, owed->order.order_id, actor});
        return owed;
    };
    return for_each_order(choice, options, "released", release, terminal);
}

Exit queue_flush(const ConfigChoice& choice, const ItemsOptions& options, Terminal& terminal) {
    const Act flush = [](Outbox& outbox, const std::string& id, EventLog& log, const Actor& actor) {
        auto owed = change_from(outbox, id, {State::waiting, State::failed}, "`mugaika queue release` lets it go on",
                                [](OwedOrder& now) {
                                    now.state = State::waiting;
                                    now.next_try = std::chrono::system_clock::now();
                                });
        if (owed) log.write(event::QueueFlushed{owed->order.item_id, owed->order.order_id, actor});
        return owed;
    };
    return for_each_order(choice, options, "is tried now", flush, terminal);
}

Exit queue_delete(const ConfigChoice& choice, const DeleteOptions& options, Terminal& terminal) {
    const auto reason = checked_line("--reason", options.reason);
    if (!reason) return fail(terminal, reason.error());
    const Act remove = [&options](Outbox& outbox, const std::string& id, EventLog& log, const Actor& actor) {
        auto owed = outbox.remove(id);
        if (owed) log.write(event::QueueDeleted{owed->order.item_id, owed->order.order_id, actor, options.reason});
        return owed;
    };
    return for_each_order(choice, options.items, "deleted", remove, terminal);
}

}  // namespace mugaika::ctl
