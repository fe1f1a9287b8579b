// Lines of a log as its writers make them: numbered events, each of which says which it is.
#pragma once

#include <chrono>
#include <string>

#include "relay/log/chain.hpp"
#include "relay/log/event_json.hpp"

namespace mugaika::test {

class ChainedLines {
public:
    explicit ChainedLines(std::string writer = "relay") : writer_(std::move(writer)) {}

    // So many more lines; each is a second later than the one before.
    std::string next(int count = 1, const std::string& why = "停止") {
        std::string text;
        for (int i = 0; i < count; ++i) {
            now_ += std::chrono::seconds(1);
            UnlinkedLine line(json_line(now_, "mx", event::RelayStopped{why}));
            auto linked = std::move(line).link(writer_, end_);
            end_ = linked.end;
            text += linked.line;
        }
        return text;
    }
    std::uint64_t number() const { return end_.number; }

private:
    std::string writer_;
    ChainEnd end_;
    Moment now_{std::chrono::milliseconds(1764460800000)};
};

}  // namespace mugaika::test
