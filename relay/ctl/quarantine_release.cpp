#include <algorithm>
#include <set>

#include "policy/locked_file.hpp"
#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/pictures_order.hpp"
#include "relay/log/address_texts.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/quarantine/outbox.hpp"
#include "sanitizer/finish/released_parts.hpp"

namespace mugaika::ctl {
namespace {

// What is the same for every item of one command.
struct Wish {
    OrderKind kind;
    std::vector<std::string> parts;
    std::vector<MailAddress> recipients;  // empty: those of the mail
    Actor actor;
    std::string reason;
    std::chrono::days validity;
    bool again;
};

Result<OrderKind> kind_from(const ReleaseOptions& options) {
    const bool as_pictures = options.as == to_string(OrderKind::image_pdf);
    if (!as_pictures && options.as != "original") {
        return Error(Fault::bad_input, "--as: \"" + shown_text(options.as, 100) +
                                           "\" is nothing that a file can come as; expected original or image-pdf");
    }
    if (as_pictures && options.parts.empty()) {
        return Error(Fault::bad_input,
                     "--as image-pdf: of which file? Give --part N, its number in `mugaika quarantine show`");
    }
    return as_pictures ? OrderKind::image_pdf : OrderKind::release;
}

Result<Wish> wish_from(const ReleaseOptions& options, const Terminal& terminal) {
    const auto kind = kind_from(options);
    if (!kind) return kind.error();
    auto actor = actor_for(options.items.person, terminal);
    if (!actor) return actor.error();
    auto reason = checked_line("--reason", options.reason);
    if (!reason) return reason.error();
    auto recipients = addresses_from(options.recipients);
    if (!recipients) return recipients.error();
    return Wish{*kind,
                options.parts,
                std::move(*recipients),
                std::move(*actor),
                std::move(*reason),
                std::chrono::days(options.days),
                options.again};
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

Error originals_do_not_cross(const std::string& id, const Profile& profile, const std::string& config_file) {
    return {Fault::protocol, "original files do not cross under profile " + profile.name +
                                 " (release_originals = false). To let them: " +
                                 "release_originals = true under [profile." + profile.name + "] in " + config_file +
                                 " and `systemctl reload mugaika-relay`. Without --parts the rebuilt mail is released; "
                                 "`mugaika quarantine " +
                                 "export " + id + " --part N` gives a file to you instead, and with --as image-pdf " +
                                 "pictures of the pages of a PDF or an Office file cross without it"};
}

// For what the relay would refuse too.
Error forbidden_by_a_scanner(const std::string& id, const Error& refused, const std::vector<std::string>& forbidden) {
    return {Fault::protocol,
            refused.words() + ". What was found stands in the event scanner.found of the mail (`mugaika stats --id " +
                id + "`). Is it a false alarm, correct the scanner, then `mugaika quarantine rerun " + id +
                "` shows it to the scanner again, and it follows when nothing is found; `mugaika quarantine export " +
                id + " --part " + forbidden.front() + "` gives the file to you, for an isolated machine"};
}

// What a worker would not give out is not ordered: the recipient would be told of a file that is not there.
std::string why_not_released(const PartRow& row, const std::vector<PartRow>& rows) {
    const std::string& path = row.facts.path;
    if (row.facts.kind == PartKind::executable) return "is a program, and programs do not cross by any order";
    if (!is_releasable(row.facts)) {
        return "is no file but text of the mail, or a mail; without --parts the rebuilt mail with its text is released";
    }
    for (const PartRow& around : rows) {
        const bool lies_in_it = holds_files(around.facts) && path.starts_with(around.facts.path + "/");
        if (lies_in_it) {
            return "lies in the archive that is part " + around.facts.path + "; only that one can be released, whole";
        }
    }
    return {};
}

Result<void> check_parts(const Wish& wish, const QuarantineItem& item, const Profile& profile,
                         const std::string& config_file) {
    if (wish.parts.empty()) return {};
    if (!profile.release_originals) return originals_do_not_cross(item.id, profile, config_file);
    for (const std::string& part : wish.parts) {
        const auto& rows = item.ledger.parts;
        const auto row =
            std::find_if(rows.begin(), rows.end(), [&](const PartRow& one) { return one.facts.path == part; });
        if (row == rows.end()) {
            return Error(Fault::protocol, "mail " + item.id + " has no part " + shown_text(part, 100) +
                                              "; `mugaika quarantine show " + item.id + "` lists them");
        }
        if (const std::string why = why_not_released(*row, rows); !why.empty()) {
            return Error(Fault::protocol, "part " + part + " of mail " + item.id + " " + why);
        }
    }
    return {};
}

struct Order {
    ReleaseOrder order;
    std::string route;
};

Result<Order> order_for(const QuarantineItem& item, const Wish& wish, const Config& config,
                        const std::string& config_file) {
    Order made;
    made.order.recipients = wish.recipients.empty() ? item.envelope.recipients : wish.recipients;
    const auto route = route_for(made.order.recipients, config);
    if (!route) return route.error();
    if (*route == nullptr) return Error(Fault::protocol, "kept mail " + item.id + " has no recipient; give --rcpt");
    const auto allowed = check_not_forbidden(item.ledger, wish.parts);
    if (!allowed) return forbidden_by_a_scanner(item.id, allowed.error(), forbidden_parts(item.ledger));
    const auto parts = wish.kind == OrderKind::image_pdf
                           ? check_can_be_pictured(wish.parts, item, profile_for_item(config, item), config)
                           : check_parts(wish, item, config.profile_of(*route).base, config_file);
    if (!parts) return parts.error();
    made.order.kind = wish.kind;
    made.route = (*route)->name();
    made.order.order_id = make_order_id();
    made.order.item_id = item.id;
    made.order.parts = wish.parts;
    made.order.person = wish.actor.person;
    made.order.reason = wish.reason;
    made.order.ordered_at = std::chrono::system_clock::now();
    made.order.valid_until = made.order.ordered_at + wish.validity;
    return made;
}

bool is_among(const MailAddress& recipient, const std::vector<std::string>& texts) {
    return std::find(texts.begin(), texts.end(), recipient.text()) != texts.end();
}

// Twice the same to the same person is most often a mistake.
Result<void> check_not_released_before(const ReleaseOrder& order, const std::vector<ReleaseNote>& releases) {
    const std::set<std::string> parts(order.parts.begin(), order.parts.end());
    for (const ReleaseNote& release : releases) {
        if (release.as_pictures != (order.kind == OrderKind::image_pdf)) continue;
        if (parts != std::set<std::string>(release.parts.begin(), release.parts.end())) continue;
        for (const MailAddress& recipient : order.recipients) {
            if (!is_among(recipient, release.recipients)) continue;
            return Error(Fault::limit, "kept mail " + order.item_id + " was delivered to " + recipient.text() + " on " +
                                           local_time_text(release.delivered_at) + ", released by " + release.person +
                                           "; --again sends it once more");
        }
    }
    return {};
}

// What a person may not have thought of, and what is done all the same.
void warn(const ReleaseOrder& order, const QuarantineItem& item, const std::vector<OwedOrder>& orders,
          Terminal& terminal) {
    const auto say = [&](std::string_view words) {
        terminal.err << "warning: kept mail " << item.id << " " << shown_text(words) << "\n";
    };
    const bool crossed = item.ledger.verdict == MailVerdict::sanitized || item.ledger.verdict == MailVerdict::clean;
    const auto& first = item.envelope.recipients;
    const bool same_person = std::any_of(order.recipients.begin(), order.recipients.end(), [&](const MailAddress& one) {
        return std::find(first.begin(), first.end(), one) != first.end();
    });
    if (crossed && same_person && order.parts.empty()) {
        say("was delivered, rebuilt, when it came; without --parts the same is sent once more");
    }
    const bool goes_whole = order.kind == OrderKind::release;
    for (const std::string& part : goes_whole ? forbidden_parts(item.ledger) : std::vector<std::string>()) {
        say("goes without part " + part + ": a scanner found malware in it");
    }
    for (const OwedOrder& owed : orders) {
        if (owed.order.item_id != item.id || owed.state == OwedOrder::State::failed) continue;
        say("has an order already, " + owed.order.order_id + " of " + owed.order.person);
    }
}

void say_ordered(const ReleaseOrder& order, std::ostream& out) {
    out << order.item_id << "  order " << order.order_id << "  to";
    for (const MailAddress& recipient : order.recipients) out << " " << shown_text(recipient.text());
    out << "  until " << local_time_text(order.valid_until) << "\n";
}

// Durable when it returns.
Result<Order> order(const std::string& id, const Wish& wish, const QuarantineStore& store, const Config& config,
                    const std::string& config_file, Outbox& outbox, const std::vector<OwedOrder>& orders,
                    Terminal& terminal) {
    auto item = store.load(id);
    if (!item) return item.error();
    const auto runs = store.reruns(id);
    if (!runs) return runs.error();
    item->ledger = found_so_far(item->ledger, *runs);
    auto made = order_for(*item, wish, config, config_file);
    if (!made) return made;
    const auto releases = store.releases(id);
    if (!releases) return releases.error();
    const auto first = wish.again ? Result<void>() : check_not_released_before(made->order, *releases);
    if (!first) return first.error();
    const auto added = outbox.add(made->order);
    if (!added) return added.error();
    warn(made->order, *item, orders, terminal);
    return made;
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
    const auto orders = outbox->list();
    if (!orders) return fail(terminal, orders.error());
    Exit worst = Exit::done;
    for (const std::string& id : *ids) {
        const auto ordered = order(id, *wish, **store, *config, choice.file, *outbox, *orders, terminal);
        if (!ordered) {
            worst = fail(terminal, ordered.error());
            continue;
        }
        const ReleaseOrder& order = ordered->order;
        (*log)->write(event::QuarantineReleased{order.item_id, order.order_id, wish->actor, ordered->route,
                                                std::string(to_string(order.kind)), order.parts,
                                                address_texts(order.recipients), order.reason, order.valid_until});
        say_ordered(ordered->order, terminal.out);
    }
    return worst;
}

}  // namespace mugaika::ctl
