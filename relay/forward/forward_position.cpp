#include "relay/forward/forward_position.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "policy/shown_text.hpp"
#include "relay/quarantine/durable_file.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

constexpr std::size_t file_bytes_max = 1u << 20;

ForwardPosition from(const json::object& object) {
    const auto text = [&](std::string_view key) { return std::string(object.at(key).as_string()); };
    const auto number = [&](std::string_view key) { return object.at(key).to_number<std::uint64_t>(); };
    ForwardPosition position;
    position.file = text("file");
    position.offset = number("offset");
    position.time = text("time");
    for (const auto& [chain, last] : object.at("numbers").as_object()) {
        position.numbers.emplace(chain, last.to_number<std::uint64_t>());
    }
    position.sent = number("sent");
    position.missing = number("missing");
    position.passed_over = number("passed_over");
    position.fault = text("fault");
    position.fault_since = text("fault_since");
    return position;
}

}  // namespace

Result<void> ForwardPosition::write(const std::string& file_name) const {
    json::object chains;
    for (const auto& [chain, last] : numbers) chains[chain] = last;
    const json::object object{{"file", file},
                              {"offset", offset},
                              {"time", time},
                              {"numbers", chains},
                              {"sent", sent},
                              {"missing", missing},
                              {"passed_over", passed_over},
                              {"fault", fault},
                              {"fault_since", fault_since}};
    return write_file_durably(file_name, json::serialize(object) + "\n", 0600);
}

Result<ForwardPosition> ForwardPosition::read(const std::string& file_name) {
    const auto text = read_small_file(file_name, file_bytes_max);
    if (!text && text.error().fault() == Fault::not_found) return ForwardPosition();
    if (!text) return text.error();
    try {
        return from(json::parse(*text).as_object());
    } catch (const std::exception&) {  // of JSON: whatever is wrong with it
        return Error(Fault::bad_input, shown_text(file_name) +
                                           ": is no position of an output; expected what `mugaika log forward` writes. "
                                           "Without the file the output gets everything again");
    }
}

std::string forward_folder(std::string_view state_dir) { return std::string(state_dir) + "/forward"; }

std::string forward_file(std::string_view state_dir, std::string_view output_name) {
    return forward_folder(state_dir) + "/" + std::string(output_name) + ".json";
}

}  // namespace mugaika
