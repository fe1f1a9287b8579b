// Looks whether the chains of a log (chain.hpp) are whole: lines are fed in the order of the files, and what is
// missing, doubled, changed or moved is named with its file and line. Lines of versions without numbers are passed over
// in front of the first numbered one of their file.
//
// What cannot be seen: a tail that was cut off, until somebody says where the chain was (log.resumed, a seal); and a
// chain that somebody made anew.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "relay/log/chain.hpp"

namespace mugaika {

// What the check must know of a line; made for each line by itself, by any thread.
struct LineInChain {
    std::string host, writer;
    std::uint64_t number = 0;  // 0: the line has none
    std::string previous, hash;
    std::optional<ChainEnds> listed;  // of log.resumed
    bool is_whole = false;            // not torn by a full disk

    static LineInChain of(std::string_view line);
};

class ChainCheck {
public:
    struct Fault {
        std::string place;  // "FILE:LINE"
        std::string words;
    };

    void take(const std::string& file, std::uint64_t line_number, const LineInChain&);

    std::uint64_t lines() const noexcept { return lines_; }  // with a number
    std::uint64_t faults() const noexcept { return faults_; }
    const std::vector<Fault>& first_faults() const noexcept { return first_faults_; }  // as they were found

private:
    struct Place {
        std::string file;
        std::uint64_t line = 0;
        std::string text() const { return file + ":" + std::to_string(line); }
    };
    struct Missing {
        std::uint64_t from, to;
        std::size_t fault;  // its place among the first faults, or past them
    };
    struct Chain {
        ChainEnd end;
        Place place;  // of the line at `end`; line 0: only log.resumed, or nobody, told of it
        std::vector<Missing> missing;
    };
    using Key = std::pair<std::string, std::string>;  // host, writer

    void take_numbered(const Place&, const LineInChain&, Chain&);
    void take_older(const Place&, const LineInChain&, Chain&);
    void take_listed(const Place&, const std::string& host, const std::string& writer, const ChainEnd&);
    void miss(const Place&, const std::string& writer, Chain&, std::uint64_t last_missing);
    std::size_t blame(const Place&, std::string words);

    Chain* chain_of(const std::string& host, const std::string& writer);  // null: there are too many

    static constexpr std::size_t first_faults_max = 20;
    static constexpr std::size_t chains_max = 10000;  // a log with more is none of ours
    static constexpr std::size_t missing_max = 1000;  // for each chain: whoever tears more out is told enough

    std::map<Key, Chain> chains_;
    std::string numbered_file_;  // of the last line with a number
    std::uint64_t lines_ = 0, faults_ = 0;
    std::vector<Fault> first_faults_;
};

}  // namespace mugaika
