// Any bytes for an answer are an Error or an extract that writes and reads back the same; so it is for jobs. The first
// byte chooses which.
#include "sanitizer/worker/wire.hpp"

#include <cstdlib>

#include "sanitizer/worker/checked_extract.hpp"

namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

template <class Value>
void read_twice(std::string_view payload, mugaika::Result<Value> (*decode)(std::string_view),
                std::string (*encode)(const Value&)) {
    const auto once = decode(payload);
    if (!once) return demand(once.error().fault() == mugaika::Fault::protocol);
    // Not compared with `payload`: addresses come in other spellings of the one that is kept.
    const std::string frame = encode(*once);
    const auto again = decode(std::string_view(frame).substr(mugaika::frame_header_bytes));
    demand(again && encode(*again) == frame);
    if constexpr (std::is_same_v<Value, mugaika::Extract>) {
        mugaika::Job job;
        job.mail_bytes = 1000;
        (void)mugaika::check_extract(*once, job);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view payload(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] == 'J') {
        read_twice(payload, mugaika::decode_job, mugaika::encode_job);
    } else {
        read_twice(payload, mugaika::decode_extract, mugaika::encode_extract);
    }
    return 0;
}
