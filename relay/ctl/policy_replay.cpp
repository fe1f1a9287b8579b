#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <optional>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/item_choice.hpp"
#include "relay/ctl/progress.hpp"
#include "relay/stats/text_table.hpp"
#include "sanitizer/finish/finish_mail.hpp"

namespace mugaika::ctl {
namespace {

namespace json = boost::json;

// What becomes of a mail, or of a part of it.
struct Decision {
    bool crosses = false;
    std::string words;  // "rebuilt", "quarantined", "original"
    Reason reason = Reason::none;

    bool operator==(const Decision&) const = default;
};

constexpr std::string_view whole_mail;  // the mail's own path; those of parts are never empty

struct Decided {
    std::string name;
    Decision decision;
};
using Decisions = std::map<std::string, Decided>;  // by path

bool leaves(MailVerdict verdict) noexcept {
    return verdict == MailVerdict::quarantined || verdict == MailVerdict::refused;
}

Decision decision_about(const PartRow& row, bool mail_stays) {
    const bool ends_outside = row.verdict == PartVerdict::text || row.verdict == PartVerdict::rebuilt;
    if (mail_stays && ends_outside) return {false, "with the mail", Reason::none};
    const bool is_original = row.method == Method::looked_at;
    return {ends_outside, is_original ? "original" : std::string(to_string(row.verdict)), row.reason};
}

Result<Decisions> decide_all(const RawMail& original, const QuarantineItem& item, const Config& config) {
    const Profile profile = profile_for_item(config, item);
    const auto answer = ask_about_all(original, profile, config, item.received_at);
    if (!answer) return answer.error();
    const Verdict verdict = decide(*answer, profile, Release::no);
    const bool stays = leaves(verdict.verdict);
    Decisions all{{std::string(whole_mail), {"", {!stays, std::string(to_string(verdict.verdict)), verdict.reason}}}};
    if (!answer->extract) return all;
    for (const PartRow& row : answer->extract->parts) {
        all[row.facts.path] = {row.facts.name, decision_about(row, stays)};
    }
    return all;
}

struct Change {
    std::string item, path, name;
    std::optional<Decision> now, then;  // nothing: the mail is not read so far

    bool crosses_newly() const noexcept {
        if (!then || !then->crosses) return false;
        return !now || !now->crosses || (then->words == "original" && now->words != "original");
    }
};

// A part that one of both does not come to lies in something that it holds whole.
std::vector<Change> changes_between(const std::string& item, const Decisions& now, const Decisions& then) {
    std::vector<Change> changes;
    const auto found_in = [](const Decisions& all, const std::string& path) {
        const auto found = all.find(path);
        return found == all.end() ? std::nullopt : std::optional(found->second.decision);
    };
    Decisions either = now;
    either.insert(then.begin(), then.end());
    for (const auto& [path, decided] : either) {
        Change change{item, path, decided.name, found_in(now, path), found_in(then, path)};
        if (change.now != change.then) changes.push_back(std::move(change));
    }
    return changes;
}

Result<std::vector<Change>> changes_of(const std::string& id, const QuarantineStore& store, const Config& now,
                                       const Config& then) {
    const auto item = store.load(id);
    if (!item) return item.error();
    const auto original = store.load_original(id);
    if (!original) return original.error();
    const auto decided = decide_all(*original, *item, now);
    if (!decided) return decided.error();
    const auto candidate = decide_all(*original, *item, then);
    if (!candidate) return candidate.error();
    return changes_between(id, *decided, *candidate);
}

std::string words_of(const std::optional<Decision>& decision) {
    if (!decision) return "-";
    return decision->words + (decision->reason == Reason::none ? "" : ": " + std::string(to_string(decision->reason)));
}

std::string_view direction_of(const Change& change) noexcept {
    if (change.crosses_newly()) return "crosses";
    const bool stays_newly = change.now && change.now->crosses && !(change.then && change.then->crosses);
    return stays_newly ? "stays" : "other";
}

void print_text(const std::vector<Change>& changes, std::ostream& out) {
    TextTable table({{"ID"},
                     {"PART"},
                     {"NAME", TextTable::Align::left, 30},
                     {"NOW", TextTable::Align::left, 40},
                     {"THEN", TextTable::Align::left, 40},
                     {"CHANGE"}});
    for (const Change& change : changes) {
        table.add({change.item, change.path == whole_mail ? "mail" : change.path, change.name, words_of(change.now),
                   words_of(change.then), std::string(direction_of(change))});
    }
    if (!table.empty()) table.print(out);
}

json::value json_of(const std::optional<Decision>& decision) {
    if (!decision) return nullptr;
    return {{"crosses", decision->crosses}, {"decision", decision->words}, {"reason", to_string(decision->reason)}};
}

void print_json(const std::vector<Change>& changes, std::ostream& out) {
    for (const Change& change : changes) {
        json::object line{{"id", shown_text(change.item)}};
        if (change.path != whole_mail) {
            line["part"] = shown_text(change.path);
            line["name"] = shown_text(change.name);
        }
        line["now"] = json_of(change.now);
        line["then"] = json_of(change.then);
        line["change"] = direction_of(change);
        out << json::serialize(line) << "\n";
    }
}

}  // namespace

Exit policy_replay(const ConfigChoice& choice, const ReplayOptions& options, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto candidate = load_config({options.against, true}, ConfigUse::tool, terminal);
    if (!candidate) return fail(terminal, candidate.error());
    const auto store = open_store(*config);
    if (!store) return fail(terminal, store.error());
    const auto ids = chosen_ids(options.choice, **store, terminal);
    if (!ids) return fail(terminal, ids.error());
    std::vector<Change> changes;
    std::size_t unread = 0;
    {
        Progress progress(terminal.err, terminal.err_is_terminal, ids->size());
        for (std::size_t i = 0; i < ids->size(); ++i) {
            const auto found = changes_of((*ids)[i], **store, *config, *candidate);
            if (found) changes.insert(changes.end(), found->begin(), found->end());
            if (!found) fail(terminal, Error(found.error().fault(), (*ids)[i] + ": " + found.error().words()));
            unread += found ? 0 : 1;
            progress.show(i + 1);
        }
    }
    (options.output == Output::json ? print_json : print_text)(changes, terminal.out);
    const auto newly = std::count_if(changes.begin(), changes.end(), [](const Change& c) { return c.crosses_newly(); });
    terminal.err << "mugaika: " << ids->size() << " kept mails, " << changes.size() << " decisions change, " << newly
                 << " of them let something cross\n";
    if (unread > 0) return fail(terminal, Exit::unavailable, std::to_string(unread) + " could not be judged");
    return newly > 0 ? Exit::refused : Exit::done;
}

}  // namespace mugaika::ctl
