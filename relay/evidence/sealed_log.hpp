// Sealing rotated logs, and looking whether they are still what was sealed.
//
// A seal is found by the hash of its log's first line, so that it does not matter how the log is called and packed
// meanwhile. Beside it lie the hashes of all lines: they have the signed root, and tell which line is another one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "relay/evidence/key_ring.hpp"
#include "relay/evidence/seal_chain.hpp"
#include "relay/evidence/signed_note.hpp"

namespace mugaika {

// A log as it is now.
struct LoggedLines {
    std::vector<TreeHash> leaves;
    std::string first_time, last_time;  // of its events
    struct KeyNote {
        std::size_t line;  // from 0
        std::string note;
    };
    std::vector<KeyNote> key_changes;  // as its events tell of them; nobody has looked at them
};
// Of a log that is written now the last line may be half of one, and is left out.
enum class Writing : bool { closed, open };
// Fails as reading does, and with Fault::bad_input for a line that is too long to be read whole.
Result<LoggedLines> read_lines(const std::string& log, Writing = Writing::closed);

// The name of a log's seal, by the hash of its first line.
std::string seal_file(const TreeHash& first);

class SealFolder {
public:
    explicit SealFolder(std::string path) : path_(std::move(path)) {}
    static std::string beside(const std::string& log) { return log + ".seals"; }

    // Writes it durably, the hashes first. Nothing: it has one already. The folder is made when it is not there.
    Result<std::optional<Seal>> seal(const LoggedLines&, const NoteSigner&, const std::string& previous) const;

    // Fault::not_found when there is none; Fault::protocol when it is not valid.
    Result<Seal> find(const LoggedLines&, const KeyRing&) const;
    Result<std::string> note(const LoggedLines&) const;

    // "" when the log is what was sealed; else what is wrong, with the first line that is another one.
    std::string difference(const LoggedLines&, const Seal&) const;
    // The hashes of a seal's lines: Fault::protocol when they are not those that were sealed.
    Result<std::vector<TreeHash>> sealed_leaves(const NamedSeal&) const;

    // All whose signature is valid; `others`: files of those that are not, and why.
    Result<SealChain> chain(const KeyRing&, std::vector<std::string>& others) const;

    // The known key, and those that its changes lead to; `faults`: files that are no change or lead nowhere.
    Result<KeyRing> keys(const NoteVerifier& known, std::vector<std::string>& faults) const;
    Result<void> add_key_change(const NoteVerifier& new_key, const std::string& note) const;

private:
    Result<void> make_folder() const;
    Result<std::vector<std::string>> files(std::string_view suffix) const;  // sorted
    std::string path_of(const std::string& file) const { return path_ + "/" + file; }

    std::string path_;
};

}  // namespace mugaika
