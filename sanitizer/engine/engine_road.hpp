// The road of a file that an engine converts: out of its mail, through the engine, and as a bare file, hostile again,
// through codec and checker (FILES.md 2). What is pure is shared by the relay, which waits in its own way.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sanitizer/engine/engine_client.hpp"
#include "sanitizer/mail/convertible.hpp"
#include "sanitizer/mail/file_errand.hpp"
#include "sanitizer/mail/office_format.hpp"
#include "sanitizer/worker/file_client.hpp"

namespace mugaika {

// Where engines are: at the socket, or the program where the running one finds its neighbours. Nowhere where that is
// not installed. `office`: whether LibreOffice may be asked.
EnginePlace engine_place(bool office, std::string socket);

// What can be converted: everything by a unit, which says itself what it has not; here what is installed.
OfficeFormats formats_at(const EnginePlace&);

// Whose pages can be drawn there; of a unit that it is asked is all that is known.
PagesDrawn pages_drawn_at(const EnginePlace&);

// The same with the commands of the configuration, null: none. One is asked for wherever it is configured: that it is
// missing is said.
Convertible convertible_at(const EnginePlace&, std::shared_ptr<const FileCommands> commands);

// The errand is one by_engine. A command has limits of its own.
EngineJob engine_job(const FileErrand&, const EngineLimits&);

// What became of the bare file, with what was lost before. A file of another kind than was to be made, or that no
// codec can read, is engine_failed: it was the engine that made it.
FileResult converted(FileResult of_bare, const std::vector<Loss>& lost_before, const FileErrand&);

// Blocking, one step after the other.
FileResult convert_file(FileWorkers&, const EnginePlace&, const EngineLimits&, const FileErrand&, const RawMail&,
                        const WorkerLimits&);

}  // namespace mugaika
