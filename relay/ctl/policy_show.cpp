#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "policy/policy_file.hpp"
#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/policy_question.hpp"

namespace mugaika::ctl {
namespace {

namespace json = boost::json;

void put(json::object& object, std::string_view key, const std::vector<std::string>& values) {
    if (!values.empty()) object[key] = json::value_from(values);
}

// The keys of the file, those that were given.
json::object to_json(const MailRule& rule) {
    json::object object;
    object["line"] = rule.part.line;
    put(object, "sender", rule.senders.entries());
    if (rule.authenticated) object["authenticated"] = *rule.authenticated;
    put(object, "recipient", rule.recipients.entries());
    put(object, "route", rule.routes);
    put(object, "kind", kind_names(rule.part));
    put(object, "type", rule.part.types);
    put(object, "name", rule.part.names);
    if (rule.part.bytes_min > 0) object["larger_than"] = rule.part.bytes_min - 1;
    if (rule.part.bytes_max != PartRule().bytes_max) object["smaller_than"] = rule.part.bytes_max + 1;
    object["action"] = to_string(rule.part.action);
    return object;
}

json::object to_json(const WrittenProfile& written) {
    const Profile& profile = written.base;
    json::object attachments;
    for (std::uint32_t i = 0; i < part_kind_count; ++i) {
        attachments[to_string(static_cast<PartKind>(i))] = to_string(profile.actions.at(i));
    }
    json::object object;
    object["profile"] = profile.name;
    object["body"] = "text";
    object["keep_original"] = to_string(profile.keep_original);
    object["ambiguous"] = to_string(profile.ambiguous);
    object["links"] = to_string(profile.links);
    object["release_originals"] = profile.release_originals;
    object["text_files"] = to_string(profile.text_files);
    object["image_pdf_dpi"] = profile.image_pdf_dpi;
    object["files_line"] = profile.files_line;
    object["slow"] = to_string(written.slow_files.slow);
    object["slow_after"] = written.slow_files.after.count();
    object["attachments"] = std::move(attachments);
    json::array& rules = object["rules"].emplace_array();
    for (const MailRule& rule : written.rules) rules.push_back(to_json(rule));
    return object;
}

// A flat profile as it would be written.
WrittenProfile as_written(Profile profile, SlowFiles slow_files) {
    WrittenProfile written;
    written.slow_files = slow_files;
    for (PartRule& rule : profile.rules) written.rules.push_back({{}, {}, {}, {}, std::move(rule)});
    profile.rules.clear();
    written.base = std::move(profile);
    return written;
}

Exit show_for(const ShowOptions& options, const Config& config, const std::string& file, Terminal& terminal) {
    auto answer = answer_to(options.question, config);
    if (!answer) return fail(terminal, answer.error());
    const std::string route = answer->route == nullptr ? std::string() : answer->route->name();
    const WrittenProfile written = as_written(std::move(answer->profile), config.profile_of(answer->route).slow_files);
    if (options.output == Output::json) {
        json::object object = to_json(written);
        object["route"] = route;
        object["authenticated"] = options.question.authenticated;
        object["authenticated_gets_more"] = answer->authenticated_gets_more;
        terminal.out << json::serialize(object) << "\n";
        return Exit::done;
    }
    terminal.out << "# from " << shown_text(options.question.sender) << " to " << shown_text(options.question.recipient)
                 << ": route " << shown_text(route) << ", rules of " << shown_text(file) << "\n";
    if (answer->authenticated_gets_more) {
        terminal.out << "# other rules hold where the sender is authenticated: see them with --authenticated\n";
    }
    terminal.out << to_toml(written, RuleLines::shown);
    return Exit::done;
}

}  // namespace

Exit policy_show(const ConfigChoice& choice, const ShowOptions& options, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    if (!options.question.recipient.empty()) return show_for(options, *config, choice.file, terminal);
    const std::string& name = options.question.profile;
    if (!name.empty() && !config->profiles.contains(name)) {
        return fail(terminal, Exit::usage, "there is no [profile." + shown_text(name, 100) + "]");
    }
    bool first = true;
    for (const auto& [its_name, profile] : config->profiles) {
        if (!name.empty() && its_name != name) continue;
        if (options.output == Output::json) {
            terminal.out << json::serialize(to_json(profile)) << "\n";
        } else {
            terminal.out << (first ? "" : "\n") << to_toml(profile);
        }
        first = false;
    }
    return Exit::done;
}

}  // namespace mugaika::ctl
