#include "relay/log/chain.hpp"

#include <algorithm>
#include <charconv>

#include "relay/log/event_key.hpp"
#include "relay/log/event_list.hpp"

namespace mugaika {
namespace {

constexpr std::string_view end_of_line = "}\n";

std::string member(const Key& key, std::string_view before_value) {
    return "\"" + std::string(key.name) + "\":" + std::string(before_value);
}
const std::string writer_begins = "," + member(key::writer, "\"");
const std::string number_begins = "\"," + member(key::seq, "");
const std::string previous_begins = "," + member(key::prev, "\"");
constexpr std::string_view previous_ends = "\"}";

// Time, name and host stand in front, in this order.
const std::string host_begins = "," + member(key::host, "\"");
const std::string resumed = "," + member(key::event, "\"") + std::string(event::LogResumed::name.name) + "\"";
const std::string list_begins = "," + member(key::writers, "[");
constexpr std::size_t front_bytes_max = 200;

std::string half(Sha256&& digest) {
    std::string hex = std::move(digest).hex();
    hex.resize(chain_hash_digits);
    return hex;
}

bool is_hash(std::string_view text) noexcept {
    return text.size() == chain_hash_digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<std::uint64_t> number_in(std::string_view text) noexcept {
    std::uint64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_whole = fault == std::errc() && end == text.data() + text.size();
    return is_whole && number > 0 ? std::optional(number) : std::nullopt;
}

// Takes what stands behind the last `mark` away from the end of `text`, and the mark.
std::optional<std::string_view> cut_last(std::string_view& text, std::string_view mark) noexcept {
    const std::size_t at = text.rfind(mark);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view cut = text.substr(at + mark.size());
    text = text.substr(0, at);
    return cut;
}

std::string_view host_in(std::string_view line) noexcept {
    const std::size_t at = line.substr(0, front_bytes_max).find(host_begins);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = line.substr(at + host_begins.size());
    return rest.substr(0, rest.find('"'));
}

}  // namespace

UnlinkedLine::UnlinkedLine(std::string json_line) : open_(std::move(json_line)) {
    open_.resize(open_.size() - end_of_line.size());
    digest_.update(open_);
}

UnlinkedLine::Linked UnlinkedLine::link(std::string_view writer, const ChainEnd& before) && {
    Linked linked;
    linked.end.number = before.number + 1;
    std::string rest;
    rest.reserve(writer_begins.size() + writer.size() + number_begins.size() + previous_begins.size() + 64);
    rest.append(writer_begins).append(writer).append(number_begins).append(std::to_string(linked.end.number));
    rest.append(previous_begins).append(before.hash).append(previous_ends);
    digest_.update(rest);
    linked.end.hash = half(std::move(digest_));
    linked.line = std::move(open_);
    linked.line.append(rest).append(1, '\n');
    return linked;
}

std::string UnlinkedLine::unlinked() && { return std::move(open_.append(end_of_line)); }

std::optional<ChainLink> chain_link(std::string_view line) noexcept {
    if (!line.ends_with(previous_ends)) return std::nullopt;
    std::string_view rest = line.substr(0, line.size() - previous_ends.size());
    const auto previous = cut_last(rest, previous_begins);
    const auto number = previous ? cut_last(rest, number_begins) : std::nullopt;
    const auto writer = number ? cut_last(rest, writer_begins) : std::nullopt;
    if (!writer || !is_hash(*previous)) return std::nullopt;
    const auto count = number_in(*number);
    const bool is_name = !writer->empty() && writer->find_first_of("\"\\ ") == std::string_view::npos;
    if (!count || !is_name) return std::nullopt;
    return ChainLink{host_in(line), *writer, *count, *previous};
}

std::string chain_hash(std::string_view line) {
    Sha256 digest(Sha256::fetched());
    digest.update(line);
    return half(std::move(digest));
}

std::string chain_end_text(std::string_view writer, const ChainEnd& end) {
    return std::string(writer) + " " + std::to_string(end.number) + " " + end.hash;
}

std::optional<std::pair<std::string, ChainEnd>> chain_end_from(std::string_view text) {
    const std::size_t first = text.find(' '), last = text.rfind(' ');
    if (first == std::string_view::npos || first == last || first == 0) return std::nullopt;
    const auto number = number_in(text.substr(first + 1, last - first - 1));
    const std::string_view hash = text.substr(last + 1);
    if (!number || !is_hash(hash)) return std::nullopt;
    return std::pair(std::string(text.substr(0, first)), ChainEnd{*number, std::string(hash)});
}

std::optional<ChainEnds> listed_chains(std::string_view line) {
    if (line.substr(0, front_bytes_max).find(resumed) == std::string_view::npos) return std::nullopt;
    const std::size_t at = line.find(list_begins);
    if (at == std::string_view::npos) return std::nullopt;
    std::string_view list = line.substr(at + list_begins.size());
    list = list.substr(0, list.find(']'));
    ChainEnds ends;
    while (!list.empty()) {
        const std::size_t end = list.find("\",", 1);
        std::string_view text = list.substr(0, end == std::string_view::npos ? end : end + 1);
        list = end == std::string_view::npos ? std::string_view() : list.substr(end + 2);
        if (text.size() < 2) return std::nullopt;
        const auto chain = chain_end_from(text.substr(1, text.size() - 2));
        if (!chain) return std::nullopt;
        ends.insert(*chain);
    }
    return ends;
}

}  // namespace mugaika
