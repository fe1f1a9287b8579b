// Whatever a next hop says, in whatever pieces: the same replies are read, the session ends in an answer fit to give
// on, the end of data is said only after 354 and a no to nobody but those too many, a mail is taken only for those it
// was said to be, and nothing of it goes in the clear where TLS is required. AC-025, AC-026, AC-033, AC-247.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "policy/showable.hpp"
#include "policy/utf8.hpp"
#include "relay/smtp/client_session.hpp"

namespace {

using namespace mugaika;
using namespace mugaika::smtp;
using Next = ClientSession::Next;

constexpr char turn_end = '\xff';  // the next hop waits for us
const std::string content = "Subject: x\r\n\r\n.\r\nend\r\n";

void require(bool holds) {
    if (!holds) std::abort();
}

bool is_shown(std::string_view text) {
    while (!text.empty()) {
        const utf8::Character c = utf8::first(text);
        if (!c.valid || !is_showable(c.value)) return false;
        text.remove_prefix(c.bytes);
    }
    return true;
}

std::string replies_in(std::string_view bytes, std::size_t piece) {
    ReplyReader reader{NextHopLimits{}};
    std::string replies;
    while (!bytes.empty() && reader.broken().empty()) {
        bytes.remove_prefix(reader.read(bytes.substr(0, piece)));
        if (const auto reply = reader.take()) {
            require(is_shown(reply->reply.words));
            require(reply->reply.words.size() <= reply_words_bytes_max && reply->lines.size() <= 64);
            replies += reply->reply.line();
        }
    }
    return replies + std::string(reader.broken());
}

struct Talk {
    std::string said;
    ClientResult result;
    bool operator==(const Talk& other) const {
        return said == other.said && result.outcome == other.result.outcome && result.why == other.result.why &&
               result.reply.line() == other.result.reply.line() && result.refused == other.result.refused &&
               result.taken == other.result.taken;
    }
};

Talk talk(std::string_view untrusted, ClientOperation operation, TlsMode mode, std::size_t piece) {
    Envelope envelope;
    envelope.recipients = {MailAddress::parse("b@example.jp").value(), MailAddress::parse("c@example.jp").value()};
    ClientSession session("mx.example.jp", NextHopLimits{}, mode);
    bool secured = mode == TlsMode::none || mode == TlsMode::opportunistic;
    Talk talk;
    bool started = false;
    std::string_view turn;  // what has arrived and was not yet read
    while (session.next() != Next::close && !(started && session.next() == Next::idle)) {
        if (session.next() == Next::idle) {
            started = true;
            if (operation == ClientOperation::verify) session.start_verify(envelope, envelope.recipients[0]);
            if (operation == ClientOperation::deliver) session.start_deliver(envelope, content);
        } else if ((session.next() == Next::send || session.next() == Next::start_tls) && !turn.empty()) {
            session.received(turn);
        } else if (session.next() == Next::send) {
            for (const std::string_view part : session.output()) talk.said += part;
            require(secured || talk.said.find("MAIL") == std::string::npos);
            session.sent();
        } else if (session.next() == Next::start_tls) {
            secured = true;
            session.secured();
        } else if (!turn.empty()) {
            session.received(turn.substr(0, piece));
            turn.remove_prefix(std::min(piece, turn.size()));
        } else {
            turn = untrusted.substr(0, untrusted.find(turn_end));
            untrusted.remove_prefix(std::min(turn.size() + 1, untrusted.size()));
            if (turn.empty()) session.lost(Failure::disconnected, "end");
        }
    }
    talk.result = session.result();
    require(started || talk.result.outcome != nullptr);
    return talk;
}

void check(const Talk& talk) {
    const bool sent = talk.said.ends_with("\r\n.\r\n");
    const ClientResult& result = talk.result;
    require(!sent || result.refused.empty());
    // A mail that was sent may be sent elsewhere only when this host said in so many words that it has not taken it.
    require(!(sent && result.may_repeat) || (!result.host_failed && result.outcome != nullptr));
    if (sent && result.outcome == nullptr) require(!result.taken.empty());
    require(result.taken.empty() || (sent && result.outcome == nullptr));
    if (result.outcome == nullptr) require(result.reply.code / 100 == 2);
    if (result.outcome != nullptr) require(result.reply.code / 100 == 4 || result.reply.code / 100 == 5);
    require(result.reply.code != 421);
    require(is_shown(result.why));
    require(is_shown(result.reply.words));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view untrusted(reinterpret_cast<const char*>(data) + 2, size - 2);
    const std::size_t piece = data[0] % 7 + 1u;
    const auto operation = data[1] % 2 == 0 ? ClientOperation::deliver : ClientOperation::verify;
    require(replies_in(untrusted, untrusted.size()) == replies_in(untrusted, piece));
    const auto mode = static_cast<TlsMode>(data[1] / 2 % 4);
    const Talk whole = talk(untrusted, operation, mode, untrusted.size() + 1);
    const Talk pieces = talk(untrusted, operation, mode, piece);
    check(whole);
    check(pieces);
    // Only bytes that were not asked for may be seen earlier in the one than in the other.
    const bool unasked = whole.result.outcome != nullptr && whole.result.outcome->failure == Failure::malformed;
    require(unasked || whole == pieces);
    return 0;
}
