#include "relay/ctl/administration.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <sstream>

#include "policy/shown_text.hpp"
#include "relay/ctl/relay_user.hpp"
#include "relay/recipient_groups.hpp"
#include "relay/smtp/reply.hpp"
#include "sanitizer/engine/engine_road.hpp"
#include "sanitizer/finish/errands.hpp"
#include "sanitizer/finish/pack_archives.hpp"
#include "sanitizer/worker/client.hpp"
#include "sanitizer/worker/file_client.hpp"

namespace mugaika::ctl {
namespace {

Exit exit_for(Fault fault) noexcept {
    switch (fault) {
        case Fault::bad_input:
            return Exit::usage;
        case Fault::not_found:
        case Fault::protocol:
        case Fault::limit:
            return Exit::refused;
        case Fault::unavailable:
            return Exit::unavailable;
        case Fault::disk_full:
        case Fault::io:
            return Exit::cannot_write;
        case Fault::configuration:
            return Exit::configuration;
        case Fault::busy:
        case Fault::internal:
        case Fault::timeout:
        case Fault::disconnected:
            break;
    }
    return Exit::try_later;
}

Error bad_id(std::string_view untrusted_text, std::string_view list_command) {
    return {Fault::bad_input, "\"" + shown_text(untrusted_text, 100) +
                                  "\" is no id; expected 26 letters and digits (16 of an earlier " +
                                  "version) as `mugaika " + std::string(list_command) +
                                  "` shows them, \"-\" for ids on standard input, or ALL in capitals"};
}

std::vector<std::string> first_words(std::istream& in) {
    std::vector<std::string> words;
    for (std::string line; std::getline(in, line);) {
        std::istringstream fields(line);
        if (std::string word; fields >> word) words.push_back(word);
    }
    return words;
}

template <class All>
Result<std::vector<std::string>> ids_from(const std::vector<std::string>& given, const All& all,
                                          std::string_view list_command, Terminal& terminal) {
    std::vector<std::string> ids;
    for (const std::string& text : given) {
        if (text == "ALL") {
            const auto listed = all();
            if (!listed) return listed.error();
            ids.insert(ids.end(), listed->begin(), listed->end());
        } else if (text == "-") {
            for (const std::string& word : first_words(terminal.in)) ids.push_back(word);
        } else {
            ids.push_back(text);
        }
    }
    for (const std::string& id : ids) {
        if (!is_message_id(id)) return bad_id(id, list_command);
    }
    return ids;
}

EnginePlace engine_of(const Config& config) {
    return engine_place(config.engines.office != OfficeEngine::off, config.engines.socket);
}

}  // namespace

Exit fail(Terminal& terminal, Exit code, std::string_view words) {
    terminal.err << "mugaika: " << shown_text(words) << "\n";
    return code;
}

Exit fail(Terminal& terminal, const Error& error) { return fail(terminal, exit_for(error.fault()), error.words()); }

Exit refuse(Terminal& terminal, const Outcome& outcome) {
    std::string answer = smtp::reply_from(outcome).line();
    answer.erase(answer.find_last_not_of("\r\n") + 1);
    terminal.err << answer << "\n";
    return Exit::refused;
}

Result<Config> load_config(const ConfigChoice& choice, ConfigUse use, Terminal& terminal) {
    const bool missing_default = !choice.chosen && ::access(choice.file.c_str(), F_OK) != 0;
    if (use == ConfigUse::tool && missing_default) return Config{};
    ConfigReading reading = read_config_file(choice.file, use);
    if (reading.faults.empty()) {
        use_time_zone(reading.config.zone_name());  // of all times that the command reads and shows
        return std::move(reading.config);
    }
    for (const ConfigFault& fault : reading.faults) terminal.err << shown_text(fault.text()) << "\n";
    return Error(Fault::configuration,
                 choice.file + " cannot be used; faults: " + std::to_string(reading.faults.size()));
}

void live_in_configured_zone(const ConfigChoice& choice) {
    const ConfigReading reading = read_config_file(choice.file, ConfigUse::tool);
    if (reading.faults.empty()) use_time_zone(reading.config.zone_name());
}

Result<std::unique_ptr<QuarantineStore>> open_store(const Config& config) {
    const auto became = become_relay_user(config.state_dir);
    if (!became) return became.error();
    auto store =
        QuarantineStore::open(config.quarantine_dir(), config.quarantine_key_file(), QuarantineStore::Access::reader);
    if (store || store.error().fault() == Fault::configuration) return store;
    const std::string_view hint = store.error().fault() == Fault::not_found
                                      ? "; mugaika-relay makes it when it starts for the first time"
                                      : "; run this as root or as the relay's user";
    return Error(Fault::unavailable, "the quarantine cannot be opened: " + store.error().words() + std::string(hint));
}

Result<std::shared_ptr<const Pseudonyms>> open_pseudonyms(const Config& config) {
    if (config.log_pseudonym_key.empty()) return std::shared_ptr<const Pseudonyms>();
    auto key = Pseudonyms::read(config.log_pseudonym_key);
    if (key) return key;
    return Error(key.error().fault(), "log_pseudonym_key: " + key.error().words());
}

Result<std::unique_ptr<EventLog>> open_log(const Config& config) {
    auto pseudonyms = open_pseudonyms(config);
    if (!pseudonyms) return pseudonyms.error();
    // A relay that logs to its own standard output leaves no file; then the event goes to the administrator's eyes.
    if (config.log == "-") {
        FileDescriptor eyes(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0));
        if (!eyes.is_open()) return error_from_errno("the event log on standard error", errno);
        return EventLog::on(std::move(eyes), config.hostname, std::move(*pseudonyms));
    }
    const auto became = become_relay_user(config.state_dir);
    if (!became) return became.error();
    auto log = EventLog::open(config.log, config.hostname, config.sync_log ? LogSync::yes : LogSync::no,
                              LogWriter::command, std::move(*pseudonyms));
    if (log) return log;
    return Error(Fault::io,
                 "nothing was done, because it could not be written to the event log: " + log.error().words());
}

Result<Actor> actor_for(const std::string& by, const Terminal& terminal) {
    const Login& login = terminal.login;
    if (by.empty() && login.name.empty()) {
        return Error(Fault::bad_input,
                     "--by: expected who does this, since uid " + std::to_string(login.uid) + " has no name here");
    }
    auto person = checked_line("--by", by.empty() ? login.name : by);
    if (!person) return person.error();
    return Actor{std::move(*person), login.uid, login.sudo_user};
}

Result<std::string> checked_line(std::string_view option, const std::string& text) {
    if (text.empty()) return Error(Fault::bad_input, std::string(option) + ": expected a line of text");
    const auto line = PlainLine::from(text);
    if (line && text.size() <= shown_bytes_max) return text;
    return Error(Fault::bad_input, std::string(option) + ": expected one line of at most 1000 bytes without controls");
}

Result<std::vector<std::string>> item_ids(const std::vector<std::string>& given, const QuarantineStore& store,
                                          Terminal& terminal) {
    const auto all = [&store]() -> Result<std::vector<std::string>> {
        const auto rows = store.list({});
        if (!rows) return rows.error();
        std::vector<std::string> ids;
        for (const QuarantineStore::Row& row : *rows) ids.push_back(row.id);
        return ids;
    };
    return ids_from(given, all, "quarantine list", terminal);
}

Result<std::string> one_item_id(const std::string& given, Terminal& terminal) {
    std::vector<std::string> ids{given};
    if (given == "-") ids = first_words(terminal.in);
    if (ids.size() != 1) return Error(Fault::bad_input, "one mail at a time: expected one id");
    if (!is_message_id(ids.front())) return bad_id(ids.front(), "quarantine list");
    return ids.front();
}

Result<std::vector<std::string>> order_ids(const std::vector<std::string>& given, const Outbox& outbox,
                                           Terminal& terminal) {
    const auto all = [&outbox]() -> Result<std::vector<std::string>> {
        const auto orders = outbox.list();
        if (!orders) return orders.error();
        std::vector<std::string> ids;
        for (const OwedOrder& owed : *orders) ids.push_back(owed.order.order_id);
        return ids;
    };
    return ids_from(given, all, "queue list", terminal);
}

Result<Outbox> open_outbox(const Config& config) {
    const auto became = become_relay_user(config.state_dir);
    if (!became) return became.error();
    auto outbox = Outbox::open(config.outbox_dir());
    if (outbox) return outbox;
    return Error(Fault::unavailable, "the outbox cannot be opened: " + outbox.error().words());
}

Result<std::vector<MailAddress>> addresses_from(const std::vector<std::string>& texts) {
    std::vector<MailAddress> addresses;
    for (const std::string& text : texts) {
        auto address = MailAddress::parse(text);
        if (!address) {
            return Error(Fault::bad_input,
                         "\"" + shown_text(text, 300) + "\" is no mail address: " + address.error().words());
        }
        addresses.push_back(std::move(*address));
    }
    return addresses;
}

Result<std::optional<Moment>> moment_option(std::string_view option, const std::string& text, DayEdge edge) {
    if (text.empty()) return std::optional<Moment>();
    const auto moment = moment_from_option(text, edge, std::chrono::system_clock::now());
    if (moment) return std::optional<Moment>(*moment);
    return Error(Fault::bad_input, std::string(option) + ": " + moment.error().words());
}

Result<WorkerAnswer> ask_about(const RawMail& mail, const Profile& profile, const Config& config, Moment received_at,
                               std::vector<std::string> parts) {
    const auto program = find_program("mugaika-worker");
    if (!program) return program.error();
    auto workers = WorkerTemplate::start(*program, config.limits.worker);
    if (!workers) return workers.error();
    Job job;
    job.profile = profile;
    job.budget = config.limits.budget;
    job.mail_bytes = mail.size();
    job.released_parts = std::move(parts);
    if (const std::string zone = config.zone_name(); !zone.empty()) job.time_zone = zone;
    if (config.signature_trust) job.signatures = *config.signature_trust;
    job.arrived_at = unix_seconds(received_at);
    return ask_worker(*workers, job, mail, config.limits.worker);
}

Result<WorkerAnswer> ask_about_all(const RawMail& mail, const Profile& profile, const Config& config,
                                   Moment received_at) {
    auto answer = ask_about(mail, profile, config, received_at);
    if (!answer || !answer->extract) return answer;
    Extract& extract = *answer->extract;
    if (!lets_files_cross(extract, profile, Release::no)) return answer;
    const EnginePlace engine = engine_of(config);
    auto commands = std::make_shared<const FileCommands>(config.engines.commands);
    Errands errands(profile, config.limits.budget, mail.size(), convertible_at(engine, std::move(commands)));
    std::vector<FileErrand> asked = errands.next(extract);
    if (asked.empty()) return answer;
    auto workers = start_file_workers(config.limits.codec);
    if (!workers) return workers.error();
    for (; !asked.empty(); asked = errands.next(extract)) {
        for (const FileErrand& errand : asked) {
            std::vector<FileResult> results;
            if (errand.by_engine) {
                results.push_back(
                    convert_file(*workers, engine, config.engines.limits, errand, mail, config.limits.codec));
            } else {
                results = rebuild_files(*workers, errand, mail, config.limits.codec);
            }
            take_in(extract, errand, std::move(results), profile, config.limits.budget);
        }
    }
    pack_archives(extract, config.limits.budget);
    return answer;
}

PagesDrawn pages_drawn(const Config& config) { return pages_drawn_at(engine_of(config)); }

Profile profile_for_item(const Config& config, const QuarantineItem& item) {
    const auto route = std::find_if(config.routes.begin(), config.routes.end(),
                                    [&](const Route& r) { return r.name() == item.route; });
    const auto& recipients = item.envelope.recipients;  // of one group
    const std::string recipient = recipients.empty() ? std::string() : recipients.front().text();
    return profiles_for(config, route == config.routes.end() ? nullptr : &*route, item.envelope.sender_text(),
                        recipient)
        .as_received;
}

}  // namespace mugaika::ctl
