// How a converter is started, and what it may use. Written by us, never by a mail.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "sanitizer/engine/engine_job.hpp"

namespace mugaika {

struct PreparedFile {
    std::string name;  // below the home folder, with the folders it lies in
    std::string bytes;
};

struct EngineStep {
    std::string program;                 // absolute
    std::vector<std::string> arguments;  // behind its name
};

struct EngineCommand {
    std::string program;                   // absolute
    std::vector<std::string> arguments;    // behind its name
    std::vector<std::string> environment;  // all of it
    std::vector<std::string> readable;     // files and folders, and what lies below them; others cannot be opened
    std::vector<std::string> executable;   // the same, and programs in them can be run
    std::vector<PreparedFile> home;        // what stands in the home folder before it starts
    std::string input_name;                // in the input folder
    bool reads_input = false;              // that file is its standard input
    // What it writes to its standard output is this file in the output folder; "": nobody reads that.
    std::string output_name = {};
    std::vector<EngineStep> before = {};  // run first, each confined alike; a form feed stands behind what it writes
    std::optional<int> again_code = {};   // with this exit code it wants to be started once more
    std::uint32_t processes = 0;          // that its user may have; 0: it makes threads alone
};

// The folders of one job: "in" is read, "home" and "out" are written.
using MakeCommand = Result<EngineCommand> (*)(const EngineJob&, const std::string& job_folder);

}  // namespace mugaika
