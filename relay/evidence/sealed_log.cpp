#include "relay/evidence/sealed_log.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "policy/shown_text.hpp"
#include "relay/evidence/line_difference.hpp"
#include "relay/quarantine/durable_file.hpp"
#include "relay/stats/log_lines.hpp"
#include "relay/stats/read_event.hpp"

namespace mugaika {
namespace {

constexpr const char* seal_suffix = ".seal";
constexpr const char* leaves_suffix = ".leaves";
constexpr const char* change_suffix = ".keychange";
constexpr std::size_t name_bytes = 8;  // of the first leaf's hash

Result<std::string> whole_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return Error(Fault::not_found, "there is no " + shown_text(path));
    std::string bytes(std::istreambuf_iterator<char>(in), {});
    if (in.bad()) return Error(Fault::io, "reading " + shown_text(path) + " failed");
    return bytes;
}

std::string leaves_beside(const std::string& seal) {
    return seal.substr(0, seal.size() - std::string_view(seal_suffix).size()) + leaves_suffix;
}

Result<std::vector<TreeHash>> leaves_in(const std::string& path) {
    const auto bytes = whole_file(path);
    if (!bytes) return bytes.error();
    std::vector<TreeHash> leaves(bytes->size() / sizeof(TreeHash));
    if (bytes->size() % sizeof(TreeHash) != 0) return Error(Fault::protocol, shown_text(path) + " was cut off");
    std::memcpy(leaves.data(), bytes->data(), bytes->size());
    return leaves;
}

void note_key_change(EventReader& events, const std::string& line, LoggedLines& read) {
    if (line.find(event::LogKeyChanged::name.name) == std::string::npos) return;
    const auto told = events.read(line);
    if (!told || !told->event) return;
    const auto* const change = std::get_if<event::LogKeyChanged>(&*told->event);
    if (change != nullptr) read.key_changes.push_back({read.leaves.size(), note_of(change->note)});
}

}  // namespace

Result<LoggedLines> read_lines(const std::string& log, Writing writing) {
    std::ifstream in(log, std::ios::binary);
    if (!in) return Error(Fault::not_found, "the log " + shown_text(log) + " cannot be opened");
    LogLines lines(in, log);
    EventReader events;
    LoggedLines read;
    std::string last_line;
    auto more = lines.next();
    for (; more && *more; more = lines.next()) {
        if (writing == Writing::open && !lines.ended()) break;
        if (lines.too_long()) {
            return Error(Fault::bad_input, shown_text(log) + ": " + "line " + std::to_string(read.leaves.size() + 1) +
                                               " is longer than " + std::to_string(log_line_bytes_max) + " bytes");
        }
        note_key_change(events, lines.line(), read);
        read.leaves.push_back(leaf_hash(lines.line()));
        if (read.first_time.empty()) {
            const auto event = events.read(lines.line());
            if (event) read.first_time = event->time;
        }
        if (!lines.line().empty()) last_line = lines.line();
    }
    if (!more) return more.error();
    const auto last = events.read(last_line);
    read.last_time = last ? last->time : read.first_time;
    return read;
}

std::string seal_file(const TreeHash& first) {
    std::string name;
    for (std::size_t i = 0; i < name_bytes; ++i) {
        std::array<char, 3> two{};
        std::snprintf(two.data(), two.size(), "%02x", static_cast<unsigned>(first[i]));
        name += two.data();
    }
    return name + seal_suffix;
}

Result<std::optional<Seal>> SealFolder::seal(const LoggedLines& lines, const NoteSigner& signer,
                                             const std::string& previous) const {
    if (lines.leaves.empty()) return std::optional<Seal>();
    const std::string file = path_of(seal_file(lines.leaves.front()));
    if (std::filesystem::exists(file)) return std::optional<Seal>();
    const auto made = make_folder();
    if (!made) return made.error();
    Seal seal{signer.verifier().name(), lines.leaves.size(), tree_root(lines.leaves),
              lines.first_time,         lines.last_time,     previous};
    const std::string hashes(reinterpret_cast<const char*>(lines.leaves.data()),
                             lines.leaves.size() * sizeof(TreeHash));
    const auto leaves = write_file_durably(leaves_beside(file), hashes, 0640);
    if (!leaves) return leaves.error();
    const auto note = write_file_durably(file, signer.sign(seal.text()), 0640);
    if (!note) return note.error();
    return std::optional(seal);
}

Result<std::string> SealFolder::note(const LoggedLines& lines) const {
    if (lines.leaves.empty()) return Error(Fault::not_found, "the log is empty");
    return whole_file(path_of(seal_file(lines.leaves.front())));
}

Result<Seal> SealFolder::find(const LoggedLines& lines, const KeyRing& keys) const {
    const auto written = note(lines);
    if (!written) return written.error();
    const auto opened = keys.open(*written);
    return opened ? Seal::parse(opened->text) : Result<Seal>(opened.error());
}

std::string SealFolder::difference(const LoggedLines& now, const Seal& seal) const {
    if (now.leaves.size() == seal.lines && tree_root(now.leaves) == seal.root) return {};
    const auto sealed = sealed_leaves({seal_file(now.leaves.front()), seal});
    if (sealed) return first_difference(now.leaves, *sealed);
    return "it has " + std::to_string(now.leaves.size()) + " lines of " + std::to_string(seal.lines) +
           " or others, and which line cannot be told: " + sealed.error().words();
}

Result<std::vector<TreeHash>> SealFolder::sealed_leaves(const NamedSeal& named) const {
    auto leaves = leaves_in(leaves_beside(path_of(named.file)));
    if (!leaves) return leaves;
    if (leaves->size() == named.seal.lines && tree_root(*leaves) == named.seal.root) return leaves;
    return Error(Fault::protocol, "the hashes beside the seal " + named.file + " are not those that were sealed");
}

Result<void> SealFolder::make_folder() const {
    if (::mkdir(path_.c_str(), 0750) == 0 || errno == EEXIST) return {};
    return error_from_errno("making " + path_, errno);
}

Result<std::vector<std::string>> SealFolder::files(std::string_view suffix) const {
    std::vector<std::string> files;
    std::error_code fault;
    for (const auto& entry : std::filesystem::directory_iterator(path_, fault)) {
        if (entry.path().extension() == suffix) files.push_back(entry.path().filename().string());
    }
    if (fault && fault != std::errc::no_such_file_or_directory) {
        return Error(Fault::io, "reading " + shown_text(path_) + ": " + fault.message());
    }
    std::sort(files.begin(), files.end());
    return files;
}

Result<KeyRing> SealFolder::keys(const NoteVerifier& known, std::vector<std::string>& faults) const {
    const auto names = files(change_suffix);
    if (!names) return names.error();
    std::vector<KeyChange> changes;
    for (const std::string& name : *names) {
        const auto note = whole_file(path_of(name));
        auto change = note ? open_key_change(*note) : Result<KeyChange>(note.error());
        if (change) {
            changes.push_back(*std::move(change));
        } else {
            faults.push_back(name + ": " + change.error().words());
        }
    }
    KeyRing ring(known);
    for (std::string& fault : ring.walk(std::move(changes))) faults.push_back(std::move(fault));
    return ring;
}

Result<void> SealFolder::add_key_change(const NoteVerifier& new_key, const std::string& note) const {
    const auto made = make_folder();
    if (!made) return made.error();
    return write_file_durably(path_of(new_key.id() + change_suffix), note, 0640);
}

Result<SealChain> SealFolder::chain(const KeyRing& keys, std::vector<std::string>& others) const {
    const auto names = files(seal_suffix);
    if (!names) return names.error();
    std::vector<NamedSeal> seals;
    for (const std::string& name : *names) {
        const auto note = whole_file(path_of(name));
        const auto opened = note ? keys.open(*note) : Result<KeyRing::Opened>(note.error());
        const auto seal = opened ? Seal::parse(opened->text) : Result<Seal>(opened.error());
        if (seal) {
            seals.push_back({name, *seal, opened->key});
        } else {
            others.push_back(name + ": " + seal.error().words());
        }
    }
    std::sort(seals.begin(), seals.end(), [](const NamedSeal& a, const NamedSeal& b) {
        return std::pair(moment_from_rfc3339(a.seal.last_time), a.file) <
               std::pair(moment_from_rfc3339(b.seal.last_time), b.file);
    });
    SealChain chain = chain_of(std::move(seals));
    if (!chain.is_whole()) return chain;  // which number a seal has is not known
    for (std::size_t i = 0; i < chain.seals.size(); ++i) {
        if (!keys.signs_seal(chain.seals[i].key, i)) chain.misplaced.push_back(chain.seals[i]);
    }
    return chain;
}

}  // namespace mugaika
