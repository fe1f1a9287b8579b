// The document that is made: objects 1..N in file order, classic cross-reference table, nothing before, between or
// after. Nothing of the original's structure can come here: there is no call that takes an object of it.
//
// An object is reserved when something first refers to it and written in the order of reservation, so that equal graphs
// get equal numbers. The writers run one after the other, never inside each other: no depth of the file is a depth
// here.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::pdf {

// Ends the work on this file; caught at the room's edge.
struct GivenUp {
    FileNotMade outcome;
};

// Keys without their slash -> what stands behind them. Written sorted by key.
using Dictionary = std::map<std::string, std::string, std::less<>>;

std::string dictionary_token(const Dictionary&);
std::string reference_token(std::uint32_t number);

class NewDocument {
public:
    using Writer = std::function<void()>;  // calls one of put, put_stream exactly once

    explicit NewDocument(FilePurse& purse) : purse_(purse) {}

    // Throws GivenUp when there are more than the limits allow.
    std::uint32_t reserve(Writer);

    // How many are reserved; and back to that many, when what was to refer to the others is not written after all.
    std::uint32_t reserved() const noexcept { return reserved_; }
    void take_back(std::uint32_t reserved);

    void put(std::string_view body);
    // /Length is added. The picture room takes what its pictures cost from the purse itself.
    enum class Paid { no, yes };
    void put_stream(Dictionary, std::string_view data, Paid = Paid::no);

    // Runs the writers until none is left. The catalog is object 1. Throws GivenUp when the purse is empty.
    std::string finish();

private:
    void take(std::uint64_t bytes);
    void append(std::string_view body);

    FilePurse& purse_;
    std::deque<Writer> waiting_;
    std::uint32_t reserved_ = 0;
    std::vector<std::uint64_t> offsets_;
    std::string out_;
};

}  // namespace mugaika::codec::pdf
