// Small files that are whole or not there: written beside their place, synced, renamed, directory synced.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

// A new file to be written and renamed, never one that is there already and never through a symbolic link: who may
// write in the folder cannot make us write elsewhere. What a writer of our process id left when it died is removed
// first.
Result<FileDescriptor> create_temporary(const std::string& path, mode_t mode);

// Replaces `path`. When it returns without Error the file is on the disk under its name. A failed fsync is final: the
// new file is removed again and the old one, if any, is as it was (AC-240). Where it is the folder that cannot be
// synced, a new file is removed too; one that replaced another stays, and may not outlive a power cut.
Result<void> write_file_durably(const std::string& path, std::string_view bytes, mode_t mode);

// Removes what writers that have died left half written in a folder. Their names end in ".PID.tmp".
void remove_left_overs(const std::string& folder);

// Whole file, at most `bytes_max`; larger ones are Fault::limit.
Result<std::string> read_small_file(const std::string& path, std::size_t bytes_max);

Result<void> sync_directory(const std::string& folder);
Result<void> make_directory(const std::string& folder, mode_t mode);  // parents must be there; existing is fine
Result<void> remove_file_durably(const std::string& folder, const std::string& name);

}  // namespace mugaika
