#include "relay/forward/log_forwarder.hpp"

#include <chrono>
#include <utility>

#include "policy/shown_text.hpp"
#include "relay/log/chain.hpp"
#include "relay/stats/journal_message.hpp"
#include "relay/stats/syslog_message.hpp"

namespace mugaika {
namespace {

constexpr std::size_t chains_max = 1000;       // a log with more is none of ours
constexpr std::size_t words_max = 10;          // of lines that are no event, in a batch
constexpr std::size_t batch_lines_max = 5000;  // also of lines that are no event

}  // namespace

Result<std::unique_ptr<LogForwarder>> LogForwarder::open(LogOutput output, const std::string& log,
                                                         std::string position_file, std::unique_ptr<LogSink> sink,
                                                         const Say& say) {
    auto position = ForwardPosition::read(position_file);
    if (!position) return position.error();
    std::unique_ptr<LogForwarder> forwarder(
        new LogForwarder(std::move(output), log, std::move(position_file), std::move(sink), say));
    forwarder->position_ = std::move(*position);
    ForwardPosition& at = forwarder->position_;
    forwarder->follower_.go_to(at.file, at.offset, at.time);
    const bool is_new = at.file.empty() && at.time.empty();
    if (!is_new || forwarder->output_.start == LogStart::oldest) return forwarder;
    const auto at_end = forwarder->follower_.go_to_end();
    if (!at_end) return at_end.error();
    at.file = forwarder->follower_.file();
    at.offset = forwarder->follower_.offset();
    at.time = rfc3339(std::chrono::system_clock::now());  // also of an empty log: it is not new any more
    const auto kept = at.write(forwarder->position_file_);
    if (!kept) return kept.error();
    return forwarder;
}

Result<bool> LogForwarder::forward(int stop) {
    auto batch = gather();
    if (!batch) return fail(batch.error());
    if (batch->end.file == position_.file && batch->end.offset == position_.offset) return false;
    const auto delivered = batch->messages.empty() ? Result<void>() : sink_->deliver(batch->messages, stop);
    if (!delivered) return fail(delivered.error());
    const bool was_down = !position_.fault.empty();
    batch->end.fault.clear();
    batch->end.fault_since.clear();
    const auto kept = batch->end.write(position_file_);
    if (!kept) return fail(kept.error());
    position_ = std::move(batch->end);
    for (const std::string& words : batch->words) say_(words);
    if (was_down) say_("receives events again");
    return true;
}

// The follower goes back; why is said once and kept for whoever asks.
Result<bool> LogForwarder::fail(const Error& error) {
    follower_.go_to(position_.file, position_.offset, position_.time);
    if (error.fault() == Fault::busy || error.words() == position_.fault) return error;
    if (position_.fault.empty()) position_.fault_since = rfc3339(std::chrono::system_clock::now());
    position_.fault = error.words();
    say_(error.words());
    const auto kept = position_.write(position_file_);
    if (!kept) say_(kept.error().words());
    return error;
}

Result<LogForwarder::Batch> LogForwarder::gather() {
    Batch batch;
    batch.end = position_;
    for (std::size_t lines = 0; lines < batch_lines_max && batch.bytes < sink_->batch_bytes(); ++lines) {
        const auto more = follower_.next();
        if (!more) return more.error();
        if (!*more) break;
        take_line(batch);
        batch.end.file = follower_.file();
        batch.end.offset = follower_.offset();
        batch.end.time = follower_.time();
    }
    return batch;
}

void LogForwarder::take_line(Batch& batch) {
    if (follower_.line().empty() && !follower_.too_long()) return;
    const auto read = follower_.too_long() ? Result<ReadEvent>(Error(Fault::bad_input, "the line is too long"))
                                           : reader_.read(follower_.line());
    if (!read) {
        ++batch.end.passed_over;
        const std::size_t broken = ++batch.broken;
        if (broken <= words_max) {
            batch.words.push_back(follower_.place() + ": no event, passed over: " + read.error().words());
        } else if (broken == words_max + 1) {
            batch.words.push_back("passes over further lines that are no event; --status counts them");
        }
        return;
    }
    const auto link = chain_link(follower_.line());
    if (link) say_missing(batch, *read, *link);
    add(batch, *read, link);
    ++batch.end.sent;
}

void LogForwarder::say_missing(Batch& batch, const ReadEvent& read, const ChainLink& link) {
    const std::string chain = std::string(link.host) + ' ' + std::string(link.writer);
    auto& numbers = batch.end.numbers;
    const auto known = numbers.find(chain);
    if (known == numbers.end()) {
        if (numbers.size() < chains_max) numbers.emplace(chain, link.number);
        return;
    }
    const std::uint64_t last = std::exchange(known->second, link.number);
    if (link.number <= last + 1) return;
    const std::uint64_t missing = link.number - last - 1;
    batch.end.missing += missing;
    const std::string range = std::to_string(last + 1) + "-" + std::to_string(link.number - 1);
    const std::string writer = shown_text(link.writer);
    batch.words.push_back("not in the log any more when it was their turn: " + std::to_string(missing) + " lines of " +
                          writer + ", " + range);
    ReadEvent notice;
    notice.time = read.time;
    notice.moment = read.moment;
    notice.name = "log.not_forwarded";
    notice.host = read.host;
    notice.others = {{"writer", writer}, {"lines", std::to_string(missing)}, {"numbers", range}};
    add(batch, notice, std::nullopt);
}

void LogForwarder::add(Batch& batch, const ReadEvent& read, const std::optional<ChainLink>& link) const {
    const bool is_journal = output_.to == LogTarget::journald;
    batch.messages.push_back(is_journal ? journal_message(read, output_.message_max, link)
                                        : syslog_message(read, output_.message_max, link));
    batch.bytes += batch.messages.back().size();
}

}  // namespace mugaika
