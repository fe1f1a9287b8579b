// Promise: content ends at the first CRLF.CRLF and nowhere else, and neither its bytes nor its answer depend on the
// pieces in which it comes. First byte: the size of the pieces.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "relay/smtp/data_reader.hpp"

namespace {

void require(bool promise) {
    if (!promise) std::abort();
}

struct Reading {
    std::string content;
    std::size_t consumed = 0;
    bool finished = false;
    const mugaika::Outcome* fault = nullptr;
};

Reading read(std::string_view bytes, std::size_t piece, const mugaika::SmtpLimits& limits) {
    mugaika::smtp::DataReader reader(limits);
    Reading reading;
    while (reading.consumed < bytes.size() && !reader.finished()) {
        const auto step = reader.read(bytes.substr(reading.consumed).substr(0, piece));
        require(step.consumed > 0);
        reading.consumed += step.consumed;
        reading.content += step.content;
    }
    reading.finished = reader.finished();
    reading.fault = reader.fault();
    return reading;
}

// Does it hold a CR without LF behind it or an LF without CR before it? Written as plainly as can be.
bool has_bare_line_end(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] == '\r' && (i + 1 == bytes.size() || bytes[i + 1] != '\n')) return true;
        if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r')) return true;
    }
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    mugaika::SmtpLimits limits;
    limits.message_bytes_max = 300;
    limits.header_fields_max = 5;
    limits.header_line_bytes_max = 40;
    limits.hops_max = 2;

    const Reading whole = read(bytes, bytes.size() + 1, limits);
    const std::string lines = "\r\n" + std::string(bytes);
    const std::size_t end = lines.find("\r\n.\r\n");
    require(whole.finished == (end != std::string::npos));
    require(whole.consumed == (whole.finished ? end + 3 : bytes.size()));
    if (whole.finished && has_bare_line_end(bytes.substr(0, whole.consumed))) require(whole.fault != nullptr);
    if (whole.finished && whole.fault == nullptr) {
        require(whole.content.size() <= limits.message_bytes_max);
        require(whole.content.empty() || whole.content.ends_with("\r\n"));
    }

    const Reading pieces = read(bytes, data[0] + std::size_t{1}, limits);
    require(pieces.finished == whole.finished && pieces.consumed == whole.consumed && pieces.fault == whole.fault);
    if (whole.fault == nullptr) require(pieces.content == whole.content);
    return 0;
}
