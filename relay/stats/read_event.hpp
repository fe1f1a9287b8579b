// A line of a log as the event that it tells. Logs come from disks and other machines, and a sender's bytes stand in
// them: a line that is no event of ours in every member is an Error that says why, never half an event. What a later
// version wrote is kept as words; what an earlier one did not write yet is empty.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/result.hpp"
#include "relay/log/event_list.hpp"

namespace mugaika {

struct ReadEvent {
    std::string time;  // as it stands there
    Moment moment;     // the same
    std::string name;
    std::string host;
    std::optional<AnyEvent> event;                            // nothing: of a later version
    std::vector<std::pair<std::string, std::string>> others;  // key and JSON of what is not known here
};

// What of the events is wanted: for counting not the texts that nothing is counted by, which are most of a log
// (digests, names of files, Message-IDs, answers). They are empty then. Which line is an event and which is none is the
// same. Where no question is about people either, senders are empty too, and of recipients and other lists of texts
// there is but how many they are.
enum class LogDetail { all, counts, counts_without_people };

// Keeps its memory from line to line.
class EventReader {
public:
    explicit EventReader(LogDetail = LogDetail::all);
    ~EventReader();

    // Without the line feed. Fails with Fault::bad_input: no JSON, no object, no time or name, a key twice, or a member
    // of another kind than it has.
    Result<ReadEvent> read(std::string_view untrusted_line);

    // Likewise, into one that was used before, whose memory serves again. Behind the line at least LogBlock::padding
    // bytes can be read, whatever they are. After an Error nothing of `into` means anything.
    Result<void> read_padded(std::string_view untrusted_line, ReadEvent& into);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mugaika
