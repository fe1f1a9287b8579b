// What a profile lets cross, as plain values. Read from TOML by policy/policy_file, asked by the worker for each part
// and asked once more by the relay when the worker has answered.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/part_facts.hpp"
#include "policy/reason.hpp"

namespace mugaika {

enum class PartAction : std::uint8_t { text, rebuild, image_pdf, unpack, remove, quarantine, hold, refuse };
enum class KeepOriginal : std::uint8_t { never, when_lossy, always };
enum class OnAmbiguous : std::uint8_t { quarantine, deliver };
enum class TextFiles : std::uint8_t { file, body };           // what a text that came as a file arrives as
enum class LinkStyle : std::uint8_t { defang, plain, drop };  // hxxps[:]//…, https://…, nothing
enum class Language : std::uint8_t { ja, en };

std::string_view to_string(PartAction) noexcept;    // "image-pdf" with a hyphen, as in the policy file
std::string_view to_string(KeepOriginal) noexcept;  // "when-lossy"
std::string_view to_string(OnAmbiguous) noexcept;
std::string_view to_string(LinkStyle) noexcept;
std::string_view to_string(TextFiles) noexcept;
std::string_view to_string(Language) noexcept;

// Exactly the keys of [profile.NAME] in INTERFACE; defaults here are the shipped ones and equal
// policy/defaults/standard.toml (a test compares them).
struct Profile {
    std::string name = "standard";
    // Indexed by PartKind. What no handler can do yet ends in quarantine whatever stands here: positive list.
    std::array<PartAction, part_kind_count> actions{
        PartAction::text,        // text
        PartAction::text,        // html
        PartAction::text,        // mail
        PartAction::text,        // report
        PartAction::rebuild,     // pdf
        PartAction::rebuild,     // office
        PartAction::rebuild,     // image
        PartAction::unpack,      // archive
        PartAction::unpack,      // tnef
        PartAction::text,        // calendar
        PartAction::remove,      // signature
        PartAction::hold,        // encrypted: kept, waits for a password
        PartAction::quarantine,  // executable
        PartAction::quarantine,  // partial
        PartAction::quarantine,  // other
    };
    KeepOriginal keep_original = KeepOriginal::when_lossy;
    OnAmbiguous ambiguous = OnAmbiguous::quarantine;
    LinkStyle links = LinkStyle::defang;
    bool release_originals = false;  // may an original file cross by a release order (method ウ-4)?
    TextFiles text_files = TextFiles::file;
    bool files_line = false;  // one line in the notice where files arrive rebuilt and nothing was lost?

    PartAction action_for(PartKind kind) const { return actions.at(static_cast<std::size_t>(kind)); }
};

// Is this a text with a name of its own, which arrives as a file? Asked by whoever reads the mail, which makes no text
// of it then, and by whoever asks a codec for the file.
bool is_text_file(const Profile&, const PartFacts&) noexcept;

// Is this an Office package that is encrypted as a whole ([MS-OFFCRYPTO] 2.3.4)? A workbook that is only read-only is
// so too, with a password that every Excel knows.
bool is_encrypted_package(const PartFacts&) noexcept;

// May a codec be asked whether that password opens it? Where such documents are rebuilt and what is encrypted waits for
// a password (hold); a profile that says quarantine for what is encrypted means each of them.
bool may_be_opened(const Profile&, const PartFacts&) noexcept;

// May a person let the original bytes of this part cross? Files only: no bodies, no mails and fragments of mails, and
// programs never.
bool is_releasable(const PartFacts&) noexcept;

// What became of a part: the words of the ledger.
enum class PartVerdict : std::uint8_t { text, rebuilt, removed, quarantined };
std::string_view to_string(PartVerdict) noexcept;

// The relay's second question: may a part of this kind end so under this profile? False means that the worker's
// answer is nonsense. Removing or quarantining is always allowed; text and rebuilt only where the profile says so,
// and executables, encrypted parts and fragments never: what a codec opened is no worker's answer.
bool may_end_as(const Profile&, PartKind, PartVerdict) noexcept;

}  // namespace mugaika
