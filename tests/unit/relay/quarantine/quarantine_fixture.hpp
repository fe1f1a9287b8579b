// A state directory of its own for each test, removed at its end, and items to put into it.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

#include "relay/quarantine/store.hpp"

namespace mugaika::test {

class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "mugaika-test-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::string& path() const noexcept { return path_; }
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

inline RawMail raw(std::string_view bytes) {
    auto made = RawMail::from_bytes(bytes);
    return std::move(*made);
}

inline MailAddress address(std::string_view text) { return *MailAddress::parse(text); }

inline QuarantineItem item_for(const RawMail& original, const std::string& recipient = "shimin@city.example.lg.jp") {
    QuarantineItem item;
    item.envelope.sender = address("sender@example.com");
    item.envelope.recipients = {address(recipient)};
    item.id = message_id_for(original.sha256(), item.envelope);
    item.route = "city.example.lg.jp";
    item.client_address = "192.0.2.1";
    item.protocol = "ESMTP";
    item.received_at = std::chrono::system_clock::time_point(std::chrono::milliseconds(1763600000123));
    item.subject = *PlainLine::from("見積書の送付");
    item.from_text = *PlainLine::from("髙﨑 <sender@example.com>");
    item.original_bytes = original.size();
    item.original_sha256 = original.sha256();
    item.ledger.id = item.id;
    item.ledger.verdict = MailVerdict::sanitized;
    item.ledger.reason = Reason::not_rebuilt;
    PartRow row;
    row.facts.path = "2";
    row.facts.name = "見積書.pdf";
    row.facts.kind = PartKind::pdf;
    row.sha256 = original.sha256();
    row.verdict = PartVerdict::quarantined;
    row.reason = Reason::not_rebuilt;
    item.ledger.parts.push_back(row);
    return item;
}

struct Kept {
    RawMail original;
    QuarantineItem item;
};

// Of several parts, each for its own reason.
inline Kept mixed_mail() {
    Kept kept{raw("Subject: mixed\r\n\r\nbody\r\n"), {}};
    kept.item = item_for(kept.original);
    kept.item.ledger.reason = Reason::readings_differ;
    kept.item.ledger.findings = {Reason::readings_differ, Reason::unclosed_multipart};
    PartRow second = kept.item.ledger.parts[0];
    second.facts.path = "3";
    second.facts.name = "Quarterly REPORT 100%_done.xlsm";
    second.reason = Reason::encrypted;
    kept.item.ledger.parts.push_back(second);
    return kept;
}

inline ReleaseOrder order_for(const QuarantineItem& item, const std::string& person, const std::string& order_id) {
    ReleaseOrder order;
    order.order_id = order_id;
    order.item_id = item.id;
    order.recipients = item.envelope.recipients;
    order.person = person;
    return order;
}

inline std::unique_ptr<QuarantineStore> open_store(const Folder& folder,
                                                   QuarantineStore::Access access = QuarantineStore::Access::relay) {
    auto store = QuarantineStore::open(folder / "quarantine", folder / "key", access);
    if (!store) throw std::runtime_error(store.error().words());
    return std::move(*store);
}

}  // namespace mugaika::test
