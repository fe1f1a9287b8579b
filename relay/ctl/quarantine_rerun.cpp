#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/item_choice.hpp"
#include "relay/log/address_texts.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/quarantine/rerun_order.hpp"
#include "sanitizer/finish/follow_up_files.hpp"

namespace mugaika::ctl {
namespace {

namespace json = boost::json;

bool leaves_something(const Ledger& ledger) noexcept {
    return !was_delivered(ledger) || std::any_of(ledger.parts.begin(), ledger.parts.end(), [](const PartRow& row) {
        return row.verdict != PartVerdict::text && row.verdict != PartVerdict::rebuilt;
    });
}

// Who is still to get the mail itself gets it judged anew with that.
std::vector<MailAddress> recipients_of(const QuarantineItem& item, const std::vector<OwedOrder>& orders) {
    std::vector<MailAddress> recipients = item.envelope.recipients;
    for (const OwedOrder& owed : orders) {
        if (owed.order.item_id != item.id || owed.order.kind != OrderKind::rest) continue;
        const auto& waiting = owed.order.recipients;
        std::erase_if(recipients, [&](const MailAddress& recipient) {
            return std::find(waiting.begin(), waiting.end(), recipient) != waiting.end();
        });
    }
    return recipients;
}

// Durable when it returns. One that waits is due now, and has all its tries again.
Result<OwedOrder> write(const ReleaseOrder& order, Outbox& outbox) {
    bool is_held = false;
    auto changed = outbox.change(order.order_id, [&](OwedOrder& owed) {
        is_held = owed.state == OwedOrder::State::held;
        if (is_held) return;
        owed.order.person = order.person;
        owed.order.reason = order.reason;
        owed.order.valid_until = std::max(owed.order.valid_until, order.valid_until);
        owed.state = OwedOrder::State::waiting;
        owed.attempts = 0;
        owed.next_try = order.ordered_at;
    });
    if (is_held) {
        return Error(Fault::limit, "order " + order.order_id + " to judge mail " + order.item_id +
                                       " again is held; `mugaika queue release " + order.order_id + "` lets it go on");
    }
    if (changed || changed.error().fault() != Fault::not_found) return changed;
    const auto added = outbox.add(order);
    if (!added) return added.error();
    OwedOrder owed;
    owed.order = order;
    return owed;
}

struct Asked {
    const Config& config;
    const QuarantineStore& store;
    Outbox& outbox;
    EventLog& log;
    const std::vector<OwedOrder>& orders;
    Actor actor;
};

// Nothing: there is nothing to do for this one.
Result<std::optional<OwedOrder>> order(const std::string& id, const Asked& asked) {
    const auto item = asked.store.load(id);
    if (!item) return item.error();
    if (!leaves_something(item->ledger)) return std::optional<OwedOrder>();
    std::vector<MailAddress> recipients = recipients_of(*item, asked.orders);
    if (recipients.empty()) {
        return Error(Fault::limit,
                     "the recipients of kept mail " + id +
                         " are still to get the mail itself, which is judged anew for that; `mugaika queue list`");
    }
    const Route* const route = asked.config.route_for_domain(recipients.front().domain());
    if (route == nullptr) {
        return Error(Fault::protocol, "no route of the configuration takes mail for " + recipients.front().text());
    }
    const auto written =
        write(rerun_order(*item, std::move(recipients), asked.actor.person, "judged again by hand",
                          std::chrono::system_clock::now(), std::chrono::days(asked.config.outbox_days)),
              asked.outbox);
    if (!written) return written.error();
    const ReleaseOrder& order = written->order;
    asked.log.write(event::QuarantineRerunOrdered{order.item_id, order.order_id, asked.actor, route->name(),
                                                  address_texts(order.recipients), order.reason, order.valid_until});
    return std::optional(*written);
}

void say(const ReleaseOrder& order, Output output, std::ostream& out) {
    if (output == Output::json) {
        json::object line{{"id", shown_text(order.item_id)},
                          {"order", shown_text(order.order_id)},
                          {"valid_until", rfc3339(order.valid_until)}};
        json::array& to = line["to"].emplace_array();
        for (const MailAddress& recipient : order.recipients) to.emplace_back(shown_text(recipient.text()));
        out << json::serialize(line) << "\n";
        return;
    }
    out << order.item_id << "  order " << order.order_id << "  to";
    for (const MailAddress& recipient : order.recipients) out << " " << shown_text(recipient.text());
    out << "  until " << local_time_text(order.valid_until) << "\n";
}

}  // namespace

Exit quarantine_rerun(const ConfigChoice& choice, const RerunOptions& options, Terminal& terminal) {
    auto actor = actor_for(options.person, terminal);
    if (!actor) return fail(terminal, actor.error());
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto store = open_store(*config);
    if (!store) return fail(terminal, store.error());
    auto outbox = open_outbox(*config);
    if (!outbox) return fail(terminal, outbox.error());
    const auto log = open_log(*config);
    if (!log) return fail(terminal, log.error());
    if (options.choice.is_empty()) {
        return fail(
            terminal, Exit::usage,
            "which mails? Give ids, \"-\" for ids on standard input, ALL, or a filter (--reason, --since, --until)");
    }
    const auto ids = chosen_ids(options.choice, **store, terminal);
    if (!ids) return fail(terminal, ids.error());
    const auto orders = outbox->list();
    if (!orders) return fail(terminal, orders.error());
    const Asked asked{*config, **store, *outbox, **log, *orders, *std::move(actor)};
    const bool is_named = !options.choice.items.empty() && options.choice.items.front() != "ALL";
    Exit worst = Exit::done;
    std::size_t ordered = 0;
    for (const std::string& id : *ids) {
        const auto owed = order(id, asked);
        if (!owed) {
            worst = fail(terminal, owed.error());
        } else if (*owed) {
            say((*owed)->order, options.output, terminal.out);
            ++ordered;
        } else if (is_named) {
            worst = fail(terminal, Exit::refused, "of kept mail " + id + " nothing stayed: all of it was delivered");
        }
    }
    if (ordered == 0 && worst == Exit::done) terminal.err << "mugaika: no kept mail fits of which something stayed\n";
    return worst;
}

}  // namespace mugaika::ctl
