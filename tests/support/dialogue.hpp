// SMTP dialogues as files, tests/dialogue/*.dlg, and one player for all ways to hold them: on a ServerSession without
// sockets, byte by byte, over a loopback socket, with the network failing at any step. One line is one step:
//
//   # words               for the reader
//   @set NAME NUMBER      a limit of SmtpLimits
//   @hello                expands to the greeting, EHLO and its answer
//   @tls                  the server offers STARTTLS
//   @dsn                  the next hops take wishes for delivery reports
//   @hop                  the client is a trusted hop: XCLIENT and XFORWARD are offered
//   @whole                the pieces in which bytes arrive matter here: not replayed byte by byte
//   C: text               the client sends the line, with CRLF; neighbouring C: and B: go out in one write
//   B: bytes              the client sends these; \r \n \t \0 \\ \xHH
//   S: text               the server's next line is exactly this
//   S~ text               the server's next line begins so
//   T:                    both sides make the TLS handshake
//   E:                    the server has closed
//   R: verify|take REPLY  what is answered to the next open RCPT or mail; default 250
//   M: FROM -> TO,TO: bytes   the next mail taken is exactly this; <> is the null sender
//
// C, B and S take a count: `C*20: NOOP`.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "policy/ascii.hpp"
#include "policy/limits.hpp"
#include "relay/smtp/envelope.hpp"
#include "relay/smtp/reply.hpp"
#include "test_places.hpp"

namespace mugaika::test {

inline const std::string dialogue_hostname = "mx.example.lg.jp";
inline const MailAddress dialogue_postmaster = MailAddress::parse("postmaster@city.example").value();

struct TakenMail {
    std::string sender;
    std::string recipients;  // with commas between
    std::string bytes;
    friend bool operator==(const TakenMail&, const TakenMail&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const TakenMail& mail) {
    return out << mail.sender << " -> " << mail.recipients << ": " << mail.bytes;
}

inline TakenMail taken(const smtp::Envelope& envelope, std::string bytes) {
    TakenMail mail{envelope.sender ? envelope.sender_text() : "<>", "", std::move(bytes)};
    for (const MailAddress& recipient : envelope.recipients) {
        if (!mail.recipients.empty()) mail.recipients += ',';
        mail.recipients += recipient.text();
    }
    return mail;
}

struct DialogueStep {
    enum class Kind { send, line, prefix, secure, closed };
    Kind kind;
    std::string text;
    std::size_t number;  // of the line in the file
};

struct Dialogue {
    std::string name;
    SmtpLimits limits;
    bool whole_only = false;
    bool tls = false;
    bool dsn = false;
    bool trusted_hop = false;
    std::vector<DialogueStep> steps;
    std::deque<smtp::Reply> verify_answers;
    std::deque<smtp::Reply> take_answers;
    std::vector<TakenMail> mails;
};

// What the player talks to.
class DialoguePeer {
public:
    virtual ~DialoguePeer() = default;
    virtual void send(std::string_view bytes) = 0;
    virtual std::optional<std::string> read_line() = 0;  // without CRLF; nothing when none will come
    virtual void secure() = 0;                           // the client's side of the TLS handshake
    virtual bool closed() = 0;                           // by the server, and everything was read
};

// The answers of the relay behind the server, as the script has them.
class ScriptedAnswers {
public:
    explicit ScriptedAnswers(const Dialogue& script)
        : verify_(script.verify_answers), take_(script.take_answers), dsn_(script.dsn) {}
    bool offers_dsn() const { return dsn_; }
    smtp::Reply verify() { return next(verify_, {250, "2.1.5", "Recipient ok"}); }
    smtp::Reply take() { return next(take_, {250, "2.0.0", "Taken"}); }

private:
    static smtp::Reply next(std::deque<smtp::Reply>& answers, smtp::Reply otherwise) {
        if (answers.empty()) return otherwise;
        smtp::Reply answer = answers.front();
        answers.pop_front();
        return answer;
    }
    std::deque<smtp::Reply> verify_;
    std::deque<smtp::Reply> take_;
    bool dsn_;
};

class DialogueParser {
public:
    explicit DialogueParser(const std::filesystem::path& file) : in_(file) {
        script_.name = file.filename().string();
        if (!in_) throw std::runtime_error("cannot read " + file.string());
    }

    Dialogue parse() {
        for (std::string line; std::getline(in_, line);) {
            ++number_;
            if (!line.empty() && line.front() != '#') parse_line(line);
        }
        return std::move(script_);
    }

private:
    void parse_line(const std::string& line) {
        if (line == "@hello") return add_hello();
        if (line == "@whole") {
            script_.whole_only = true;
            return;
        }
        if (line == "@tls") {
            script_.tls = true;
            return;
        }
        if (line == "@dsn") {
            script_.dsn = true;
            return;
        }
        if (line == "@hop") {
            script_.trusted_hop = true;
            return;
        }
        if (line.starts_with("@set ")) return set_limit(line.substr(5));
        const std::size_t mark = line.find_first_of(":~");
        if (mark == std::string::npos) fail();
        const std::size_t star = std::min(line.find('*'), mark);
        const std::size_t count = star < mark ? std::stoul(line.substr(star + 1, mark - star - 1)) : 1;
        const std::string text = line.size() > mark + 2 ? line.substr(mark + 2) : "";
        add(line.substr(0, star) + line[mark], text, count);
    }

    void add(const std::string& operation, const std::string& text, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            if (operation == "C:") {
                add_bytes(text + "\r\n");
            } else if (operation == "B:") {
                add_bytes(unescaped(text));
            } else if (operation == "S:") {
                script_.steps.push_back({DialogueStep::Kind::line, text, number_});
            } else if (operation == "S~") {
                script_.steps.push_back({DialogueStep::Kind::prefix, text, number_});
            } else if (operation == "T:") {
                script_.steps.push_back({DialogueStep::Kind::secure, "", number_});
            } else if (operation == "E:") {
                script_.steps.push_back({DialogueStep::Kind::closed, "", number_});
            } else if (operation == "R:") {
                add_answer(text);
            } else if (operation == "M:") {
                add_mail(text);
            } else {
                fail();
            }
        }
    }

    void add_bytes(const std::string& bytes) {
        const bool goes_on = !script_.steps.empty() && script_.steps.back().kind == DialogueStep::Kind::send;
        if (!goes_on) script_.steps.push_back({DialogueStep::Kind::send, "", number_});
        script_.steps.back().text += bytes;
    }

    void add_hello() {
        add("S:", "220 " + dialogue_hostname + " ESMTP mugaika", 1);
        add("C:", "EHLO client.example", 1);
        add("S:", "250-" + dialogue_hostname, 1);
        add("S~", "250-", 4u + (script_.tls ? 1u : 0u) + (script_.dsn ? 1u : 0u) + (script_.trusted_hop ? 2u : 0u));
        add("S:", "250 ENHANCEDSTATUSCODES", 1);
    }

    void add_answer(const std::string& text) {
        const std::size_t blank = text.find(' ');
        const std::string reply = text.substr(blank + 1);
        const std::size_t end_of_enhanced = reply.find(' ', 4);
        const smtp::Reply answer{std::stoi(reply), reply.substr(4, end_of_enhanced - 4),
                                 reply.substr(end_of_enhanced + 1)};
        (text.starts_with("verify") ? script_.verify_answers : script_.take_answers).push_back(answer);
    }

    void add_mail(const std::string& text) {
        const std::size_t arrow = text.find(" -> ");
        const std::size_t colon = text.find(": ", arrow);
        if (arrow == std::string::npos || colon == std::string::npos) fail();
        script_.mails.push_back(
            {text.substr(0, arrow), text.substr(arrow + 4, colon - arrow - 4), unescaped(text.substr(colon + 2))});
    }

    void set_limit(const std::string& text) {
        const std::size_t blank = text.find(' ');
        const std::string name = text.substr(0, blank);
        const std::size_t number = std::stoul(text.substr(blank + 1));
        SmtpLimits& limits = script_.limits;
        const std::pair<std::string_view, std::size_t*> known[] = {
            {"command_line_bytes_max", &limits.command_line_bytes_max},
            {"recipients_max", &limits.recipients_max},
            {"message_bytes_max", &limits.message_bytes_max},
            {"errors_max", &limits.errors_max},
            {"idle_commands_max", &limits.idle_commands_max},
            {"transactions_max", &limits.transactions_max},
            {"hops_max", &limits.hops_max},
            {"header_line_bytes_max", &limits.header_line_bytes_max},
            {"header_bytes_max", &limits.header_bytes_max},
            {"header_fields_max", &limits.header_fields_max},
            {"memory_bytes_max", &limits.memory_bytes_max},
        };
        for (const auto& [known_name, limit] : known) {
            if (name == known_name) {
                *limit = number;
                return;
            }
        }
        fail();
    }

    static std::string unescaped(const std::string& text) {
        std::string bytes;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '\\') {
                bytes += text[i];
                continue;
            }
            switch (text.at(++i)) {
                case 'r':
                    bytes += '\r';
                    break;
                case 'n':
                    bytes += '\n';
                    break;
                case 't':
                    bytes += '\t';
                    break;
                case '0':
                    bytes += '\0';
                    break;
                case '\\':
                    bytes += '\\';
                    break;
                case 'x':
                    bytes +=
                        static_cast<char>(ascii::hex_value(text.at(i + 1)) * 16 + ascii::hex_value(text.at(i + 2)));
                    i += 2;
                    break;
                default:
                    throw std::runtime_error("unknown escape in " + text);
            }
        }
        return bytes;
    }

    [[noreturn]] void fail() const {
        throw std::runtime_error(script_.name + ":" + std::to_string(number_) + ": not understood");
    }

    std::ifstream in_;
    Dialogue script_;
    std::size_t number_ = 0;
};

inline std::vector<Dialogue> all_dialogues() {
    std::vector<Dialogue> scripts;
    for (const auto& entry : std::filesystem::directory_iterator(MUGAIKA_SOURCE "/tests/dialogue")) {
        if (entry.path().extension() == ".dlg") scripts.push_back(DialogueParser(entry.path()).parse());
    }
    return scripts;
}

inline void play_step(const DialogueStep& step, DialoguePeer& peer) {
    INFO("line " << step.number);
    if (step.kind == DialogueStep::Kind::send) return peer.send(step.text);
    if (step.kind == DialogueStep::Kind::secure) return peer.secure();
    const std::optional<std::string> line = peer.read_line();
    if (step.kind == DialogueStep::Kind::closed) {
        REQUIRE(line.value_or("(nothing)") == "(nothing)");
        REQUIRE(peer.closed());
        return;
    }
    REQUIRE(line.has_value());
    if (step.kind == DialogueStep::Kind::line) REQUIRE(*line == step.text);
    if (step.kind == DialogueStep::Kind::prefix) REQUIRE(line->substr(0, step.text.size()) == step.text);
}

}  // namespace mugaika::test
