#include "tests/support/file_lies.hpp"

#include <unistd.h>
#include <zlib.h>

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

std::string told(FileOutcome outcome) { return encode_file_answer({sha256_hex(sample_png()), std::move(outcome)}); }

// The honest answer, changed.
std::string but(const std::function<void(FileMade&)>& change) {
    FileMade made = honest();
    change(made);
    return told(std::move(made));
}

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
        {{"another_part", Reason::codec_nonsense, "another one"},
         [] {
             return encode_file_answer({sha256_hex("hello\r\n"), honest()});
         }},
        {{"no_part", Reason::codec_nonsense, "another one"},
         [] {
             return encode_file_answer({"", honest()});
         }},
        {{"words_with_an_end_of_line", Reason::codec_nonsense, "plain"},
         [] {
             return told(FileNotMade{Reason::not_rebuilt, "a\r\nSubject: b"});
         }},
        {{"answers_twice", Reason::codec_nonsense, "after the answer"}, [] { return told(honest()) + told(honest()); }},
        {{"speaks_as_the_checker", Reason::codec_nonsense, "kind"},
         [] { return encode_check_answer(SafeKind::png, sha256_hex(""), 1); }},
        {{"garbage", Reason::codec_nonsense, "frame"}, [] { return std::string(1000, '\xee'); }},
        {{"dies", Reason::codec_died, "signal 9"}, {}},
    };
    return lies;
}

std::string seen(SafeKind kind, std::string_view bytes) { return encode_check_answer(kind, sha256_hex(bytes), 1); }

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
             const auto file = map_bytes((*received)->bytes, job.bytes);
             write_answer(socket, seen(job.kind, file->view()));
             return 0;
         }},
        {"checker.garbage", [](int socket, const WorkerLimits&) { return answer(socket, std::string(100, 'x')); }},
        {"checker.refuses",
         [](int socket, const WorkerLimits&) {
             const Error refusal(Fault::protocol, "not like this");
             return answer(socket, encode_check_answer(SafeKind::png, sha256_hex(honest().untrusted_bytes), refusal));
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
