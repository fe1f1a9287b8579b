#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "policy/matrix.hpp"
#include "relay/ctl/commands.hpp"
#include "relay/stats/text_table.hpp"

namespace mugaika::ctl {

Exit policy_matrix(Output output, Terminal& terminal) {
    TextTable table({{"STAGE"}, {"FAILURE"}, {"ENDING"}, {"ANSWER"}, {"WORDS", TextTable::Align::left, 80}});
    for (const Outcome& row : outcomes) {
        if (output == Output::json) {
            boost::json::object object;
            object["stage"] = to_string(row.stage);
            object["failure"] = to_string(row.failure);
            object["ending"] = to_string(row.ending);
            object["code"] = row.code;
            object["enhanced"] = row.enhanced;
            object["words"] = row.words;
            terminal.out << boost::json::serialize(object) << "\n";
            continue;
        }
        const std::string answer =
            row.code == 0 ? std::string("-") : std::to_string(row.code) + " " + std::string(row.enhanced);
        table.add({std::string(to_string(row.stage)), std::string(to_string(row.failure)),
                   std::string(to_string(row.ending)), answer, std::string(row.words)});
    }
    if (output == Output::text) table.print(terminal.out);
    return Exit::done;
}

}  // namespace mugaika::ctl
