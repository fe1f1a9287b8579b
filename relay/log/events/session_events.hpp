// Clients and their sessions, up to the content of a mail.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "relay/log/event_fields.hpp"

namespace mugaika::event {

// With the first word that matters; sessions that do nothing are summed up (SessionIdle).
struct SessionOpened {
    std::string session;
    std::string client;

    static constexpr EventName name{"session.opened", "a client began a session", "セッション開始"};
    static constexpr auto fields =
        std::tuple{field<&SessionOpened::session>(key::session), field<&SessionOpened::client>(key::client)};
};

struct SessionSecured {
    std::string session;
    std::string client;
    TlsFacts tls;

    static constexpr EventName name{"session.secured", "the client made its TLS handshake", "TLSで暗号化"};
    static constexpr auto fields = std::tuple{field<&SessionSecured::session>(key::session),
                                              field<&SessionSecured::client>(key::client), group<&SessionSecured::tls>};
};

struct SessionTlsFailed {
    std::string session;
    std::string client;
    std::string why;

    static constexpr EventName name{"session.tls_failed", "the client's TLS handshake failed", "TLSの確立に失敗",
                                    Severity::warning};
    static constexpr auto fields =
        std::tuple{field<&SessionTlsFailed::session>(key::session), field<&SessionTlsFailed::client>(key::client),
                   field<&SessionTlsFailed::why>(key::why)};
};

// A trusted hop says who its client is; "" is not known.
struct SessionClientNamed {
    std::string session;
    std::string hop;
    std::string client;
    std::string client_name;
    std::string helo;
    std::string through;

    static constexpr EventName name{"session.client_named", "a trusted hop said who its client is",
                                    "信頼済み中継が接続元を通知"};
    static constexpr auto fields = std::tuple{
        field<&SessionClientNamed::session>(key::session), field<&SessionClientNamed::hop>(key::hop),
        field<&SessionClientNamed::client>(key::client),   field<&SessionClientNamed::client_name>(key::name),
        field<&SessionClientNamed::helo>(key::helo),       field<&SessionClientNamed::through>(key::through)};
};

// `times`: connections that were refused since the last such line of this client, this one with it.
struct SessionRefused {
    std::string client;
    smtp::Reply reply;
    std::string why;
    std::uint64_t times = 1;

    static constexpr EventName name{"session.refused", "connections of a client were refused", "接続を拒否",
                                    Severity::notice};
    static constexpr auto fields =
        std::tuple{field<&SessionRefused::client>(key::client), group<&SessionRefused::reply>,
                   field<&SessionRefused::why>(key::why), field<&SessionRefused::times>(key::times)};
};

// So many sessions of this client ended without a word that matters (health checks) since the last such line.
struct SessionIdle {
    std::string client;
    std::uint64_t sessions;

    static constexpr EventName name{"session.idle", "sessions ended without a word that matters (health checks)",
                                    "実質的な通信のないセッション（死活監視など）"};
    static constexpr auto fields =
        std::tuple{field<&SessionIdle::client>(key::client), field<&SessionIdle::sessions>(key::sessions)};
};

struct SessionClosed {
    std::string session;
    std::string client;
    std::uint64_t mails;
    std::string why;

    static constexpr EventName name{"session.closed", "a session ended", "セッション終了"};
    static constexpr auto fields =
        std::tuple{field<&SessionClosed::session>(key::session), field<&SessionClosed::client>(key::client),
                   field<&SessionClosed::mails>(key::mails), field<&SessionClosed::why>(key::why)};
};

// `from`: not there when an order asks, in nobody's name. `why`: the limit that was reached; "" when the answer says
// all.
struct RecipientRefused {
    MailTag mail;
    std::optional<std::string> from;
    std::string recipient;
    smtp::Reply reply;
    std::string why = {};

    static constexpr EventName name{"recipient.refused", "recipient refused", "宛先を拒否", Severity::notice};
    static constexpr auto fields =
        std::tuple{group<&RecipientRefused::mail>, if_known<&RecipientRefused::from>(key::from),
                   field<&RecipientRefused::recipient>(key::recipient), group<&RecipientRefused::reply>,
                   if_known<&RecipientRefused::why>(key::why)};
};

}  // namespace mugaika::event
