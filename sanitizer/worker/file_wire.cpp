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
bool is_password_or_empty(std::string_view text) noexcept { return text.size() <= password_bytes_max; }

constexpr auto describe_file_job = [](auto& io, auto& job) {
    auto& [path, members, budget, out_bytes_max, mail_bytes, task, want, dpi, password] = job;
    io.string(path, is_part_path);
    io.list(members, FileLimits().archive_members_max, [](auto& in_or_out, auto& number) { in_or_out.number(number); });
    describe_budget(io, budget);
    io.number(out_bytes_max);
    io.number(mail_bytes);
    io.choice(task, last_file_task);
    io.choice(want, FileWant::table);
    io.number(dpi);
    io.string(password, is_password_or_empty);
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

constexpr auto describe_glyph = [](auto& io, auto& glyph) {
    auto& [page, code_point, count] = glyph;
    io.number(page);
    io.number(code_point);
    io.number(count);
};

constexpr auto describe_told = [](auto& io, auto& told) {
    auto& [pages, has_foreign_fonts, are_pictures, links, missing] = told;
    io.number(pages);
    io.flag(has_foreign_fonts);
    io.flag(are_pictures);
    io.list(links, links_listed_max, [](auto& inner, auto& link) { inner.string(link, is_listed_link); });
    io.list(missing, missing_listed_max, describe_glyph);
};

constexpr auto describe_taken = [](auto& io, auto& taken) {
    auto& [untrusted_bytes, losses, about] = taken;
    io.string(untrusted_bytes, is_any);
    io.list(losses, reason_count, describe_loss);
    describe_told(io, about);
};

// What stands before an outcome: its place in FileOutcome.
enum class Told : std::uint8_t { made, not_made, members, taken };
static_assert(std::variant_size_v<FileOutcome> == 4);

Told told_of(const FileOutcome& outcome) noexcept { return static_cast<Told>(outcome.index()); }

template <class Io, class Outcome>
void describe_outcome(Io& io, Told told, Outcome& outcome) {
    switch (told) {
        case Told::made:
            return describe_made(io, std::get<FileMade>(outcome));
        case Told::not_made:
            return describe_not_made(io, std::get<FileNotMade>(outcome));
        case Told::members:
            return describe_members(io, std::get<MembersSeen>(outcome));
        case Told::taken:
            return describe_taken(io, std::get<FileTaken>(outcome));
    }
}

// An outcome is told before it is described, so writer and reader differ here.
struct DescribeAnswer {
    void operator()(Writer& out, const FileAnswer& answer) const {
        out.bytes(answer.in_sha256);
        const Told told = told_of(answer.outcome);
        out.choice(told, Told::taken);
        describe_outcome(out, told, answer.outcome);
    }
    void operator()(Reader& in, FileAnswer& answer) const {
        in.string(answer.in_sha256, is_sha256_or_empty);
        Told told = Told::made;
        in.choice(told, Told::taken);
        if (told == Told::not_made) answer.outcome.emplace<FileNotMade>();
        if (told == Told::members) answer.outcome.emplace<MembersSeen>();
        if (told == Told::taken) answer.outcome.emplace<FileTaken>();
        describe_outcome(in, told, answer.outcome);
    }
};

constexpr auto describe_answers = [](auto& io, auto& answers) {
    io.list(answers, FileLimits().archive_members_max, DescribeAnswer());
};

constexpr auto describe_file_to_check = [](auto& io, auto& file) {
    auto& [kind, bytes] = file;
    io.choice(kind, last_kind);
    io.number(bytes);
};

constexpr auto describe_check_job = [](auto& io, auto& job) {
    auto& [files] = job;
    io.list(files, FileLimits().archive_members_max, describe_file_to_check);
};

CheckAnswer read_check_answer(Reader& in) {
    SafeKind kind = SafeKind::png;
    std::string sha256, words;
    std::uint32_t pages = 0;
    in.choice(kind, last_kind);
    in.string(sha256, is_sha256);
    in.number(pages);
    in.line(words);
    return CheckAnswerMaker::make(kind, std::move(sha256), pages, std::move(words));
}

}  // namespace

std::string encode_file_job(const FileJob& job) { return encode(FrameKind::file_job, job, describe_file_job); }

Result<FileJob> decode_file_job(std::string_view payload) { return decode<FileJob>(payload, describe_file_job); }

std::string encode_file_answers(const FileAnswers& answers) {
    return encode(FrameKind::file_answer, answers, describe_answers);
}

Result<FileAnswers> decode_file_answers(std::string_view payload) {
    return decode<FileAnswers>(payload, describe_answers);
}

std::string encode_check_job(const CheckJob& job) { return encode(FrameKind::check_job, job, describe_check_job); }

Result<CheckJob> decode_check_job(std::string_view payload) { return decode<CheckJob>(payload, describe_check_job); }

std::string encode_check_answers(const std::vector<CheckSaid>& said) {
    Writer out(FrameKind::check_answer);
    out.list(said, said.size(), [](Writer& each, const CheckSaid& one) {
        each.choice(one.kind, last_kind);
        each.bytes(one.sha256);
        each.number(one.pages ? *one.pages : 0);
        std::string words = one.pages ? std::string() : shown_text(one.pages.error().words(), words_bytes_max);
        if (!one.pages && words.empty()) words = "refused";
        each.bytes(words);
    });
    return std::move(out).frame();
}

Result<std::vector<CheckAnswer>> decode_check_answers(std::string_view payload, std::size_t files) {
    Reader in(payload);
    std::uint32_t count = 0;
    in.number(count);
    if (count != files) return Error(Fault::protocol, "check answer: not about as many files as were asked about");
    std::vector<CheckAnswer> answers;
    for (std::uint32_t i = 0; i < count; ++i) answers.push_back(read_check_answer(in));
    if (const auto end = in.finish(); !end) return end.error();
    return answers;
}

}  // namespace mugaika
