#include "relay/evidence/mail_proof.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "policy/shown_text.hpp"
#include "relay/evidence/base64.hpp"
#include "relay/stats/event_facts.hpp"
#include "relay/stats/log_lines.hpp"
#include "relay/stats/read_event.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

struct MailLine {
    std::size_t index;
    std::string line;
};

Result<std::vector<MailLine>> lines_about(const std::string& id, const std::string& log) {
    std::ifstream in(log, std::ios::binary);
    LogLines lines(in, log);
    EventReader events;
    std::vector<MailLine> found;
    auto more = lines.next();
    for (std::size_t index = 0; more && *more; ++index, more = lines.next()) {
        if (lines.line().find(id) == std::string::npos) continue;
        const auto read = events.read(lines.line());
        if (read && read->event && facts_of(*read->event).id == id) found.push_back({index, lines.line()});
    }
    if (!more) return more.error();
    return found;
}

// The root in the third line of a note, which whoever checks the proof looks at once more, with the signature.
std::string root_in(const std::string& note) {
    std::size_t at = 0;
    for (int line = 0; line < 2 && at != std::string::npos; ++line) at = note.find('\n', at) + 1;
    return note.substr(at, note.find('\n', at) - at);
}

}  // namespace

Result<MailProof> prove_mail(const std::string& id, const std::vector<std::string>& logs, const SealFolder& seals) {
    MailProof proof;
    json::array proved;
    for (const std::string& log : logs) {
        const auto found = lines_about(id, log);
        if (!found) return found.error();
        if (found->empty()) continue;
        const auto lines = read_lines(log);
        if (!lines) return lines.error();
        const auto note = seals.note(*lines);
        if (!note) {
            proof.unsealed.push_back(log);
            continue;
        }
        if (root_in(*note) != base64::encode(tree_root(lines->leaves))) {
            return Error(Fault::protocol, shown_text(log) + " is not what was sealed; see mugaika log verify");
        }
        json::array of_log;
        for (const MailLine& line : *found) {
            json::array path;
            for (const TreeHash& hash : tree_path(lines->leaves, line.index)) path.emplace_back(base64::encode(hash));
            of_log.push_back(json::object{{"index", line.index}, {"line", line.line}, {"path", std::move(path)}});
            ++proof.lines;
        }
        proved.push_back(json::object{{"note", *note}, {"lines", std::move(of_log)}});
    }
    proof.json = json::serialize(json::object{{"id", id}, {"logs", std::move(proved)}}) + "\n";
    return proof;
}

}  // namespace mugaika
