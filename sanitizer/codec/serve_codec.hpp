// A codec worker's life: enter the sandbox, one job in, what it made out, then it ends (FILES.md 2). After the list of
// an archive it waits for one job more, about files in that archive, or for the end of its socket.
#pragma once

#include "policy/limits.hpp"
#include "policy/result.hpp"
#include "sanitizer/sandboxed/types/file_type.hpp"

namespace mugaika::codec {

// What finding a part and rebuilding a file need, loaded and used once. Once per process, before any other thread.
Result<sandboxed::FileTyper> load_codec_tables();

// Returns the exit code of the process: 0 after its answer, 69 when the sandbox cannot be entered, 76 when the relay's
// words make no sense. What goes wrong inside a file is thrown and ends the process without an answer.
int serve_file(int job_socket, const sandboxed::FileTyper&, const WorkerLimits&);

}  // namespace mugaika::codec
