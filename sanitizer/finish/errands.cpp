#include "sanitizer/finish/errands.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "policy/locked_file.hpp"
#include "sanitizer/finish/beside_pictures.hpp"
#include "sanitizer/mail/written_size.hpp"

namespace mugaika {

// A PDF, without its lock where everybody may open it, or what LibreOffice can show, where the profile wants pictures.
bool becomes_pictures(const PartFacts& facts, const Profile& profile) noexcept {
    const auto wants = [&](PartKind kind) { return profile.action_for(facts, kind) == PartAction::image_pdf; };
    if (facts.kind == PartKind::office) return pages_format_of(facts.detected_type) && wants(PartKind::office);
    const bool is_open = lock_of(facts) == LockKind::pdf && may_be_opened(profile, facts);
    return (facts.kind == PartKind::pdf || is_open) && wants(PartKind::pdf);
}

namespace {

bool has_codec(const PartFacts& facts, const Profile& profile) noexcept {
    if (becomes_pictures(facts, profile)) return true;
    const PartKind kind = facts.kind;
    if (kind == PartKind::text) return is_text_file(profile, facts);
    if (kind == PartKind::encrypted) return may_be_opened(profile, facts);
    const PartAction action = profile.action_for(facts);
    const bool is_document = kind == PartKind::pdf || kind == PartKind::office;
    const bool is_known = is_document || kind == PartKind::image || kind == PartKind::calendar;
    return (is_known && action == PartAction::rebuild) || (is_document && action == PartAction::text);
}

// The kind of the document that it is, or that is locked in it; `other` for what is none.
PartKind document_kind(const PartFacts& facts) noexcept {
    const LockKind lock = lock_of(facts);
    if (lock == LockKind::package) return PartKind::office;
    if (lock == LockKind::pdf) return PartKind::pdf;
    return facts.kind == PartKind::pdf || facts.kind == PartKind::office ? facts.kind : PartKind::other;
}

// Is it to cross as the text of what it says?
bool are_words_wanted(const PartFacts& facts, const Profile& profile) noexcept {
    const PartKind kind = document_kind(facts);
    return kind != PartKind::other && profile.action_for(facts, kind) == PartAction::text;
}

std::vector<PartRow>::const_iterator find_row(const Extract& extract, std::string_view path) {
    return std::find_if(extract.parts.begin(), extract.parts.end(),
                        [&](const PartRow& row) { return row.facts.path == path; });
}

// The path of what this part lies in; "" for the mail itself.
std::string_view outer_path(std::string_view path) noexcept {
    const std::size_t slash = path.rfind('/');
    return slash == path.npos ? std::string_view() : path.substr(0, slash);
}

// The part that this one lies in; nullptr for the mail itself.
const PartRow* row_around(const Extract& extract, const PartRow& row) {
    const auto found = find_row(extract, outer_path(row.facts.path));
    return found == extract.parts.end() ? nullptr : &*found;
}

// A file that was cut out of a text has a row below the text's, but no part of its own that a codec could find.
bool stands_in_a_text(const Extract& extract, const PartRow& row) {
    const PartRow* const around = row_around(extract, row);
    return around != nullptr && around->facts.kind != PartKind::mail && !holds_files(around->facts);
}

std::uint32_t archives_around(const Extract& extract, const PartRow& row) {
    std::uint32_t archives = 0;
    for (const PartRow* around = row_around(extract, row); around != nullptr; around = row_around(extract, *around)) {
        if (holds_files(around->facts)) ++archives;
    }
    return archives;
}

bool is_wanted(const Extract& extract, const PartRow& row, const Profile& profile) {
    const PartAction action = profile.action_for(row.facts);
    const PartRow* const around = row_around(extract, row);
    // What lies in an archive has no body that it could stand in.
    const bool is_member = around != nullptr && holds_files(around->facts);
    const bool is_text = row.facts.kind == PartKind::text || row.facts.kind == PartKind::html;
    if (is_member && is_text) return action == PartAction::text;
    if (!holds_files(row.facts)) return has_codec(row.facts, profile);
    const bool is_listed = is_container(row.facts.kind) ? action == PartAction::unpack : has_codec(row.facts, profile);
    return is_listed && archives_around(extract, row) < FileLimits().archive_depth_max;
}

// Shown as text, which stays whatever becomes of the file.
bool is_shown_too(const PartRow& row) noexcept {
    return row.facts.kind == PartKind::calendar && row.verdict == PartVerdict::text;
}

// For what can be made of it, and at a place where it can be found.
bool waits(const Extract& extract, const PartRow& row) {
    const bool may_wait = row.reason == Reason::not_rebuilt || row.reason == Reason::name_lies ||
                          (row.reason == Reason::encrypted && is_tried_unasked(row.facts));
    const bool is_waiting = row.verdict == PartVerdict::quarantined && may_wait;
    return (is_waiting || is_shown_too(row)) && row.reason != Reason::malware_found &&
           !contains(row.notes, Reason::dangerous_name) && !stands_in_a_text(extract, row);
}

// What stands at the end of names for a kind of file; other ends belong to the name itself ("議事録 4.1").
constexpr auto known_extensions = std::to_array<std::string_view>(
    {".jpg",  ".jpeg", ".jpe",  ".jfif", ".png", ".gif",  ".tif",  ".tiff", ".bmp",  ".webp", ".heic", ".heif", ".avif",
     ".pdf",  ".doc",  ".docx", ".docm", ".dot", ".dotx", ".dotm", ".xls",  ".xlsx", ".xlsm", ".xlt",  ".xltx", ".xltm",
     ".xlsb", ".ppt",  ".pptx", ".pptm", ".pot", ".potx", ".potm", ".pps",  ".ppsx", ".ppsm", ".rtf",  ".odt",  ".ods",
     ".odp",  ".ott",  ".ots",  ".otp",  ".zip", ".txt",  ".csv",  ".htm",  ".html", ".dat",  ".bin",  ".ics",  ".vcs",
     ".ifb",  ".vcf",  ".jtd",  ".jtdc", ".jtt", ".jttc", ".xdw",  ".xbd",  ".dbf",  ".emf",  ".wmf"});

Reason heaviest(const std::vector<Loss>& losses) noexcept {
    Reason found = Reason::none;
    for (const Loss& loss : losses) {
        if (weight(loss.what) > weight(found)) found = loss.what;
    }
    return found;
}

void keep_out(PartRow& row, const FileNotMade& why) {
    row.reason = why.why;
    if (is_shown_too(row)) return;  // its text has been made by whoever read the mail
    row.handler = "codec";
}

// An archive that a password may still open, though nobody here can list it: it stays what it is, encrypted.
bool only_its_names_are_missing(const PartRow& row, const FileNotMade& why) noexcept {
    const bool is_unread = why.why == Reason::document_damaged || why.why == Reason::not_representable;
    return is_unread && holds_files(row.facts) && opens_by_password(lock_of(row.facts));
}

void insert_in_order(std::vector<RebuiltFile>& files, RebuiltFile file) {
    const auto is_before = [](const RebuiltFile& a, const RebuiltFile& b) { return is_behind(b.path, a.path); };
    const auto at = std::upper_bound(files.begin(), files.end(), file, is_before);
    files.insert(at, std::move(file));
}

Method method_of(const PartFacts& facts, SafeKind made) noexcept {
    if (made == SafeKind::image_pdf && facts.kind != PartKind::image) return Method::image_pdf;
    const bool is_of_words = made == SafeKind::text && document_kind(facts) != PartKind::other;
    return is_of_words ? Method::text_file : Method::rebuilt;
}

void take_in_file(Extract& extract, std::size_t index, FileRebuilt rebuilt, const BudgetLimits& budget) {
    PartRow& row = extract.parts[index];
    auto& [file, losses, links, missing] = rebuilt;
    auto name = PlainLine::from(rebuilt_name(row.facts, file.kind()));
    if (!name) return keep_out(row, {Reason::codec_nonsense, "a name that is none"});
    if (file.bytes().size() > budget.files_bytes_max - bytes_that_cross(extract)) {
        return keep_out(row, {Reason::files_too_large, "no room for it in this mail"});
    }
    row.verdict = PartVerdict::rebuilt;
    row.method = method_of(row.facts, file.kind());
    row.handler = "codec";
    row.reason = heaviest(losses);
    row.out_name = name->str();
    row.out_sha256 = file.sha256();
    row.out_kind = std::string(to_string(file.kind()));
    row.out_bytes = file.bytes().size();
    row.pages = file.pages();
    row.losses = std::move(losses);
    // A name that said another kind than the bytes costs nothing now: the new name says what it is.
    std::replace(row.notes.begin(), row.notes.end(), Reason::name_lies, Reason::name_cleaned);
    insert_in_order(extract.rebuilt, RebuiltFile{row.facts.path, std::move(*name), std::move(file)});
}

// What the profile says of a kind holds inside an archive too, but for refusing: one file cannot cost the mail its way.
Reason why_held(const MemberSeen& member, const Profile& profile) {
    if (member.held != Reason::none) return member.held;
    const bool is_mail = member.facts.kind == PartKind::archive && member.facts.detected_type == mail_type;
    switch (profile.action_for(member.facts, is_mail ? PartKind::mail : member.facts.kind)) {
        case PartAction::remove:
            return Reason::policy_remove;
        case PartAction::quarantine:
        case PartAction::refuse:
            return Reason::policy_quarantine;
        case PartAction::hold:
            return Reason::policy_hold;
        case PartAction::text:
        case PartAction::rebuild:
        case PartAction::image_pdf:
        case PartAction::unpack:
            break;
    }
    return Reason::not_rebuilt;
}

PartRow row_of(MemberSeen member, std::string path, const Profile& profile) {
    PartRow row;
    member.facts.path = std::move(path);
    row.reason = why_held(member, profile);
    row.facts = std::move(member.facts);
    row.facts.is_attachment = true;
    row.sha256 = std::move(member.sha256);
    row.verdict = PartVerdict::quarantined;
    row.handler = "codec";
    row.notes = std::move(member.notes);
    return row;
}

// Of a winmail.dat without a file, whose text stands in the mail: many programs send one with each letter.
void say_repeated(PartRow& row) {
    row.verdict = PartVerdict::removed;
    row.reason = Reason::alternative_not_shown;
    row.handler = "codec";
}

// The archive says so of it, and has not given its bytes.
bool is_locked(const MemberSeen& member) noexcept { return member.held == Reason::encrypted && member.sha256.empty(); }

// Of 7z and RAR only who reads their lists sees it, of PowerPoint who reads its streams.
void say_locked(PartRow& row) {
    PartFacts locked = row.facts;
    locked.kind = PartKind::encrypted;
    const bool is_archive = row.facts.kind == PartKind::archive && holds_files(locked);
    const bool is_document = row.facts.kind == PartKind::office && lock_of(locked) == LockKind::office;
    if (is_archive || is_document) row.facts = std::move(locked);
}

// Each member is a part of the mail from here on; what becomes of the archive is known when all were asked for.
void take_in_members(Extract& extract, std::size_t index, MembersSeen seen, const Profile& profile,
                     const BudgetLimits& budget) {
    PartRow& archive = extract.parts[index];
    if (seen.members.empty() && archive.facts.kind == PartKind::tnef) return say_repeated(archive);
    if (seen.members.empty()) return keep_out(archive, {Reason::empty_file, "nothing in it"});
    if (seen.members.size() > budget.parts_max - std::min<std::size_t>(extract.parts.size(), budget.parts_max)) {
        return keep_out(archive, {Reason::too_many_members, "more files than a mail may have"});
    }
    archive.handler = "codec";
    if (std::any_of(seen.members.begin(), seen.members.end(), is_locked)) say_locked(archive);
    const std::string prefix = archive.facts.path + "/";
    std::vector<PartRow> rows;
    for (MemberSeen& member : seen.members) {
        rows.push_back(row_of(std::move(member), prefix + std::to_string(rows.size() + 1), profile));
    }
    extract.parts.insert(extract.parts.begin() + static_cast<std::ptrdiff_t>(index) + 1,
                         std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
}

std::size_t index_of(const Extract& extract, const std::string& path) {
    return static_cast<std::size_t>(&row_at(extract, path) - extract.parts.data());
}

std::string_view handler_of(const PartRow& row, const FileErrand& errand) {
    if (errand.as_pictures) return "pages";
    if (errand.command) return "command";
    return document_kind(row.facts) == PartKind::pdf ? "pdftotext" : "office";
}

void say_engine(PartRow& row, const FileErrand& errand) {
    row.handler = handler_of(row, errand);
    const bool is_pdf = !errand.command && document_kind(row.facts) == PartKind::pdf;
    const bool is_locked = is_pdf && !errand.as_pictures && row.facts.kind == PartKind::encrypted;
    // Nobody has tried a password: it is locked as before.
    if (is_locked && row.reason == Reason::engine_failed) row.reason = Reason::encrypted;
    if (!is_pdf && row.verdict == PartVerdict::rebuilt) add_once(row.notes, Reason::converted);
}

// Where its part is read, as far as the text of the mail has room.
void insert_text(Extract& extract, TextBlock block, const BudgetLimits& budget) {
    std::uint64_t bytes = written_bytes(block);
    for (const TextBlock& one : extract.texts) bytes += written_bytes(one);
    if (bytes > budget.text_bytes_max) {
        add_once(extract.parts[index_of(extract, block.path)].notes, Reason::links_cut);
        return;
    }
    const auto at = std::find_if(extract.texts.begin(), extract.texts.end(),
                                 [&](const TextBlock& one) { return is_behind(one.path, block.path); });
    extract.texts.insert(at, std::move(block));
}

// Before the file is taken in, what is to be said beside it.
std::optional<TextBlock> said_beside(const Extract& extract, const std::string& path, const FileResult& result,
                                     const Profile& profile) {
    const auto* const rebuilt = std::get_if<FileRebuilt>(&result);
    if (rebuilt == nullptr || rebuilt->file.kind() != SafeKind::image_pdf) return std::nullopt;
    return beside_pictures(row_at(extract, path), rebuilt->links, rebuilt->missing, profile.links);
}

// Members are numbered from 1 by the last step of their paths (row_of the archive's members).
std::uint32_t number_of(const PartRow& member) {
    return static_cast<std::uint32_t>(std::stoul(member.facts.path.substr(member.facts.path.rfind('/') + 1)));
}

void join(FileErrand& errand, const PartRow& member) {
    if (errand.rows.size() == 1) {
        errand.job.members = {number_of(errand.rows.front())};
        errand.job.path = outer_path(errand.rows.front().facts.path);
    }
    errand.job.members.push_back(number_of(member));
    errand.rows.push_back(member);
}

}  // namespace

bool crosses_as_a_file(const PartFacts& facts, const Profile& profile) noexcept {
    return is_container(facts.kind) ? profile.action_for(facts) == PartAction::unpack : has_codec(facts, profile);
}

bool lets_files_cross(const Extract& extract, const Profile& profile, Release release) noexcept {
    const MailVerdict verdict = judge(extract, profile, release).verdict;
    return verdict != MailVerdict::quarantined && verdict != MailVerdict::refused;
}

std::vector<FileErrand> Errands::next(const Extract& extract) {
    std::vector<FileErrand> errands;
    for (const PartRow& row : extract.parts) {
        if (not_asked_ != nullptr && not_asked_->contains(row.facts.path)) continue;
        if (!is_errand(extract, row) || !asked_.insert(row.facts.path).second) continue;
        if (errands.empty() || !joins(errands.back(), row, extract)) {
            errands.push_back(about(row));
        } else {
            join(errands.back(), row);
        }
    }
    return errands;
}

FileErrand Errands::about(const PartRow& row) const {
    const auto out_bytes_max = std::min<std::uint64_t>(FileLimits().out_bytes_max, budget_.files_bytes_max);
    const bool as_pictures = becomes_pictures(row.facts, profile_);
    FileErrand errand{
        {row.facts.path, {}, budget_, out_bytes_max, mail_bytes_}, {row}, is_converted(row) || as_pictures};
    errand.as_pictures = as_pictures;
    if (as_pictures) errand.job.dpi = profile_.image_pdf_dpi;
    if (const FileCommand* const command = command_for(row)) {
        errand.command = *command;
    } else if (are_words_wanted(row.facts, profile_)) {
        errand.job.want = FileWant::words;
    }
    return errand;
}

bool Errands::is_errand(const Extract& extract, const PartRow& row) const {
    return waits(extract, row) && (command_for(row) != nullptr || is_wanted(extract, row, profile_));
}

// What has a codec here too goes to the command: somebody wants it so.
const FileCommand* Errands::command_for(const PartRow& row) const noexcept {
    return profile_.action_for(row.facts) == PartAction::rebuild ? converted_.command_for(row.facts) : nullptr;
}

bool Errands::is_converted(const PartRow& row) const noexcept {
    if (command_for(row) != nullptr) return true;
    // Nobody else reads it; where that program is missing, that is said.
    if (are_words_wanted(row.facts, profile_) && document_kind(row.facts) == PartKind::pdf) return true;
    const auto format = office_format_of(row.facts.detected_type);
    const bool is_document = row.facts.kind == PartKind::office || lock_of(row.facts) == LockKind::office;
    return is_document && format && converted_.formats.test(static_cast<std::size_t>(*format));
}

// Both are files of one archive, and are not archives themselves: what is in one is known when it was opened.
bool Errands::joins(const FileErrand& errand, const PartRow& row, const Extract& extract) const {
    const PartRow& last = errand.rows.back();
    const PartRow* const around = row_around(extract, row);
    const bool are_members =
        around != nullptr && holds_files(around->facts) && outer_path(last.facts.path) == around->facts.path;
    if (errand.by_engine || is_converted(row) || becomes_pictures(row.facts, profile_)) return false;
    if ((errand.job.want == FileWant::words) != are_words_wanted(row.facts, profile_)) return false;
    if (!are_members || holds_files(last.facts) || holds_files(row.facts)) return false;
    std::uint64_t bytes = row.facts.bytes;
    for (const PartRow& one : errand.rows) bytes += one.facts.bytes;
    return errand.rows.size() < FileLimits().errand_members_max && bytes <= FileLimits().errand_bytes_max;
}

std::uint64_t bytes_that_cross(const Extract& extract) noexcept {
    std::uint64_t bytes = 0;
    for (const SafeFile& file : extract.files) bytes += file.bytes.size();
    for (const RebuiltFile& file : extract.rebuilt) bytes += file.file.bytes().size();
    for (const PackedFile& file : extract.packed) bytes += file.bytes().size();
    return bytes;
}

const PartRow& row_at(const Extract& extract, const std::string& path) {
    const auto found = find_row(extract, path);
    if (found == extract.parts.end()) throw std::logic_error("no part " + path);
    return *found;
}

void take_in(Extract& extract, const std::string& path, FileResult result, const Profile& profile,
             const BudgetLimits& budget) {
    const std::size_t index = index_of(extract, path);
    if (const auto* why = std::get_if<FileNotMade>(&result)) {
        PartRow& row = extract.parts[index];
        if (why->why == Reason::encrypted) say_locked(row);
        if (!only_its_names_are_missing(row, *why)) keep_out(row, *why);
        return;
    }
    if (auto* seen = std::get_if<MembersSeen>(&result)) {
        return take_in_members(extract, index, std::move(*seen), profile, budget);
    }
    take_in_file(extract, index, std::move(std::get<FileRebuilt>(result)), budget);
}

void take_in(Extract& extract, const FileErrand& errand, std::vector<FileResult> results, const Profile& profile,
             const BudgetLimits& budget) {
    for (std::size_t i = 0; i < errand.rows.size(); ++i) {
        const std::string& path = errand.rows[i].facts.path;
        auto beside = said_beside(extract, path, results.at(i), profile);
        take_in(extract, path, std::move(results.at(i)), profile, budget);
        PartRow& row = extract.parts[index_of(extract, path)];
        if (errand.by_engine) say_engine(row, errand);
        if (beside && row.verdict == PartVerdict::rebuilt) insert_text(extract, *std::move(beside), budget);
    }
}

std::string rebuilt_name(const PartFacts& facts, SafeKind kind) {
    std::string name = facts.name;
    if (name.empty()) {
        name = "attachment-" + facts.path;
        std::replace_if(
            name.begin(), name.end(), [](char c) { return c == '.' || c == '/'; }, '-');
    }
    const std::size_t dot = name.rfind('.');
    const std::string last = dot == std::string::npos ? std::string() : ascii::to_lower(name.substr(dot));
    if (is_extension_of(kind, last)) return name;
    // What the text was called stays to be seen, and a double click opens an editor: "settings.ini.txt".
    if (kind == SafeKind::text) return name.append(extension(kind));
    const bool is_extension =
        std::find(known_extensions.begin(), known_extensions.end(), last) != known_extensions.end();
    if (is_extension && dot > 0) name.resize(dot);
    return name.append(extension(kind));
}

}  // namespace mugaika
