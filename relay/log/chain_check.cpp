#include "relay/log/chain_check.hpp"

#include <algorithm>

#include "policy/shown_text.hpp"

namespace mugaika {
namespace {

constexpr std::size_t writer_bytes_max = 60;

std::string line_of(std::string_view untrusted_writer, std::uint64_t number) {
    return "line " + std::to_string(number) + " of " + shown_text(untrusted_writer, writer_bytes_max);
}

}  // namespace

LineInChain LineInChain::of(std::string_view line) {
    LineInChain in_chain;
    in_chain.is_whole = line.ends_with('}');
    const auto link = chain_link(line);
    if (!link) return in_chain;
    in_chain.host = link->host;
    in_chain.writer = link->writer;
    in_chain.number = link->number;
    in_chain.previous = link->previous;
    in_chain.hash = chain_hash(line);
    in_chain.listed = listed_chains(line);
    return in_chain;
}

void ChainCheck::take(const std::string& file, std::uint64_t line_number, const LineInChain& line) {
    const Place place{file, line_number};
    if (line.number == 0) {
        if (line.is_whole && file == numbered_file_) blame(place, "a line without a number stands among numbered ones");
        return;
    }
    ++lines_;
    numbered_file_ = file;
    if (line.listed) {
        for (const auto& [writer, end] : *line.listed) take_listed(place, line.host, writer, end);
    }
    Chain* const chain = chain_of(line.host, line.writer);
    if (chain == nullptr) {
        blame(place, "the log has more writers than are looked at");
    } else if (chain->end.number == 0) {
        chain->end = {line.number, line.hash};
        chain->place = place;
    } else {
        take_numbered(place, line, *chain);
    }
}

ChainCheck::Chain* ChainCheck::chain_of(const std::string& host, const std::string& writer) {
    const auto found = chains_.find(Key(host, writer));
    if (found != chains_.end()) return &found->second;
    return chains_.size() < chains_max ? &chains_[Key(host, writer)] : nullptr;
}

void ChainCheck::take_numbered(const Place& place, const LineInChain& line, Chain& chain) {
    if (line.number <= chain.end.number) return take_older(place, line, chain);
    if (line.number > chain.end.number + 1) {
        miss(place, line.writer, chain, line.number - 1);
    } else if (line.previous != chain.end.hash) {
        blame(chain.place.line > 0 ? chain.place : place,
              line_of(line.writer, chain.end.number) + " was changed, as the one behind it tells");
    }
    chain.end = {line.number, line.hash};
    chain.place = place;
}

void ChainCheck::take_older(const Place& place, const LineInChain& line, Chain& chain) {
    const std::string words = line_of(line.writer, line.number);
    const auto missing = std::find_if(chain.missing.begin(), chain.missing.end(), [&](const Missing& gap) {
        return line.number >= gap.from && line.number <= gap.to;
    });
    if (missing != chain.missing.end()) {
        blame(place, words + " stands behind lines that were written after it");
        if (missing->fault < first_faults_.size()) first_faults_[missing->fault].words += "; some of them come later";
        const Missing rest{line.number + 1, missing->to, missing->fault};
        missing->to = line.number - 1;
        if (rest.from <= rest.to) chain.missing.push_back(rest);
    } else if (line.number == 1 && chain.end.number > 1) {
        blame(place, "the chain of " + shown_text(line.writer, writer_bytes_max) + " begins anew behind its line " +
                         std::to_string(chain.end.number));
        chain.end = {line.number, line.hash};
        chain.place = place;
        chain.missing.clear();
    } else if (line.number == chain.end.number && line.hash != chain.end.hash) {
        blame(place, words + " stands there twice, with other words");
    } else {
        blame(place, words + " stands there twice");
    }
}

// What log.resumed knows of a chain: nobody has seen more than was written, and the last line has not changed since.
void ChainCheck::take_listed(const Place& place, const std::string& host, const std::string& writer,
                             const ChainEnd& end) {
    Chain* const known = chain_of(host, writer);
    if (known == nullptr) return;
    Chain& chain = *known;
    if (chain.end.number == 0) {
        chain.end = end;
    } else if (chain.end.number < end.number) {
        miss(place, writer, chain, end.number);
        chain.end = end;
        chain.place = {};
    } else if (chain.end.number == end.number && chain.end.hash != end.hash) {
        blame(chain.place.line > 0 ? chain.place : place,
              line_of(writer, end.number) + " was changed, as log.resumed tells");
        chain.end = end;
        chain.place = {};
    }
}

void ChainCheck::miss(const Place& place, const std::string& writer, Chain& chain, std::uint64_t last_missing) {
    const std::uint64_t first = chain.end.number + 1, count = last_missing - chain.end.number;
    const std::string some = count == 1 ? "" : " and those up to " + std::to_string(last_missing);
    const std::string behind = chain.place.line > 0 ? ", behind " + chain.place.text() : "";
    const std::size_t fault = blame(
        place, line_of(writer, first) + some + (count == 1 ? " is" : " are") + " missing before this one" + behind);
    if (chain.missing.size() < missing_max) chain.missing.push_back({first, last_missing, fault});
}

std::size_t ChainCheck::blame(const Place& place, std::string words) {
    ++faults_;
    if (first_faults_.size() < first_faults_max) first_faults_.push_back({place.text(), std::move(words)});
    return faults_ - 1;
}

}  // namespace mugaika
