// The road of a file that an engine converts: out of its mail, through the engine, and as a bare file, hostile again,
// through codec and checker (FILES.md 2). What is pure is shared by the relay, which waits in its own way.
#pragma once

#include <string>
#include <vector>

#include "sanitizer/engine/engine_client.hpp"
#include "sanitizer/mail/file_errand.hpp"
#include "sanitizer/mail/office_format.hpp"
#include "sanitizer/worker/file_client.hpp"

namespace mugaika {

// Where engines are for who wants them: at the socket, or the program where the running one finds its neighbours.
// Nowhere for who wants none, or where the program is not installed.
EnginePlace engine_place(bool wanted, std::string socket);

// What can be converted: everything by a unit, which says itself what it has not; here what is installed.
OfficeFormats formats_at(const EnginePlace&);

// The errand is one by_engine.
EngineJob engine_job(const FileErrand&, const EngineLimits&);

// What became of the bare file, with what was lost before. A file of another kind than the format becomes, or that no
// codec can read, is engine_failed: it was the engine that made it.
FileResult converted(FileResult of_bare, const std::vector<Loss>& lost_before, const FileErrand&);

// Blocking, one step after the other.
FileResult convert_file(FileWorkers&, const EnginePlace&, const EngineLimits&, const FileErrand&, const RawMail&,
                        const WorkerLimits&);

}  // namespace mugaika
