#include "relay/ctl/missing_parts.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "sanitizer/engine/fonts.hpp"
#include "sanitizer/engine/office.hpp"
#include "sanitizer/engine/page_text.hpp"
#include "sanitizer/engine/pages.hpp"

namespace mugaika::ctl {
namespace {

constexpr std::size_t office_packages = 3;

// What is shipped stands nowhere: it is blamed on the beginning of the file.
TomlPlace place_of(const TomlValue& root, std::initializer_list<std::string_view> keys) {
    const TomlValue* value = &root;
    for (const std::string_view key : keys) {
        const TomlMember* const member = value->find(key);
        if (member == nullptr) return {};
        value = &member->value;
    }
    return value->place;
}

struct Wish {
    std::string key;  // for the words
    TomlPlace place;
};

// Where a profile asks for this, for any of these kinds.
std::optional<Wish> wish_in(const TomlValue& root, const WrittenProfile& profile, PartAction action,
                            std::initializer_list<PartKind> kinds) {
    const std::string& name = profile.base.name;
    for (const PartKind kind : kinds) {
        if (profile.base.actions[static_cast<std::size_t>(kind)] != action) continue;
        return Wish{"[profile." + name + "] attachments " + std::string(to_string(kind)),
                    place_of(root, {"profile", name, "attachments", to_string(kind)})};
    }
    for (const MailRule& rule : profile.rules) {
        const auto about = [&](PartKind kind) { return rule.part.speaks_of(kind); };
        if (rule.part.action == action && std::any_of(kinds.begin(), kinds.end(), about))
            return Wish{"[[profile." + name + ".rule]]", {rule.part.line, 1}};
    }
    return std::nullopt;
}

// Those by which mail is judged: a profile that no route names asks for nothing.
std::vector<const WrittenProfile*> profiles_of_routes(const Config& config) {
    std::vector<const WrittenProfile*> all;
    for (const auto& named : config.profiles) {
        const auto names_it = [&](const Route& route) { return route.profile == named.first; };
        if (std::any_of(config.routes.begin(), config.routes.end(), names_it)) all.push_back(&named.second);
    }
    return all;
}

void add(const Wish& wish, std::string_view words, const std::optional<std::string>& package, FileFaults& faults) {
    if (package) faults.add(wish.place, wish.key + ": " + std::string(words) + *package);
}

constexpr std::string_view no_page = "no page can be drawn here, and such files would be held; expected the package ";
constexpr std::string_view no_text =
    "no text of a PDF can be read here, and such files would be held; expected the package ";
constexpr std::string_view no_letters =
    "no font here has Japanese letters, and pages would have boxes for them; expected a package such as ";
constexpr std::string_view no_letters_for_office =
    "LibreOffice has no font with Japanese letters here; expected \"off\", or a package such as ";

void look_at(const WrittenProfile& profile, const TomlValue& root, const MissingParts& missing, FileFaults& faults) {
    if (const auto pictures = wish_in(root, profile, PartAction::image_pdf, {PartKind::pdf, PartKind::office})) {
        add(*pictures, no_page, missing.pages, faults);
        add(*pictures, no_letters, missing.letters, faults);
    }
    if (const auto text = wish_in(root, profile, PartAction::text, {PartKind::pdf}))
        add(*text, no_text, missing.page_text, faults);
}

bool converts(const WrittenProfile* profile, const TomlValue& root) {
    return wish_in(root, *profile, PartAction::rebuild, {PartKind::office}).has_value();
}

}  // namespace

MissingParts missing_parts() {
    MissingParts missing;
    for (std::uint32_t i = 0; i < office_format_count; ++i) {
        if (const auto package = missing_for(static_cast<OfficeFormat>(i))) missing.office.insert(*package);
    }
    missing.pages = missing_for_pages();
    missing.page_text = missing_for_page_text();
    missing.letters = missing_for_letters();
    return missing;
}

void find_missing_parts(const Config& config, const TomlValue& root, const MissingParts& missing, FileFaults& faults) {
    const auto profiles = profiles_of_routes(config);
    for (const WrittenProfile* profile : profiles) look_at(*profile, root, missing, faults);
    const bool has_office = config.engines.office != OfficeEngine::off && missing.office.size() < office_packages;
    const auto wants_office = [&](const WrittenProfile* profile) { return converts(profile, root); };
    if (!has_office || std::none_of(profiles.begin(), profiles.end(), wants_office)) return;
    add({"[relay.engines] office", place_of(root, {"relay", "engines", "office"})}, no_letters_for_office,
        missing.letters, faults);
}

}  // namespace mugaika::ctl
