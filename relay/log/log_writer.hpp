// How an event log is written.
#pragma once

namespace mugaika {

// Who writes. Only one process writes as relay: it keeps its file and its place in its chain from line to line.
// Commands may be many at once: they take turns (log_turn.hpp), and look up where they are.
enum class LogWriter : bool { relay, command };

// yes: each line is on the disk before its event counts as written.
enum class LogSync : bool { no, yes };

}  // namespace mugaika
