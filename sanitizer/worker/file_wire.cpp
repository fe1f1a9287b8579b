#include "sanitizer/worker/file_wire.hpp"

#include "policy/part_facts.hpp"
#include "policy/shown_text.hpp"
#include "sanitizer/worker/wire_io.hpp"

namespace mugaika {

// The only maker of answers: what it gives out came in a frame.
class CheckAnswerMaker {
public:
    static CheckAnswer make(SafeKind kind, std::string sha256, std::uint32_t pages, std::string words) {
        return {kind, std::move(sha256), pages, std::move(words)};
    }
};

namespace {

using namespace wire;

constexpr std::size_t words_bytes_max = 300;
constexpr SafeKind last_kind = static_cast<SafeKind>(safe_kind_count - 1);

bool is_any(std::string_view) noexcept { return true; }

constexpr auto describe_file_job = [](auto& io, auto& job) {
    auto& [path, budget, out_bytes_max, mail_bytes] = job;
    io.string(path, is_part_path);
    describe_budget(io, budget);
    io.number(out_bytes_max);
    io.number(mail_bytes);
};

constexpr auto describe_loss = [](auto& io, auto& loss) {
    auto& [what, count] = loss;
    io.reason(what);
    io.number(count);
};

constexpr auto describe_made = [](auto& io, auto& made) {
    auto& [kind, untrusted_bytes, losses, pages] = made;
    io.choice(kind, last_kind);
    io.string(untrusted_bytes, is_any);
    io.list(losses, reason_count, describe_loss);
    io.number(pages);
};

constexpr auto describe_not_made = [](auto& io, auto& not_made) {
    auto& [why, words] = not_made;
    io.reason(why);
    io.line(words);  // ours by the rules of its room; the reader takes no more than a plain line
};

constexpr auto describe_member = [](auto& io, auto& member) {
    auto& [facts, sha256, held, notes] = member;
    io.string(facts.detected_type, is_media_type_or_empty);
    io.choice(facts.kind, static_cast<PartKind>(part_kind_count - 1));
    io.line(facts.name);
    io.number(facts.bytes);
    io.string(sha256, is_sha256_or_empty);
    io.reason(held);
    io.reasons(notes);
};

constexpr auto describe_members = [](auto& io, auto& seen) {
    auto& [members] = seen;
    io.list(members, FileLimits().archive_members_max, describe_member);
};

// What stands before an outcome.
enum class Told : std::uint8_t { made, not_made, members };

Told told_of(const FileOutcome& outcome) noexcept {
    if (std::holds_alternative<FileMade>(outcome)) return Told::made;
    return std::holds_alternative<MembersSeen>(outcome) ? Told::members : Told::not_made;
}

template <class Io, class Outcome>
void describe_outcome(Io& io, Told told, Outcome& outcome) {
    switch (told) {
        case Told::made:
            return describe_made(io, std::get<FileMade>(outcome));
        case Told::not_made:
            return describe_not_made(io, std::get<FileNotMade>(outcome));
        case Told::members:
            return describe_members(io, std::get<MembersSeen>(outcome));
    }
}

constexpr auto describe_check_job = [](auto& io, auto& job) {
    auto& [kind, bytes] = job;
    io.choice(kind, last_kind);
    io.number(bytes);
};

}  // namespace

std::string encode_file_job(const FileJob& job) { return encode(FrameKind::file_job, job, describe_file_job); }

Result<FileJob> decode_file_job(std::string_view payload) { return decode<FileJob>(payload, describe_file_job); }

std::string encode_file_answer(const FileAnswer& answer) {
    Writer out(FrameKind::file_answer);
    out.bytes(answer.in_sha256);
    const Told told = told_of(answer.outcome);
    out.choice(told, Told::members);
    describe_outcome(out, told, answer.outcome);
    return std::move(out).frame();
}

Result<FileAnswer> decode_file_answer(std::string_view payload) {
    Reader in(payload);
    FileAnswer answer{{}, FileNotMade{}};
    in.string(answer.in_sha256, is_sha256_or_empty);
    Told told = Told::not_made;
    in.choice(told, Told::members);
    if (told == Told::made) answer.outcome.emplace<FileMade>();
    if (told == Told::members) answer.outcome.emplace<MembersSeen>();
    describe_outcome(in, told, answer.outcome);
    if (const auto end = in.finish(); !end) return end.error();
    return answer;
}

std::string encode_check_job(const CheckJob& job) { return encode(FrameKind::check_job, job, describe_check_job); }

Result<CheckJob> decode_check_job(std::string_view payload) { return decode<CheckJob>(payload, describe_check_job); }

std::string encode_check_answer(SafeKind kind, std::string_view sha256, const Result<std::uint32_t>& pages) {
    Writer out(FrameKind::check_answer);
    out.choice(kind, last_kind);
    out.bytes(sha256);
    out.number(pages ? *pages : 0);
    std::string words = pages ? std::string() : shown_text(pages.error().words(), words_bytes_max);
    if (!pages && words.empty()) words = "refused";
    out.bytes(words);
    return std::move(out).frame();
}

Result<CheckAnswer> decode_check_answer(std::string_view payload) {
    Reader in(payload);
    SafeKind kind = SafeKind::png;
    std::string sha256, words;
    std::uint32_t pages = 0;
    in.choice(kind, last_kind);
    in.string(sha256, is_sha256);
    in.number(pages);
    in.line(words);
    if (const auto end = in.finish(); !end) return end.error();
    return CheckAnswerMaker::make(kind, std::move(sha256), pages, std::move(words));
}

}  // namespace mugaika
