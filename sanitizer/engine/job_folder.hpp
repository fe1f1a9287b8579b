// The folder of one job, which nobody else sees, and which goes with it: "in", "home" and "out".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "sanitizer/engine/engine_command.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

class JobFolder {
public:
    // Below $TMPDIR, or /tmp. Fails with the fault of the call that failed.
    static Result<JobFolder> make();
    JobFolder(JobFolder&&) noexcept = default;
    JobFolder& operator=(JobFolder&&) = delete;
    ~JobFolder();  // removes it with all that is in it, however it is arranged

    const std::string& path() const noexcept { return path_; }

    Result<void> put_input(const std::string& name, int descriptor, std::uint64_t bytes) const;
    Result<void> put_home(const std::vector<PreparedFile>&) const;

    // Behind what stands in a file of the output folder, which is made where it is not there. Follows no link, and
    // writes to nothing that is not this folder's alone: Fault::protocol.
    Result<void> append_output(const std::string& name, std::string_view bytes) const;

    // What has been written, or Fault::limit as soon as it is more than allowed, arranged deeper than any converter
    // does, out of sight, or when the disk has nothing left. While the converter runs.
    Result<void> look_at_size(std::uint64_t bytes_max) const;

    // The one file in "out", sealed; `name`: it has this one, "": any. Follows no link. Fails with Fault::protocol when
    // there is none, or more than one, or something else; with Fault::limit when it is larger.
    Result<FileDescriptor> take_output(const std::string& name, std::uint64_t bytes_max) const;

private:
    JobFolder(std::string path, FileDescriptor folder) : path_(std::move(path)), folder_(std::move(folder)) {}

    std::string path_;
    FileDescriptor folder_;  // open: nothing is looked up by its path again
};

}  // namespace mugaika
