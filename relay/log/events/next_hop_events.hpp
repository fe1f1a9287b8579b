// The hosts that take our mail. Said when it changes.
#pragma once

#include <string>

#include "relay/log/event_fields.hpp"

namespace mugaika::event {

// It failed and is tried last for a while.
struct NextHopDown {
    std::string next_hop;
    std::string why;

    static constexpr EventName name{"next_hop.down", "a next hop failed and is tried last for a while",
                                    "配送先が応答せず（しばらく後回し）", Severity::error};
    static constexpr auto fields =
        std::tuple{field<&NextHopDown::next_hop>(key::next_hop), field<&NextHopDown::why>(key::why)};
};

struct NextHopUp {
    std::string next_hop;

    static constexpr EventName name{"next_hop.up", "a next hop took its place again", "配送先が復旧", Severity::notice};
    static constexpr auto fields = std::tuple{field<&NextHopUp::next_hop>(key::next_hop)};
};

// An alarm, once until it takes something again: it refuses us and not the mail, so somebody must set things right.
struct NextHopNotAdmitted {
    std::string next_hop;
    std::string why;

    static constexpr EventName name{"next_hop.not_admitted", "a next hop refuses us and not the mail: an alarm",
                                    "配送先がこのリレーを拒否（警報）", Severity::error};
    static constexpr auto fields =
        std::tuple{field<&NextHopNotAdmitted::next_hop>(key::next_hop), field<&NextHopNotAdmitted::why>(key::why)};
};

struct NextHopSecured {
    std::string next_hop;
    TlsFacts tls;

    static constexpr EventName name{"next_hop.secured", "TLS with a next hop", "配送先とTLSで暗号化"};
    static constexpr auto fields =
        std::tuple{field<&NextHopSecured::next_hop>(key::next_hop), group<&NextHopSecured::tls>};
};

// `in_the_clear`: the mail then went without, as the route allows.
struct NextHopTlsFailed {
    std::string next_hop;
    std::string why;
    bool in_the_clear;

    static constexpr EventName name{"next_hop.tls_failed", "TLS with a next hop failed", "配送先とのTLSに失敗",
                                    Severity::warning};
    static constexpr auto fields =
        std::tuple{field<&NextHopTlsFailed::next_hop>(key::next_hop), field<&NextHopTlsFailed::why>(key::why),
                   field<&NextHopTlsFailed::in_the_clear>(key::in_the_clear)};
};

}  // namespace mugaika::event
