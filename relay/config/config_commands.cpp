#include "relay/config/config_commands.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/shown_text.hpp"
#include "relay/config/config.hpp"

namespace mugaika {
namespace {

constexpr std::string_view table_name = "[[relay.engines.command]]";
constexpr std::size_t words_max = 64;  // as many as an engine takes (CommandOrder)
constexpr std::size_t word_bytes_max = 1000;
constexpr std::array kinds{PartKind::other, PartKind::image, PartKind::office, PartKind::pdf};
constexpr std::array made_kinds{SafeKind::pdf, SafeKind::docx, SafeKind::xlsx, SafeKind::pptx,
                                SafeKind::png, SafeKind::jpeg, SafeKind::text, SafeKind::csv};
constexpr std::string_view kind_expected = R"(expected one of "other" "image" "office" "pdf")";

std::string in_quotes(std::string_view text) { return '"' + shown_text(text, 100) + '"'; }

bool is_path(std::string_view text) {
    return text.starts_with('/') && text.size() <= word_bytes_max && shown_text(text, text.size()) == text;
}

bool is_word(std::string_view text) { return text.size() <= word_bytes_max && shown_text(text, text.size()) == text; }

// Of one file, without parameters and wildcards: "application/x-dbf".
bool is_type(std::string_view text) noexcept {
    const auto is_plain = [](char c) {
        return ascii::is_lower(c) || ascii::is_digit(c) || c == '.' || c == '-' || c == '+' || c == '_' || c == '/';
    };
    const std::size_t slash = text.find('/');
    return slash != text.npos && slash > 0 && slash + 1 < text.size() && text.find('/', slash + 1) == text.npos &&
           text.size() <= 127 && std::all_of(text.begin(), text.end(), is_plain);
}

bool is_suffix(std::string_view text) noexcept {
    return text.size() > 1 && text.size() <= 32 && text.front() == '.' &&
           text.find_first_of("/\\*? ") == std::string_view::npos && shown_text(text, text.size()) == text;
}

class CommandReader {
public:
    CommandReader(const TomlValue& table, const EngineLimits& limits, FileFaults& faults)
        : table_(table), reader_(table, std::string(table_name), faults) {
        command_.limits = limits;
    }

    FileCommand read() {
        read_kinds();
        command_.types = listed("type", is_type, "is no type, expected one such as \"application/x-dbf\"");
        command_.suffixes = listed("suffix", is_suffix, "is no end of a name, expected one such as \".dbf\"");
        read_program();
        command_.readable = listed("reads", is_path, "is no absolute path");
        read_made_kind();
        EngineLimits& limits = command_.limits;
        reader_.duration("time_limit", limits.wall_clock, std::chrono::seconds(1), std::chrono::seconds(600));
        reader_.bytes<std::uint64_t>("memory", limits.memory_bytes, 16u << 20, std::uint64_t{64} << 30);
        reader_.bytes<std::uint64_t>("output", limits.out_bytes_max, 1, 50u << 20);
        reader_.number<std::uint32_t>("processes", command_.processes, 0, 1000);
        reader_.finish();
        return std::move(command_);
    }

private:
    void read_kinds() {
        for (const TableReader::Item& item : reader_.texts("kind", TableReader::Needed::yes)) {
            const auto kind = part_kind_from_name(item.text);
            if (kind && std::find(kinds.begin(), kinds.end(), *kind) != kinds.end()) {
                command_.kinds = static_cast<std::uint16_t>(command_.kinds | 1u << static_cast<unsigned>(*kind));
            } else {
                reader_.fault(
                    item.place, "kind",
                    in_quotes(item.text) + " is no kind that a command may take, " + std::string(kind_expected));
            }
        }
    }

    template <class Fits>
    std::vector<std::string> listed(std::string_view key, Fits fits, std::string_view fault) {
        std::vector<std::string> texts;
        for (const TableReader::Item& item : reader_.texts(key, TableReader::Needed::no)) {
            std::string text = key == "reads" ? item.text : ascii::to_lower(item.text);
            if (!fits(text) || texts.size() == words_max) {
                reader_.fault(item.place, key,
                              texts.size() == words_max ? "too many values stand here"
                                                        : in_quotes(item.text) + " " + std::string(fault));
                continue;
            }
            texts.push_back(std::move(text));
        }
        return texts;
    }

    void read_program() {
        for (const TableReader::Item& item : reader_.texts("run", TableReader::Needed::yes)) {
            const bool is_program = command_.program.empty();
            if (is_program ? !is_path(item.text) : !is_word(item.text)) {
                reader_.fault(item.place, "run",
                              is_program ? in_quotes(item.text) + " is no absolute path of a program"
                                         : "an argument that is too long, or has characters that cannot be shown");
            }
            if (!is_program) command_.arguments.push_back(item.text);
            if (is_program) command_.program = item.text.empty() ? "?" : item.text;
        }
        if (command_.arguments.size() > words_max) reader_.fault(table_.place, "run", "has too many arguments");
    }

    void read_made_kind() {
        if (table_.find("makes") == nullptr) {
            reader_.fault(table_.place, "makes", "expected the kind of file that the program writes, such as \"pdf\"");
        }
        reader_.one_of<SafeKind>("makes", command_.makes, made_kinds);
    }

    const TomlValue& table_;
    TableReader reader_;
    FileCommand command_;
};

// ---- what is on this machine

const TomlValue* value_of(const TomlValue* table, std::string_view key) {
    const TomlMember* const member = table == nullptr ? nullptr : table->find(key);
    return member == nullptr ? nullptr : &member->value;
}

std::optional<std::string> fault_of_program(const std::string& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) return in_quotes(path) + " is not there";
    if (!S_ISREG(facts.st_mode) || (facts.st_mode & 0111) == 0) return in_quotes(path) + " is no program";
    if ((facts.st_mode & S_IWOTH) != 0) return in_quotes(path) + " may be changed by everybody on this machine";
    return std::nullopt;
}

bool is_in(const std::filesystem::path& path, const std::filesystem::path& folder) {
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

// A converter that is taken over reads it all. What others keep secret there is not looked for: only what is always so.
bool holds_secrets(const std::filesystem::path& path, const Config& config) {
    constexpr std::array<std::string_view, 3> too_wide{"/etc", "/var", "/home"};
    constexpr std::array<std::string_view, 6> closed{"/proc", "/sys", "/dev", "/run", "/root", "/tmp"};
    const auto is = [&](std::string_view folder) { return path == folder; };
    const auto lies_in = [&](std::string_view folder) { return is_in(path, folder); };
    std::error_code ignored;
    const auto state = std::filesystem::weakly_canonical(config.state_dir, ignored);
    const auto key = std::filesystem::weakly_canonical(config.quarantine_key_file(), ignored);
    return path == "/" || std::any_of(too_wide.begin(), too_wide.end(), is) ||
           std::any_of(closed.begin(), closed.end(), lies_in) || is_in(path, state) || is_in(state, path) ||
           is_in(key, path);
}

std::optional<std::string> fault_of_reading(const std::string& text, const Config& config) {
    std::error_code failed;
    const auto path = std::filesystem::canonical(text, failed);
    if (failed) return in_quotes(text) + " is not there";
    if (!holds_secrets(path, config)) return std::nullopt;
    return in_quotes(text) + " is nothing that a converter may read, expected the folder of its own files";
}

void check_files_of(const TomlValue& table, const Config& config, const FileCommand& command, FileFaults& faults) {
    const auto add = [&](const TomlValue* value, std::size_t index, std::string_view key, const std::string& words) {
        const bool is_list = value->kind == TomlValue::Kind::list && index < value->items.size();
        faults.add(is_list ? value->items[index].place : value->place,
                   std::string(table_name) + " " + std::string(key) + ": " + words);
    };
    const TomlValue* const run = value_of(&table, "run");
    const TomlValue* const reads = value_of(&table, "reads");
    if (run != nullptr && is_path(command.program)) {
        if (const auto fault = fault_of_program(command.program)) add(run, 0, "run", *fault);
    }
    for (std::size_t i = 0; i < command.readable.size(); ++i) {
        if (const auto fault = fault_of_reading(command.readable[i], config)) add(reads, i, "reads", *fault);
    }
}

}  // namespace

void read_commands(const std::vector<const TomlValue*>& tables, const EngineLimits& limits, FileFaults& faults,
                   FileCommands& commands) {
    for (const TomlValue* table : tables) {
        FileCommand command = CommandReader(*table, limits, faults).read();
        const auto other = std::find_if(commands.begin(), commands.end(),
                                        [&](const FileCommand& one) { return have_files_in_common(one, command); });
        if (other != commands.end()) {
            const auto line = tables[static_cast<std::size_t>(other - commands.begin())]->place.line;
            faults.add(table->place, std::string(table_name) + ": the command of line " + std::to_string(line) +
                                         " takes the same files, expected other kinds, types or suffixes");
        }
        commands.push_back(std::move(command));
    }
}

void check_command_files(const Config& config, const TomlValue& root, FileFaults& faults) {
    const TomlValue* const tables = value_of(value_of(value_of(&root, "relay"), "engines"), "command");
    if (tables == nullptr || tables->items.size() != config.engines.commands.size()) return;  // a fault of its own
    for (std::size_t i = 0; i < tables->items.size(); ++i) {
        check_files_of(tables->items[i], config, config.engines.commands[i], faults);
    }
}

}  // namespace mugaika
