#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "sanitizer/finish/finish_mail.hpp"

namespace mugaika::ctl {
namespace {

// The raw bytes are what the relay keeps away from people; a file is as near as they get.
Exit write_original(const RawMail& original, Terminal& terminal) {
    const auto bytes = original.untrusted_bytes();
    if (!bytes) return fail(terminal, bytes.error());
    terminal.err << "mugaika: these are the received bytes, unchecked; open them only on an isolated machine\n";
    terminal.out.write(bytes->view().data(), static_cast<std::streamsize>(bytes->view().size()));
    terminal.out.flush();
    if (terminal.out) return Exit::done;
    return fail(terminal, Exit::cannot_write, "standard output cannot be written");
}

void print_header(const HeaderFacts& header, std::ostream& out) {
    out << "From: " << shown_text(author_text(header).str()) << "\n";
    for (const auto& [name, boxes] : {std::pair{"To", &header.to}, std::pair{"Cc", &header.cc}}) {
        for (const Mailbox& box : *boxes) {
            out << name << ": " << shown_text(box.name.str()) << " <" << shown_text(box.address.text()) << ">\n";
        }
    }
    out << "Subject: " << shown_text(header.subject.str()) << "\n\n";
}

// PlainText needs no escaping: its only maker refuses all that a terminal would act on.
void print_texts(const Extract& extract, std::ostream& out) {
    for (const TextBlock& block : extract.texts) {
        if (block.role != TextRole::body) out << "-- " << block.path << " " << shown_text(block.title.str()) << "\n";
        for (const auto& [name, value] : block.summary) {
            out << shown_text(name) << ": " << shown_text(value.str()) << "\n";
        }
        out << block.text.str();
        if (!block.text.str().ends_with('\n')) out << "\n";
    }
}

Exit print_text(const RawMail& original, const QuarantineItem& item, const Config& config, Terminal& terminal) {
    const auto answer = ask_about(original, profile_for_item(config, item), config, item.received_at);
    if (!answer) return fail(terminal, answer.error());
    if (!answer->extract) {
        const WorkerFailure failure = answer->failure.value_or(WorkerFailure{Reason::worker_nonsense, ""});
        return fail(
            terminal, Exit::refused,
            "no text can be read from this mail: " + std::string(english(failure.reason)) + " " + failure.words);
    }
    print_header(answer->extract->header, terminal.out);
    print_texts(*answer->extract, terminal.out);
    return Exit::done;
}

}  // namespace

Exit quarantine_cat(const ConfigChoice& choice, const CatOptions& options, Terminal& terminal) {
    if (options.original && terminal.out_is_terminal) {
        return fail(terminal, Exit::usage,
                    "--original: the received bytes are never written to a terminal; redirect to a file");
    }
    const auto actor = actor_for(options.person, terminal);
    if (!actor) return fail(terminal, actor.error());
    const auto id = one_item_id(options.item, terminal);
    if (!id) return fail(terminal, id.error());
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto store = open_store(*config);
    if (!store) return fail(terminal, store.error());
    const auto log = open_log(*config);
    if (!log) return fail(terminal, log.error());
    const auto item = (*store)->load(*id);
    if (!item) return fail(terminal, item.error());
    const auto original = (*store)->load_original(*id);
    if (!original) return fail(terminal, original.error());
    (*log)->write(event::QuarantineViewed{item->id, *actor, options.original ? "original" : "text"});
    if (options.original) return write_original(*original, terminal);
    return print_text(*original, *item, *config, terminal);
}

}  // namespace mugaika::ctl
