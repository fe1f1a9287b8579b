// A quarantine for the commands to look into.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ctl_fixture.hpp"
#include "relay/quarantine/outbox.hpp"

namespace mugaika {

// A quarantine with two mails, as a relay would have left it.
class Kept : public CtlFixture {
public:
    static constexpr std::string_view original = "Subject: x\r\n\r\n\x1b[2Jhello\r\n";

    Kept() {
        std::filesystem::create_directory(path("state"));
        first = keep(original, "a@city.example.lg.jp", std::chrono::hours(1));
        second = keep(original, "b@city.example.lg.jp", std::chrono::hours(24 * 100));
    }
    std::unique_ptr<QuarantineStore> open(QuarantineStore::Access access) const {
        auto store = QuarantineStore::open(config().quarantine_dir(), config().quarantine_key_file(), access);
        REQUIRE(store.has_value());
        return std::move(*store);
    }
    std::vector<OwedOrder> orders() const {
        auto outbox = Outbox::open(config().outbox_dir());
        REQUIRE(outbox.has_value());
        auto list = outbox->list();
        REQUIRE(list.has_value());
        return *list;
    }
    std::size_t items() const { return open(QuarantineStore::Access::reader)->list({})->size(); }

    // The relay carried the order out.
    void deliver(const OwedOrder& owed) const {
        const auto noted =
            open(QuarantineStore::Access::relay)->note_release(owed.order, std::chrono::system_clock::now());
        REQUIRE(noted.has_value());
        REQUIRE(Outbox::open(config().outbox_dir())->remove(owed.order.order_id).has_value());
    }
    // One more mail, from another day; `change` fits its item.
    std::string keep(std::string_view bytes, const std::string& recipient, std::chrono::hours age,
                     const std::function<void(QuarantineItem&)>& change = {}) const {
        auto raw = RawMail::from_bytes(bytes);
        REQUIRE(raw.has_value());
        QuarantineItem item;
        item.envelope.sender = address("sender@example.com");
        item.envelope.recipients = {address(recipient)};
        item.id = message_id_for(raw->sha256(), item.envelope);
        item.route = "city.example.lg.jp";
        item.client_address = "192.0.2.1";
        item.protocol = "ESMTP";
        item.received_at = std::chrono::system_clock::now() - age;
        item.subject = *PlainLine::from("見積書の件");
        item.original_bytes = raw->size();
        item.original_sha256 = raw->sha256();
        item.ledger.id = item.id;
        item.ledger.reason = Reason::readings_differ;
        PartRow row;
        row.facts.path = "2";
        row.facts.name = "見積書.pdf";
        row.facts.kind = PartKind::pdf;
        row.reason = Reason::not_rebuilt;
        item.ledger.parts = {row};
        if (change) change(item);
        REQUIRE(open(QuarantineStore::Access::relay)->add(item, *raw).has_value());
        return item.id;
    }

    std::string first, second;  // received an hour and a hundred days ago
};

}  // namespace mugaika
