// How the files of a log are called: the one that is written now, and what rotation made of it.
#pragma once

#include <string_view>

namespace mugaika {

// Whether a file beside `log` is that log or was rotated from it, as logrotate and the relay name them: for
// events.jsonl also events.jsonl.1, events.jsonl-20261128 and, with `extension`, events-20261128.jsonl. `name` is
// without its folder and without what packing put behind it.
bool is_name_of_log(std::string_view name, std::string_view log);

}  // namespace mugaika
