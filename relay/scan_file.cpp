#include "relay/scan_file.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "policy/locked_file.hpp"
#include "policy/matrix.hpp"

namespace mugaika {

namespace asio = boost::asio;

namespace {

static_assert(outcome<Stage::scanner, Failure::unavailable>().ending == Ending::carry_on);
static_assert(outcome<Stage::scanner, Failure::timeout>().ending == Ending::carry_on);
static_assert(outcome<Stage::scanner, Failure::nonsense>().ending == Ending::carry_on);

bool lies_below(std::string_view path, std::string_view outer) noexcept {
    return path.size() > outer.size() && path.starts_with(outer) && path[outer.size()] == '/';
}

Scanned stays(Reason why, std::string words) { return {FileNotMade{why, std::move(words)}, std::nullopt}; }

// What is in an archive is read from the mail, where the other one is not.
Scanned in_place_of(const FileErrand& errand, ScanEnd end) {
    if (holds_files(errand.rows.front().facts)) {
        return stays(Reason::malware_found, end.words + " an archive, which is not taken");
    }
    Result<UntrustedFile> file = UntrustedFile::from_bytes(end.untrusted_bytes);
    if (!file) return stays(Reason::engine_unavailable, file.error().words());
    Scanned scanned;
    scanned.instead.emplace(*std::move(file));
    return scanned;
}

}  // namespace

bool is_shown_to_scanners(const FileErrand& errand, const Extract& extract) noexcept {
    if (!errand.job.members.empty()) return false;
    return std::none_of(extract.parts.begin(), extract.parts.end(), [&](const PartRow& around) {
        return holds_files(around.facts) && lies_below(errand.job.path, around.facts.path);
    });
}

asio::awaitable<Scanned> scan_file(Scanners& scanners, FilePool& pool, const FileErrand& errand, const RawMail& mail,
                                   const MailTag& tag, EventLog& log, std::chrono::steady_clock::time_point until) {
    OutResult out = co_await pool.take_out(errand, mail, tag, until);
    if (auto* why = std::get_if<FileNotMade>(&out)) co_return Scanned{std::move(*why), std::nullopt};
    const UntrustedFile& file = std::get<FileOut>(out).file;
    const auto bytes = RawMail::Mapping::of(file.descriptor(), file.size());
    if (!bytes) co_return stays(Reason::engine_unavailable, bytes.error().words());
    const FileToScan shown{bytes->view(), errand.rows.front().facts.name};
    ScanEnd end = co_await scanners.scan(shown, until);
    switch (end.what) {
        case ScanEnd::What::passed:
            co_return Scanned();
        case ScanEnd::What::forbidden:
            log.write(event::ScannerFound{tag, errand.job.path, end.words});
            co_return stays(Reason::malware_found, end.words);
        case ScanEnd::What::changed:
            log.write(event::ScannerFound{tag, errand.job.path, end.words});
            co_return in_place_of(errand, std::move(end));
        case ScanEnd::What::not_looked_at:
            break;
    }
    log.write(event::ScannerFailed{tag, errand.job.path, end.words});
    co_return stays(Reason::engine_unavailable, end.words);
}

}  // namespace mugaika
