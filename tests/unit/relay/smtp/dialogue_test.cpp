// The dialogue scripts on a ServerSession without sockets: in the pieces of the script, and byte by byte.
#include "tests/support/dialogue.hpp"

#include <catch2/catch.hpp>

#include "relay/smtp/server_session.hpp"

namespace mugaika::test {
namespace {

class SessionPeer : public DialoguePeer {
public:
    SessionPeer(const Dialogue& script, std::size_t piece_bytes)
        : limits_(script.limits),
          answers_(script),
          session_(dialogue_hostname, dialogue_postmaster, limits_),
          piece_bytes_(piece_bytes) {
        if (script.tls) session_.offer_tls();
        session_.offer_dsn(script.dsn);
        if (script.trusted_hop) session_.trust_hop();
    }

    void send(std::string_view bytes) override {
        for (; !bytes.empty(); bytes.remove_prefix(std::min(piece_bytes_, bytes.size()))) {
            if (closed_) return;
            session_.receive(bytes.substr(0, piece_bytes_));
            run();
        }
    }

    std::optional<std::string> read_line() override {
        if (!closed_) run();
        const std::size_t end = output_.find("\r\n");
        if (end == std::string::npos) return std::nullopt;
        std::string line = output_.substr(0, end);
        output_.erase(0, end + 2);
        return line;
    }

    void secure() override {
        REQUIRE(asked_for_tls_);
        asked_for_tls_ = false;
        session_.secured();
    }

    bool closed() override { return closed_ && output_.empty(); }
    const std::vector<TakenMail>& mails() const { return mails_; }

private:
    void run() {
        using Next = smtp::ServerSession::Next;
        for (;;) {
            switch (session_.next()) {
                case Next::need_input:
                    return;
                case Next::send:
                    output_ += session_.bytes();
                    break;
                case Next::verify_recipient:
                    session_.answer(answers_.verify());
                    break;
                case Next::append_data:
                    mail_ += session_.bytes();
                    break;
                case Next::drop_data:
                    mail_.clear();
                    break;
                case Next::mail_refused:
                    CHECK(mail_.empty());
                    break;
                case Next::take_mail:
                    mails_.push_back(taken(session_.take_envelope(), std::exchange(mail_, {})));
                    session_.answer(answers_.take());
                    break;
                case Next::start_tls:
                    asked_for_tls_ = true;
                    return;
                case Next::name_client:
                    session_.client_named();
                    break;
                case Next::close:
                    closed_ = true;
                    return;
            }
        }
    }

    const SmtpLimits limits_;
    ScriptedAnswers answers_;
    smtp::ServerSession session_;
    std::size_t piece_bytes_;
    std::string output_;
    std::string mail_;
    std::vector<TakenMail> mails_;
    bool asked_for_tls_ = false;
    bool closed_ = false;
};

void play(const Dialogue& script, std::size_t piece_bytes) {
    INFO(script.name << " in pieces of " << piece_bytes);
    SessionPeer peer(script, piece_bytes);
    for (const DialogueStep& step : script.steps) play_step(step, peer);
    CHECK_FALSE(peer.read_line().has_value());
    CHECK(peer.mails() == script.mails);
}

}  // namespace

TEST_CASE("every dialogue script holds on a session without sockets") {
    const auto scripts = all_dialogues();
    REQUIRE(scripts.size() >= 25);
    for (const Dialogue& script : scripts) play(script, script.steps.size() + (1u << 20));
}

TEST_CASE("AC-016 every dialogue script holds when its bytes come one by one") {
    for (const Dialogue& script : all_dialogues()) {
        if (!script.whole_only) play(script, 1);
    }
}

}  // namespace mugaika::test
