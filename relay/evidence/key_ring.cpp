#include "relay/evidence/key_ring.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace mugaika {
namespace {

constexpr std::string_view title = "mugaika log key change\n", old_word = "old ", new_word = "new ",
                           seals_word = "seals ", time_word = "time ";

std::string text_of(const NoteVerifier& old_key, const NoteVerifier& new_key, std::uint64_t seals,
                    std::string_view time) {
    std::string text(title);
    text.append(old_word).append(old_key.text()).append("\n");
    text.append(new_word).append(new_key.text()).append("\n");
    text.append(seals_word).append(std::to_string(seals)).append("\n");
    return text.append(time_word).append(time).append("\n");
}

// What stands behind a word in the next line, which is taken away.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view word) {
    const std::size_t end = text.find('\n');
    if (end == text.npos || !text.starts_with(word)) return std::nullopt;
    const std::string_view rest = text.substr(word.size(), end - word.size());
    text.remove_prefix(end + 1);
    return rest;
}

bool is_same(const NoteVerifier& a, const NoteVerifier& b) { return a.text() == b.text(); }

}  // namespace

std::string sign_key_change(const NoteSigner& old_key, const NoteSigner& new_key, std::uint64_t seals,
                            std::string_view time) {
    const std::string text = text_of(old_key.verifier(), new_key.verifier(), seals, time);
    const std::string by_new = new_key.sign(text);
    return old_key.sign(text) + by_new.substr(text.size() + 1);
}

Result<KeyChange> open_key_change(std::string_view untrusted_note) {
    const Error wrong(Fault::protocol, "it is no change of the log's key");
    std::string_view rest = untrusted_note;
    if (!rest.starts_with(title)) return wrong;
    rest.remove_prefix(title.size());
    const auto old_text = take_line(rest, old_word), new_text = take_line(rest, new_word);
    const auto seals_text = take_line(rest, seals_word), time = take_line(rest, time_word);
    if (!old_text || !new_text || !seals_text || !time) return wrong;
    const auto old_key = NoteVerifier::parse(*old_text), new_key = NoteVerifier::parse(*new_text);
    KeyChange change;
    const auto [end, fault] =
        std::from_chars(seals_text->data(), seals_text->data() + seals_text->size(), change.seals);
    if (!old_key || !new_key || fault != std::errc() || end != seals_text->data() + seals_text->size()) return wrong;
    if (old_key->name() != new_key->name() || is_same(*old_key, *new_key)) return wrong;
    change.old_key = *old_key;
    change.new_key = *new_key;
    change.time = *time;
    const std::string text = text_of(*old_key, *new_key, change.seals, *time);
    const auto by_old = old_key->open(untrusted_note), by_new = new_key->open(untrusted_note);
    if (!by_old || *by_old != text) return Error(Fault::protocol, "the old key has not signed its change");
    if (!by_new || *by_new != text) return Error(Fault::protocol, "the new key has not signed its change");
    return change;
}

KeyRing::KeyRing(NoteVerifier known) { keys_.push_back({std::move(known), 0}); }

std::vector<std::string> KeyRing::walk(std::vector<KeyChange> changes) {
    std::vector<std::string> faults;
    const auto take = [&](const auto& fits) -> std::optional<KeyChange> {
        const auto found = std::find_if(changes.begin(), changes.end(), fits);
        if (found == changes.end()) return std::nullopt;
        KeyChange change = std::move(*found);
        changes.erase(found);
        return change;
    };
    while (auto change = take([&](const KeyChange& one) { return is_same(one.new_key, keys_.front().key); })) {
        keys_.front().from = change->seals;
        keys_.front().since = change->time;
        keys_.insert(keys_.begin(), {change->old_key, 0});
    }
    while (auto change = take([&](const KeyChange& one) { return is_same(one.old_key, keys_.back().key); })) {
        keys_.push_back({change->new_key, change->seals, change->time});
    }
    for (const KeyChange& left : changes) {
        const bool again = std::any_of(keys_.begin(), keys_.end(), [&](const Key& one) {
            return is_same(one.key, left.old_key) || is_same(one.key, left.new_key);
        });
        faults.push_back("the change from " + left.old_key.text() + " to " + left.new_key.text() +
                         (again ? ": one of them was changed twice, which is a theft or a rollback"
                                : ": it leads to no key that is known"));
    }
    const bool in_order =
        std::is_sorted(keys_.begin(), keys_.end(), [](const Key& a, const Key& b) { return a.from < b.from; });
    if (!in_order) faults.emplace_back("the changes of the key are not in the order of the seals");
    return faults;
}

Result<KeyRing::Opened> KeyRing::open(std::string_view untrusted_note) const {
    std::optional<Error> why;
    for (std::size_t i = keys_.size(); i-- > 0;) {
        auto text = keys_[i].key.open(untrusted_note);
        if (text) return Opened{*std::move(text), i};
        if (!why) why = text.error();
    }
    return *why;
}

bool KeyRing::has(const KeyChange& change) const {
    for (std::size_t i = 1; i < keys_.size(); ++i) {
        if (is_same(keys_[i - 1].key, change.old_key) && is_same(keys_[i].key, change.new_key)) return true;
    }
    return false;
}

bool KeyRing::signs_seal(std::size_t key, std::uint64_t seal) const {
    return keys_.at(key).from <= seal && (key + 1 == keys_.size() || seal < keys_[key + 1].from);
}

bool KeyRing::signs_checkpoint(std::size_t key, std::uint64_t seals) const {
    return keys_.at(key).from <= seals && (key + 1 == keys_.size() || seals <= keys_[key + 1].from);
}

}  // namespace mugaika
