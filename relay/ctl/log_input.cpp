#include "relay/ctl/log_input.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <span>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/progress.hpp"

namespace mugaika::ctl {
namespace {

// A sender tries for five days (RFC 5321 4.5.4.1): what ends in a range began no longer before it.
constexpr std::chrono::days longest_story{7};

Error cannot_open(const std::string& log) {
    return {Fault::unavailable, "the log " + shown_text(log) + " cannot be opened"};
}

Error rotated_meanwhile(const LogFile& log) {
    return {Fault::busy, "the logs were rotated while they were read (" + shown_text(log.path) + "); run this again"};
}

// A pipe, as <(ssh …) makes it: it can be read only once, so that nobody looks into it before.
bool is_stream(const std::string& log) {
    std::error_code error;
    return std::filesystem::exists(log, error) && !std::filesystem::is_regular_file(log, error);
}

// A file that counts what was read of it, for whoever looks from another thread.
class CountedFile : public std::filebuf {
public:
    explicit CountedFile(std::atomic<std::uint64_t>& read) : read_(read) {}

private:
    std::streamsize xsgetn(char* into, std::streamsize wanted) override {
        const std::streamsize got = std::filebuf::xsgetn(into, wanted);
        read_ += static_cast<std::uint64_t>(std::max<std::streamsize>(got, 0));
        return got;
    }
    std::atomic<std::uint64_t>& read_;
};

constexpr std::uint64_t events_between_looks = 4096;

// 0 where it cannot be known, as of a pipe.
std::uint64_t bytes_of(const std::vector<LogFile>& logs, std::size_t from) {
    std::uint64_t all = 0;
    for (const LogFile& log : std::span(logs).subspan(from)) {
        std::error_code error;
        if (log.path == "-" || !std::filesystem::is_regular_file(log.path, error)) return 0;
        all += std::filesystem::file_size(log.path, error);
        if (error) return 0;
    }
    return all;
}

Result<std::vector<LogFile>> configured_logs(const ConfigChoice& choice, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return config.error();
    if (config->log == "-") {
        return Error(Fault::bad_input, "the relay logs to its standard output; name the log files, or \"-\"");
    }
    auto logs = log_and_rotated(config->log);
    if (!logs) return logs;
    if (logs->empty()) return cannot_open(config->log);
    return logs;
}

}  // namespace

Result<TimeRange> time_range(const std::string& since, const std::string& until) {
    const auto from = moment_option("--since", since, DayEdge::begin);
    if (!from) return from.error();
    const auto to = moment_option("--until", until, DayEdge::end);
    if (!to) return to.error();
    if (*from && *to && **from >= **to) {
        return Error(Fault::bad_input, "--since " + local_time_text(**from) + " is not before --until " +
                                           local_time_text(**to) + "; expected an earlier --since");
    }
    return TimeRange{*from, *to};
}

Result<std::vector<LogFile>> choose_logs(const std::vector<std::string>& named, const TimeRange& range,
                                         const ConfigChoice& choice, Terminal& terminal) {
    std::vector<LogFile> files, streams;
    if (named.empty()) {
        auto configured = configured_logs(choice, terminal);
        if (!configured) return configured;
        files = std::move(*configured);
    }
    for (const std::string& log : named) {
        (log == "-" || is_stream(log) ? streams : files).push_back({log, 0, std::nullopt});
    }
    const auto sorted = sort_by_time(files);
    if (!sorted) return sorted.error();
    if (named.empty() && range.since) drop_older(files, *range.since - longest_story);
    files.insert(files.end(), streams.begin(), streams.end());
    return files;
}

Result<LogReading> read_logs(const std::vector<LogFile>& logs, const std::function<void(const ReadEvent&)>& take,
                             Terminal& terminal, LogDetail detail, ChainCheck* chain, ReadOn on) {
    LogReading& reading = on.reading;
    const bool others_write = terminal.out_is_terminal && detail == LogDetail::all;
    Progress progress(terminal.err, terminal.err_is_terminal && !others_write, bytes_of(logs, on.files));
    std::atomic<std::uint64_t> done{0};
    std::uint64_t events = 0;
    const auto take_and_show = [&](const ReadEvent& event) {
        if (++events % events_between_looks == 0) progress.show(done);
        take(event);
    };
    for (std::size_t i = 0; i < logs.size(); ++i) {
        const LogFile& log = logs[i];
        if (i < on.files) {
            if (!is_still(log)) return rotated_meanwhile(log);
            continue;
        }
        if (log.path == "-") {
            const auto read = read_log(terminal.in, "-", take_and_show, reading, detail, chain);
            if (!read) return read.error();
            continue;
        }
        CountedFile file(done);
        const bool is_open = file.open(log.path, std::ios::in | std::ios::binary) != nullptr;
        if (!is_still(log)) return rotated_meanwhile(log);
        if (!is_open) return cannot_open(log.path);
        std::istream in(&file);
        const auto read = read_log(in, log.path, take_and_show, reading, detail, chain);
        if (!read) return read.error();
        if (on.after_file) on.after_file(i + 1, reading);
    }
    return std::move(reading);
}

// Who reads logs of another machine may have no configuration, or one with faults: then nothing is known of a key.
std::string pseudonym_for(const std::string& address, const ConfigChoice& choice, Terminal& terminal) {
    const ConfigReading reading = read_config_file(choice.file, ConfigUse::tool);
    const bool has_brackets = address.size() > 2 && address.starts_with('<') && address.ends_with('>');
    const std::string plain = has_brackets ? address.substr(1, address.size() - 2) : address;
    if (!reading.faults.empty() || !MailAddress::parse(plain)) return {};
    const auto pseudonyms = open_pseudonyms(reading.config);
    if (!pseudonyms) {
        terminal.err << "mugaika: addresses are looked for as they are named: " << pseudonyms.error().words() << "\n";
        return {};
    }
    return *pseudonyms == nullptr ? std::string() : (*pseudonyms)->of_address(plain);
}

void say_broken(const LogReading& reading, Terminal& terminal) {
    if (reading.broken == 0) return;
    terminal.err << "mugaika: lines that are no event and were passed over: " << reading.broken << " of "
                 << reading.lines << ", the first: " << shown_text(reading.first_broken) << "\n";
}

void say_chain(const ChainCheck& chain, std::ostream& out) {
    for (const auto& [place, words] : chain.first_faults()) out << shown_text(place) << ": " << words << "\n";
    if (chain.faults() > chain.first_faults().size()) out << "…\n";
    if (chain.lines() == 0) {
        out << "行の連番なし / no line has a number: they are of a version that had none\n";
    } else if (chain.faults() == 0) {
        out << "行の連番は全て正常 / the chain of lines is whole; numbered lines: " << chain.lines() << "\n";
    } else {
        out << "行の連番に問題あり / faults of the chain of lines: " << chain.faults() << "\n";
    }
}

}  // namespace mugaika::ctl
