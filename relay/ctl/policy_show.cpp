#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "policy/policy_file.hpp"
#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"

namespace mugaika::ctl {
namespace {

namespace json = boost::json;

json::object to_json(const Profile& profile) {
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
    object["files_line"] = profile.files_line;
    object["attachments"] = std::move(attachments);
    return object;
}

}  // namespace

Exit policy_show(const ConfigChoice& choice, const std::string& name, Output output, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    if (!name.empty() && !config->profiles.contains(name)) {
        return fail(terminal, Exit::usage, "there is no [profile." + shown_text(name, 100) + "]");
    }
    bool first = true;
    for (const auto& [its_name, profile] : config->profiles) {
        if (!name.empty() && its_name != name) continue;
        if (output == Output::json) {
            terminal.out << json::serialize(to_json(profile)) << "\n";
        } else {
            terminal.out << (first ? "" : "\n") << to_toml(profile);
        }
        first = false;
    }
    return Exit::done;
}

}  // namespace mugaika::ctl
