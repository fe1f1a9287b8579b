// One question to an engine and its answer, blocking: for `mugaika sanitize`, and for the relay on a thread of its own.
// Without Asio, so that both do the same.
#pragma once

#include <string>

#include "policy/result.hpp"
#include "sanitizer/engine/engine_job.hpp"
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/untrusted_file.hpp"

namespace mugaika {

// Where engines are. One process for each job, whichever it is.
struct EnginePlace {
    std::string program;      // mugaika-engine, started here
    std::string socket = {};  // that of its unit, where it is one; "": started here
    bool has_office = true;   // LibreOffice may be asked
};

// A file that is hostile again. Fails with Fault::unavailable (no engine can be had, or no converter), timeout (it took
// too long), disconnected (it died), protocol (it answered nonsense, or its converter made nothing that can be taken).
// Whatever it is, no process of ours lives on. `stop` ends the wait when it becomes readable, as Fault::unavailable;
// -1: nothing does.
Result<UntrustedFile> ask_engine(const EnginePlace&, const EngineJob&, const UntrustedFile&, int stop = -1);

// The failure as the reason of a file that stays: engine_unavailable or engine_failed.
FileNotMade not_converted_by(const Error&);

// Why nothing came of what an engine made: engine_failed where the words are that the bytes are no file of the kind,
// and not that they cost too much or that a guard stepped in.
FileNotMade by_engine(FileNotMade);

}  // namespace mugaika
