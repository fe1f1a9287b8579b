#include "relay/stats/dimension.hpp"

#include <algorithm>

#include "policy/shown_text.hpp"

namespace mugaika {
namespace {

struct Row {
    Dimension dimension;
    std::string_view name;
    DimensionGroup group;
};
using Group = DimensionGroup;
constexpr std::array rows{Row{Dimension::hour, "hour", Group::mail},
                          Row{Dimension::day, "day", Group::mail},
                          Row{Dimension::week, "week", Group::mail},
                          Row{Dimension::month, "month", Group::mail},
                          Row{Dimension::route, "route", Group::mail},
                          Row{Dimension::verdict, "verdict", Group::mail},
                          Row{Dimension::reason, "reason", Group::mail},
                          Row{Dimension::sender_domain, "sender-domain", Group::mail},
                          Row{Dimension::person, "person", Group::mail},
                          Row{Dimension::recipient, "recipient", Group::recipient},
                          Row{Dimension::recipient_domain, "recipient-domain", Group::recipient},
                          Row{Dimension::kind, "kind", Group::part},
                          Row{Dimension::type, "type", Group::part},
                          Row{Dimension::action, "action", Group::part},
                          Row{Dimension::method, "method", Group::part},
                          Row{Dimension::handler, "handler", Group::part},
                          Row{Dimension::loss, "loss", Group::part},
                          Row{Dimension::engine, "engine", Group::engine},
                          Row{Dimension::stage, "stage", Group::stage}};
constexpr std::size_t quoted_bytes_max = 100;

const Row& row_of(Dimension dimension) noexcept { return rows[static_cast<std::size_t>(dimension)]; }
static_assert(std::all_of(rows.begin(), rows.end(), [](const Row& row) {
    return &row - rows.data() == static_cast<std::ptrdiff_t>(row.dimension);
}));

}  // namespace

std::string_view to_string(Dimension dimension) noexcept { return row_of(dimension).name; }
DimensionGroup group_of(Dimension dimension) noexcept { return row_of(dimension).group; }

std::optional<Dimension> dimension_from_name(std::string_view name) noexcept {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.name == name; });
    return found == rows.end() ? std::nullopt : std::optional(found->dimension);
}

std::string dimension_names() {
    std::string names;
    for (const Row& row : rows) names.append(names.empty() ? "" : ", ").append(row.name);
    return names;
}

Result<std::vector<Condition>> conditions_from_option(std::string_view untrusted_text) {
    std::vector<Condition> conditions;
    while (true) {
        const std::size_t comma = std::min(untrusted_text.find(','), untrusted_text.size());
        const std::string_view one = untrusted_text.substr(0, comma);
        const std::size_t equals = one.find('=');
        const auto dimension = dimension_from_name(one.substr(0, std::min(equals, one.size())));
        if (equals == std::string_view::npos || !dimension) {
            return Error(Fault::bad_input, "\"" + shown_text(one, quoted_bytes_max) +
                                               "\" is no condition; expected KEY=VALUE with a KEY of " +
                                               dimension_names());
        }
        conditions.push_back({*dimension, std::string(one.substr(equals + 1))});
        if (comma == untrusted_text.size()) return conditions;
        untrusted_text.remove_prefix(comma + 1);
    }
}

}  // namespace mugaika
