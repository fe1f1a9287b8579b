// Brings the event log to one output, from where the output stands. Nothing waits for it but itself: the file is the
// queue. Every line arrives at least once and in order; after a fault or a crash the last batch may come once more.
// Lines that are not in the log any more are counted, said, and told to the output as an event log.not_forwarded.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/log_output.hpp"
#include "policy/result.hpp"
#include "relay/forward/forward_position.hpp"
#include "relay/forward/log_follower.hpp"
#include "relay/forward/log_sink.hpp"
#include "relay/log/chain.hpp"
#include "relay/stats/read_event.hpp"

namespace mugaika {

class LogForwarder {
public:
    using Say = LogFollower::Say;

    // `position_file`: read now, written after each batch; its folder is there. `say` must outlive it.
    static Result<std::unique_ptr<LogForwarder>> open(LogOutput, const std::string& log, std::string position_file,
                                                      std::unique_ptr<LogSink>, const Say& say);

    // What there is, but no more than a batch. False: there was nothing. After an Error the next call begins where this
    // one did.
    Result<bool> forward(int stop);

    const ForwardPosition& position() const noexcept { return position_; }

private:
    LogForwarder(LogOutput output, const std::string& log, std::string position_file, std::unique_ptr<LogSink> sink,
                 const Say& say)
        : output_(std::move(output)),
          position_file_(std::move(position_file)),
          sink_(std::move(sink)),
          say_(say),
          follower_(log, say) {}
    struct Batch {
        std::vector<std::string> messages;
        std::size_t bytes = 0;
        std::size_t broken = 0;
        std::vector<std::string> words;  // to be said once it was delivered; before that they would be said at each try
        ForwardPosition end;
    };
    Result<Batch> gather();
    void take_line(Batch&);
    void say_missing(Batch&, const ReadEvent&, const ChainLink&);
    void add(Batch&, const ReadEvent&, const std::optional<ChainLink>&) const;
    Result<bool> fail(const Error&);

    LogOutput output_;
    std::string position_file_;
    std::unique_ptr<LogSink> sink_;
    const Say& say_;
    LogFollower follower_;
    EventReader reader_;
    ForwardPosition position_;
};

}  // namespace mugaika
