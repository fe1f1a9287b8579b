// Whatever a scanner says, in whatever pieces: the same replies are read, bounded, their words fit to be shown, and
// nothing is a pass but what says so. The first byte: the size of the pieces, and who speaks.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "policy/showable.hpp"
#include "policy/utf8.hpp"
#include "relay/engines/clamd_reply.hpp"
#include "relay/engines/icap_request.hpp"

namespace {

using namespace mugaika;

constexpr std::size_t body_max = 100;
constexpr std::string_view sent = "hello";

void require(bool holds) {
    if (!holds) std::abort();
}

bool is_shown(std::string_view text) {
    while (!text.empty()) {
        const utf8::Character c = utf8::first(text);
        if (!c.valid || (!is_showable(c.value) && c.value != 0xfffd)) return false;
        text.remove_prefix(c.bytes);
    }
    return true;
}

std::string words_of(const Result<ScanAnswer>& answer) {
    if (!answer) {
        require(is_shown(answer.error().words()));
        return "error " + answer.error().words();
    }
    if (const auto* forbids = std::get_if<ScanForbids>(&*answer)) {
        require(!forbids->words.empty() && is_shown(forbids->words));
        return "forbids " + forbids->words;
    }
    if (const auto* changed = std::get_if<ScanChanged>(&*answer)) {
        require(changed->untrusted_bytes != sent && changed->untrusted_bytes.size() <= body_max);
        return "changed " + changed->untrusted_bytes;
    }
    return "passes";
}

std::string icap_says(std::string_view bytes, std::size_t piece, IcapMethod method) {
    IcapReplyReader reader(body_max);
    std::string said;
    while (!bytes.empty() && reader.broken().empty()) {
        bytes.remove_prefix(reader.read(bytes.substr(0, piece)));
        const std::optional<IcapReply> reply = reader.take();
        if (!reply) continue;
        require(reply->untrusted_body.size() <= body_max && is_shown(reply->words) && is_shown(reply->found));
        const std::string judged = words_of(judge_icap_reply(*reply, method, sent));
        const bool may_pass = reply->found.empty() && (reply->status == 204 || reply->untrusted_body == sent);
        require(judged != "passes" || may_pass);
        said += judged + '\n';
    }
    return said + std::string(reader.broken());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view untrusted(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t piece = data[0] % 7 + 1u;
    const IcapMethod method = data[0] / 7 % 2 == 0 ? IcapMethod::respmod : IcapMethod::reqmod;
    require(icap_says(untrusted, untrusted.size(), method) == icap_says(untrusted, piece, method));
    require((words_of(read_clamd_reply(untrusted)) == "passes") == (untrusted == "stream: OK"));
    return 0;
}
