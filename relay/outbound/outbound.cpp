#include "relay/outbound/outbound.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "relay/outbound/pool.hpp"
#include "relay/outbound/verified_recipients.hpp"
#include "relay/smtp/reply_reader.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

// A verification under way, for all who ask the same meanwhile.
struct Question {
    Question(asio::io_context& io, std::string s) : sender(std::move(s)), answered(io, Clock::time_point::max()) {}
    const std::string sender;     // that it is asked for
    asio::steady_timer answered;  // never expires; cancelled when there is an answer, or nobody will give one
    std::optional<RecipientAnswer> for_all;
    std::optional<RecipientAnswer> for_sender;
};

// What is known and being asked about the recipients behind one list of next hops.
struct Destination {
    Destination(std::shared_ptr<Pool> p, const NextHopLimits& limits) : pool(std::move(p)), recipients(limits) {}
    std::shared_ptr<Pool> pool;
    VerifiedRecipients recipients;
    std::map<MailAddress, std::shared_ptr<Question>> questions;
    std::map<std::string, Clock::time_point> waited_in_vain;  // sessions: until when they need not wait again
};

// Puts a question and takes it back, whatever happens to the coroutine that asks.
class Asking {
public:
    Asking(asio::io_context& io, Destination& destination, const MailAddress& recipient, const std::string& sender)
        : destination_(destination), recipient_(recipient), question_(std::make_shared<Question>(io, sender)) {
        is_first_ = destination_.questions.emplace(recipient_, question_).second;
    }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;
    ~Asking() {
        if (is_first_) destination_.questions.erase(recipient_);
        question_->answered.cancel();
    }
    Question& question() noexcept { return *question_; }

private:
    Destination& destination_;
    const MailAddress& recipient_;
    std::shared_ptr<Question> question_;  // shared with those who wait for it
    bool is_first_ = false;
};

// A refused MAIL, or a sender that needs SMTPUTF8, says nothing about the same recipient for another sender.
bool is_for_all(const smtp::ClientResult& result) noexcept {
    if (result.outcome == nullptr || result.host_failed || result.about == smtp::AnswerAbout::recipient) return true;
    return result.outcome->failure != Failure::refused && result.outcome->failure != Failure::refused_for_now;
}

// Tells those who wait what is true for them as well.
void share(Question& question, const smtp::ClientResult& result, const RecipientAnswer& answer) {
    if (is_for_all(result)) question.for_all = answer;
    if (result.about == smtp::AnswerAbout::pair) question.for_sender = answer;
}

// One time-out answers for all further recipients of a session, for a while: five of them are not worth five minutes.
void note_waiting(std::map<std::string, Clock::time_point>& in_vain, const std::string& session,
                  const RecipientAnswer& answer, std::chrono::milliseconds how_long) {
    if (session.empty() || answer.outcome == nullptr || answer.outcome->failure != Failure::timeout) return;
    const Clock::time_point now = Clock::now();
    std::erase_if(in_vain, [now](const auto& entry) { return entry.second <= now; });
    in_vain[session] = now + how_long;
}

// The same mail for some of its recipients.
smtp::Envelope for_some(const smtp::Envelope& whole, const std::vector<std::size_t>& who) {
    smtp::Envelope some = whole;
    some.recipients.clear();
    some.recipient_dsn.clear();
    for (const std::size_t recipient : who) {
        some.recipients.push_back(whole.recipients.at(recipient));
        if (recipient < whole.recipient_dsn.size()) some.recipient_dsn.push_back(whole.recipient_dsn[recipient]);
    }
    return some;
}

// Moves those at `places` of `pending` to the end of `taken`.
void move_taken(std::vector<std::size_t>& pending, std::vector<std::size_t>& taken,
                const std::vector<std::size_t>& places) {
    std::vector<std::size_t> left;
    std::size_t next = 0;
    for (std::size_t place = 0; place < pending.size(); ++place) {
        const bool is_taken = next < places.size() && places[next] == place;
        if (is_taken) ++next;
        (is_taken ? taken : left).push_back(pending[place]);
    }
    pending = std::move(left);
}

// The words of one transaction behind those of the ones before it: each names the id that it has at the next hop.
void add_words(smtp::Reply& reply, const smtp::Reply& next) {
    if (reply.words.size() + next.words.size() > smtp::reply_words_bytes_max) return;
    reply.words += "; " + next.words;
}

// Of refusals only those for good are remembered.
RecipientAnswer remembered(const smtp::Reply& reply) {
    if (reply.positive()) return {reply};
    return {reply, &outcome<Stage::recipient, Failure::refused>(), "said before: " + reply.words};
}

}  // namespace

struct Outbound::Impl {
    Impl(asio::io_context& i, std::string h, NextHopLimits l, EventLog& e)
        : io(i), hostname(std::move(h)), limits(l), events(e) {}

    std::shared_ptr<Destination> destination(NextHops hops) {
        hops.tls_context.reset();  // a pool outlives what one transaction brought
        std::shared_ptr<Destination>& known = destinations[hops];
        if (known == nullptr) {
            known = std::make_shared<Destination>(std::make_shared<Pool>(io, hops, hostname, limits, events), limits);
        }
        return known;
    }

    asio::io_context& io;
    std::string hostname;
    NextHopLimits limits;
    EventLog& events;
    std::map<NextHops, std::shared_ptr<Destination>> destinations;  // shared with what is under way there

    static asio::awaitable<RecipientAnswer> verify(std::shared_ptr<Impl>, NextHops, smtp::Envelope, MailAddress,
                                                   std::string session);
    static asio::awaitable<RecipientAnswer> ask(std::shared_ptr<Impl>, NextHops, smtp::Envelope, MailAddress);
    static asio::awaitable<Delivery> deliver(std::shared_ptr<Impl>, NextHops, smtp::Envelope, const GatedMail&);
};

asio::awaitable<RecipientAnswer> Outbound::Impl::verify(std::shared_ptr<Impl> impl, NextHops hops,
                                                        smtp::Envelope so_far, MailAddress recipient,
                                                        std::string session) {
    const std::shared_ptr<Destination> kept = impl->destination(hops);
    Destination& destination = *kept;
    const std::optional<smtp::Reply> known = destination.recipients.find(recipient, so_far.sender_text(), Clock::now());
    if (known) co_return remembered(*known);
    const auto waited = destination.waited_in_vain.find(session);
    if (waited != destination.waited_in_vain.end() && Clock::now() < waited->second) {
        const Outcome& row = outcome<Stage::recipient, Failure::timeout>();
        co_return RecipientAnswer{smtp::reply_from(row), &row, "a recipient of this session waited in vain before"};
    }
    const RecipientAnswer answer = co_await ask(impl, hops, so_far, recipient);
    note_waiting(destination.waited_in_vain, session, answer, impl->limits.host_avoided_for);
    co_return answer;
}

asio::awaitable<RecipientAnswer> Outbound::Impl::ask(std::shared_ptr<Impl> impl, NextHops hops, smtp::Envelope so_far,
                                                     MailAddress recipient) {
    const std::shared_ptr<Destination> kept = impl->destination(hops);
    Destination& destination = *kept;
    const std::string sender = so_far.sender_text();
    const auto asked = destination.questions.find(recipient);
    if (asked != destination.questions.end()) {
        const std::shared_ptr<Question> question = asked->second;
        constexpr auto token = asio::as_tuple(asio::use_awaitable);
        co_await question->answered.async_wait(token);
        if (question->for_all) co_return *question->for_all;
        if (question->for_sender && question->sender == sender) co_return *question->for_sender;
    }
    Asking asking(impl->io, destination, recipient, sender);
    Transaction transaction;
    transaction.operation = smtp::ClientOperation::verify;
    transaction.tls = hops.tls_context;
    transaction.envelope = &so_far;
    transaction.recipient = &recipient;
    transaction.until = Clock::now() + impl->limits.transaction_timeout;
    const TransactionAnswer answer = co_await destination.pool->run(transaction);
    RecipientAnswer said{answer.result.reply, answer.result.outcome};
    if (said.outcome != nullptr) said.why = answer.result.why;
    share(asking.question(), answer.result, said);
    if (answer.result.about != smtp::AnswerAbout::transaction) {
        using HoldsFor = VerifiedRecipients::HoldsFor;
        const bool for_all = answer.result.about == smtp::AnswerAbout::recipient;
        const HoldsFor whom = for_all ? HoldsFor::every_sender : HoldsFor::this_sender;
        destination.recipients.remember(recipient, sender, answer.result.reply, whom, Clock::now());
    }
    co_return said;
}

asio::awaitable<Delivery> Outbound::Impl::deliver(std::shared_ptr<Impl> impl, NextHops hops, smtp::Envelope envelope,
                                                  const GatedMail& mail) {
    const std::shared_ptr<Destination> kept = impl->destination(hops);
    Destination& destination = *kept;
    Transaction transaction;
    transaction.operation = smtp::ClientOperation::deliver;
    transaction.tls = hops.tls_context;
    transaction.content = mail.bytes();
    transaction.until = Clock::now() + impl->limits.transaction_timeout;

    Delivery delivery;
    std::vector<std::size_t> pending(envelope.recipients.size());
    std::iota(pending.begin(), pending.end(), std::size_t{0});
    while (!delivery.delivered) {
        const smtp::Envelope rest = for_some(envelope, pending);
        transaction.envelope = &rest;
        const TransactionAnswer answer = co_await destination.pool->run(transaction);
        for (const std::size_t refused : answer.result.refused) {
            destination.recipients.doubt(rest.recipients.at(refused), rest.sender_text());
        }
        const bool is_first = delivery.taken.empty();
        move_taken(pending, delivery.taken, answer.result.taken);
        delivery.next_hop = answer.next_hop;
        delivery.tls = answer.tls;
        delivery.outcome = answer.result.outcome;
        delivery.too_large = answer.result.too_large && delivery.taken.empty();
        delivery.why = answer.result.why;
        if (is_first || delivery.outcome != nullptr) {
            delivery.reply = answer.result.reply;
        } else {
            add_words(delivery.reply, answer.result.reply);
        }
        if (delivery.outcome != nullptr) break;
        delivery.delivered = pending.empty();
        if (!delivery.delivered && Clock::now() >= transaction.until) {
            delivery.outcome = &outcome<Stage::deliver, Failure::timeout>();
            delivery.reply = smtp::reply_from(*delivery.outcome);
            delivery.why = "no time left for those who were too many for one mail";
            break;
        }
    }
    std::sort(delivery.taken.begin(), delivery.taken.end());
    co_return delivery;
}

Outbound::Outbound(asio::io_context& io, std::string our_hostname, NextHopLimits limits, EventLog& events)
    : impl_(std::make_shared<Impl>(io, std::move(our_hostname), limits, events)) {}

Outbound::~Outbound() = default;

asio::awaitable<RecipientAnswer> Outbound::verify(NextHops hops, smtp::Envelope so_far, MailAddress recipient,
                                                  std::string session) {
    return Impl::verify(impl_, std::move(hops), std::move(so_far), std::move(recipient), std::move(session));
}

asio::awaitable<Delivery> Outbound::deliver(NextHops hops, smtp::Envelope envelope, const GatedMail& mail) {
    return Impl::deliver(impl_, std::move(hops), std::move(envelope), mail);
}

void Outbound::keep_only(const std::vector<NextHops>& wanted) {
    std::erase_if(impl_->destinations, [&](const auto& known) {
        if (std::find(wanted.begin(), wanted.end(), known.first) != wanted.end()) return false;
        known.second->pool->stop();
        return true;
    });
}

bool Outbound::offers_dsn(const NextHops& hops) const {
    const auto known = impl_->destinations.find(hops);
    return known != impl_->destinations.end() && known->second->pool->offers_dsn();
}

std::uint64_t Outbound::size_max(const NextHops& hops) const {
    const auto known = impl_->destinations.find(hops);
    return known == impl_->destinations.end() ? 0 : known->second->pool->size_max();
}

bool Outbound::known_down(const NextHops& hops) const {
    const auto known = impl_->destinations.find(hops);
    return known != impl_->destinations.end() && known->second->pool->known_down();
}

void Outbound::stop() {
    for (auto& [hops, destination] : impl_->destinations) destination->pool->stop();
}

}  // namespace mugaika
