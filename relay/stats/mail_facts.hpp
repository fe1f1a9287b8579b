// What is counted of a mail once it has ended.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "policy/part_facts.hpp"
#include "relay/log/stage_times.hpp"
#include "relay/log/timestamp.hpp"

namespace mugaika {

struct MailFacts {
    // What of a part can be counted by. Texts are empty unless somebody asks for them.
    struct Part {
        PartKind kind = PartKind::other;
        std::uint64_t bytes = 0;
        bool dropped = false;  // it did not cross
        std::string type, action, method, handler;
        std::vector<std::string> losses;

        template <class Self, class Io>
        static void state(Self& self, Io& io) {  // state_io.hpp, as all of this name
            io(self.kind, self.bytes, self.dropped, self.type, self.action, self.method, self.handler, self.losses);
            io.must(static_cast<std::uint32_t>(self.kind) < part_kind_count);
        }
    };

    Moment time{};  // of the end
    std::string route;
    std::string verdict;
    std::string reason;
    std::string from;
    std::string person;
    std::vector<std::string> to;
    std::uint64_t bytes = 0;
    std::uint64_t deferrals = 0;
    bool is_mail = true;  // or recipients alone, who count where they end
    std::vector<Part> parts;
    std::set<std::string> engines;
    StageTimes times;

    // Of one that has not ended: it has no times yet.
    template <class Self, class Io>
    static void state(Self& self, Io& io) {
        io(self.time, self.route, self.verdict, self.reason, self.from, self.person, self.to, self.bytes,
           self.deferrals, self.is_mail, self.parts, self.engines);
    }
};

}  // namespace mugaika
