// What the relay asks about one file of a mail, and what it is told: by a codec worker, which rebuilds it, and by a
// checker, which reads what was made and never sees the original (FILES.md 2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "policy/file_limits.hpp"
#include "policy/limits.hpp"
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/safe_kind.hpp"

namespace mugaika {

enum class FileTask : std::uint8_t {
    rebuild,       // a file of the mail is made anew
    take_out,      // it is given out as it is, for an engine (FileTaken)
    rebuild_bare,  // what comes beside the frame is no mail but the file itself: an engine made it, and it is hostile
                   // again
    // Where pages become pictures (image-pdf):
    take_pages,       // as take_out, of a PDF, with where it leads and how many pages it has
    take_bare_pages,  // the same of a bare file
    picture_bare,     // bare: the pictures of its pages, as an engine made them, or such a PDF of ours; made one PDF
    find_missing,     // bare: what the fonts of the machine can show, and the letters of a PDF (EngineTask::to_text)
};
inline constexpr FileTask last_file_task = FileTask::find_missing;
constexpr bool is_about_bare(FileTask task) noexcept {
    return task == FileTask::rebuild_bare || task >= FileTask::take_bare_pages;
}
constexpr bool is_taking_out(FileTask task) noexcept {
    return task == FileTask::take_out || task == FileTask::take_pages || task == FileTask::take_bare_pages ||
           task == FileTask::find_missing;
}

// What is to be made of it.
enum class FileWant : std::uint8_t {
    file,   // a new one of its kind
    words,  // of a document: what it says, as a text (ウ-1)
    pages,  // of a bare file: the text that it is, in UTF-8, with a form feed behind each page (ウ-1)
    text,   // of a bare file: the text that it is, in UTF-8
    table,  // of a bare file: the table that it is (csv, in UTF-8)
};

// For a codec worker. The whole mail comes as a descriptor beside the frame, as for the worker that read it.
struct FileJob {
    std::string path;  // of the part; of the archive, when files inside it are asked for
    // Files in the archive, by their numbers from 1, ascending. None: the part itself is asked for. Only to be rebuilt.
    std::vector<std::uint32_t> members;
    BudgetLimits budget;
    std::uint64_t out_bytes_max = FileLimits().out_bytes_max;  // of the rebuilt file, or of what is taken out
    std::uint64_t mail_bytes = 0;                              // of what comes beside the frame
    FileTask task = FileTask::rebuild;
    FileWant want = FileWant::file;
    std::uint32_t dpi = 0;      // of pages that become pictures
    std::string password = {};  // that opens the file; "" for none. Never logged, and gone with the job
};
inline constexpr std::size_t password_bytes_max = 1024;

struct FileAnswer {
    std::string in_sha256;  // of the file's decoded bytes, lower case hex; "" when there is no such file
    FileOutcome outcome;
};

// One, or one for each member in the job's order. There may be fewer: those behind are asked for again, each alone.
using FileAnswers = std::vector<FileAnswer>;

struct FileToCheck {
    SafeKind kind = SafeKind::png;
    std::uint64_t bytes = 0;
};

// For a checker: files that one codec worker made. They come in one descriptor beside the frame, one behind the other.
struct CheckJob {
    std::vector<FileToCheck> files;
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
