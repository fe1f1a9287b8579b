// Load generator for the bench: N SMTP sessions over loopback in one thread, each sending one mail after another over
// its connection, with MAIL, RCPT and DATA pipelined as Postfix does. Bounded in count and time; only to 127.0.0.1.
//
//   load PORT SESSIONS MAILS FILE RECIPIENT [RATE]
//
// {N} in FILE is replaced by a number of each mail, so that no two mails are equal. With RATE (mails per second in all)
// mails are started on a fixed schedule and the latency counts from when a mail was due, so that a stall is not hidden.
// Prints one JSON object: mails, refused, seconds, latency_ms {p50, p99, max} from MAIL to the final 250.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds time_limit{600};

struct Work {
    std::string recipient;
    std::vector<std::string> pieces;  // the mail between its {N}s, dot-stuffed, CRLF
    std::size_t mails_left = 0;
    std::size_t next_number = 0;
    double rate = 0;
    Clock::time_point started;
    std::vector<double> latencies_ms;
    std::size_t refused = 0;

    Clock::time_point due(std::size_t number) const {
        if (rate <= 0) return Clock::now();
        return started +
               std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(double(number) / rate));
    }
};

std::vector<std::string> read_mail(const char* path) {
    std::ifstream in(path, std::ios::binary);
    const std::string raw((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    std::string wire;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] == '\r') continue;
        const bool line_start = i == 0 || raw[i - 1] == '\n';
        if (line_start && raw[i] == '.') wire += '.';
        if (raw[i] == '\n') wire += '\r';
        wire += raw[i];
    }
    std::vector<std::string> pieces;
    std::size_t begin = 0;
    for (std::size_t at = wire.find("{N}"); at != std::string::npos; at = wire.find("{N}", begin)) {
        pieces.push_back(wire.substr(begin, at - begin));
        begin = at + 3;
    }
    pieces.push_back(wire.substr(begin) + ".\r\n");
    return pieces;
}

// One connection. Replies are counted, not parsed further than their first digit and the multi-line mark.
class Session {
public:
    Session(int port, Work& work) : work_(work) {
        fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            std::perror("load: connect");
            std::exit(1);
        }
        const int on = 1;
        setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }

    int fd() const { return fd_; }
    bool done() const { return state_ == State::closed; }
    bool wants_write() const { return !out_.empty(); }
    // When this session should be woken to start its next mail; max() while it waits for the peer.
    Clock::time_point wake() const { return state_ == State::pausing ? due_ : Clock::time_point::max(); }

    void tick() {
        if (state_ == State::pausing && Clock::now() >= due_) begin_mail();
    }

    void write_some() {
        const ssize_t n = send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0)
            out_.erase(0, static_cast<std::size_t>(n));
        else if (errno != EAGAIN)
            state_ = State::closed;
    }

    void read_some() {
        char buffer[8192];
        const ssize_t n = recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN)) {
            state_ = State::closed;
            return;
        }
        if (n < 0) return;
        in_.append(buffer, static_cast<std::size_t>(n));
        for (std::size_t end = in_.find('\n'); end != std::string::npos; end = in_.find('\n')) {
            const bool last = in_.size() > 3 && in_[3] != '-';
            const char code = in_[0];
            in_.erase(0, end + 1);
            if (last) on_reply(code);
        }
    }

private:
    enum class State { greeting, hello, pausing, envelope, final, closed };

    void on_reply(char code) {
        switch (state_) {
            case State::greeting:
                out_ += "EHLO load.example.com\r\n";
                state_ = State::hello;
                return;
            case State::hello:
                schedule();
                return;
            case State::envelope:
                if (code > '3') refused_ = true;
                if (++replies_ == 3) send_content();
                return;
            case State::final:
                if (code == '2' && !refused_) {
                    work_.latencies_ms.push_back(
                        std::chrono::duration<double, std::milli>(Clock::now() - due_).count());
                } else {
                    ++work_.refused;
                }
                schedule();
                return;
            case State::pausing:
            case State::closed:
                return;
        }
    }

    void schedule() {
        if (work_.mails_left == 0) {
            out_ += "QUIT\r\n";
            write_some();
            state_ = State::closed;
            return;
        }
        --work_.mails_left;
        number_ = work_.next_number++;
        due_ = work_.due(number_);
        state_ = State::pausing;
        tick();
    }

    void begin_mail() {
        out_ += "MAIL FROM:<load@example.com>\r\nRCPT TO:<" + work_.recipient + ">\r\nDATA\r\n";
        replies_ = 0;
        refused_ = false;
        state_ = State::envelope;
    }

    void send_content() {
        if (refused_) {
            out_ += "RSET\r\n";
        } else {
            for (std::size_t i = 0; i < work_.pieces.size(); ++i) {
                if (i > 0) out_ += std::to_string(number_);
                out_ += work_.pieces[i];
            }
        }
        state_ = State::final;
    }

    Work& work_;
    int fd_ = -1;
    State state_ = State::greeting;
    std::string in_, out_;
    int replies_ = 0;
    bool refused_ = false;
    std::size_t number_ = 0;
    Clock::time_point due_;
};

double percentile(std::vector<double>& sorted, double share) {
    if (sorted.empty()) return 0;
    return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(double(sorted.size()) * share))];
}

void run(std::vector<Session>& sessions, Clock::time_point end) {
    std::vector<pollfd> polls(sessions.size());
    for (;;) {
        bool open = false;
        Clock::time_point wake = end;
        for (std::size_t i = 0; i < sessions.size(); ++i) {
            sessions[i].tick();
            polls[i] = {sessions[i].done() ? -1 : sessions[i].fd(), POLLIN, 0};
            if (sessions[i].wants_write()) polls[i].events |= POLLOUT;
            open = open || !sessions[i].done();
            wake = std::min(wake, sessions[i].wake());
        }
        if (!open || Clock::now() > end) return;
        const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(wake - Clock::now()).count();
        poll(polls.data(), polls.size(), static_cast<int>(std::clamp<long>(wait, 0, 1000)));
        for (std::size_t i = 0; i < sessions.size(); ++i) {
            if (polls[i].revents & POLLOUT) sessions[i].write_some();
            if (polls[i].revents & (POLLIN | POLLHUP | POLLERR)) sessions[i].read_some();
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 6) {
        std::cerr << "usage: load PORT SESSIONS MAILS FILE RECIPIENT [RATE]\n";
        return 64;
    }
    Work work;
    work.mails_left = std::strtoul(argv[3], nullptr, 10);
    work.pieces = read_mail(argv[4]);
    work.recipient = argv[5];
    work.rate = argc > 6 ? std::strtod(argv[6], nullptr) : 0;
    std::vector<Session> sessions;
    const std::size_t count = std::strtoul(argv[2], nullptr, 10);
    sessions.reserve(count);
    for (std::size_t i = 0; i < count; ++i) sessions.emplace_back(std::atoi(argv[1]), work);
    work.started = Clock::now();
    run(sessions, work.started + time_limit);
    const double seconds = std::chrono::duration<double>(Clock::now() - work.started).count();
    std::sort(work.latencies_ms.begin(), work.latencies_ms.end());
    std::printf("{\"mails\": %zu, \"refused\": %zu, \"seconds\": %.3f, \"p50\": %.2f, \"p99\": %.2f, \"max\": %.2f}\n",
                work.latencies_ms.size(), work.refused, seconds, percentile(work.latencies_ms, 0.5),
                percentile(work.latencies_ms, 0.99), percentile(work.latencies_ms, 1.0));
    return work.refused == 0 ? 0 : 1;
}
