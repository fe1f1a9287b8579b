#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/mail_input.hpp"
#include "relay/ctl/policy_question.hpp"
#include "relay/ctl/way_out_words.hpp"
#include "relay/log/ledger_json.hpp"
#include "relay/stats/text_table.hpp"
#include "sanitizer/compose/notice_ways.hpp"
#include "sanitizer/finish/finish_mail.hpp"
#include "sanitizer/finish/ways_out.hpp"

namespace mugaika::ctl {
namespace {

namespace json = boost::json;

std::string why(Reason reason) {
    if (reason == Reason::none) return "-";
    return std::string(japanese(reason)) + " / " + std::string(english(reason));
}

// Where the file says what decided.
std::string rule_of(const PartRow& row, const Profile& profile) {
    const PartRule* const rule = profile.rule_for(row.facts);
    return rule == nullptr ? "-" : "line " + std::to_string(rule->line);
}

void print_parts(const Extract& extract, const std::vector<WayOut>& ways, const Profile& profile, std::ostream& out) {
    TextTable table({{"PART"},
                     {"NAME", TextTable::Align::left, 30},
                     {"DECLARED", TextTable::Align::left, 30},
                     {"DETECTED", TextTable::Align::left, 30},
                     {"KIND"},
                     {"POLICY"},
                     {"RULE"},
                     {"RESULT"},
                     {"BY"},
                     {"WHY", TextTable::Align::left, 100}});
    for (const PartRow& row : extract.parts) {
        table.add({row.facts.path, row.facts.name, row.facts.declared_type, row.facts.detected_type,
                   std::string(to_string(row.facts.kind)), std::string(to_string(profile.action_for(row.facts))),
                   rule_of(row, profile), std::string(to_string(row.verdict)), row.handler, why(row.reason)});
        for (const WayOut* way : ways_of(ways, row.facts.path)) {
            table.add({"", "", "", "", "", "", "", "", "", act_words(*way, "")});
        }
        for (const Loss& loss : row.losses) {
            table.add({"", "", "", "", "", "", "", "", "", std::to_string(loss.count) + " × " + why(loss.what)});
        }
        for (const Reason note : row.notes) {
            if (note != row.reason) table.add({"", "", "", "", "", "", "", "", "", why(note)});
        }
    }
    table.print(out);
}

void print_verdict(const Verdict& verdict, const Profile& profile, std::ostream& out) {
    out << "profile   " << profile.name << "\n"
        << "verdict   " << to_string(verdict.verdict) << "\n"
        << "reason    " << to_string(verdict.reason) << ": " << why(verdict.reason) << "\n"
        << "lossy     " << (verdict.lossy ? "yes" : "no") << "\n"
        << "original  " << (verdict.keep_original ? "is kept" : "is not kept") << "\n";
}

std::vector<WayOut> ways_for(const Extract& extract, const Verdict& verdict, const Profile& profile,
                             const PagesDrawn& pages) {
    return ways_out(extract.parts, profile, verdict.verdict, verdict.keep_original ? Original::kept : Original::gone,
                    pages);
}

void print_text(const WorkerAnswer& answer, const Verdict& verdict, const Profile& profile, const PagesDrawn& pages,
                std::ostream& out) {
    print_verdict(verdict, profile, out);
    if (!answer.extract) return;
    for (const Reason finding : answer.extract->findings) out << "finding   " << why(finding) << "\n";
    print_parts(*answer.extract, ways_for(*answer.extract, verdict, profile, pages), profile, out);
}

// The report's parts, with what the policy says of each beside them.
void print_json(const WorkerAnswer& answer, const Verdict& verdict, const Profile& profile, const PagesDrawn& pages,
                std::ostream& out) {
    Ledger ledger;
    if (answer.extract) {
        ledger.findings = answer.extract->findings;
        ledger.parts = answer.extract->parts;
    }
    const json::object written = to_json(ledger);
    json::object object;
    object["profile"] = profile.name;
    object["verdict"] = to_string(verdict.verdict);
    object["reason"] = to_string(verdict.reason);
    object["lossy"] = verdict.lossy;
    object["original_kept"] = verdict.keep_original;
    object["findings"] = written.at("findings");
    const std::vector<WayOut> ways =
        answer.extract ? ways_for(*answer.extract, verdict, profile, pages) : std::vector<WayOut>();
    json::array& parts = object["parts"].emplace_array();
    for (std::size_t i = 0; i < ledger.parts.size(); ++i) {
        const PartFacts& facts = ledger.parts[i].facts;
        json::object part = written.at("parts").at(i).as_object();
        part["policy"] = to_string(profile.action_for(facts));
        const PartRule* const rule = profile.rule_for(facts);
        if (rule != nullptr) part["rule_line"] = rule->line;
        json::array acts;
        for (const WayOut* way : ways_of(ways, facts.path)) acts.push_back(act_json(*way));
        if (!acts.empty()) part["would_deliver"] = std::move(acts);
        parts.push_back(std::move(part));
    }
    out << json::serialize(object) << "\n";
}

}  // namespace

Exit policy_try(const ConfigChoice& choice, const TryOptions& options, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto policy = answer_to(options.question, *config);
    if (!policy) return fail(terminal, policy.error());
    const auto input = read_mail(terminal.in, config->limits.smtp);
    if (!input) return fail(terminal, input.error());
    if (const auto* refused = std::get_if<DataRefusal>(&*input)) return refuse(terminal, *refused);
    const Profile& profile = policy->profile;
    const auto answer = ask_about_all(std::get<RawMail>(*input), profile, *config, std::chrono::system_clock::now());
    if (!answer) return fail(terminal, answer.error());
    const Verdict verdict = decide(*answer, profile, Release::no);
    const auto print = options.output == Output::json ? print_json : print_text;
    print(*answer, verdict, profile, pages_drawn(*config), terminal.out);
    return Exit::done;
}

}  // namespace mugaika::ctl
