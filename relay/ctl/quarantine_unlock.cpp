#include <algorithm>
#include <optional>
#include <set>

#include "policy/locked_file.hpp"
#include "policy/shown_text.hpp"
#include "relay/compose_for_route.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/one_mail.hpp"
#include "relay/ctl/password_input.hpp"
#include "relay/log/timestamp.hpp"
#include "sanitizer/compose/follow_up.hpp"
#include "sanitizer/compose/mail_date.hpp"
#include "sanitizer/worker/file_client.hpp"

namespace mugaika::ctl {
namespace {

// A file inside another one comes with that one, or with the mail.
std::string export_instead(const std::string& id, const std::string& part) {
    const std::string option = part.find('/') == std::string::npos ? " --part " + part : "";
    return "; `mugaika quarantine export " + id + option + "` gives it to you, for an isolated machine";
}

std::string_view lock_words(LockKind lock) noexcept {
    switch (lock) {
        case LockKind::rar:
            return "is, or lies in, a RAR file";
        case LockKind::mail:
            return "is an encrypted mail (S/MIME or PGP), which a key opens and no password";
        case LockKind::none:
        case LockKind::package:
        case LockKind::pdf:
        case LockKind::zip:
        case LockKind::seven_zip:
        case LockKind::office:
        case LockKind::other:
            break;
    }
    return "is encrypted in a form that is not known here";
}

const PartRow* row_at(const QuarantineItem& item, std::string_view path) {
    const auto& rows = item.ledger.parts;
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const PartRow& one) { return one.facts.path == path; });
    return row == rows.end() ? nullptr : &*row;
}

// The part itself, or the locked archive that it lies in.
Result<const PartRow*> locked_row(const QuarantineItem& item, const std::string& part) {
    const PartRow* row = row_at(item, part);
    if (row == nullptr) {
        return Error(Fault::protocol, "mail " + item.id + " has no part " + shown_text(part, 100) +
                                          "; `mugaika quarantine show " + item.id + "` lists them");
    }
    if (lock_of(row->facts) == LockKind::none && row->reason != Reason::encrypted) {
        return Error(Fault::protocol, "part " + part + " of mail " + item.id +
                                          " has no password; it is held because: " + std::string(english(row->reason)));
    }
    for (std::string around = part; lock_of(row->facts) == LockKind::none;) {
        const std::size_t slash = around.rfind('/');
        around.resize(slash == std::string::npos ? 0 : slash);
        const PartRow* const outer = row_at(item, around);
        if (outer == nullptr) break;
        row = outer;
    }
    const LockKind lock = lock_of(row->facts);
    if (lock == LockKind::none) {
        return Error(Fault::protocol, "part " + part + " of mail " + item.id +
                                          " has no password of its own, but files in it have; give their numbers, as "
                                          "`mugaika quarantine show " +
                                          item.id + "` lists them");
    }
    if (!opens_by_password(lock)) {
        return Error(Fault::protocol, "part " + part + " of mail " + item.id + " " + std::string(lock_words(lock)) +
                                          ", and those are not opened here" + export_instead(item.id, part));
    }
    return row;
}

// Each once, in the mail's order.
Result<std::vector<const PartRow*>> locked_rows(const QuarantineItem& item, const std::vector<std::string>& parts) {
    std::set<const PartRow*> found;
    for (const std::string& part : parts) {
        const auto row = locked_row(item, part);
        if (!row) return row.error();
        found.insert(*row);
    }
    return std::vector<const PartRow*>(found.begin(), found.end());
}

std::vector<std::string> paths_of(const std::vector<const PartRow*>& rows) {
    std::vector<std::string> paths;
    for (const PartRow* row : rows) paths.push_back(row->facts.path);
    return paths;
}

Error no_more_tries(const std::string& id, const std::string& part) {
    return {Fault::limit, "for mail " + id + " " + std::to_string(password_tries_max) +
                              " wrong passwords were tried, and no more are" + export_instead(id, part)};
}

Result<void> check_not_before(const QuarantineItem& item, const std::vector<std::string>& paths,
                              const UnlockRecord& record, bool again) {
    if (record.wrong_tries >= password_tries_max) return no_more_tries(item.id, paths.front());
    for (const UnlockNote& note : record.opened) {
        if (again || note.parts != paths) continue;
        return Error(Fault::limit, "the same was opened on " + local_time_text(note.at) + " by " + note.person +
                                       " and went on as " + note.follow_up + "; --again sends it once more");
    }
    return {};
}

Result<const Route*> route_of(const QuarantineItem& item, const Config& config) {
    const auto& recipients = item.envelope.recipients;
    const Route* const route = recipients.empty() ? nullptr : config.route_for_domain(recipients.front().domain());
    if (route != nullptr) return route;
    return Error(Fault::protocol, "no route of the configuration takes mail for the recipients of " + item.id);
}

// What profile and rules say of files with a password: only those on hold wait for one.
Result<void> check_that_they_wait(const std::vector<const PartRow*>& rows, const Profile& profile) {
    for (const PartRow* row : rows) {
        const PartAction action = profile.action_for(row->facts);
        if (action == PartAction::hold) continue;
        const PartRule* const rule = profile.rule_for(row->facts);
        const std::string who = rule == nullptr
                                    ? "attachments = { encrypted = \"" + std::string(to_string(action)) + "\" }"
                                    : "in a rule (line " + std::to_string(rule->line) + ") action = \"" +
                                          std::string(to_string(action)) + "\"";
        return Error(Fault::protocol,
                     "profile " + profile.name + " says " + who + "; with \"hold\" such files wait for a password");
    }
    return {};
}

// All that one try needs, before the password is asked for.
struct Asked {
    const Config& config;
    const QuarantineItem item;
    const RawMail original;
    const Route& route;
    std::vector<const PartRow*> rows;  // of `item`
    Actor actor;
    std::string reason;
};

struct Opened {
    std::vector<FileOut> files;  // as many as rows
};
struct NotOpened {
    std::string part;
    FileNotMade why;
};

std::variant<Opened, NotOpened> try_password(const Asked& asked, FileWorkers& workers, std::string_view password) {
    Opened opened;
    for (const PartRow* row : asked.rows) {
        FileErrand errand{{row->facts.path, {}, asked.config.limits.budget}, {*row}};
        errand.job.mail_bytes = asked.original.size();
        auto out = unlock_file(workers, errand, password, asked.original, asked.config.limits.codec);
        if (auto* why = std::get_if<FileNotMade>(&out)) return NotOpened{row->facts.path, std::move(*why)};
        opened.files.push_back(std::get<FileOut>(std::move(out)));
    }
    return opened;
}

// A mail of ours, of the same author to the same people, in the same thread; with the date of today, or it would stand
// days down in the list.
Result<RawMail> follow_up(const Asked& asked, const Opened& opened, const std::string& order_id,
                          std::chrono::system_clock::time_point now) {
    const auto answer =
        ask_about(asked.original, profile_for_item(asked.config, asked.item), asked.config, asked.item.received_at);
    if (!answer) return answer.error();
    const HeaderFacts header = answer->extract ? answer->extract->header : HeaderFacts();
    std::vector<RawMail::Mapping> bytes;
    std::vector<OpenedFile> files;
    for (const FileOut& out : opened.files) {
        auto mapping = RawMail::Mapping::of(out.file.descriptor(), out.file.size());
        if (!mapping) return mapping.error();
        bytes.push_back(*std::move(mapping));
        files.push_back({asked.rows[files.size()]->facts.name, bytes.back().view()});
    }
    ComposeFacts facts;
    facts.received_at = now;
    fill_for_route(facts, asked.config, &asked.route);
    const std::string& host = asked.config.hostname;
    const FollowUp about{received_date(facts), order_id + "." + asked.item.id + "@" + host,
                         delivered_message_id(header, asked.item.id, host)};
    return RawMail::from_bytes(follow_up_mail(header, about, files));
}

ReleaseOrder order_for(const Asked& asked, std::string order_id, std::string follow_up_id,
                       std::chrono::system_clock::time_point now) {
    ReleaseOrder order;
    order.kind = OrderKind::unlock;
    order.order_id = std::move(order_id);
    order.item_id = std::move(follow_up_id);
    order.recipients = asked.item.envelope.recipients;
    order.person = asked.actor.person;
    order.reason = asked.reason;
    order.ordered_at = now;
    order.valid_until = now + std::chrono::days(asked.config.outbox_days);
    order.item_goes_with_it = true;
    return order;
}

// Filed like a received mail, with the ledger that it has now, and owed: both durable when it returns. The relay walks
// the whole road once more.
Result<ReleaseOrder> file_follow_up(const Asked& asked, const Opened& opened, QuarantineStore& store, Outbox& outbox) {
    const auto now = std::chrono::system_clock::now();
    const std::string order_id = make_order_id();
    const auto raw = follow_up(asked, opened, order_id, now);
    if (!raw) return raw.error();
    const smtp::Envelope& envelope = asked.item.envelope;  // of one group
    const RecipientGroup group{
        &asked.route,
        profiles_for(asked.config, &asked.route, envelope.sender_text(), envelope.recipients.front().text()), envelope};
    OneMail mail(asked.config, group, *raw, now);
    mail.unlocked_from(asked.item);
    const auto finished = mail.finish(OneMail::Keep::yes);
    if (!finished) return finished.error();
    const auto kept = mail.keep(store, finished->ledger);
    if (!kept) return kept.error();
    ReleaseOrder order = order_for(asked, order_id, mail.id(), now);
    const auto owed = outbox.add(order);
    if (owed) return order;
    const auto removed = store.remove(mail.id());  // nobody would carry it out
    return removed ? owed.error() : removed.error();
}

bool may_pass_by_itself(Reason why) noexcept { return why == Reason::codec_late || why == Reason::codec_died; }

Exit say_not_opened(const Asked& asked, const NotOpened& not_opened, std::uint32_t tries_left, EventLog& log,
                    Terminal& terminal) {
    const auto& [part, why] = not_opened;
    const bool is_wrong = why.why == Reason::encrypted;
    const std::string_view words = is_wrong ? "wrong_password" : to_string(why.why);
    log.write(event::QuarantineUnlockFailed{asked.item.id, asked.actor, part, std::string(words), tries_left});
    const std::string about = "part " + part + " of mail " + asked.item.id;
    if (is_wrong) {
        const std::string left = tries_left == 0 ? "none is left" + export_instead(asked.item.id, part)
                                                 : "tries left for this mail: " + std::to_string(tries_left);
        return fail(terminal, Exit::refused, "wrong password for " + about + "; nothing was delivered; " + left);
    }
    const Exit code = may_pass_by_itself(why.why) ? Exit::try_later : Exit::refused;
    return fail(terminal, code,
                about + " could not be opened: " + std::string(english(why.why)) + " (" +
                    std::string(to_string(why.why)) + (why.words.empty() ? "" : ", " + why.words) +
                    "); this was not counted as a wrong password");
}

void say_unlocked(const Asked& asked, const ReleaseOrder& order, std::ostream& out) {
    out << asked.item.id << "  opened";
    for (const PartRow* row : asked.rows)
        out << "  part " << row->facts.path << " " << shown_text(row->facts.name, 200);
    out << "\n" << order.item_id << "  follows, order " << order.order_id << ", to";
    for (const MailAddress& recipient : order.recipients) out << " " << shown_text(recipient.text());
    out << "\n";
}

struct Stores {
    QuarantineStore& store;
    Outbox& outbox;
    EventLog& log;
};

Exit unlock(const Asked& asked, Stores stores, Terminal& terminal) {
    auto workers = start_file_workers(asked.config.limits.codec);
    if (!workers) return fail(terminal, workers.error());
    std::optional<std::variant<Opened, NotOpened>> tried;
    std::uint32_t tries_left = 0;
    {
        Secret password;
        const auto typed = read_password(password, "Password of " + asked.item.id + ": ", terminal);
        if (!typed) return fail(terminal, typed.error());
        const auto counted = stores.store.count_password_try(asked.item.id);
        if (!counted && counted.error().fault() == Fault::limit) {
            return fail(terminal, no_more_tries(asked.item.id, asked.rows.front()->facts.path));
        }
        if (!counted) return fail(terminal, counted.error());
        tries_left = *counted;
        tried = try_password(asked, *workers, password.view());
    }
    const auto* not_opened = std::get_if<NotOpened>(&*tried);
    const bool is_wrong = not_opened != nullptr && not_opened->why.why == Reason::encrypted;
    if (!is_wrong) {
        const auto taken_back = stores.store.take_back_password_try(asked.item.id);
        if (!taken_back) return fail(terminal, taken_back.error());
        ++tries_left;
    }
    if (not_opened != nullptr) return say_not_opened(asked, *not_opened, tries_left, stores.log, terminal);
    const auto order = file_follow_up(asked, std::get<Opened>(*tried), stores.store, stores.outbox);
    if (!order) return fail(terminal, order.error());
    const std::vector<std::string> paths = paths_of(asked.rows);
    stores.log.write(event::QuarantineUnlocked{asked.item.id, asked.actor, asked.route.name(), paths, order->item_id,
                                               order->order_id, asked.reason});
    const auto noted = stores.store.note_unlock(
        asked.item.id, {asked.actor.person, asked.reason, paths, order->item_id, order->ordered_at});
    say_unlocked(asked, *order, terminal.out);
    return noted ? Exit::done : fail(terminal, noted.error());
}

}  // namespace

Exit quarantine_unlock(const ConfigChoice& choice, const UnlockOptions& options, Terminal& terminal) {
    if (options.item == "-") {
        return fail(terminal, Exit::usage, "an id is expected; standard input is for the password");
    }
    auto actor = actor_for(options.person, terminal);
    if (!actor) return fail(terminal, actor.error());
    auto reason = checked_line("--reason", options.reason);
    if (!reason) return fail(terminal, reason.error());
    const auto id = one_item_id(options.item, terminal);
    if (!id) return fail(terminal, id.error());
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto store = open_store(*config);
    if (!store) return fail(terminal, store.error());
    auto outbox = open_outbox(*config);
    if (!outbox) return fail(terminal, outbox.error());
    const auto log = open_log(*config);
    if (!log) return fail(terminal, log.error());
    auto item = (*store)->load(*id);
    if (!item) return fail(terminal, item.error());
    const auto route = route_of(*item, *config);
    if (!route) return fail(terminal, route.error());
    auto original = (*store)->load_original(*id);
    if (!original) return fail(terminal, original.error());
    Asked asked{*config, *std::move(item), *std::move(original), **route, {}, *std::move(actor), *std::move(reason)};
    auto rows = locked_rows(asked.item, options.parts);
    if (!rows) return fail(terminal, rows.error());
    const auto waiting = check_that_they_wait(*rows, profile_for_item(*config, asked.item));
    if (!waiting) return fail(terminal, waiting.error());
    asked.rows = *std::move(rows);
    const auto record = (*store)->unlocks(*id);
    if (!record) return fail(terminal, record.error());
    const auto first = check_not_before(asked.item, paths_of(asked.rows), *record, options.again);
    if (!first) return fail(terminal, first.error());
    return unlock(asked, {**store, *outbox, **log}, terminal);
}

}  // namespace mugaika::ctl
