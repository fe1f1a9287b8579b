// What the relay asks about one file of a mail, and what it is told: by a codec worker, which rebuilds it, and by a
// checker, which reads what was made and never sees the original (FILES.md 2).
#pragma once

#include <cstdint>
#include <string>

#include "policy/file_limits.hpp"
#include "policy/limits.hpp"
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/safe_kind.hpp"

namespace mugaika {

// For a codec worker. The whole mail comes as a descriptor beside the frame, as for the worker that read it.
struct FileJob {
    std::string path;  // of the part
    BudgetLimits budget;
    std::uint64_t out_bytes_max = FileLimits().out_bytes_max;  // of the rebuilt file
    std::uint64_t mail_bytes = 0;
};

struct FileAnswer {
    std::string in_sha256;  // of the part's decoded bytes, lower case hex; "" when there is no such part
    FileOutcome outcome;
};

// For a checker. The file comes as a descriptor beside the frame.
struct CheckJob {
    SafeKind kind = SafeKind::png;
    std::uint64_t bytes = 0;
};

// What a checker has seen. Only decode_check_answer() makes one, from the frame of a checker.
class CheckAnswer {
public:
    bool passes() const noexcept { return words_.empty(); }
    const std::string& words() const noexcept { return words_; }    // what was wrong; "" when it passes
    const std::string& sha256() const noexcept { return sha256_; }  // of what was read
    SafeKind kind() const noexcept { return kind_; }
    std::uint32_t pages() const noexcept { return pages_; }

private:
    friend class CheckAnswerMaker;  // sanitizer/worker/file_wire.cpp
    CheckAnswer(SafeKind kind, std::string sha256, std::uint32_t pages, std::string words)
        : kind_(kind), sha256_(std::move(sha256)), pages_(pages), words_(std::move(words)) {}

    SafeKind kind_;
    std::string sha256_;
    std::uint32_t pages_;
    std::string words_;
};

}  // namespace mugaika
