#include <map>

#include "policy/shown_text.hpp"
#include "relay/log/event_members.hpp"
#include "relay/stats/csv_cell.hpp"
#include "relay/stats/event_export.hpp"
#include "relay/stats/member_texts.hpp"

namespace mugaika {
namespace {

// What stands in no column of its own: members of a later version.
constexpr std::string_view others_column = "others";

class CsvExport final : public EventExport {
public:
    CsvExport(std::ostream& out, bool bom) : out_(out) {
        for (const Key& key : {key::time, key::event, key::host}) add_column(key.name);
        for (const EventDescription& event : all_events()) {
            for (const auto& member : event.members) add_column(member.key.name);
        }
        add_column(others_column);
        if (bom) out_ << "\xef\xbb\xbf";
        write_row(names_);
    }

    void write(const ReadEvent& read) override {
        std::vector<std::string> cells(names_.size());
        cells[0] = shown_text(read.time);
        cells[1] = shown_text(read.name);
        cells[2] = shown_text(read.host);
        for (const MemberText& member : member_texts(read)) {
            const auto column = columns_.find(member.key);
            if (column != columns_.end()) {
                cells[column->second] = member.text;
            } else {
                std::string& others = cells.back();
                others += (others.empty() ? "" : " ") + member.key + "=" + member.text;
            }
        }
        write_row(cells);
    }

private:
    void add_column(std::string_view name) {
        if (columns_.emplace(name, names_.size()).second) names_.emplace_back(name);
    }
    void write_row(const std::vector<std::string>& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) out_ << (i == 0 ? "" : ",") << csv_cell(cells[i]);
        out_ << "\r\n";
    }

    std::ostream& out_;
    std::vector<std::string> names_;
    std::map<std::string, std::size_t, std::less<>> columns_;
};

}  // namespace

std::unique_ptr<EventExport> make_csv_export(std::ostream& out, bool bom) {
    return std::make_unique<CsvExport>(out, bom);
}

}  // namespace mugaika
