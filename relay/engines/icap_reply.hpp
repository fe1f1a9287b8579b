// Reads the replies of an ICAP service (RFC 3507 4), byte by byte if it must. Everything that is not exactly a reply is
// a protocol failure for good: a status line that is none, NUL in a head, a head or a line over its limit, an
// Encapsulated field that does not fit, a chunk without its length or its end, a body over the limit it was given.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mugaika {

inline constexpr std::size_t icap_line_bytes_max = 8192;
inline constexpr std::size_t icap_head_bytes_max = 65536;  // of the reply, and of the HTTP heads in it

enum class IcapHolds { nothing, request, response };

struct IcapReply {
    int status = 0;     // 100 … 599
    std::string found;  // what the service says that it found, cleaned; "" when it says nothing of the kind
    std::string words;  // behind the status, cleaned
    std::optional<std::size_t> preview;
    std::optional<std::chrono::seconds> options_ttl;
    std::optional<std::size_t> connections_max;
    std::string methods;  // upper case, as listed
    bool closes = false;  // the connection is not to be used again
    IcapHolds holds = IcapHolds::nothing;
    int http_status = 0;  // of a response in it; 0 when that is none
    bool has_body = false;
    std::string untrusted_body;
};

class IcapReplyReader {
public:
    explicit IcapReplyReader(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

    // Takes bytes up to the end of one reply and gives back how many it took. Bytes behind a complete reply are left to
    // the caller, who calls again after take(). Takes nothing more once broken.
    std::size_t read(std::string_view untrusted_bytes);

    std::optional<IcapReply> take();  // the complete reply, once

    // Our words about the first offence, "" while all is well.
    std::string_view broken() const noexcept { return broken_; }
    bool is_too_large() const noexcept { return too_large_; }  // the body was, which broke it

private:
    enum class At { status, field, http_head, chunk_head, chunk, chunk_end, trailer };

    void take_byte(char);
    void end_line();
    void read_status();
    void read_field();
    void read_encapsulated(std::string_view value);
    void end_head();
    void end_http_head();
    void read_chunk_head();
    void finish();

    std::size_t body_bytes_max_;
    At at_ = At::status;
    std::string line_;
    std::size_t head_bytes_ = 0;
    std::size_t counted_ = 0;  // bytes of the HTTP heads, or of the chunk, that are still to come
    std::string http_head_;
    bool http_is_response_ = false;
    IcapReply reply_;
    std::optional<IcapReply> complete_;
    std::string_view broken_;
    bool too_large_ = false;
};

}  // namespace mugaika
