#include "sanitizer/codec/serve_codec.hpp"

#include <sysexits.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "policy/locked_file.hpp"
#include "policy/memory.hpp"
#include "sanitizer/codec/image_pdf/image_pdf_reader.hpp"
#include "sanitizer/codec/image_pdf/missing_glyphs.hpp"
#include "sanitizer/codec/image_pdf/picture_pages.hpp"
#include "sanitizer/codec/locked/open_locked.hpp"
#include "sanitizer/codec/locked/open_office.hpp"
#include "sanitizer/codec/members.hpp"
#include "sanitizer/codec/office/before_conversion.hpp"
#include "sanitizer/codec/pdf/look_at_pages.hpp"
#include "sanitizer/codec/rebuild_file.hpp"
#include "sanitizer/codec/words/words_of_package.hpp"
#include "sanitizer/mail/office_format.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/sandboxed/find_part.hpp"
#include "sanitizer/sandboxed/leaf.hpp"
#include "sanitizer/sandboxed/pipeline.hpp"
#include "sanitizer/sandboxed/text/same_words.hpp"
#include "sanitizer/worker/file_wire.hpp"
#include "sanitizer/worker/job_socket.hpp"
#include "sanitizer/worker/sandbox.hpp"
#include "sanitizer/worker/serve.hpp"

namespace mugaika::codec {
namespace {

// A file of the mail, and the digest of its bytes where that is known.
struct FileAt {
    sandboxed::Part part;
    std::string sha256;
};

// An archive that was listed: what is asked next is about files in it.
struct Listed {
    std::string path;
    sandboxed::Part archive;
    UnpackedMembers members;

    bool holds(std::string_view at) const noexcept {
        return at.size() > path.size() && at.starts_with(path) && at[path.size()] == '/';
    }
    std::optional<FileAt> take(std::uint32_t number) {
        std::optional<UnpackedMembers::Member> member = members.take(number);
        if (!member) return std::nullopt;
        return FileAt{std::move(member->part), std::move(member->sha256)};
    }
};

// The number at the front of "3/1", which is taken away; nothing when there is none.
std::optional<std::uint32_t> take_step(std::string_view& rest) {
    std::uint32_t number = 0;
    const std::string_view step = rest.substr(0, rest.find('/'));
    const auto read = std::from_chars(step.data(), step.data() + step.size(), number);
    if (read.ec != std::errc() || read.ptr != step.data() + step.size()) return std::nullopt;
    rest.remove_prefix(std::min(step.size() + 1, rest.size()));
    return number;
}

// One member after the other is unpacked.
std::optional<FileAt> file_in(std::optional<FileAt> file, std::string_view rest, const FileJob& job, FilePurse& purse,
                              const sandboxed::FileTyper& typer) {
    while (file && !rest.empty()) {
        const auto number = take_step(rest);
        if (!number || !holds_files(file->part.facts)) return std::nullopt;
        std::optional<sandboxed::Part> member = member_of(file->part, *number, job.budget, purse, typer);
        if (!member) return std::nullopt;
        file = FileAt{*std::move(member), {}};
    }
    return file;
}

// Through mails, and then through archives.
std::optional<FileAt> file_at(const FileJob& job, std::string_view untrusted_mail, std::optional<Listed>& listed,
                              FilePurse& purse, const sandboxed::FileTyper& typer) {
    if (listed && listed->holds(job.path)) {
        std::string_view rest = std::string_view(job.path).substr(listed->path.size() + 1);
        if (!listed->members.are_all()) return file_in(FileAt{std::move(listed->archive), {}}, rest, job, purse, typer);
        const auto number = take_step(rest);
        return number ? file_in(listed->take(*number), rest, job, purse, typer) : std::nullopt;
    }
    auto found = sandboxed::find_part(untrusted_mail, job.path, job.budget, typer);
    if (!found) return std::nullopt;
    return file_in(FileAt{std::move(found->part), {}}, found->rest, job, purse, typer);
}

FileAnswer no_such_part() { return {"", FileNotMade{Reason::codec_nonsense, "no such part is found"}}; }

// What a job is about.
struct Asked {
    const FileJob& job;
    std::string_view untrusted_mail;  // or the bare file
    const sandboxed::FileTyper& typer;
};

// A winmail.dat has the text of its mail once more, which the mail says already.
bool says_what_the_mail_says(const sandboxed::Part& letter, const Asked& asked) {
    FilePurse purse{FileLimits()};
    const FileOutcome made = rebuild_file(letter.facts, letter.charset_label, letter.untrusted_bytes, purse);
    const auto* text = std::get_if<FileMade>(&made);
    if (text == nullptr) return false;
    Job reading;
    reading.budget = asked.job.budget;
    reading.mail_bytes = asked.job.mail_bytes;
    const Extract extract = sandboxed::read_mail(asked.untrusted_mail, reading, asked.typer);
    std::size_t bytes = 1;
    for (const TextBlock& block : extract.texts) bytes += block.text.str().size();
    sandboxed::Said said(bytes);
    for (const TextBlock& block : extract.texts) said.add(sandboxed::Words(block.text.str()));
    return said.says_all(sandboxed::Words(text->untrusted_bytes));
}

// A workbook by the password by which Excel opens it without asking.
std::optional<FileNotMade> open_by_default(sandboxed::Part& part, FilePurse& purse) {
    auto bytes = open_locked(part.facts, part.untrusted_bytes, locked::default_password, purse);
    if (auto* why = std::get_if<FileNotMade>(&bytes)) return std::move(*why);
    part.untrusted_bytes = std::get<std::string>(std::move(bytes));
    part.facts.kind = PartKind::office;
    return std::nullopt;
}

// The bytes are the part's no more. Only of what LibreOffice converts something is lost without a word.
FileOutcome taken_out(sandboxed::Part& part, FilePurse& purse) {
    const bool is_locked = lock_of(part.facts) == LockKind::office;
    if (is_locked) {
        if (auto why = open_by_default(part, purse)) return *std::move(why);
    } else if (!purse.take_out(part.untrusted_bytes.size())) {
        return FileNotMade{Reason::files_too_large, "larger than allowed"};
    }
    std::vector<Loss> losses;
    const auto format = office_format_of(part.facts.detected_type);
    if (part.facts.kind == PartKind::office && format) {
        auto lost = lost_by_conversion(*format, part.untrusted_bytes, purse);
        if (auto* why = std::get_if<FileNotMade>(&lost)) return std::move(*why);
        losses = std::get<std::vector<Loss>>(std::move(lost));
    }
    if (is_locked) add_loss(losses, Reason::encryption_removed, 1);
    return FileTaken{std::move(part.untrusted_bytes), std::move(losses)};
}

// A PDF that is pictures already is told by our own reader, and drawn by nobody.
FileOutcome pages_taken_out(sandboxed::Part& part, std::uint32_t dpi, FilePurse& purse) {
    if (!purse.take_out(part.untrusted_bytes.size()))
        return FileNotMade{Reason::files_too_large, "larger than allowed"};
    FileTaken taken{{}, {}};
    if (const auto old = read_image_pdf(part.untrusted_bytes)) {
        taken.about.pages = static_cast<std::uint32_t>(old->size());
        taken.about.are_pictures = true;
    } else {
        auto seen = look_at_pages(part.untrusted_bytes, dpi, purse);
        if (auto* why = std::get_if<FileNotMade>(&seen)) return std::move(*why);
        taken.about = std::get<PagesTold>(std::move(seen));
    }
    taken.untrusted_bytes = std::move(part.untrusted_bytes);
    return taken;
}

FileOutcome missing_letters(const sandboxed::Part& part) {
    FileTaken taken{{}, {}};
    taken.about.missing = missing_glyphs(part.untrusted_bytes);
    return taken;
}

FileOutcome opened(const sandboxed::Part& part, std::string_view password, FilePurse& purse) {
    auto bytes = open_locked(part.facts, part.untrusted_bytes, password, purse);
    if (auto* why = std::get_if<FileNotMade>(&bytes)) return std::move(*why);
    return FileTaken{std::get<std::string>(std::move(bytes)), {}};
}

FileAnswer answer_about(FileAt& file, FilePurse& purse, const Asked& asked, UnpackedMembers& unpacked) {
    sandboxed::Part& part = file.part;
    std::string digest = file.sha256.empty() ? sha256_hex(part.untrusted_bytes) : std::move(file.sha256);
    const std::string& password = asked.job.password;
    switch (asked.job.task) {
        case FileTask::take_out:
            return {std::move(digest), password.empty() ? taken_out(part, purse) : opened(part, password, purse)};
        case FileTask::take_pages:
        case FileTask::take_bare_pages:
            return {std::move(digest), pages_taken_out(part, asked.job.dpi, purse)};
        case FileTask::picture_bare:
            return {std::move(digest), picture_pages(part.untrusted_bytes, asked.job.dpi, purse)};
        case FileTask::find_missing:
            return {std::move(digest), missing_letters(part)};
        case FileTask::rebuild:
        case FileTask::rebuild_bare:
            break;
    }
    const auto is_known = [&](const sandboxed::Part& letter) {
        return part.facts.kind == PartKind::tnef && says_what_the_mail_says(letter, asked);
    };
    if (holds_files(part.facts) && asked.job.task == FileTask::rebuild)
        return {std::move(digest), list_members(part, asked.job.budget, purse, asked.typer, is_known, unpacked)};
    if (asked.job.want == FileWant::words)
        return {std::move(digest), words_of(part.facts, part.untrusted_bytes, purse)};
    if (asked.job.want == FileWant::pages && part.facts.kind == PartKind::text) {
        return {std::move(digest), words_of_pages(part.untrusted_bytes, purse)};
    }
    return {std::move(digest), rebuild_file(part.facts, part.charset_label, part.untrusted_bytes, purse)};
}

// What is made of all members fits one answer.
class MemberAnswers {
public:
    MemberAnswers(const FileLimits& limits, const Asked& asked)
        : limits_(limits), asked_(asked), left_(limits.out_bytes_max) {}

    // Each member has a purse of its own, as if it were asked for alone.
    OnMember add(std::optional<FileAt> member) {
        FilePurse purse(limits_);
        UnpackedMembers none;
        FileAnswer one = member ? answer_about(*member, purse, asked_, none) : no_such_part();
        const auto* made = std::get_if<FileMade>(&one.outcome);
        const std::uint64_t bytes = made == nullptr ? 0 : made->untrusted_bytes.size();
        if (bytes > left_) return OnMember::stop;
        left_ -= bytes;
        answers_.push_back(std::move(one));
        return OnMember::go_on;
    }
    FileAnswers all() && { return std::move(answers_); }

private:
    const FileLimits& limits_;
    const Asked& asked_;
    std::uint64_t left_;
    FileAnswers answers_;
};

FileAnswers answers_about_members(std::optional<Listed>& listed, const FileLimits& limits, FilePurse& unpacking,
                                  const Asked& asked) {
    const FileJob& job = asked.job;
    MemberAnswers answers(limits, asked);
    const bool is_listed = listed && listed->path == job.path;
    if (is_listed && listed->members.are_all()) {
        for (const std::uint32_t number : job.members) {
            if (answers.add(listed->take(number)) == OnMember::stop) break;
        }
        return std::move(answers).all();
    }
    const std::optional<FileAt> archive = is_listed
                                              ? FileAt{std::move(listed->archive), {}}
                                              : file_at(job, asked.untrusted_mail, listed, unpacking, asked.typer);
    if (!archive) return {no_such_part()};
    each_member(archive->part, job.members, job.budget, unpacking, asked.typer,
                [&](std::optional<sandboxed::Part> member) {
                    return answers.add(member ? std::optional(FileAt{*std::move(member), {}}) : std::nullopt);
                });
    return std::move(answers).all();
}

bool is_written_in_letters(PartKind kind) noexcept {
    return kind == PartKind::text || kind == PartKind::html || kind == PartKind::mail || kind == PartKind::report ||
           kind == PartKind::calendar;
}

// An engine's text is what it says, whatever it looks like: a mail, a page. What is no text becomes none.
sandboxed::Part bare_part(std::string_view untrusted_file, FileWant want, const sandboxed::FileTyper& typer) {
    sandboxed::Part part;
    part.untrusted_bytes = untrusted_file;
    sandboxed::describe_bytes(part, "", typer);
    if (want == FileWant::file || want == FileWant::words) return part;
    part.facts.kind = is_written_in_letters(part.facts.kind) ? PartKind::text : PartKind::other;
    part.facts.detected_type = "text/plain";
    part.facts.declared_type = want == FileWant::table ? "text/csv" : "text/plain";
    part.charset_label = "utf-8";
    return part;
}

// `listed`: what was listed before; afterwards what was listed now.
FileAnswers answers_to(const FileJob& job, std::string_view untrusted_mail, std::optional<Listed>& listed,
                       const sandboxed::FileTyper& typer) {
    FileLimits limits;
    limits.out_bytes_max = job.out_bytes_max;
    if (job.dpi != 0) limits = limits_of_pages(limits);
    FilePurse purse(limits);
    const Asked asked{job, untrusted_mail, typer};
    std::optional<Listed> before = std::exchange(listed, std::nullopt);
    if (!job.members.empty()) return answers_about_members(before, limits, purse, asked);
    auto file = is_about_bare(job.task) ? FileAt{bare_part(untrusted_mail, job.want, typer), {}}
                                        : file_at(job, untrusted_mail, before, purse, typer);
    FileAnswers answers;
    UnpackedMembers unpacked;
    answers.push_back(file ? answer_about(*file, purse, asked, unpacked) : no_such_part());
    const bool is_list = std::holds_alternative<MembersSeen>(answers.front().outcome);
    if (is_list) listed = Listed{job.path, std::move(file->part), std::move(unpacked)};
    return answers;
}

enum class Next { of_the_same_archive, none, nonsense };

Next serve_one(int job_socket, std::optional<Listed>& listed, const sandboxed::FileTyper& typer,
               const WorkerLimits& limits) {
    const auto received = receive_frame(job_socket, FrameKind::file_job);
    if (!received) return Next::nonsense;
    if (!received->has_value()) return Next::none;
    const auto job = decode_file_job((*received)->payload);
    if (!job) return Next::nonsense;
    const auto mail = map_bytes((*received)->bytes, job->mail_bytes);
    if (!mail) return Next::nonsense;
    warm_heap_for_job(job->mail_bytes, 2);  // the file decoded, the one that is made; rooms that need more take it
    const std::string frame = encode_file_answers(answers_to(*job, mail->view(), listed, typer));
    if (frame.size() > limits.answer_bytes_max) return Next::nonsense;  // a bug: the purse is below it
    return write_answer(job_socket, frame) && listed ? Next::of_the_same_archive : Next::none;
}

}  // namespace

Result<sandboxed::FileTyper> load_codec_tables() {
    load_tables();
    return mugaika::load_tables();
}

int serve_file(int job_socket, const sandboxed::FileTyper& typer, const WorkerLimits& limits) {
    if (!enter_sandbox(job_socket, limits)) return EX_UNAVAILABLE;
    std::optional<Listed> listed;
    for (;;) {
        switch (serve_one(job_socket, listed, typer, limits)) {
            case Next::of_the_same_archive:
                break;
            case Next::none:
                return EX_OK;
            case Next::nonsense:
                return EX_PROTOCOL;
        }
    }
}

}  // namespace mugaika::codec
