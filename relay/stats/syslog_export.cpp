#include "relay/stats/event_export.hpp"
#include "relay/stats/syslog_message.hpp"

namespace mugaika {
namespace {

class SyslogExport final : public EventExport {
public:
    explicit SyslogExport(std::ostream& out) : out_(out) {}

    void write(const ReadEvent& read) override { out_ << syslog_message(read) << '\n'; }

private:
    std::ostream& out_;
};

}  // namespace

std::unique_ptr<EventExport> make_syslog_export(std::ostream& out) { return std::make_unique<SyslogExport>(out); }

}  // namespace mugaika
