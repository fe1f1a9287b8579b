#include "policy/rule_file.hpp"

#include <algorithm>
#include <array>

#include "policy/ascii.hpp"
#include "policy/rule_faults.hpp"
#include "policy/shown_text.hpp"

namespace mugaika {
namespace {

constexpr std::uint64_t size_max = std::uint64_t{1} << 40;
// Of all types and patterns of a profile: they go to the worker with every mail.
constexpr std::size_t values_bytes_max = 128u << 10;

constexpr std::array all_actions{PartAction::text,   PartAction::rebuild,    PartAction::image_pdf, PartAction::unpack,
                                 PartAction::remove, PartAction::quarantine, PartAction::hold,      PartAction::refuse};

std::string quoted(std::string_view text) { return '"' + shown_text(text, 100) + '"'; }

bool is_token(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return ascii::is_alnum(c) || std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;  // RFC 6838 4.2
    });
}

bool is_type_pattern(std::string_view text) noexcept {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos || text.size() > PartRule::value_bytes_max) return false;
    const std::string_view subtype = text.substr(slash + 1);
    return is_token(text.substr(0, slash)) && (subtype == "*" || is_token(subtype));
}

bool is_name_pattern(std::string_view text) noexcept {
    return !text.empty() && text.size() <= PartRule::value_bytes_max &&
           std::none_of(text.begin(), text.end(), ascii::is_control);
}

// One rule of the file.
class RuleReader {
public:
    RuleReader(const TomlValue& table, const KnownRoutes* routes, const std::string& shown, FileFaults& faults)
        : table_(table), routes_(routes), reader_(table, shown, faults) {
        written_.place = table.place;
        written_.rule.part.line = table.place.line;
    }

    WrittenRule read() && {
        read_addresses("sender", written_.rule.senders);
        read_authenticated();
        read_addresses("recipient", written_.rule.recipients);
        read_routes();
        read_kinds();
        read_values("type", is_type_pattern, "a type such as \"application/pdf\" or \"image/*\"",
                    written_.rule.part.types);
        read_values("name", is_name_pattern, "a pattern of file names such as \"*.xlsm\"", written_.rule.part.names);
        for (std::string& type : written_.rule.part.types) type = ascii::to_lower(type);
        read_sizes();
        read_action();
        reader_.finish();
        return std::move(written_);
    }

private:
    std::vector<TableReader::Item> items(std::string_view key, std::size_t items_max) {
        auto found = reader_.texts(key, TableReader::Needed::no);
        if (found.size() <= items_max) return found;
        reader_.fault(found[items_max].place, key, "expected at most " + std::to_string(items_max) + " of them");
        found.resize(items_max);
        return found;
    }

    void read_addresses(std::string_view key, AddressSet& target) {
        const bool is_sender = key == "sender";
        std::vector<std::string> entries;
        for (const TableReader::Item& item : items(key, AddressSet::entries_max)) {
            if (!AddressSet::is_entry(item.text) || (item.text == "<>" && !is_sender)) {
                reader_.fault(item.place, key,
                              quoted(item.text) +
                                  " is neither an address nor a domain, expected \"taro@city.example.lg.jp\", "
                                  "\"@city.example.lg.jp\", \"@*.example.lg.jp\" for all domains below one" +
                                  (is_sender ? ", or \"<>\" for mail without a sender" : ""));
            } else if (!is_sender && !is_ours(item.text)) {
                reader_.fault(item.place, key, "no [[route]] takes mail for " + quoted(item.text));
            } else {
                entries.push_back(item.text);
            }
        }
        target = AddressSet::of(std::move(entries));
    }

    bool is_ours(std::string_view entry) const {
        if (routes_ == nullptr) return true;
        const std::string domain = ascii::to_lower(entry.substr(entry.rfind('@') + 1));
        const std::string below = domain.starts_with("*.") ? domain.substr(1) : std::string();
        return std::any_of(routes_->domains.begin(), routes_->domains.end(), [&](const std::string& ours) {
            return below.empty() ? ours == domain : ours.ends_with(below);
        });
    }

    void read_authenticated() {
        bool said = false;
        reader_.truth("authenticated", said);
        const TomlMember* const member = table_.find("authenticated");
        if (member != nullptr && member->value.kind == TomlValue::Kind::truth) written_.rule.authenticated = said;
    }

    void read_routes() {
        for (const TableReader::Item& item : items("route", PartRule::values_max)) {
            const std::string name = ascii::to_lower(item.text);
            if (routes_ == nullptr || contains(routes_->names, name)) {
                written_.rule.routes.push_back(name);
                continue;
            }
            const std::vector<std::string_view> names(routes_->names.begin(), routes_->names.end());
            reader_.fault(item.place, "route",
                          "there is no [[route]] " + quoted(item.text) + ", expected the first of a route's domains" +
                              did_you_mean(item.text, names));
        }
    }

    static bool contains(const std::vector<std::string>& list, const std::string& text) {
        return std::find(list.begin(), list.end(), text) != list.end();
    }

    void read_kinds() {
        std::vector<std::string_view> names;
        for (std::uint32_t i = 0; i < part_kind_count; ++i) names.push_back(to_string(static_cast<PartKind>(i)));
        for (const TableReader::Item& item : items("kind", part_kind_count)) {
            if (const auto kind = part_kind_from_name(item.text)) {
                written_.rule.part.kinds |= static_cast<std::uint16_t>(1u << static_cast<unsigned>(*kind));
                written_.kinds.emplace_back(*kind, item.place);
                continue;
            }
            std::string expected = ", expected one of";
            for (const std::string_view name : names) expected += " " + quoted(name);
            reader_.fault(item.place, "kind",
                          quoted(item.text) + " is not known" + expected + did_you_mean(item.text, names));
        }
    }

    void read_values(std::string_view key, bool (*fits)(std::string_view) noexcept, std::string_view expected,
                     std::vector<std::string>& target) {
        for (const TableReader::Item& item : items(key, PartRule::values_max)) {
            if (fits(item.text)) {
                target.push_back(item.text);
            } else {
                reader_.fault(item.place, key, quoted(item.text) + " is none, expected " + std::string(expected));
            }
        }
    }

    void read_sizes() {
        PartRule& part = written_.rule.part;
        std::uint64_t larger = size_max + 1, smaller = size_max + 1;  // not said, or wrong
        reader_.bytes<std::uint64_t>("larger_than", larger, 0, size_max);
        reader_.bytes<std::uint64_t>("smaller_than", smaller, 1, size_max);
        if (larger <= size_max) part.bytes_min = larger + 1;
        if (smaller <= size_max) part.bytes_max = smaller - 1;
        if (part.bytes_min <= part.bytes_max) return;
        reader_.fault(table_.find("smaller_than")->value.place, "smaller_than",
                      "no file is smaller than that and as large as larger_than says");
    }

    void read_action() {
        const TomlMember* const member = table_.find("action");
        reader_.one_of<PartAction>("action", written_.rule.part.action, all_actions);
        if (member != nullptr) {
            written_.action_place = member->value.place;
        } else {
            reader_.fault(table_.place, "action", "is missing, expected what becomes of such files: \"quarantine\"");
        }
    }

    const TomlValue& table_;
    const KnownRoutes* routes_;
    TableReader reader_;
    WrittenRule written_;
};

std::size_t values_bytes(const PartRule& rule) noexcept {
    std::size_t bytes = 0;
    for (const auto* values : {&rule.types, &rule.names}) {
        for (const std::string& value : *values) bytes += value.size();
    }
    return bytes;
}

std::string toml_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    return out + '"';
}

void append_list(std::string& out, std::string_view key, const std::vector<std::string>& values) {
    if (values.empty()) return;
    out.append(key).append(" = [");
    for (const std::string& value : values)
        out.append(&value == &values.front() ? "" : ", ").append(toml_string(value));
    out += "]\n";
}

}  // namespace

std::vector<MailRule> read_rules(const std::vector<const TomlValue*>& tables, const Profile& base,
                                 const KnownRoutes* routes, FileFaults& faults, FileFaults& warnings) {
    const std::string shown = "[[profile." + base.name + ".rule]]";
    std::vector<WrittenRule> written;
    std::size_t bytes = 0;
    for (const TomlValue* table : tables) {
        if (written.size() == PartRule::rules_max) {
            faults.add(table->place,
                       shown + ": expected at most " + std::to_string(PartRule::rules_max) + " rules in a profile");
            return {};
        }
        const std::size_t before = faults.count();
        written.push_back(RuleReader(*table, routes, shown, faults).read());
        written.back().is_whole = faults.count() == before;
        bytes += values_bytes(written.back().rule.part);
        if (bytes > values_bytes_max) {
            faults.add(table->place, shown +
                                         ": the types and names of all rules are too long together, expected at "
                                         "most " +
                                         std::to_string(values_bytes_max) + " bytes");
            return {};
        }
    }
    judge_rules(written, base, shown, faults, warnings);
    std::vector<MailRule> rules;
    for (WrittenRule& one : written) rules.push_back(std::move(one.rule));
    return rules;
}

std::vector<std::string> kind_names(const PartRule& rule) {
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < part_kind_count; ++i) {
        const auto kind = static_cast<PartKind>(i);
        if (rule.kinds != 0 && rule.speaks_of(kind)) names.emplace_back(to_string(kind));
    }
    return names;
}

std::string to_toml(const MailRule& rule, const std::string& profile_name, RuleLines lines) {
    std::string text = "[[profile." + profile_name + ".rule]]";
    if (lines == RuleLines::shown && rule.part.line > 0) text += "  # line " + std::to_string(rule.part.line);
    text += "\n";
    append_list(text, "sender", rule.senders.entries());
    if (rule.authenticated) text += *rule.authenticated ? "authenticated = true\n" : "authenticated = false\n";
    append_list(text, "recipient", rule.recipients.entries());
    append_list(text, "route", rule.routes);
    append_list(text, "kind", kind_names(rule.part));
    append_list(text, "type", rule.part.types);
    append_list(text, "name", rule.part.names);
    if (rule.part.bytes_min > 0) text += "larger_than = " + std::to_string(rule.part.bytes_min - 1) + "\n";
    if (rule.part.bytes_max <= size_max) text += "smaller_than = " + std::to_string(rule.part.bytes_max + 1) + "\n";
    return text + "action = \"" + std::string(to_string(rule.part.action)) + "\"\n";
}

}  // namespace mugaika
