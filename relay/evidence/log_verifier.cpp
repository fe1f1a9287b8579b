#include "relay/evidence/log_verifier.hpp"

#include <algorithm>
#include <unordered_set>

#include "policy/shown_text.hpp"
#include "relay/evidence/line_difference.hpp"

namespace mugaika {
namespace {

constexpr const char* changed = "改変あり / not what was sealed: ";

std::string lines_and_times(const Seal& seal) {
    return std::to_string(seal.lines) + " lines, " + shown_text(seal.first_time) + " – " + shown_text(seal.last_time);
}

struct FirstBytes {
    std::size_t operator()(const TreeHash& hash) const noexcept {
        std::size_t number = 0;
        for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8 | hash[i];
        return number;
    }
};

TreeHash root_of_first(const std::vector<TreeHash>& leaves, std::uint64_t lines) {
    return tree_root(std::span(leaves).first(static_cast<std::size_t>(lines)));
}

}  // namespace

LogVerifier::LogVerifier(SealFolder seals, KeyRing keys, Say say)
    : seals_(std::move(seals)), keys_(std::move(keys)), say_(std::move(say)) {}

void LogVerifier::say(std::string file, std::string words, bool is_fault) {
    faults_ += is_fault ? 1 : 0;
    say_({std::move(file), std::move(words), is_fault});
}

void LogVerifier::expect(std::string file, Checkpoint checkpoint) {
    expected_.push_back({std::move(file), std::move(checkpoint)});
}

void LogVerifier::look_at(const std::string& log) {
    const auto lines = read_lines(log);
    if (!lines) return say(log, "読めません / cannot be read: " + lines.error().words());
    if (lines->leaves.empty()) return say(log, "空 / empty", false);
    look_at_key_changes(log, *lines);
    compare_with_expected(log, lines->leaves);
    const auto seal = seals_.find(*lines, keys_);
    if (!seal && seal.error().fault() == Fault::not_found) {
        unsealed_.push_back(log);
        return;
    }
    if (!seal) return say(log, "封印が無効 / its seal: " + seal.error().words());
    const auto [seen, is_first] = seen_.emplace(seal->root, log);
    if (!is_first) {
        return say(log,
                   "二重 / doubled or rolled back: line 1 and what follows are those of " + shown_text(seen->second));
    }
    const std::string words = seals_.difference(*lines, *seal);
    if (!words.empty()) return say(log, changed + words);
    say(log, "一致 / as sealed: " + lines_and_times(*seal), false);
}

void LogVerifier::look_at_open(const std::string& log) {
    const auto lines = read_lines(log, Writing::open);
    if (!lines) return say(log, "読めません / cannot be read: " + lines.error().words());
    look_at_key_changes(log, *lines);
    compare_with_expected(log, lines->leaves);
}

// The log tells of them as people read it; what counts are the notes beside the seals.
void LogVerifier::look_at_key_changes(const std::string& log, const LoggedLines& lines) {
    for (const auto& [line, note] : lines.key_changes) {
        const auto change = open_key_change(note);
        const std::string where = "line " + std::to_string(line + 1) + ": ";
        if (!change) {
            say(log, "鍵の交換が無効 / " + where + change.error().words());
        } else if (!keys_.has(*change)) {
            say(log, "鍵の交換が不明 / " + where + "the key change that it tells of is not beside the seals");
        }
    }
}

// Said, because whoever has the key can change it: auditors know the new one by another road.
void LogVerifier::say_keys() {
    for (std::size_t i = 1; i < keys_.keys().size(); ++i) {
        const KeyRing::Key& key = keys_.keys()[i];
        say("seals",
            "鍵の交換 / key changed at " + shown_text(key.since) + ", from seal " + std::to_string(key.from + 1) +
                " on: " + key.key.text(),
            false);
    }
}

void LogVerifier::compare_with_expected(const std::string& log, const std::vector<TreeHash>& leaves) {
    for (Expected& expected : expected_) {
        const auto& open = expected.checkpoint.open;
        if (open && !leaves.empty() && leaves.front() == open->first) compare_open_log(expected, log, leaves);
    }
}

// The log that was written when the checkpoint was made: it has grown, and is the same up to there (RFC 6962 2.1.2;
// here the lines themselves are at hand, so that no path is needed).
void LogVerifier::compare_open_log(Expected& expected, const std::string& log, const std::vector<TreeHash>& leaves) {
    expected.open_log = Expected::OpenLog::differs;
    const Checkpoint::OpenLog& open = *expected.checkpoint.open;
    const std::string when = shown_text(expected.checkpoint.time) + " (" + shown_text(expected.file) + ")";
    if (leaves.size() < open.lines) {
        say(log, "末尾なし / cut off or rolled back: line " + std::to_string(leaves.size() + 1) +
                     " is missing; the checkpoint of " + when + " knows " + std::to_string(open.lines) + " lines");
    } else if (root_of_first(leaves, open.lines) != open.root) {
        say(log, "改変あり / one of the lines 1 to " + std::to_string(open.lines) +
                     " is another one than at the checkpoint of " + when);
    } else {
        expected.open_log = Expected::OpenLog::goes_on;
    }
}

Result<std::size_t> LogVerifier::finish() && {
    std::vector<std::string> others;
    const auto chain = seals_.chain(keys_, others);
    if (!chain) return chain.error();
    for (const std::string& other : others) say("seals", other);
    say_keys();
    for (const std::string& log : unsealed_) look_for_first_line(log, *chain);
    say_missing(*chain);
    for (Expected& expected : expected_) {
        compare_with_sealed(expected, *chain);
        compare_with_chain(expected, *chain);
    }
    return faults_;
}

// A log is known by its first line. One that no seal knows is compared with those whose log is not there.
void LogVerifier::look_for_first_line(const std::string& log, const SealChain& chain) {
    const auto lines = read_lines(log);
    if (!lines) return say(log, "読めません / cannot be read: " + lines.error().words());
    const std::unordered_set<TreeHash, FirstBytes> here(lines->leaves.begin(), lines->leaves.end());
    for (const NamedSeal& named : chain.seals) {
        if (is_seen(named)) continue;
        const auto sealed = seals_.sealed_leaves(named);
        if (!sealed) continue;
        const bool is_this =
            std::any_of(sealed->begin(), sealed->end(), [&](auto& leaf) { return here.contains(leaf); });
        if (!is_this) continue;
        seen_.emplace(named.seal.root, log);
        return say(log, changed + first_difference(lines->leaves, *sealed));
    }
    say(log, "封印なし / no seal: it was not sealed, or line 1 and all others were changed");
}

// Seals without a log, and seals that do not follow one another: logs that were taken away. The oldest ones go by
// retention.
void LogVerifier::say_missing(const SealChain& chain) {
    const auto first_seen =
        std::find_if(chain.seals.begin(), chain.seals.end(), [this](const NamedSeal& named) { return is_seen(named); });
    if (first_seen == chain.seals.end() && !chain.seals.empty()) {
        say("seals", "ログなし / none of the sealed logs is here: " + std::to_string(chain.seals.size()));
    }
    for (auto named = first_seen; named != chain.seals.end(); ++named) {
        if (is_seen(*named)) continue;
        say(named->file, "ログなし / its log is missing: " + lines_and_times(named->seal));
    }
    for (const NamedSeal& named : chain.lonely) say(named.file, "直前の封印なし / the seal before it is missing");
    for (const NamedSeal& named : chain.misplaced) {
        say(named.file,
            "鍵が違う / it is signed with a key that was not the log's then: " + keys_.keys().at(named.key).key.text());
    }
    for (const NamedSeal& named : chain.branches) {
        say(named.file,
            "分岐 / it follows the same seal as another one: the log was rolled back, or two machines sign "
            "with one key");
    }
}

// The log that was written then is gone by retention, and its seal is here.
void LogVerifier::compare_with_sealed(Expected& expected, const SealChain& chain) {
    const auto& open = expected.checkpoint.open;
    if (!open || expected.open_log != Expected::OpenLog::not_met) return;
    for (const NamedSeal& named : chain.seals) {
        if (named.file != seal_file(open->first)) continue;
        const auto sealed = seals_.sealed_leaves(named);
        if (sealed) compare_open_log(expected, named.file, *sealed);
    }
}

// The tree of seals only grows: the old one is the beginning of the new one.
void LogVerifier::compare_with_chain(const Expected& expected, const SealChain& chain) {
    const Checkpoint& checkpoint = expected.checkpoint;
    const std::string there = "checkpoint of " + shown_text(checkpoint.time);
    if (chain.seals.size() < checkpoint.seals) {
        return say(expected.file, "巻き戻し / rolled back: the " + there + " knows " +
                                      std::to_string(checkpoint.seals) + " sealed logs, and here are " +
                                      std::to_string(chain.seals.size()) + "; the last were cut off");
    }
    if (chain.root(static_cast<std::size_t>(checkpoint.seals)) != checkpoint.root) {
        return say(expected.file, "別の履歴 / another history: the first " + std::to_string(checkpoint.seals) +
                                      " seals are not those of the " + there);
    }
    if (expected.open_log == Expected::OpenLog::differs) return;
    if (checkpoint.open && expected.open_log == Expected::OpenLog::not_met) {
        return say(expected.file,
                   "ログなし / the log that was written at the " + there + " is missing, or line 1 of it was changed");
    }
    say(expected.file,
        "一致 / all goes on from the " + there + ": " + std::to_string(checkpoint.seals) + " sealed logs" +
            (checkpoint.open ? ", then " + std::to_string(checkpoint.open->lines) + " lines" : ""),
        false);
}

}  // namespace mugaika
