// What is asked of an engine: one process, one job, one file. The file goes to it and comes back beside the frames, as
// sealed memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/engine_limits.hpp"
#include "sanitizer/mail/office_format.hpp"

namespace mugaika {

enum class EngineTask : std::uint8_t {
    to_package,   // an Office file of `from` becomes a package (LibreOffice)
    to_pdf,       // the same becomes a PDF
    to_pictures,  // the pages of a PDF become pictures: JPEGs, one behind the other (poppler)
    to_text,      // what the fonts here can show, a line for each (fontconfig), and the letters of a PDF (poppler)
    page_text,    // the text of a PDF, a form feed behind each page (poppler)
    command,      // what the program of the order makes of it
};
inline constexpr EngineTask last_engine_task = EngineTask::command;

// A program of the administrator's, from standard input to standard output. Whoever names it says what is started, and
// not what it may do: the launcher holds it like any other.
struct CommandOrder {
    std::string program;                 // absolute
    std::vector<std::string> arguments;  // behind its name
    std::vector<std::string> readable;   // absolute; beside its own file and /usr
    std::uint32_t processes = 0;         // that its user may have; 0: it makes threads alone

    static constexpr std::size_t words_max = 64;  // of each list
    static constexpr std::uint32_t processes_max = 1000;
};

struct EngineJob {
    OfficeFormat from = OfficeFormat::doc;
    EngineLimits limits;
    EngineTask task = EngineTask::to_package;
    std::uint32_t dpi = 0;  // of pictures
    CommandOrder command = {};
};

enum class EngineEnd : std::uint8_t {
    made,     // the file stands beside the answer
    missing,  // the converter is not installed, or cannot be started here
    late,     // it took longer than it may
    failed,   // it died, made nothing, more than one file, too much, or something that is no file
};

// What the launcher says of the converter. Its words are ours, and name neither the file nor anything of it.
struct EngineAnswer {
    EngineEnd end = EngineEnd::failed;
    std::string words;
};

}  // namespace mugaika
