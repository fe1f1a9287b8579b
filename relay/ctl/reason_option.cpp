#include "relay/ctl/reason_option.hpp"

#include <vector>

#include "policy/reason.hpp"
#include "policy/shown_text.hpp"
#include "policy/terminal_columns.hpp"
#include "relay/ctl/nearest_name.hpp"

namespace mugaika::ctl {
namespace {

constexpr std::size_t name_columns = 30;

std::vector<std::string> reason_names() {
    std::vector<std::string> names;
    for (std::uint32_t number = 0; number < reason_count; ++number) {
        names.emplace_back(to_string(*reason_from_number(number)));
    }
    return names;
}

}  // namespace

Result<void> check_reason_name(const std::string& untrusted_name, std::ostream& err) {
    if (untrusted_name.empty() || reason_from_name(untrusted_name)) return {};
    for (const std::string& name : reason_names()) {
        const Reason reason = *reason_from_name(name);
        err << fitted(name, name_columns) << english(reason) << " / " << japanese(reason) << "\n";
    }
    return Error(Fault::bad_input, "--reason: \"" + shown_text(untrusted_name, 100) +
                                       "\" is no reason, the reasons are above" +
                                       did_you_mean(untrusted_name, reason_names()));
}

}  // namespace mugaika::ctl
