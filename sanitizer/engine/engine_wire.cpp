#include "sanitizer/engine/engine_wire.hpp"

#include "policy/shown_text.hpp"
#include "sanitizer/worker/wire_io.hpp"

namespace mugaika {
namespace {

using namespace wire;

constexpr std::size_t words_bytes_max = 300;
constexpr std::uint32_t seconds_max = 3600;

constexpr auto describe_word = [](auto& io, auto& word) { io.line(word); };

constexpr auto describe_command = [](auto& io, auto& command) {
    auto& [program, arguments, readable, processes] = command;
    io.line(program);
    io.list(arguments, CommandOrder::words_max, describe_word);
    io.list(readable, CommandOrder::words_max, describe_word);
    io.number(processes);
};

constexpr auto describe_job = [](auto& io, auto& job) {
    auto& [from, limits, task, dpi, command] = job;
    io.choice(from, last_office_format);
    io.choice(task, last_engine_task);
    io.number(dpi);
    io.number(limits.memory_bytes);
    io.number(limits.disk_bytes);
    io.number(limits.out_bytes_max);
    io.choice(task, EngineTask::command);
    describe_command(io, command);
};

constexpr auto describe_answer = [](auto& io, auto& answer) {
    auto& [end, words] = answer;
    io.choice(end, EngineEnd::failed);
    io.line(words);
};

}  // namespace

std::string encode_engine_job(const EngineJob& job) {
    Writer out(FrameKind::engine_job);
    out.number(static_cast<std::uint32_t>(job.limits.wall_clock.count()));
    describe_job(out, job);
    return std::move(out).frame();
}

Result<EngineJob> decode_engine_job(std::string_view payload) {
    Reader in(payload);
    EngineJob job;
    std::uint32_t seconds = 0;
    in.number(seconds);
    describe_job(in, job);
    if (const auto end = in.finish(); !end) return end.error();
    if (seconds == 0 || seconds > seconds_max) return Error(Fault::protocol, "engine job: no time that can be");
    job.limits.wall_clock = std::chrono::seconds(seconds);
    return job;
}

std::string encode_engine_answer(const EngineAnswer& answer) {
    return encode(FrameKind::engine_answer, EngineAnswer{answer.end, shown_text(answer.words, words_bytes_max)},
                  describe_answer);
}

Result<EngineAnswer> decode_engine_answer(std::string_view payload) {
    return decode<EngineAnswer>(payload, describe_answer);
}

}  // namespace mugaika
