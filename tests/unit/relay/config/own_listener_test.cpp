#include "relay/config/own_listener.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace mugaika {

TEST_CASE("a next hop that is our own listener is a fault of its own place") {
    const auto with = [](const std::string& listen, const std::string& hop) {
        return read_config_text("[relay]\nhostname = \"mx.city.example\"\nlisten = [" + listen +
                                    "]\n[[route]]\ndomains = [\"city.example\"]\nnext_hop = [\"192.0.2.9:25\", \"" +
                                    hop + "\"]\n",
                                "m.toml")
            .faults;
    };
    const std::string all = "\"0.0.0.0:25\", \"[::]:25\"";
    struct Row {
        std::string listen, hop;
        bool ours;
    };
    for (const auto& [listen, hop, ours] : std::vector<Row>{
             {"\"192.0.2.1:25\"", "192.0.2.1:25", true},
             {"\"192.0.2.1:25\"", "192.0.2.1:26", false},
             {"\"192.0.2.1:25\"", "192.0.2.2:25", false},
             {"\"192.0.2.1:25\"", "localhost:25", false},
             {"\"127.0.0.1:25\"", "localhost:25", true},
             {"\"127.0.0.1:25\"", "127.0.0.1:25", true},
             {"\"127.0.0.1:25\"", "127.0.0.2:25", false},
             {"\"127.0.0.1:25\"", "0.0.0.0:25", true},
             {"\"[::1]:25\"", "[::]:25", true},
             {"\"[2001:db8::1]:25\"", "[2001:DB8:0::1]:25", true},
             {"\"192.0.2.1:25\"", "[::ffff:192.0.2.1]:25", true},
             {all, "127.0.0.1:25", true},
             {all, "127.9.9.9:25", true},
             {all, "[::1]:25", true},
             {all, "0.0.0.0:25", true},
             {all, "LOCALHOST:25", true},
             {all, "mx.city.example:25", true},
             {all, "MX.City.Example:25", true},
             {all, "mail.city.example:25", false},
             {all, "localhost:26", false},
             {all, "192.0.2.77:25", false},
             {"\"0.0.0.0:25\"", "[::1]:25", false},
         }) {
        CAPTURE(listen, hop);
        const auto faults = with(listen, hop);
        REQUIRE(faults.size() == (ours ? 1 : 0));
        if (ours) {
            CHECK_THAT(faults[0].text(), Catch::StartsWith("m.toml:6:29: [[route]] next_hop: ") &&
                                             Catch::Contains("is our own listener") &&
                                             Catch::Contains("expected a server"));
        }
    }
    for (const IpAddress& address : local_addresses()) {  // whatever this machine has
        const HostPort hop{address.text(), 25};
        CHECK(own_listener_at(hop, {{{address.is_v4() ? "0.0.0.0" : "::", 25}, {}}}, "mx", local_addresses()));
    }
}

}  // namespace mugaika
