// What `mugaika check` says of the machine beside the file.
#include <catch2/catch.hpp>

#include "ctl_fixture.hpp"

namespace mugaika {

TEST_CASE("check warns when less than disk_free_min is free, also before the state folder is there") {
    const CtlFixture fixture;
    fixture.configure("", "engines = { office = \"off\" }\n");
    CHECK(fixture.run({"check"}).err.empty());
    fixture.configure("", "reserve = { disk_free_min = \"1000000G\" }\n");
    for (const bool there : {false, true}) {
        if (there) std::filesystem::create_directory(fixture.path("state"));
        const Ran ran = fixture.run({"check"});
        CHECK(ran.exit == ctl::Exit::done);
        CHECK_THAT(ran.err, Catch::StartsWith("warning: " + fixture.config_file() + ": [relay] state_dir: ") &&
                                Catch::Contains(" KB are free for " + fixture.path("state")) &&
                                Catch::Contains("less than disk_free_min (1048576000000 KB): every recipient is "
                                                "answered 452"));
    }
}

TEST_CASE("check says when the socket of the engines is not there, and nothing of engines that are switched off") {
    const CtlFixture fixture;
    fixture.configure("", "engines = { socket = \"/nowhere/engine.sock\" }\n");
    const Ran ran = fixture.run({"check"});
    CHECK(ran.exit == ctl::Exit::done);
    CHECK_THAT(ran.err, Catch::Contains("warning: " + fixture.config_file() + ": [relay.engines] socket: ") &&
                            Catch::Contains("/nowhere/engine.sock is not there; systemctl enable"));
    fixture.configure("", "engines = { office = \"off\", socket = \"/nowhere/engine.sock\" }\n");
    CHECK(fixture.run({"check"}).err.empty());
    // Others than LibreOffice stand there too.
    fixture.configure("[profile.standard]\nattachments = { pdf = \"text\" }\n",
                      "engines = { office = \"off\", socket = \"/nowhere/engine.sock\" }\n");
    CHECK_THAT(fixture.run({"check"}).err, Catch::Contains("/nowhere/engine.sock is not there"));
}

TEST_CASE("check says which command no file is ever given to") {
    const CtlFixture fixture;
    const std::string command =
        "engines = { office = \"off\", command = [{ kind = [\"other\"], run = [\"/usr/bin/env\"], makes = \"csv\" }] "
        "}\n";
    struct Row {
        std::string profile;
        bool is_asked;
    };
    for (const Row& row :
         {Row{"", false}, Row{"[profile.standard]\nattachments = { other = \"rebuild\" }\n", true},
          Row{"[[profile.standard.rule]]\nkind = [\"other\"]\nname = [\"*.dbf\"]\naction = \"rebuild\"\n", true}}) {
        CAPTURE(row.profile);
        fixture.configure(row.profile, command);
        const Ran ran = fixture.run({"check"});
        CHECK(ran.exit == ctl::Exit::done);
        CHECK((ran.err.find("[[relay.engines.command]] /usr/bin/env is never asked") == std::string::npos) ==
              row.is_asked);
    }
}

TEST_CASE("check finds a next hop that is our own listener, at its place in the file") {
    const CtlFixture fixture;
    fixture.configure("", "listen = [\"0.0.0.0:1\"]\n");  // the fixture's next hop is 127.0.0.1:1
    const Ran ran = fixture.run({"check"});
    CHECK(ran.exit == ctl::Exit::configuration);
    CHECK_THAT(ran.err, Catch::StartsWith(fixture.config_file() + ":8:13: [[route]] next_hop: \"127.0.0.1:1\" is our "
                                                                  "own listener \"0.0.0.0:1\""));
}

}  // namespace mugaika
