// What a profile lets cross, as plain values. Read from TOML by policy/policy_file, asked by the worker for each part
// and asked once more by the relay when the worker has answered.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/part_facts.hpp"
#include "policy/part_rule.hpp"
#include "policy/reason.hpp"

namespace mugaika {

enum class KeepOriginal : std::uint8_t { never, when_lossy, always };
enum class OnAmbiguous : std::uint8_t { quarantine, deliver };
enum class TextFiles : std::uint8_t { file, body };           // what a text that came as a file arrives as
enum class LinkStyle : std::uint8_t { defang, plain, drop };  // hxxps[:]//…, https://…, nothing
enum class Language : std::uint8_t { ja, en };

std::string_view to_string(KeepOriginal) noexcept;  // "when-lossy"
std::string_view to_string(OnAmbiguous) noexcept;
std::string_view to_string(LinkStyle) noexcept;
std::string_view to_string(TextFiles) noexcept;
std::string_view to_string(Language) noexcept;

// Below the first no small print can be read; above the second nobody sees more, and a page takes 9 million pixels.
inline constexpr std::uint32_t image_pdf_dpi_min = 72, image_pdf_dpi_max = 300;

// What holds for one mail to some of its recipients: the keys of [profile.NAME] in INTERFACE, and of its rules those
// that are about this mail. Defaults here are the shipped ones and equal policy/defaults/standard.toml (a test compares
// them).
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
    std::uint32_t image_pdf_dpi = 150;  // of pages that become pictures; image_pdf_dpi_min to image_pdf_dpi_max
    bool files_line = false;            // one line in the notice where files arrive rebuilt and nothing was lost?

    std::vector<PartRule> rules;  // the first that matches counts, before `actions`
    // By a person's order: paths of held parts whose pages become pictures, whatever keeps them back but a refusal.
    std::vector<std::string> pictured_parts;

    // The rule that decides about this part; nullptr: `actions` do. Rules are about files: none speaks of a body.
    const PartRule* rule_for(const PartFacts& facts, PartKind as_kind) const noexcept;
    const PartRule* rule_for(const PartFacts& facts) const noexcept { return rule_for(facts, facts.kind); }
    // `as_kind` stands in for that of the facts.
    PartAction action_for(const PartFacts& facts, PartKind as_kind) const noexcept;
    PartAction action_for(const PartFacts& facts) const noexcept { return action_for(facts, facts.kind); }

    friend bool operator==(const Profile&, const Profile&) = default;
};

// Is this a text with a name of its own, which arrives as a file? Asked by whoever reads the mail, which makes no text
// of it then, and by whoever asks a codec for the file.
bool is_text_file(const Profile&, const PartFacts&) noexcept;

// Is this an Office package that is encrypted as a whole ([MS-OFFCRYPTO] 2.3.4)? A workbook that is only read-only is
// so too, with a password that every Excel knows.
bool is_encrypted_package(const PartFacts&) noexcept;

// May a codec be asked what it is without a password: a package that this one opens, a PDF that has none, the names in
// a ZIP? Where such files are rebuilt and what is encrypted waits for a password (hold); quarantine means each of them.
bool may_be_opened(const Profile&, const PartFacts&) noexcept;

// May a person let the original bytes of this part cross? Files only: no bodies, no mails and fragments of mails, and
// programs never.
bool is_releasable(const PartFacts&) noexcept;

// What became of a part: the words of the ledger.
enum class PartVerdict : std::uint8_t { text, rebuilt, removed, quarantined };
std::string_view to_string(PartVerdict) noexcept;

// The relay's second question: may this part end so under this profile? False means that the worker's
// answer is nonsense. Removing or quarantining is always allowed; text and rebuilt only where the profile says so,
// and executables, encrypted parts and fragments never: what a codec opened is no worker's answer.
bool may_end_as(const Profile&, const PartFacts&, PartVerdict) noexcept;

}  // namespace mugaika
