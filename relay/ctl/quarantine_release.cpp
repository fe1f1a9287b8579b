#include <algorithm>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/quarantine/outbox.hpp"

namespace mugaika::ctl {
namespace {

// What is the same for every item of one command.
struct Wish {
    std::vector<std::string> parts;
    std::vector<MailAddress> recipients;  // empty: those of the mail
    std::string person;
    std::string reason;
    std::chrono::days validity;
};

Result<std::string> checked_line(std::string_view what, const std::string& text) {
    if (text.empty()) return Error(Fault::bad_input, std::string(what) + ": expected a line of text");
    const auto line = PlainLine::from(text);
    if (line && text.size() <= shown_bytes_max) return text;
    return Error(Fault::bad_input, std::string(what) + ": expected one line of at most 1000 bytes without controls");
}

Result<Wish> wish_from(const ReleaseOptions& options, const Terminal& terminal) {
    auto person = checked_line("--by", person_of(options.items.person, terminal));
    if (!person) return person.error();
    auto reason = checked_line("--reason", options.reason);
    if (!reason) return reason.error();
    auto recipients = addresses_from(options.recipients);
    if (!recipients) return recipients.error();
    return Wish{options.parts, std::move(*recipients), std::move(*person), std::move(*reason),
                std::chrono::days(options.days)};
}

// All recipients must be of one route: its profile decides and its next hop takes the mail.
Result<const Route*> route_for(const std::vector<MailAddress>& recipients, const Config& config) {
    const Route* route = nullptr;
    for (const MailAddress& recipient : recipients) {
        const Route* its = config.route_for_domain(recipient.domain());
        if (its == nullptr) {
            return Error(Fault::protocol, "no route of the configuration takes mail for " + recipient.text());
        }
        if (route != nullptr && its != route) {
            return Error(Fault::protocol, "the recipients are of different routes; release to those of one at a time");
        }
        route = its;
    }
    return route;
}

Result<void> check_parts(const Wish& wish, const QuarantineItem& item, const Profile& profile) {
    if (wish.parts.empty()) return {};
    if (!profile.release_originals) {
        return Error(Fault::protocol, "original files do not cross under profile " + profile.name +
                                          " (release_originals = false); without --parts the rebuilt mail is released");
    }
    for (const std::string& part : wish.parts) {
        const auto& rows = item.ledger.parts;
        const bool is_there =
            std::any_of(rows.begin(), rows.end(), [&](const PartRow& row) { return row.facts.path == part; });
        if (!is_there) {
            return Error(Fault::protocol, "mail " + item.id + " has no part " + shown_text(part, 100) +
                                              "; `mugaika quarantine show` lists them");
        }
    }
    return {};
}

struct Order {
    ReleaseOrder order;
    std::string route;
};

Result<Order> order_for(const std::string& id, const Wish& wish, const QuarantineStore& store, const Config& config) {
    const auto item = store.load(id);
    if (!item) return item.error();
    Order made;
    made.order.recipients = wish.recipients.empty() ? item->envelope.recipients : wish.recipients;
    const auto route = route_for(made.order.recipients, config);
    if (!route) return route.error();
    if (*route == nullptr) return Error(Fault::protocol, "mail " + id + " has no recipient; give --rcpt");
    const auto parts = check_parts(wish, *item, config.profile_of(**route));
    if (!parts) return parts.error();
    made.route = (*route)->name();
    made.order.order_id = make_order_id();
    made.order.item_id = id;
    made.order.parts = wish.parts;
    made.order.person = wish.person;
    made.order.reason = wish.reason;
    made.order.ordered_at = std::chrono::system_clock::now();
    made.order.valid_until = made.order.ordered_at + wish.validity;
    return made;
}

void say_ordered(const ReleaseOrder& order, std::ostream& out) {
    out << order.item_id << "  order " << order.order_id << "  to";
    for (const MailAddress& recipient : order.recipients) out << " " << shown_text(recipient.text());
    out << "  until " << local_time_text(order.valid_until) << "\n";
}

}  // namespace

Exit quarantine_release(const ConfigChoice& choice, const ReleaseOptions& options, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto wish = wish_from(options, terminal);
    if (!wish) return fail(terminal, wish.error());
    const auto store = open_store(*config);
    if (!store) return fail(terminal, store.error());
    auto outbox = Outbox::open(config->outbox_dir());
    if (!outbox) return fail(terminal, outbox.error());
    const auto log = open_log(*config);
    if (!log) return fail(terminal, log.error());
    const auto ids = item_ids(options.items.items, **store, terminal);
    if (!ids) return fail(terminal, ids.error());
    Exit worst = Exit::done;
    for (const std::string& id : *ids) {
        const auto made = order_for(id, *wish, **store, *config);
        const Result<void> added = made ? outbox->add(made->order) : Result<void>(made.error());
        if (!added) {
            worst = fail(terminal, added.error());
            continue;
        }
        (*log)->quarantine_released(made->order, made->route);
        say_ordered(made->order, terminal.out);
    }
    return worst;
}

}  // namespace mugaika::ctl
