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
#include "relay/quarantine/durable_file.hpp"
#include "relay/stats/log_lines.hpp"
#include "relay/stats/read_event.hpp"

namespace mugaika {
namespace {

constexpr const char* seal_suffix = ".seal";
constexpr const char* leaves_suffix = ".leaves";
constexpr std::size_t name_bytes = 8;  // of the first leaf's hash

Result<std::string> whole_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return Error(Fault::not_found, "there is no " + shown_text(path));
    std::string bytes(std::istreambuf_iterator<char>(in), {});
    if (in.bad()) return Error(Fault::io, "reading " + shown_text(path) + " failed");
    return bytes;
}

Result<std::vector<TreeHash>> leaves_in(const std::string& path) {
    const auto bytes = whole_file(path);
    if (!bytes) return bytes.error();
    std::vector<TreeHash> leaves(bytes->size() / sizeof(TreeHash));
    if (bytes->size() % sizeof(TreeHash) != 0) return Error(Fault::protocol, shown_text(path) + " was cut off");
    std::memcpy(leaves.data(), bytes->data(), bytes->size());
    return leaves;
}

std::string line_text(std::size_t index) { return "line " + std::to_string(index + 1); }

}  // namespace

Result<LoggedLines> read_lines(const std::string& log) {
    std::ifstream in(log, std::ios::binary);
    if (!in) return Error(Fault::not_found, "the log " + shown_text(log) + " cannot be opened");
    LogLines lines(in, log);
    EventReader events;
    LoggedLines read;
    std::string last_line;
    auto more = lines.next();
    for (; more && *more; more = lines.next()) {
        if (lines.too_long()) {
            return Error(Fault::bad_input, shown_text(log) + ": " + line_text(read.leaves.size()) + " is longer than " +
                                               std::to_string(log_line_bytes_max) + " bytes");
        }
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

std::string SealFolder::file_of(const LoggedLines& lines, const char* suffix) const {
    std::string name;
    for (std::size_t i = 0; i < name_bytes; ++i) {
        std::array<char, 3> two{};
        std::snprintf(two.data(), two.size(), "%02x", static_cast<unsigned>(lines.leaves.front()[i]));
        name += two.data();
    }
    return path_ + "/" + name + suffix;
}

Result<std::optional<Seal>> SealFolder::seal(const LoggedLines& lines, const NoteSigner& signer,
                                             const std::string& previous) const {
    if (lines.leaves.empty() || std::filesystem::exists(file_of(lines, seal_suffix))) return std::optional<Seal>();
    if (::mkdir(path_.c_str(), 0750) != 0 && errno != EEXIST) return error_from_errno("making " + path_, errno);
    Seal seal{signer.verifier().name(), lines.leaves.size(), tree_root(lines.leaves),
              lines.first_time,         lines.last_time,     previous};
    const std::string hashes(reinterpret_cast<const char*>(lines.leaves.data()),
                             lines.leaves.size() * sizeof(TreeHash));
    const auto leaves = write_file_durably(file_of(lines, leaves_suffix), hashes, 0640);
    if (!leaves) return leaves.error();
    const auto note = write_file_durably(file_of(lines, seal_suffix), signer.sign(seal.text()), 0640);
    if (!note) return note.error();
    return std::optional(seal);
}

Result<std::string> SealFolder::note(const LoggedLines& lines) const {
    if (lines.leaves.empty()) return Error(Fault::not_found, "the log is empty");
    return whole_file(file_of(lines, seal_suffix));
}

Result<Seal> SealFolder::find(const LoggedLines& lines, const NoteVerifier& verifier) const {
    const auto written = note(lines);
    if (!written) return written.error();
    const auto text = verifier.open(*written);
    return text ? Seal::parse(*text) : Result<Seal>(text.error());
}

Result<std::string> SealFolder::difference(const LoggedLines& now, const Seal& seal) const {
    if (now.leaves.size() == seal.lines && tree_root(now.leaves) == seal.root) return std::string();
    const auto sealed = leaves_in(file_of(now, leaves_suffix));
    if (!sealed || sealed->size() != seal.lines || tree_root(*sealed) != seal.root) {
        return "it has " + std::to_string(now.leaves.size()) + " lines of " + std::to_string(seal.lines) +
               " or others, and which line cannot be told: the hashes beside the seal are not those that were sealed";
    }
    return first_difference(now.leaves, *sealed);
}

Result<std::vector<SealFolder::Named>> SealFolder::all(const NoteVerifier& verifier,
                                                       std::vector<std::string>& others) const {
    std::vector<Named> seals;
    std::error_code fault;
    for (const auto& entry : std::filesystem::directory_iterator(path_, fault)) {
        if (entry.path().extension() != seal_suffix) continue;
        const auto note = whole_file(entry.path().string());
        const auto text = note ? verifier.open(*note) : Result<std::string>(note.error());
        const auto seal = text ? Seal::parse(*text) : Result<Seal>(text.error());
        if (seal) {
            seals.push_back({entry.path().filename().string(), *seal});
        } else {
            others.push_back(entry.path().filename().string() + ": " + seal.error().words());
        }
    }
    if (fault && fault != std::errc::no_such_file_or_directory) {
        return Error(Fault::io, "reading " + shown_text(path_) + ": " + fault.message());
    }
    std::sort(seals.begin(), seals.end(), [](const Named& a, const Named& b) {
        return std::pair(moment_from_rfc3339(a.seal.last_time), a.file) <
               std::pair(moment_from_rfc3339(b.seal.last_time), b.file);
    });
    return seals;
}

std::string first_difference(const std::vector<TreeHash>& now, const std::vector<TreeHash>& sealed) {
    const auto [here, there] = std::mismatch(now.begin(), now.end(), sealed.begin(), sealed.end());
    const auto at = static_cast<std::size_t>(here - now.begin());
    const auto is_at = [at](const std::vector<TreeHash>& leaves, std::size_t offset, const TreeHash& leaf) {
        return at + offset < leaves.size() && leaves[at + offset] == leaf;
    };
    if (here == now.end() && there == sealed.end()) return {};
    if (here == now.end()) {
        return line_text(at) + " is missing: " + std::to_string(sealed.size() - at) + " lines at the end were cut off";
    }
    if (there == sealed.end()) return line_text(at) + " was added behind the last that was sealed";
    const bool next_is_here = is_at(sealed, 1, *here), this_comes_later = is_at(now, 1, *there);
    if (next_is_here && this_comes_later) return line_text(at) + " and the one behind it changed places";
    if (next_is_here) return line_text(at) + " is missing";
    if (this_comes_later) {
        const bool is_double = at > 0 && now[at - 1] == *here;
        return line_text(at) + (is_double ? " stands there twice" : " was put in");
    }
    const bool is_elsewhere = std::find(sealed.begin(), sealed.end(), *here) != sealed.end();
    return line_text(at) + (is_elsewhere ? " comes from another place" : " was changed");
}

}  // namespace mugaika
