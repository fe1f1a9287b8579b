#include "policy/mail_address.hpp"
#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"

namespace mugaika::ctl {

Exit log_resolve(const ConfigChoice& choice, const std::vector<std::string>& addresses, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto pseudonyms = open_pseudonyms(*config);
    if (!pseudonyms) return fail(terminal, pseudonyms.error());
    if (*pseudonyms == nullptr) {
        return fail(terminal, Exit::usage, "the configuration has no log_pseudonym_key: addresses stand in the log");
    }
    for (const std::string& address : addresses) {
        if (!MailAddress::parse(address)) {
            return fail(terminal, Exit::usage,
                        "\"" + shown_text(address, 100) + "\" is no address; expected one such as taro@example.com");
        }
        terminal.out << (*pseudonyms)->of_address(address) << "  " << shown_text(address) << "\n";
    }
    return Exit::done;
}

}  // namespace mugaika::ctl
