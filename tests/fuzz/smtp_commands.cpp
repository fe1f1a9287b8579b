// Promise: in any state of a session, for any bytes in any pieces, nothing is thrown, every reply is whole lines of
// printable ASCII within 512 bytes, the session always comes to a wait or a close, and no mail is complete without an
// accepted recipient. First byte: the commands said before; second byte: the size of the pieces.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "policy/ascii.hpp"
#include "relay/smtp/server_session.hpp"

namespace {

using mugaika::smtp::ServerSession;

constexpr std::array<std::string_view, 7> prefixes{
    "",
    "HELO c\r\n",
    "EHLO c\r\n",
    "EHLO c\r\nMAIL FROM:<>\r\n",
    "EHLO c\r\nMAIL FROM:<a@b.example> SMTPUTF8\r\nRCPT TO:<c@d.example>\r\n",
    "EHLO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n",
    "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n.\r\n",
};

void require(bool promise) {
    if (!promise) std::abort();
}

void check_replies(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find("\r\n");
        require(end != std::string_view::npos && end >= 4 && end + 2 <= 512);
        for (char c : bytes.substr(0, end)) require(mugaika::ascii::is_printable(c));
        bytes.remove_prefix(end + 2);
    }
}

// False when the session is closed.
bool run(ServerSession& session) {
    using Next = ServerSession::Next;
    for (;;) {
        switch (session.next()) {
            case Next::need_input:
                return true;
            case Next::close:
                return false;
            case Next::send:
                check_replies(session.bytes());
                break;
            case Next::verify_recipient: {
                const bool known = session.recipient().local().size() % 2 == 1;
                session.answer(known ? mugaika::smtp::Reply{250, "2.1.5", "Ok"}
                                     : mugaika::smtp::Reply{550, "5.1.1", "No"});
                break;
            }
            case Next::take_mail:
                require(!session.take_envelope().recipients.empty());
                session.answer({250, "2.0.0", "Taken"});
                break;
            case Next::start_tls:
                session.secured();
                require(session.helo().empty() && !session.in_transaction());
                break;
            case Next::name_client:
                session.client_named();
                require(session.helo().empty() && !session.in_transaction());
                break;
            case Next::append_data:
                require(!session.bytes().empty());
                break;
            case Next::mail_refused:
                require(session.refused_by().code >= 400);
                break;
            case Next::drop_data:
                break;
        }
    }
}

bool say(ServerSession& session, std::string_view bytes, std::size_t piece) {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
        session.receive(bytes.substr(0, piece));
        if (!run(session)) return false;
    }
    return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::string hostname = "mx.example.lg.jp";
    const auto postmaster = mugaika::MailAddress::parse("postmaster@city.example").value();
    mugaika::SmtpLimits limits;
    limits.recipients_max = 3;
    limits.message_bytes_max = 200;
    limits.header_fields_max = 5;
    limits.hops_max = 2;
    ServerSession session(hostname, postmaster, limits);
    session.offer_tls();
    session.offer_dsn(true);
    session.trust_hop();
    if (!run(session) || !say(session, prefixes[data[0] % prefixes.size()], 1)) return 0;
    say(session, bytes.substr(2), data[1] == 0 ? bytes.size() : data[1]);
    return 0;
}
