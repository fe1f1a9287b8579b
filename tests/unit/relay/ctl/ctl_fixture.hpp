// Runs `mugaika` commands in this process, with a configuration and a state folder of their own.
#pragma once

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "relay/config/config.hpp"
#include "relay/ctl/commands.hpp"
#include "relay/quarantine/item.hpp"
#include "relay/quarantine/store.hpp"
#include "sanitizer/worker/client.hpp"
#include "tests/support/skipped.hpp"

namespace mugaika {

struct Ran {
    ctl::Exit exit;
    std::string out;
    std::string err;
};

class CtlFixture {
public:
    CtlFixture() {
        std::string pattern = (std::filesystem::temp_directory_path() / "mugaika-ctl-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        configure("");
    }
    ~CtlFixture() { std::filesystem::remove_all(folder_); }

    std::string path(const std::string& name) const { return folder_ + "/" + name; }
    std::string config_file() const { return path("mugaika.toml"); }

    // [relay] and one route, then `more`.
    void configure(const std::string& more, const std::string& relay_keys = "") const {
        std::ofstream(config_file(), std::ios::trunc)
            << "[relay]\nhostname = \"mx.city.example.lg.jp\"\nstate_dir = \"" << path("state") << "\"\nlog = \""
            << path("events.jsonl") << "\"\n"
            << relay_keys << "[[route]]\ndomains = [\"city.example.lg.jp\"]\nnext_hop = [\"127.0.0.1:1\"]\n"
            << more;
    }

    // `--config` is added behind the command's arguments.
    Ran run(std::vector<std::string> arguments, const std::string& input = "", bool out_is_terminal = false) const {
        arguments.insert(arguments.end(), {"--config", config_file()});
        return run_bare(std::move(arguments), input, out_is_terminal);
    }
    Ran run_as(const ctl::Login& login, std::vector<std::string> arguments) const {
        arguments.insert(arguments.end(), {"--config", config_file()});
        return run_bare(std::move(arguments), "", false, login);
    }
    static Ran run_bare(std::vector<std::string> arguments, const std::string& input = "", bool out_is_terminal = false,
                        const ctl::Login& login = {1000, "", "tester"}) {
        std::istringstream in(input);
        std::ostringstream out, err;
        ctl::Terminal terminal{in, out, err, out_is_terminal, login};
        arguments.insert(arguments.begin(), "mugaika");
        std::vector<const char*> argv;
        for (const std::string& argument : arguments) argv.push_back(argument.c_str());
        const ctl::Exit exit = ctl::run_command_line(static_cast<int>(argv.size()), argv.data(), terminal);
        return {exit, out.str(), err.str()};
    }

    Config config() const { return read_config_file(config_file()).config; }

    std::vector<boost::json::object> events() const {
        std::vector<boost::json::object> all;
        std::ifstream log(path("events.jsonl"));
        for (std::string line; std::getline(log, line);) all.push_back(boost::json::parse(line).as_object());
        return all;
    }

private:
    std::string folder_;
};

inline MailAddress address(std::string_view text) {
    auto parsed = MailAddress::parse(text);
    REQUIRE(parsed.has_value());
    return *parsed;
}

// False, said aloud, where the worker program was not built beside the test.
inline bool worker_is_there() {
    const auto program = find_program("mugaika-worker");
    if (program && std::filesystem::exists(*program)) return true;
    test::say_skipped("a command that needs mugaika-worker: it is not built");
    return false;
}

inline std::vector<boost::json::object> json_lines(const std::string& text) {
    std::vector<boost::json::object> all;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) all.push_back(boost::json::parse(line).as_object());
    return all;
}

}  // namespace mugaika
