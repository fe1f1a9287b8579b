// What the commands share: saying faults, reading the configuration, opening quarantine and log, naming items.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/mail_address.hpp"
#include "policy/matrix.hpp"
#include "policy/result.hpp"
#include "relay/config/config.hpp"
#include "relay/ctl/commands.hpp"
#include "relay/log/event_log.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/quarantine/item.hpp"
#include "relay/quarantine/outbox.hpp"
#include "relay/quarantine/store.hpp"
#include "relay/stats/moment_option.hpp"
#include "sanitizer/mail/office_format.hpp"
#include "sanitizer/mail/raw_mail.hpp"
#include "sanitizer/worker/client.hpp"

namespace mugaika::ctl {

// "mugaika: words" on err; the exit code that belongs to the fault.
Exit fail(Terminal&, const Error&);
Exit fail(Terminal&, Exit, std::string_view words);

// A mail that the relay would refuse: its SMTP answer on err.
Exit refuse(Terminal&, const Outcome&);

// Prints every fault of the file. `ConfigUse::tool` does without the default file when that is missing.
Result<Config> load_config(const ConfigChoice&, ConfigUse, Terminal&);

// Times are read and shown where the configuration says, also by a command that can do without it: then faults are
// nobody's concern.
void live_in_configured_zone(const ConfigChoice&);

// The quarantine beside a relay that may be running. This, the log and the outbox are opened as the relay's user
// (relay_user.hpp).
Result<std::unique_ptr<QuarantineStore>> open_store(const Config&);

// For commands that must leave a trace: without a log that takes the event they do nothing.
Result<std::unique_ptr<EventLog>> open_log(const Config&);
// What stands in the configured log in place of addresses; null: addresses do. Fault::configuration when the key cannot
// be read.
Result<std::shared_ptr<const Pseudonyms>> open_pseudonyms(const Config&);
// Whom the event names: --by or whoever is logged in. Fault::bad_input when neither is a name.
Result<Actor> actor_for(const std::string& by, const Terminal&);

// A line for an event or a notice, as an option gave it.
Result<std::string> checked_line(std::string_view option, const std::string& text);

// Ids as the administrator gave them: checked, "-" read from Terminal::in (first word of each line), "ALL" from the
// store.
Result<std::vector<std::string>> item_ids(const std::vector<std::string>& given, const QuarantineStore&, Terminal&);
Result<std::string> one_item_id(const std::string& given, Terminal&);  // no ALL
Result<std::vector<std::string>> order_ids(const std::vector<std::string>& given, const Outbox&, Terminal&);

// The outbox beside a relay that may be running.
Result<Outbox> open_outbox(const Config&);

Result<std::vector<MailAddress>> addresses_from(const std::vector<std::string>& texts);
Result<std::optional<Moment>> moment_option(std::string_view option, const std::string& text, DayEdge);

// One mail through a fresh worker; with the original bytes of these parts where the profile releases originals.
// `received_at`: when it came, by which the certificates of signatures are judged.
Result<WorkerAnswer> ask_about(const RawMail&, const Profile&, const Config&, Moment received_at,
                               std::vector<std::string> parts = {});

// The same with the mail's files rebuilt, as the relay would.
Result<WorkerAnswer> ask_about_all(const RawMail&, const Profile&, const Config&, Moment received_at);

// Whose pages an order could have drawn here.
PagesDrawn pages_drawn(const Config&);

// What holds for the item's recipients as the configuration has it now, as if nobody had spoken for the sender; without
// its route the standard profile.
Profile profile_for_item(const Config&, const QuarantineItem&);

}  // namespace mugaika::ctl
