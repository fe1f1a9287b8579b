#include "tests/support/file_lies.hpp"

#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "sanitizer/checker/serve_checker.hpp"
#include "sanitizer/codec/pictures/rebuild_picture.hpp"
#include "sanitizer/compose/base64_writer.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/worker/file_wire.hpp"
#include "sanitizer/worker/job_socket.hpp"

namespace mugaika::test {
namespace {

std::string big_endian(std::uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift & 0xff));
    return bytes;
}

std::string chunk(const std::string& type_and_data) {
    const auto crc =
        ::crc32(0, reinterpret_cast<const Bytef*>(type_and_data.data()), static_cast<uInt>(type_and_data.size()));
    return big_endian(static_cast<std::uint32_t>(type_and_data.size() - 4)) + type_and_data +
           big_endian(static_cast<std::uint32_t>(crc));
}

std::string deflated(const std::string& bytes) {
    std::string out(::compressBound(static_cast<uLong>(bytes.size())), '\0');
    uLongf size = static_cast<uLongf>(out.size());
    ::compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
               static_cast<uLong>(bytes.size()));
    out.resize(size);
    return out;
}

// 16 x 8 pixels of 8-bit RGB.
std::string made_png() {
    std::string rows;
    for (int y = 0; y < 8; ++y) {
        rows.push_back('\0');
        for (int x = 0; x < 16 * 3; ++x) rows.push_back(static_cast<char>(x * 5 + y * 31));
    }
    const std::string header = "IHDR" + big_endian(16) + big_endian(8) + std::string("\x08\x02\x00\x00\x00", 5);
    return "\x89PNG\r\n\x1a\n" + chunk(header) + chunk(std::string("tEXtAuthor\0secret name", 22)) +
           chunk("IDAT" + deflated(rows)) + chunk("IEND");
}

std::string made_mail() {
    std::string mail =
        "From: a@example.jp\r\nTo: b@example.jp\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n\r\n--b\r\n"
        "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename=photo.png\r\n\r\n";
    append_base64_lines(mail, sample_png());
    return mail + "--b--\r\n";
}

std::string mail_around(const std::string& mail) {
    return "From: a@example.jp\r\nTo: b@example.jp\r\nSubject: fw\r\nMIME-Version: 1.0\r\n"
           "Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\nContent-Type: text/plain\r\n\r\nsee\r\n"
           "--outer\r\nContent-Type: message/rfc822\r\n\r\n" +
           mail + "\r\n--outer--\r\n";
}

void wait_for_job(int socket) {
    std::array<char, 65536> job;
    if (::read(socket, job.data(), job.size()) <= 0) ::_exit(0);
}

int answer(int socket, const std::string& frame) {
    wait_for_job(socket);
    write_answer(socket, frame);
    char byte = 0;
    while (::read(socket, &byte, 1) > 0) {
    }
    return 0;
}

// Never says anything, and ends when it is killed.
[[noreturn]] int hang() {
    for (;;) ::pause();
}

int die(int socket) {
    wait_for_job(socket);
    return std::raise(SIGKILL);
}

FileMade honest() {
    FilePurse purse{FileLimits()};
    return std::get<FileMade>(codec::rebuild_picture(sample_png(), purse));
}

std::string told_about(std::string in_sha256, FileOutcome outcome) {
    FileAnswers answers;
    answers.push_back({std::move(in_sha256), std::move(outcome)});
    return encode_file_answers(answers);
}

std::string told(FileOutcome outcome) { return told_about(sha256_hex(sample_png()), std::move(outcome)); }

// The honest answer, changed.
std::string but(const std::function<void(FileMade&)>& change) {
    FileMade made = honest();
    change(made);
    return told(std::move(made));
}

std::string seen(SafeKind kind, std::string_view bytes) { return encode_check_answers({{kind, sha256_hex(bytes), 1}}); }

struct Told {
    FileLie lie;
    std::function<std::string()> frame;
};

const std::vector<Told>& all_told() {
    static const std::vector<Told> lies{
        {{"original", Reason::check_failed, "our chunks"},
         [] { return but([](FileMade& m) { m.untrusted_bytes = sample_png(); }); }},
        {{"program_behind_it", Reason::check_failed, ""},
         [] { return but([](FileMade& m) { m.untrusted_bytes += "MZ\x90"; }); }},
        {{"program", Reason::check_failed, ""},
         [] { return but([](FileMade& m) { m.untrusted_bytes = "MZ\x90\x00\x03"; }); }},
        {{"page", Reason::check_failed, ""},
         [] { return but([](FileMade& m) { m.untrusted_bytes = "<html><script>"; }); }},
        {{"another_picture_kind", Reason::check_failed, ""},
         [] { return but([](FileMade& m) { m.kind = SafeKind::jpeg; }); }},
        {{"another_family", Reason::codec_nonsense, "family"},
         [] { return but([](FileMade& m) { m.kind = SafeKind::docx; }); }},
        {{"nothing", Reason::codec_nonsense, "without bytes"},
         [] { return but([](FileMade& m) { m.untrusted_bytes.clear(); }); }},
        {{"grows", Reason::codec_nonsense, "limit"},
         [] { return but([](FileMade& m) { m.untrusted_bytes.resize((50u << 20) + 1); }); }},
        {{"no_pages", Reason::codec_nonsense, "pages"}, [] { return but([](FileMade& m) { m.pages = 0; }); }},
        {{"many_pages", Reason::codec_nonsense, "pages"},
         [] { return but([](FileMade& m) { m.pages = 4'000'000'000; }); }},
        {{"loss_that_holds", Reason::codec_nonsense, "loss"},
         [] { return but([](FileMade& m) {
                  m.losses = {{Reason::worker_died, 1}};
              }); }},
        {{"loss_that_refuses", Reason::codec_nonsense, "loss"},
         [] { return but([](FileMade& m) {
                  m.losses = {{Reason::too_many_hops, 1}};
              }); }},
        {{"loss_of_nothing", Reason::codec_nonsense, "loss"},
         [] { return but([](FileMade& m) {
                  m.losses = {{Reason::macro_removed, 0}};
              }); }},
        {{"loss_without_reason", Reason::codec_nonsense, "loss"},
         [] { return but([](FileMade& m) {
                  m.losses = {{Reason::none, 1}};
              }); }},
        {{"loss_twice", Reason::codec_nonsense, "twice"},
         [] { return but([](FileMade& m) {
                  m.losses = {{Reason::macro_removed, 1}, {Reason::macro_removed, 2}};
              }); }},
        {{"refuses_the_mail", Reason::codec_nonsense, "reason"},
         [] {
             return told(FileNotMade{Reason::policy_refuse, ""});
         }},
        {{"holds_the_mail", Reason::codec_nonsense, "reason"},
         [] {
             return told(FileNotMade{Reason::too_much_decoded, ""});
         }},
        {{"gives_no_reason", Reason::codec_nonsense, "reason"},
         [] {
             return told(FileNotMade{Reason::none, ""});
         }},
        {{"picture_with_members", Reason::codec_nonsense, "no archive"},
         [] { return told(MembersSeen{{MemberSeen{}}}); }},
        {{"gives_the_file_out", Reason::codec_nonsense, "asked for anew"},
         [] {
             return told(FileTaken{sample_png(), {}});
         }},
        {{"another_part", Reason::codec_nonsense, "another one"},
         [] { return told_about(sha256_hex("hello\r\n"), honest()); }},
        {{"no_part", Reason::codec_nonsense, "another one"}, [] { return told_about("", honest()); }},
        {{"words_with_an_end_of_line", Reason::codec_nonsense, "plain"},
         [] {
             return told(FileNotMade{Reason::not_rebuilt, "a\r\nSubject: b"});
         }},
        {{"answers_twice", Reason::codec_nonsense, "after the answer"}, [] { return told(honest()) + told(honest()); }},
        {{"speaks_as_the_checker", Reason::codec_nonsense, "kind"}, [] { return seen(SafeKind::png, ""); }},
        {{"no_answer", Reason::codec_nonsense, "no answer"}, [] { return encode_file_answers({}); }},
        {{"two_answers", Reason::codec_nonsense, "more answers"},
         [] {
             FileAnswers two;
             for (int i = 0; i < 2; ++i) two.push_back({sha256_hex(sample_png()), honest()});
             return encode_file_answers(two);
         }},
        {{"garbage", Reason::codec_nonsense, "frame"}, [] { return std::string(1000, '\xee'); }},
        {{"dies", Reason::codec_died, "signal 9; again: "}, {}},
    };
    return lies;
}

// Codecs that differ when several files are asked for together. All are sample_png().
using Together = std::function<void(FileAnswers&)>;
WorkerBody codec_that(bool alone_too, Together change) {
    return [alone_too, change](int socket, const WorkerLimits&) {
        const auto received = receive_frame(socket, FrameKind::file_job);
        if (!received || !*received) return 0;
        const FileJob job = decode_file_job((*received)->payload).value();
        if (job.members.empty() && !alone_too) return std::raise(SIGKILL);
        FileAnswers answers;
        for (std::size_t i = 0; i < std::max<std::size_t>(job.members.size(), 1); ++i) {
            answers.push_back({sha256_hex(sample_png()), honest()});
        }
        if (!job.members.empty()) change(answers);
        write_answer(socket, encode_file_answers(answers));
        return 0;
    };
}

// Codecs that list an archive of two pictures, and are asked about them next. What `change` does to the answer about
// both is done in the process that has listed them.
WorkerBody codec_that_lists(bool dies_unless_it_lists, Together change) {
    return [dies_unless_it_lists, change](int socket, const WorkerLimits&) {
        for (bool has_listed = false;; has_listed = true) {
            const auto received = receive_frame(socket, FrameKind::file_job);
            if (!received || !*received) return 0;
            const FileJob job = decode_file_job((*received)->payload).value();
            FileAnswers answers;
            if (job.path == "1" && job.members.empty()) {
                MembersSeen seen;
                for (const char* name : {"a.png", "b.png"}) {
                    seen.members.push_back({{}, sha256_hex(sample_png())});
                    seen.members.back().facts.name = name;
                    seen.members.back().facts.kind = PartKind::image;
                }
                write_answer(socket, encode_file_answers({{sha256_hex("an archive"), std::move(seen)}}));
                continue;
            }
            if (!has_listed && dies_unless_it_lists) return std::raise(SIGKILL);
            for (std::size_t i = 0; i < std::max<std::size_t>(job.members.size(), 1); ++i) {
                answers.push_back({sha256_hex(sample_png()), honest()});
            }
            if (has_listed) change(answers);
            write_answer(socket, encode_file_answers(answers));
            return 0;
        }
    };
}

const std::map<std::string_view, WorkerBody>& codecs_of_several() {
    static const std::map<std::string_view, WorkerBody> all{
        {"codec.together", codec_that(false, [](FileAnswers&) {})},
        {"codec.only_alone", codec_that(true, [](FileAnswers&) { std::raise(SIGKILL); })},
        {"codec.first_only", codec_that(true, [](FileAnswers& answers) { answers.resize(1); })},
        {"codec.second_of_another", codec_that(true, [](FileAnswers& a) { a.at(1).in_sha256 = sha256_hex("x"); })},
        {"codec.three_of_two", codec_that(true,
                                          [](FileAnswers& a) {
                                              a.push_back({sha256_hex(""), honest()});
                                          })},
        {"codec.lists", codec_that_lists(true, [](FileAnswers&) {})},
        {"codec.lists_and_dies", codec_that_lists(false, [](FileAnswers&) { std::raise(SIGKILL); })},
        {"codec.lists_and_lies", codec_that_lists(false, [](FileAnswers& a) { a.at(1).in_sha256 = sha256_hex("x"); })},
        {"codec.second_is_original",
         codec_that(false, [](FileAnswers& a) { std::get<FileMade>(a.at(1).outcome).untrusted_bytes = sample_png(); })},
    };
    return all;
}

// Made when it is asked for: the programs start before this file's own values would be there.
const std::map<std::string_view, WorkerBody>& checkers() {
    static const std::map<std::string_view, WorkerBody> all{
        {"checker.real",
         [](int socket, const WorkerLimits& limits) {
             checker::load_checker_tables();
             return checker::serve_check(socket, limits);
         }},
        {"checker.hangs", [](int, const WorkerLimits&) { return hang(); }},
        {"checker.dies", [](int socket, const WorkerLimits&) { return die(socket); }},
        {"checker.another_digest",
         [](int socket, const WorkerLimits&) { return answer(socket, seen(SafeKind::png, "x")); }},
        {"checker.another_kind",
         [](int socket, const WorkerLimits&) {
             return answer(socket, seen(SafeKind::jpeg, honest().untrusted_bytes));
         }},
        // It has read what it was given, and passes it whatever it is.
        {"checker.believes",
         [](int socket, const WorkerLimits&) {
             const auto received = receive_frame(socket, FrameKind::check_job);
             const CheckJob job = decode_check_job((*received)->payload).value();
             const auto file = map_bytes((*received)->bytes, job.files.front().bytes);
             write_answer(socket, seen(job.files.front().kind, file->view()));
             return 0;
         }},
        // Only one file at a time is read.
        {"checker.one_only",
         [](int socket, const WorkerLimits& limits) {
             std::array<char, 4096> job;
             const ssize_t got = ::recv(socket, job.data(), job.size(), MSG_PEEK);
             const auto frame = std::string_view(job.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
             if (frame.size() > frame_header_bytes &&
                 decode_check_job(frame.substr(frame_header_bytes)).value().files.size() > 1) {
                 return std::raise(SIGKILL);
             }
             checker::load_checker_tables();
             return checker::serve_check(socket, limits);
         }},
        {"checker.one_answer",
         [](int socket, const WorkerLimits&) { return answer(socket, seen(SafeKind::png, honest().untrusted_bytes)); }},
        // The first file's digest for the second, and the other way round.
        {"checker.swaps",
         [](int socket, const WorkerLimits&) {
             const CheckSaid first{SafeKind::png, sha256_hex("first"), 1};
             const CheckSaid second{SafeKind::png, sha256_hex("second"), 1};
             return answer(socket, encode_check_answers({second, first}));
         }},
        {"checker.garbage", [](int socket, const WorkerLimits&) { return answer(socket, std::string(100, 'x')); }},
        {"checker.refuses",
         [](int socket, const WorkerLimits&) {
             const Error refusal(Fault::protocol, "not like this");
             return answer(socket,
                           encode_check_answers({{SafeKind::png, sha256_hex(honest().untrusted_bytes), refusal}}));
         }},
    };
    return all;
}

}  // namespace

const std::string& sample_png() {
    static const std::string png = made_png();
    return png;
}

const std::string& mail_with_picture() {
    static const std::string mail = made_mail();
    return mail;
}

const std::string& mail_in_mail_with_picture() {
    static const std::string mail = mail_around(made_mail());
    return mail;
}

const std::vector<FileLie>& file_lies() {
    static const std::vector<FileLie> lies = [] {
        std::vector<FileLie> all;
        for (const Told& one : all_told()) all.push_back(one.lie);
        return all;
    }();
    return lies;
}

WorkerBody file_behaviour(std::string_view name) {
    if (const auto found = checkers().find(name); found != checkers().end()) return found->second;
    const auto several = codecs_of_several().find(name);
    if (several != codecs_of_several().end()) return several->second;
    if (name == "codec.honest") {
        return [](int socket, const WorkerLimits&) { return answer(socket, told(honest())); };
    }
    if (name == "codec.large") {
        const auto make_large = [](FileMade& made) { made.untrusted_bytes.append(1u << 20, '\0'); };
        return [make_large](int socket, const WorkerLimits&) { return answer(socket, but(make_large)); };
    }
    if (name == "codec.hangs") {
        return [](int, const WorkerLimits&) { return hang(); };
    }
    for (const Told& one : all_told()) {
        if (name != "codec." + std::string(one.lie.name)) continue;
        if (!one.frame) return [](int socket, const WorkerLimits&) { return die(socket); };
        return [frame = one.frame](int socket, const WorkerLimits&) { return answer(socket, frame()); };
    }
    return {};
}

}  // namespace mugaika::test
