// The file that an event log is written into. A line is one write(2) with O_APPEND, so that several processes share it.
// For one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "relay/log/chain.hpp"
#include "relay/log/log_writer.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

std::string_view to_string(LogWriter) noexcept;  // as it stands in each line

class WrittenLog {
public:
    // Fails when the file cannot be opened, or its last lines cannot be read. "-" is standard output; what is no file
    // has no numbers in its lines.
    static Result<WrittenLog> open(std::string path, std::string host, LogSync, LogWriter);
    static WrittenLog on(FileDescriptor);

    // The line is there or it has no number: the next one takes it.
    Result<void> append(UnlinkedLine);

    Result<void> reopen();  // what stands at the path now; on failure the old file stays
    const std::string& path() const noexcept { return path_; }
    bool is_numbered() const noexcept { return is_numbered_; }

private:
    Result<void> append_in_turn(UnlinkedLine);
    Result<void> put(std::string line, int file);
    Result<void> to_disk(int file) const;

    std::string path_, host_;
    LogSync sync_ = LogSync::no;
    LogWriter writer_ = LogWriter::relay;
    bool is_numbered_ = false;
    FileDescriptor file_;   // not open: standard output
    bool is_torn_ = false;  // the last line was written in part; the next must not continue it
    ChainEnd end_;          // of the relay's chain
};

}  // namespace mugaika
