#include "policy/policy_file.hpp"

#include <algorithm>
#include <array>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

constexpr std::size_t profile_name_bytes_max = 64;
// Below it nearly every letter with files would come in two; above it the sender has been told to try again.
constexpr std::chrono::seconds slow_after_min{1};
constexpr std::chrono::seconds slow_after_max{80};

constexpr std::array all_actions{PartAction::text,   PartAction::rebuild,    PartAction::image_pdf, PartAction::unpack,
                                 PartAction::remove, PartAction::quarantine, PartAction::hold,      PartAction::refuse};
constexpr std::array barring_actions{PartAction::remove, PartAction::quarantine, PartAction::hold, PartAction::refuse};
constexpr std::array keep_originals{KeepOriginal::never, KeepOriginal::when_lossy, KeepOriginal::always};
constexpr std::array on_ambiguous{OnAmbiguous::quarantine, OnAmbiguous::deliver};
constexpr std::array text_files{TextFiles::file, TextFiles::body};
constexpr std::array link_styles{LinkStyle::defang, LinkStyle::plain, LinkStyle::drop};

bool is_profile_name(std::string_view name) noexcept {
    const bool known = std::all_of(name.begin(), name.end(), [](char c) {
        return ascii::is_lower(c) || ascii::is_digit(c) || c == '-' || c == '_';
    });
    return known && !name.empty() && name.size() <= profile_name_bytes_max;
}

void read_attachments(const TomlValue& table, const std::string& name, Profile& profile, FileFaults& faults) {
    TableReader reader(table, name, faults);
    for (std::uint32_t i = 0; i < part_kind_count; ++i) {
        const auto kind = static_cast<PartKind>(i);
        std::vector<PartAction> actions(all_actions.begin(), all_actions.end());
        if (never_crosses(kind)) actions.assign(barring_actions.begin(), barring_actions.end());
        if (!can_become(kind, PartAction::image_pdf)) std::erase(actions, PartAction::image_pdf);
        reader.one_of<PartAction>(to_string(kind), profile.actions.at(i), actions);
    }
    reader.finish();
}

WrittenProfile read_profile(const TomlValue& table, const std::string& name, const KnownRoutes* routes,
                            FileFaults& faults, FileFaults& warnings) {
    WrittenProfile written;
    Profile& profile = written.base;
    profile.name = name;
    const std::string shown = "[profile." + name + "]";
    TableReader reader(table, shown, faults);
    PartAction body = PartAction::text;  // the only way a body crosses; the key exists so that a file can say it
    reader.one_of<PartAction>("body", body, std::array{PartAction::text});
    if (const TomlValue* attachments = reader.table("attachments")) {
        read_attachments(*attachments, shown + " attachments", profile, faults);
    }
    reader.one_of<KeepOriginal>("keep_original", profile.keep_original, keep_originals);
    reader.one_of<OnAmbiguous>("ambiguous", profile.ambiguous, on_ambiguous);
    reader.one_of<LinkStyle>("links", profile.links, link_styles);
    reader.truth("release_originals", profile.release_originals);
    reader.one_of<TextFiles>("text_files", profile.text_files, text_files);
    reader.number("image_pdf_dpi", profile.image_pdf_dpi, image_pdf_dpi_min, image_pdf_dpi_max);
    reader.truth("files_line", profile.files_line);
    reader.one_of<Slow>("slow", written.slow_files.slow, std::array{Slow::wait, Slow::follow});
    reader.duration("slow_after", written.slow_files.after, slow_after_min, slow_after_max);
    written.rules = read_rules(reader.tables("rule"), profile, routes, faults, warnings);
    reader.finish();
    return written;
}

}  // namespace

Profiles read_profiles(const TomlValue* profile_table, const KnownRoutes* routes, FileFaults& faults,
                       FileFaults& warnings) {
    Profiles profiles{{"standard", WrittenProfile{}}};
    if (profile_table == nullptr) return profiles;
    for (const TomlMember& member : profile_table->members) {
        if (!is_profile_name(member.key)) {
            faults.add(member.place, "[profile]: a profile's name is 1 to 64 characters of a-z, 0-9, \"-\" and \"_\"");
        } else if (member.value.kind != TomlValue::Kind::table) {
            faults.add(member.place, "[profile] " + member.key + ": expected a table, [profile." + member.key + "]");
        } else {
            profiles.insert_or_assign(member.key, read_profile(member.value, member.key, routes, faults, warnings));
        }
    }
    return profiles;
}

PolicyReading read_policy_text(std::string_view toml, std::string file_name) {
    PolicyReading reading;
    FileFaults faults(file_name);
    FileFaults warnings(std::move(file_name));
    if (const auto root = parse_toml(toml, faults)) {
        TableReader reader(*root, "the file", faults);
        reading.profiles = read_profiles(reader.table("profile"), nullptr, faults, warnings);
        reader.finish();
    }
    reading.faults = std::move(faults).in_order();
    reading.warnings = std::move(warnings).in_order();
    return reading;
}

std::string to_toml(const WrittenProfile& profile, RuleLines lines) {
    std::string text = to_toml(profile.base, lines);
    const auto& [slow, after] = profile.slow_files;
    text.insert(
        text.find("[profile." + profile.base.name + ".attachments]"),
        "slow = \"" + std::string(to_string(slow)) + "\"\nslow_after = \"" + std::to_string(after.count()) + "s\"\n");
    for (const MailRule& rule : profile.rules) text += "\n" + to_toml(rule, profile.base.name, lines);
    return text;
}

std::string to_toml(const Profile& profile, RuleLines lines) {
    std::string text = "[profile." + profile.name + "]\n";
    const auto line = [&text](std::string_view key, std::string_view value) {
        text.append(key).append(" = \"").append(value).append("\"\n");
    };
    const auto truth = [&text](std::string_view key, bool value) {
        text.append(key).append(value ? " = true\n" : " = false\n");
    };
    line("body", "text");
    line("keep_original", to_string(profile.keep_original));
    line("ambiguous", to_string(profile.ambiguous));
    line("links", to_string(profile.links));
    truth("release_originals", profile.release_originals);
    line("text_files", to_string(profile.text_files));
    text += "image_pdf_dpi = " + std::to_string(profile.image_pdf_dpi) + "\n";
    truth("files_line", profile.files_line);
    text += "[profile." + profile.name + ".attachments]\n";
    for (std::uint32_t i = 0; i < part_kind_count; ++i) {
        line(to_string(static_cast<PartKind>(i)), to_string(profile.actions.at(i)));
    }
    for (const PartRule& rule : profile.rules)
        text += "\n" + to_toml(MailRule{{}, {}, {}, {}, rule}, profile.name, lines);
    return text;
}

}  // namespace mugaika
