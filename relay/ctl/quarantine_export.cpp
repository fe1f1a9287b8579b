#include <algorithm>
#include <filesystem>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/export_file.hpp"
#include "sanitizer/mail/sha256.hpp"

namespace mugaika::ctl {
namespace {

// Never a name that the mail gives.
std::string file_for(const std::string& id, const std::string& part) {
    if (part.empty()) return id + ".eml";
    std::string name = id + "-part-" + part + ".bin";
    std::replace(name.begin(), name.end(), '/', '_');
    return name;
}

// Whatever the profile lets cross: this file goes to an administrator's own folder, not to a recipient. Programs the
// worker gives to nobody.
Profile profile_that_gives_files(Profile profile) {
    profile.release_originals = true;
    profile.rules.clear();
    std::replace(profile.actions.begin(), profile.actions.end(), PartAction::refuse, PartAction::quarantine);
    return profile;
}

Result<const PartRow*> row_of(const QuarantineItem& item, const std::string& part) {
    for (const PartRow& row : item.ledger.parts) {
        if (row.facts.path == part) return &row;
    }
    return Error(Fault::protocol, "kept mail " + item.id + " has no part " + shown_text(part, 100) +
                                      "; `mugaika quarantine show " + item.id + "` lists them");
}

// Only the worker takes a mail apart. What it answers must be what the ledger knows the part by.
Result<std::string> part_bytes(const QuarantineItem& item, const RawMail& original, const std::string& part,
                               const Config& config) {
    const auto row = row_of(item, part);
    if (!row) return row.error();
    const Profile profile = profile_that_gives_files(profile_for_item(config, item));
    auto answer = ask_about(original, profile, config, item.received_at, {part});
    if (!answer) return answer.error();
    if (!answer->extract) {
        return Error(Fault::protocol,
                     "the worker cannot take kept mail " + item.id + " apart; without --part it is exported whole");
    }
    for (SafeFile& file : answer->extract->files) {
        if (file.path != part) continue;
        if (sha256_hex(file.bytes) == (*row)->sha256) return std::move(file.bytes);
        return Error(Fault::protocol, "the worker's part " + part + " is not what was received; nothing was written");
    }
    return Error(Fault::protocol,
                 "part " + part + " of kept mail " + item.id +
                     " is a text, an attached mail or a program, which come with the whole mail only; " +
                     "leave --part away, or see its text with `mugaika quarantine cat " + item.id + "`");
}

struct Exported {
    std::string what;
    std::string bytes;
    std::string sha256;
};

Result<Exported> exported(const QuarantineItem& item, const QuarantineStore& store, const std::string& part,
                          const Config& config) {
    const auto original = store.load_original(item.id);
    if (!original) return original.error();
    if (part.empty()) {
        const auto bytes = original->untrusted_bytes();
        if (!bytes) return bytes.error();
        return Exported{"original", std::string(bytes->view()), original->sha256()};
    }
    auto bytes = part_bytes(item, *original, part, config);
    if (!bytes) return bytes.error();
    std::string sha256 = sha256_hex(*bytes);
    return Exported{"part " + part, std::move(*bytes), std::move(sha256)};
}

}  // namespace

Exit quarantine_export(const ConfigChoice& choice, const ExportOptions& options, Terminal& terminal) {
    const auto actor = actor_for(options.person, terminal);
    if (!actor) return fail(terminal, actor.error());
    const auto id = one_item_id(options.item, terminal);
    if (!id) return fail(terminal, id.error());
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    auto file = ExportFile::open(options.file.empty() ? file_for(*id, options.part) : options.file,
                                 options.force ? ExportFile::IfThere::overwrite : ExportFile::IfThere::refuse);
    if (!file && file.error().fault() == Fault::bad_input) return fail(terminal, file.error());
    if (!file) return fail(terminal, Exit::cannot_write, file.error().words());
    const auto store = open_store(*config);
    if (!store) return fail(terminal, store.error());
    const auto log = open_log(*config);
    if (!log) return fail(terminal, log.error());
    const auto item = (*store)->load(*id);
    if (!item) return fail(terminal, item.error());
    const auto made = exported(*item, **store, options.part, *config);
    if (!made) return fail(terminal, made.error());
    (*log)->write(event::QuarantineExported{*id, *actor, made->what, std::filesystem::absolute(file->path()).string(),
                                            made->bytes.size(), made->sha256});
    const auto written = file->write(made->bytes);
    if (!written) return fail(terminal, written.error());
    terminal.out << *id << "  " << shown_text(made->what) << "  " << made->bytes.size() << " bytes  sha256 "
                 << made->sha256 << "  " << shown_text(file->path()) << "\n";
    terminal.err << "warning: " << shown_text(file->path())
                 << " holds received bytes that nobody has checked; open it only on an isolated machine, and delete it "
                    "afterwards\n";
    return Exit::done;
}

}  // namespace mugaika::ctl
