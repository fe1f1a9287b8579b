#include "relay/evidence/key_ring.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

namespace {

constexpr const char* time_text = "2026-12-01T00:30:00.000+09:00";

NoteSigner made(const char* name = "mx.example.lg.jp") {
    auto signer = NoteSigner::make(name);
    REQUIRE(signer.has_value());
    return *signer;
}

KeyChange change(const NoteSigner& old_key, const NoteSigner& new_key, std::uint64_t seals) {
    const auto opened = open_key_change(sign_key_change(old_key, new_key, seals, time_text));
    REQUIRE(opened.has_value());
    return *opened;
}

std::string keys_of(const KeyRing& ring) {
    std::string text;
    for (const KeyRing::Key& key : ring.keys()) text += key.key.id() + ":" + std::to_string(key.from) + " ";
    return text;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const std::size_t at = text.find(what);
    REQUIRE(at != text.npos);
    return text.replace(at, what.size(), with);
}

}  // namespace

TEST_CASE("a change of the key counts only when both keys have signed it as it stands there") {
    const NoteSigner old_key = made(), new_key = made(), thief = made();
    const std::string note = sign_key_change(old_key, new_key, 31, time_text);
    const auto opened = open_key_change(note);
    REQUIRE(opened.has_value());
    CHECK(opened->old_key.text() == old_key.verifier().text());
    CHECK(opened->new_key.text() == new_key.verifier().text());
    CHECK(opened->seals == 31);
    CHECK(opened->time == time_text);

    const std::string text = note.substr(0, note.find("\n\n") + 1);
    const std::string by_old = old_key.sign(text), by_new = new_key.sign(text);
    REQUIRE(note == by_old + by_new.substr(text.size() + 1));
    struct Row {
        const char* what;
        std::string note;
    };
    const Row rows[] = {
        {"by the old one alone", by_old},
        {"by the new one alone", by_new},
        {"by the new one and a stranger", thief.sign(text) + by_new.substr(text.size() + 1)},
        {"by the old one and a stranger", by_old + thief.sign(text).substr(text.size() + 1)},
        {"by nobody", text + "\n"},
        {"of another number of seals", replaced(note, "seals 31", "seals 30")},
        {"of another key", replaced(note, new_key.verifier().text(), thief.verifier().text())},
        {"of the same key", sign_key_change(old_key, old_key, 31, time_text)},
        {"of a key with another name", sign_key_change(old_key, made("other"), 31, time_text)},
        {"with a line more", replaced(note, "seals 31\n", "seals 31\nmore\n")},
        {"a checkpoint", old_key.sign("mx.example.lg.jp/seals\n31\n")},
        {"nothing", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK_FALSE(open_key_change(row.note).has_value());
    }
    // A byte changed anywhere, but in the names in front of signatures, where it is none of them.
    for (std::size_t i = 0; i < note.size(); ++i) {
        std::string other = note;
        other[i] = static_cast<char>(other[i] ^ 1);
        CAPTURE(i);
        CHECK_FALSE(open_key_change(other).has_value());
    }
}

TEST_CASE("from each key all others are found, and each signs its own time") {
    const NoteSigner a = made(), b = made(), c = made();
    const std::vector<KeyChange> changes{change(b, c, 20), change(a, b, 10)};
    for (const NoteSigner* known : {&a, &b, &c}) {
        KeyRing ring(known->verifier());
        CHECK(ring.walk(changes).empty());
        CHECK(keys_of(ring) == a.verifier().id() + ":0 " + b.verifier().id() + ":10 " + c.verifier().id() + ":20 ");
        CHECK(ring.has(changes[0]));
        CHECK_FALSE(ring.has(change(a, c, 10)));
        const auto opened = ring.open(b.sign("text\n"));
        REQUIRE(opened.has_value());
        CHECK(opened->key == 1);
        CHECK_FALSE(ring.open(made().sign("text\n")).has_value());
        CHECK(ring.signs_seal(0, 9));
        CHECK_FALSE(ring.signs_seal(0, 10));
        CHECK_FALSE(ring.signs_seal(1, 9));
        CHECK(ring.signs_seal(1, 10));
        CHECK(ring.signs_seal(2, 1000));
        CHECK(ring.signs_checkpoint(0, 10));  // on the day of the change both may
        CHECK(ring.signs_checkpoint(1, 10));
        CHECK_FALSE(ring.signs_checkpoint(0, 11));
    }
    KeyRing alone(a.verifier());
    CHECK(alone.walk({}).empty());
    CHECK(alone.signs_seal(0, 1000));
}

TEST_CASE("a key that was changed twice, and a change of other keys, are told") {
    const NoteSigner a = made(), b = made(), thief = made(), other = made();
    KeyRing forked(a.verifier());
    CHECK(forked.walk({change(a, b, 10), change(a, thief, 10)}).size() == 1);
    KeyRing joined(b.verifier());
    CHECK(joined.walk({change(a, b, 10), change(thief, b, 10)}).size() == 1);
    KeyRing stranger(a.verifier());
    CHECK(stranger.walk({change(other, thief, 10)}).size() == 1);
    CHECK(stranger.keys().size() == 1);
    KeyRing backwards(a.verifier());
    CHECK(backwards.walk({change(a, b, 10), change(b, thief, 5)}).size() == 1);
}
