#include "kept_mails.hpp"

using namespace mugaika;
using ctl::Exit;

namespace {

constexpr std::string_view with_csv =
    "From: a@pref.example.lg.jp\r\nTo: b@city.example.lg.jp\r\nSubject: list\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
    "--b\r\nContent-Type: text/csv; name=\"list.csv\"\r\nContent-Disposition: attachment; filename=\"list.csv\"\r\n\r\n"
    "a,b,c\r\n1,2,3\r\n--b--\r\n";
constexpr std::string_view holds_csv = "[[profile.standard.rule]]\nname = [\"*.csv\"]\naction = \"quarantine\"\n";

// A mail that a relay kept under the rule for csv.
class Replaying : public Kept {
public:
    Replaying() {
        configure(std::string(holds_csv));
        id = keep(with_csv, "c@city.example.lg.jp", std::chrono::hours(2));
    }
    std::string candidate(std::string_view more) const {
        const std::string kept = path("mugaika.toml"), file = path("candidate.toml"), now = path("now.toml");
        std::filesystem::rename(kept, now);
        configure(std::string(more));
        std::filesystem::rename(kept, file);
        std::filesystem::rename(now, kept);
        return file;
    }
    Ran replay(std::vector<std::string> more) const {
        more.insert(more.begin(), {"policy", "replay"});
        return run(more);
    }

    std::string id;
};

}  // namespace

TEST_CASE("a candidate that lets a file cross that is held now is said, by mail and part, and ends with 65") {
    if (!worker_is_there()) return;
    const Replaying kept;
    const std::string file = kept.candidate("");
    const Ran ran = kept.replay({"--against", file, kept.id, "--json"});
    CAPTURE(ran.out, ran.err);
    CHECK(ran.exit == Exit::refused);
    const auto lines = json_lines(ran.out);
    REQUIRE_FALSE(lines.empty());
    const auto& part = lines.back();
    CHECK(std::string(part.at("id").as_string()) == kept.id);
    CHECK(part.at("part") == "2");
    CHECK(part.at("name") == "list.csv");
    CHECK(part.at("change") == "crosses");
    CHECK(part.at("now").at("decision") == "quarantined");
    CHECK(part.at("now").at("reason") == "policy_quarantine");
    CHECK(part.at("then").at("decision") == "rebuilt");
    CHECK_THAT(ran.err, Catch::Contains("1 kept mails") && Catch::Contains("1 of them let something cross"));
    CHECK_THAT(kept.replay({"--against", file, kept.id}).out,
               Catch::Contains("quarantined: policy_quarantine") && Catch::Contains("list.csv"));
}

TEST_CASE("the same configuration changes nothing, and a stricter one is said and ends with 0") {
    if (!worker_is_there()) return;
    const Replaying kept;
    const Ran same = kept.replay({"--against", kept.candidate(holds_csv)});
    CAPTURE(same.out, same.err);
    CHECK(same.exit == Exit::done);
    CHECK(same.out.empty());
    CHECK_THAT(same.err, Catch::Contains("3 kept mails, 0 decisions change"));
    const std::string stricter = kept.candidate(holds_csv);
    kept.configure("");
    const Ran strict = kept.replay({"--against", stricter, "--json", kept.id});
    CAPTURE(strict.out, strict.err);
    CHECK(strict.exit == Exit::done);
    REQUIRE_FALSE(strict.out.empty());
    CHECK(json_lines(strict.out).back().at("change") == "stays");
}

TEST_CASE("nothing is delivered, ordered, changed or written down by a replay") {
    if (!worker_is_there()) return;
    const Replaying kept;
    const std::size_t events = kept.events().size();
    CHECK(kept.replay({"--against", kept.candidate(""), "ALL"}).exit == Exit::refused);
    CHECK(kept.events().size() == events);
    CHECK(kept.orders().empty());
    CHECK(kept.items() == 3);
}

TEST_CASE("filters choose what is replayed, and a candidate with a fault is named with its place") {
    if (!worker_is_there()) return;
    const Replaying kept;
    const std::string file = kept.candidate("");
    CHECK_THAT(kept.replay({"--against", file, "--since", "-90m"}).err, Catch::Contains("1 kept mails"));
    CHECK_THAT(kept.replay({"--against", file, "--until", "-90m"}).err, Catch::Contains("2 kept mails"));
    const std::string wrong = kept.candidate("[profile.standard]\nimages = \"rebuild\"\n");
    const Ran faulty = kept.replay({"--against", wrong});
    CHECK(faulty.exit == Exit::configuration);
    CHECK_THAT(faulty.err, Catch::Contains(wrong + ":"));
    CHECK(kept.replay({"--against", kept.path("none.toml")}).exit == Exit::configuration);
    CHECK(kept.replay({}).exit == Exit::usage);
    CHECK(kept.replay({"--against", kept.candidate(""), "0123456789abcdefghjkmnpqrs"}).exit == Exit::unavailable);
}
