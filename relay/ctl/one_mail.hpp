// The road of relay/mail_flow.cpp without a network, for one mail: worker, codecs, finish, quarantine.
#pragma once

#include <string>

#include "policy/result.hpp"
#include "relay/config/config.hpp"
#include "relay/quarantine/store.hpp"
#include "relay/recipient_groups.hpp"
#include "sanitizer/finish/finish_mail.hpp"

namespace mugaika::ctl {

class OneMail {
public:
    // Configuration and bytes outlive it. Judged as if nobody had spoken for the sender.
    OneMail(const Config&, const RecipientGroup&, const RawMail&, std::chrono::system_clock::time_point received_at);

    // It is no received mail: a password opened its files, which lay in this kept one.
    void unlocked_from(const QuarantineItem& first);

    enum class Keep : bool { no, yes };
    Result<Finished> finish(Keep);
    // With this ledger; durable when it returns.
    Result<void> keep(QuarantineStore&, const Ledger&);
    const std::string& id() const noexcept { return item_.id; }

private:
    const Config& config_;
    const RawMail& raw_;
    const Profile profile_;
    QuarantineItem item_;
    FinishFacts facts_;
};

}  // namespace mugaika::ctl
