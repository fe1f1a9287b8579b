#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>

#include "policy/ascii.hpp"
#include "policy/folded_text.hpp"
#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/log_input.hpp"
#include "relay/stats/mail_search.hpp"
#include "relay/stats/trace_report.hpp"

namespace mugaika::ctl {
namespace {

// Also at the wide blank of Japanese keyboards.
std::vector<std::string> words_in(std::string text) {
    constexpr std::string_view wide_blank = "\u3000";
    for (std::size_t at; (at = text.find(wide_blank)) != std::string::npos;) text.replace(at, wide_blank.size(), " ");
    std::vector<std::string> words;
    for (std::string_view rest = ascii::trim(text); !rest.empty(); rest = ascii::trim(rest)) {
        const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
        words.emplace_back(rest.substr(0, end));
        rest.remove_prefix(end);
    }
    return words;
}

FoundMail found_in(const QuarantineStore::Row& row) {
    FoundMail mail;
    mail.id = row.id;
    mail.from = row.sender;
    mail.to = row.recipients;
    mail.envelope_known = true;
    mail.kept = FoundMail::Kept{row.received_at, row.verdict};
    return mail;
}

// The kept mails whose subject holds every word; nothing is read but the index.
Result<std::map<std::string, FoundMail>> kept_with_subject(const std::string& subject, const ConfigChoice& choice,
                                                           Terminal& terminal) {
    const std::vector<std::string> words = words_in(subject);
    if (words.empty()) return Error(Fault::bad_input, "--subject-in-quarantine: expected words of the subject");
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return config.error();
    const auto store = open_store(*config);
    if (!store) return store.error();
    QuarantineStore::Query query;
    query.subject =
        *std::max_element(words.begin(), words.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
    const auto rows = (*store)->list(query);
    if (!rows) return rows.error();
    std::map<std::string, FoundMail> kept;
    for (const QuarantineStore::Row& row : *rows) {
        const std::u32string subject_text = folded_text(row.subject);
        const bool has_all = std::all_of(words.begin(), words.end(), [&](const std::string& word) {
            return subject_text.find(folded_text(word)) != std::u32string::npos;
        });
        if (has_all) kept.emplace(row.id, found_in(row));
    }
    if (!kept.empty()) return kept;
    return Error(Fault::not_found, "no mail in the quarantine has \"" + shown_text(subject, 100) + "\" in its subject");
}

Exit nothing_found(const LogReading& reading, Terminal& terminal) {
    const std::string covered = reading.first_time.empty()
                                    ? "the logs hold no event"
                                    : "the logs that were read go from " + shown_text(reading.first_time, 100) +
                                          " to " + shown_text(reading.last_time, 100);
    return fail(terminal, Exit::refused,
                "該当するメールはログにありません / no mail in the logs is like that; " + covered);
}

// The same question to a log in which pseudonyms stand; nothing when they cannot be what was asked for. A log may have
// both, of times with and without the key.
std::optional<MailSearch> search_by_pseudonym(MailWanted wanted, const ConfigChoice& choice, Terminal& terminal) {
    bool is_other = false;
    for (std::string* const address : {&wanted.from, &wanted.to}) {
        std::string pseudonym = address->empty() ? std::string() : pseudonym_for(*address, choice, terminal);
        if (pseudonym.empty()) continue;
        *address = std::move(pseudonym);
        is_other = true;
    }
    return is_other ? std::optional<MailSearch>(std::move(wanted)) : std::nullopt;
}

void append(std::vector<FoundMail> more, std::vector<FoundMail>& mails) {
    mails.insert(mails.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

Exit trace(const ConfigChoice& choice, const TraceOptions& options, Terminal& terminal) {
    live_in_configured_zone(choice);
    const auto range = time_range(options.since, options.until);
    if (!range) return fail(terminal, range.error());
    MailWanted wanted{options.from, options.to, options.message_id, std::nullopt, range->since, range->until};
    if (!wanted.names_a_mail() && options.subject_in_quarantine.empty() && !range->since && !range->until) {
        return fail(terminal, Exit::usage,
                    "which mail? Give at least one of --from, --to, --message-id, --subject-in-quarantine, --since, "
                    "--until");
    }
    const auto logs = choose_logs(options.logs, *range, choice, terminal);
    if (!logs) return fail(terminal, logs.error());
    if (!options.subject_in_quarantine.empty()) {
        auto kept = kept_with_subject(options.subject_in_quarantine, choice, terminal);
        if (!kept) return fail(terminal, kept.error());
        wanted.kept = std::move(*kept);
    }
    std::optional<MailSearch> by_pseudonym = search_by_pseudonym(wanted, choice, terminal);
    MailSearch search(std::move(wanted));
    const auto take = [&](const ReadEvent& event) {
        search.take(event);
        if (by_pseudonym) by_pseudonym->take(event);
    };
    const auto reading = read_logs(*logs, take, terminal);
    if (!reading) return fail(terminal, reading.error());
    std::vector<FoundMail> mails = std::move(search).finish();
    if (by_pseudonym) append(std::move(*by_pseudonym).finish(), mails);
    say_broken(*reading, terminal);
    if (mails.empty()) return nothing_found(*reading, terminal);
    if (options.output == Output::json) {
        print_trace_json(terminal.out, mails);
    } else {
        print_trace(terminal.out, mails);
    }
    return Exit::done;
}

}  // namespace mugaika::ctl
