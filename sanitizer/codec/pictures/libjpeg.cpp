#include "sanitizer/codec/pictures/libjpeg.hpp"

#include <jerror.h>

#include <algorithm>
#include <exception>

namespace mugaika::codec {
namespace {

// Codes that say "odd, but nothing was lost".
constexpr std::array harmless = {JWRN_EXTRANEOUS_DATA, JWRN_ADOBE_XFORM, JWRN_JFIF_MAJOR, JWRN_BOGUS_PROGRESSION};

[[noreturn]] void jump_back(j_common_ptr picture) { std::longjmp(static_cast<JpegErrors*>(picture->err)->back, 1); }

void note_message(j_common_ptr picture, int level) {
    if (level >= 0) return;  // a trace
    auto& errors = *static_cast<JpegErrors*>(picture->err);
    ++errors.num_warnings;
    if (std::find(harmless.begin(), harmless.end(), errors.msg_code) == harmless.end()) ++errors.damage;
}

void say_nothing(j_common_ptr) {}

void stop_at_scan_limit(j_common_ptr picture) {
    auto& limit = *static_cast<JpegScanLimit*>(picture->progress);
    const auto scan = reinterpret_cast<j_decompress_ptr>(picture)->input_scan_number;
    if (scan <= static_cast<int>(limit.scans_max)) return;
    limit.is_reached = true;
    jump_back(picture);
}

void begin_output(j_compress_ptr picture) {
    auto& sink = *static_cast<JpegSink*>(picture->dest);
    sink.next_output_byte = sink.buffer.data();
    sink.free_in_buffer = sink.buffer.size();
}

// No exception may pass through libjpeg.
void take_output(j_compress_ptr picture, std::size_t size) {
    auto& sink = *static_cast<JpegSink*>(picture->dest);
    bool is_taken = size <= sink.bytes_max - sink.bytes.size();
    try {
        if (is_taken) sink.bytes.append(reinterpret_cast<const char*>(sink.buffer.data()), size);
    } catch (const std::exception&) {
        is_taken = false;
    }
    if (is_taken) return begin_output(picture);
    sink.is_full = true;
    jump_back(reinterpret_cast<j_common_ptr>(picture));
}

boolean empty_buffer(j_compress_ptr picture) {
    take_output(picture, static_cast<JpegSink*>(picture->dest)->buffer.size());
    return TRUE;
}

void end_output(j_compress_ptr picture) {
    const auto& sink = *static_cast<JpegSink*>(picture->dest);
    take_output(picture, sink.buffer.size() - sink.free_in_buffer);
}

}  // namespace

JpegErrors::JpegErrors() : jpeg_error_mgr() {
    jpeg_std_error(this);
    error_exit = jump_back;
    emit_message = note_message;
    output_message = say_nothing;
}

std::string JpegErrors::words() {
    std::array<char, JMSG_LENGTH_MAX> text{};
    jpeg_common_struct picture{};
    picture.err = this;
    format_message(&picture, text.data());
    return text.data();
}

bool jpeg_guarded(JpegErrors& errors, void (*step)(void* job), void* job) {
    if (setjmp(errors.back) != 0) return false;
    step(job);
    return true;
}

JpegScanLimit::JpegScanLimit(std::uint32_t scans) : jpeg_progress_mgr(), scans_max(scans) {
    progress_monitor = stop_at_scan_limit;
}

JpegSink::JpegSink(std::uint64_t limit) : jpeg_destination_mgr(), bytes_max(limit) {
    init_destination = begin_output;
    empty_output_buffer = empty_buffer;
    term_destination = end_output;
}

}  // namespace mugaika::codec
