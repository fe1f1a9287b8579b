#include "relay/stats/last_checkpoint.hpp"

#include "policy/shown_text.hpp"

namespace mugaika {

void LastCheckpoint::take(const ReadEvent& read) {
    const auto* const event = read.event ? std::get_if<event::LogCheckpoint>(&*read.event) : nullptr;
    if (event == nullptr) return;
    ++count;
    time = local_time_text(read.moment);
    to = event->to;
    note = event->note;
}

void print_checkpoint(std::ostream& out, const LastCheckpoint& last) {
    if (last.count == 0) {
        out << "監査担当者に送ったチェックポイントなし / no checkpoint of the log went to auditors\n";
        return;
    }
    out << "最後のチェックポイント / last checkpoint of the log that went to auditors: " << last.time;
    for (const std::string& auditor : last.to) out << ", " << shown_text(auditor);
    out << "; " << last.count << "\n\n";
    for (const std::string& line : last.note) out << shown_text(line) << "\n";
}

}  // namespace mugaika
