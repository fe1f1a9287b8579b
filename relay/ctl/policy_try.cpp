#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/mail_input.hpp"
#include "relay/stats/text_table.hpp"
#include "sanitizer/finish/finish_mail.hpp"

namespace mugaika::ctl {
namespace {

Result<const Profile*> profile_for(const TryOptions& options, const Config& config) {
    if (!options.profile.empty()) {
        const auto found = config.profiles.find(options.profile);
        if (found != config.profiles.end()) return &found->second;
        return Error(Fault::bad_input, "--profile: there is no [profile." + shown_text(options.profile, 100) + "]");
    }
    if (options.recipient.empty()) return &config.profiles.find("standard")->second;
    const auto recipient = addresses_from({options.recipient});
    if (!recipient) return recipient.error();
    const Route* route = config.route_for_domain(recipient->front().domain());
    if (route != nullptr) return &config.profile_of(*route);
    return Error(Fault::bad_input, "--rcpt: no route takes mail for " + shown_text(options.recipient, 300));
}

std::string why(Reason reason) {
    if (reason == Reason::none) return "-";
    return std::string(japanese(reason)) + " / " + std::string(english(reason));
}

void print_parts(const Extract& extract, const Profile& profile, std::ostream& out) {
    TextTable table({{"PART"},
                     {"NAME", TextTable::Align::left, 30},
                     {"DECLARED", TextTable::Align::left, 30},
                     {"DETECTED", TextTable::Align::left, 30},
                     {"KIND"},
                     {"POLICY"},
                     {"RESULT"},
                     {"BY"},
                     {"WHY", TextTable::Align::left, 100}});
    for (const PartRow& row : extract.parts) {
        table.add({row.facts.path, row.facts.name, row.facts.declared_type, row.facts.detected_type,
                   std::string(to_string(row.facts.kind)), std::string(to_string(profile.action_for(row.facts.kind))),
                   std::string(to_string(row.verdict)), row.handler, why(row.reason)});
        for (const Loss& loss : row.losses) {
            table.add({"", "", "", "", "", "", "", "", std::to_string(loss.count) + " × " + why(loss.what)});
        }
        for (const Reason note : row.notes) {
            if (note != row.reason) table.add({"", "", "", "", "", "", "", "", why(note)});
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

}  // namespace

Exit policy_try(const ConfigChoice& choice, const TryOptions& options, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto profile = profile_for(options, *config);
    if (!profile) return fail(terminal, profile.error());
    const auto input = read_mail(terminal.in, config->limits.smtp);
    if (!input) return fail(terminal, input.error());
    if (const auto* refused = std::get_if<DataRefusal>(&*input)) return refuse(terminal, *refused);
    const auto answer = ask_about_all(std::get<RawMail>(*input), **profile, *config);
    if (!answer) return fail(terminal, answer.error());
    print_verdict(decide(*answer, **profile, Release::no), **profile, terminal.out);
    if (!answer->extract) return Exit::done;
    for (const Reason finding : answer->extract->findings) terminal.out << "finding   " << why(finding) << "\n";
    print_parts(*answer->extract, **profile, terminal.out);
    return Exit::done;
}

}  // namespace mugaika::ctl
