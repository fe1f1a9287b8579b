// Every limit of the product, in one place. A limit says what it bounds and what happens when it is reached.
// Bytes are octets on the wire; times are wall-clock unless "cpu" stands in the name.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace mugaika {

// SMTP in (RFC 5321 4.5.3). Reached: the answer named behind each.
struct SmtpLimits {
    std::size_t command_line_bytes_max = 2048;      // 500 5.5.2; with CRLF (RFC 5321 says 512, extensions add to it)
    std::size_t recipients_max = 1000;              // 452 4.5.3
    std::size_t message_bytes_max = 50u << 20;      // 552 5.3.4 at MAIL (SIZE=) or after the end of data
    std::size_t errors_max = 20;                    // 421 4.7.0 and close: refused or unknown commands in one session
    std::size_t idle_commands_max = 100;            // 421 4.7.0: NOOP, RSET, VRFY, HELO without a mail in between
    std::size_t transactions_max = 1000;            // 421 4.7.0 mails in one session
    std::size_t hops_max = 50;                      // 554 5.4.6 Received fields
    std::size_t header_line_bytes_max = 64u << 10;  // 550 5.6.0 one header field, unfolded
    std::size_t header_bytes_max = 1u << 20;        // 550 5.6.0 the whole header block
    std::size_t header_fields_max = 2000;           // 550 5.6.0
    std::size_t memory_bytes_max = 256u << 10;      // past it a mail goes to an unlinked temporary file
    std::size_t memory_bytes_together_max = 64u << 20;  // of all mails together; past it they go to their files earlier
    std::size_t sessions_max = 10000;                   // 421 4.3.2 at connect
    std::chrono::seconds command_timeout{300};          // 421 4.4.2 waiting for a command (RFC 5321 4.5.3.2.7)
    std::chrono::seconds data_timeout{180};             // 421 4.4.2 waiting for data (RFC 5321 4.5.3.2.5)
    std::chrono::seconds transaction_timeout{900};      // 421 4.4.2 from MAIL to the end of data; or without a mail
    std::chrono::seconds mail_deadline{240};            // 451 4.3.2 end of data to answer; clients wait 600 s
    // Closed without an answer: there is nothing to say it through.
    std::chrono::seconds tls_handshake_timeout{30};
};

// SMTP out. Reached: the next hop counts as failed, 451 4.4.x to the sender, nothing kept.
struct NextHopLimits {
    std::size_t reply_line_bytes_max = 2048;   // with CRLF; longer lines are a protocol failure
    std::size_t reply_lines_max = 64;          // of one reply; more are a protocol failure
    std::size_t pipelined_commands_max = 100;  // sent before replies are read, so that neither side blocks in writing
    std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);       // name and TCP handshake of one host
    std::chrono::milliseconds reply_timeout = std::chrono::seconds(60);         // one reply
    std::chrono::milliseconds final_reply_timeout = std::chrono::seconds(180);  // the answer to the end of data
    std::chrono::milliseconds transaction_timeout = std::chrono::seconds(220);  // all; below SmtpLimits::mail_deadline
    std::chrono::milliseconds idle_timeout = std::chrono::seconds(30);          // then an idle connection gets QUIT
    std::size_t mails_per_connection_max = 100;                                 // then it gets QUIT
    std::size_t refusals_per_connection_max = 5;                                // 4xx and 5xx; then it gets QUIT
    std::chrono::milliseconds verified_for = std::chrono::seconds(300);  // how long a 250 for a recipient is believed
    std::chrono::milliseconds refused_for = std::chrono::seconds(30);    // how long its 5xx is believed
    std::size_t remembered_recipients_max = 50000;  // per route and kind of answer; then all of that kind are forgotten
    std::chrono::milliseconds host_avoided_for = std::chrono::seconds(30);  // a failed host is tried last
};

// Inside the worker: one purse per mail, nested mails included. Reached: a verdict, never an Error.
struct BudgetLimits {
    std::uint32_t parts_max = 1000;
    std::uint32_t depth_max = 32;              // multiparts and attached mails together
    std::size_t boundary_bytes_max = 1000;     // RFC 2046 says 70; longer is noted, past this ambiguous
    std::size_t boundaries_per_line_max = 32;  // = depth_max; open boundaries compared per line
    std::size_t header_line_bytes_max = 64u << 10;
    std::size_t header_bytes_max = 1u << 20;
    std::uint32_t header_fields_max = 2000;
    std::size_t decoded_bytes_max = 256u << 20;     // all decoded part bytes together
    std::size_t text_bytes_max = 8u << 20;          // all text for the new body, UTF-8, as written (written_text.hpp)
    std::size_t files_bytes_max = 50u << 20;        // all files that cross, rebuilt or released
    std::size_t html_bytes_max = 16u << 20;         // one HTML part
    std::uint32_t html_depth_max = 512;             // element stack; deeper elements still give their text
    std::uint32_t html_attributes_max = 200;        // per tag; the rest is ignored
    std::uint32_t links_max = 2000;                 // printed link targets per mail
    std::size_t header_text_bytes_max = 16u << 10;  // one decoded header value
    std::uint32_t addresses_max = 2000;             // per address field
    std::uint32_t references_max = 100;             // Message-IDs kept in References, newest last
};

// What an answer of the worker may hold beside its budget. The worker keeps within it, cutting and noting; the relay's
// check of answers holds it to that, and the composer writes no more.
struct AnswerLimits {
    std::size_t name_bytes_max = 600;           // names of files, titles of texts: 200 and what NFC makes of them
    std::size_t summary_line_bytes_max = 1003;  // one line above an attached mail
    std::size_t header_growth_max = 12;         // bytes of decoded header for one raw byte: charset 4, NFC 3
    std::size_t row_bytes_max = 4096;           // one part's row, and what stands around its text or file
    std::uint32_t quote_depth_shown = 8;        // deeper attached mails are shown at this depth, and it is said
};

// The process around it. Reached: the worker is killed; one retry; then the mail is a quarantine verdict.
struct WorkerLimits {
    std::chrono::milliseconds wall_clock{20000};       // from job to answer, for a mail up to 1 MB
    std::chrono::milliseconds wall_clock_per_mb{500};  // added for every further MB
    std::chrono::seconds cpu{15};              // RLIMIT_CPU; a fresh worker's whole life of plain mails is shorter
    std::size_t memory_bytes = 1024u << 20;    // RLIMIT_AS; 50 MB of mail, its decoded parts and the tables
    std::size_t answer_bytes_max = 80u << 20;  // one answer; never reached within the limits above
    std::uint32_t mails_max = 200;             // plain text mails before a worker is replaced
};

// An answer within its budget is one that the relay reads.
static_assert(BudgetLimits().text_bytes_max + BudgetLimits().files_bytes_max +
                  BudgetLimits().header_bytes_max * AnswerLimits().header_growth_max +
                  BudgetLimits().parts_max * AnswerLimits().row_bytes_max <=
              WorkerLimits().answer_bytes_max);

// What the relay does with a mail between the worker and the next hop.
struct FlowLimits {
    // Text as it is quoted, and files. Reached: the mail is composed, gated and digested beside the network thread,
    // which costs it two changes of thread; below it all that takes less than 2 ms, and others can wait for it.
    std::size_t composed_at_once_bytes_max = 64u << 10;
    std::chrono::seconds files_deadline{90};  // of all files of a mail; those that had no turn stay, as codec_late
    std::size_t deliveries_max = 8;  // of one mail at once, one for each route; the other routes wait their turn
};

// What must be left for mail to be taken. Reached: 452 or 451 at RCPT, before any content is sent. 0 turns one off.
struct ReserveLimits {
    std::uint64_t disk_free_min = 256u << 20;   // 452 4.3.1 bytes on the file systems of state directory and log
    std::uint64_t memory_free_min = 64u << 20;  // 452 4.3.2 bytes, of the machine or of our control group
    std::size_t waiting_mails_max = 2000;       // 451 4.3.2 mails between the end of their data and our answer
};

struct Limits {
    SmtpLimits smtp;
    NextHopLimits next_hop;
    BudgetLimits budget;
    WorkerLimits worker;
    WorkerLimits codec;  // and checkers; each of them answers once
    FlowLimits flow;
    ReserveLimits reserve;
};

}  // namespace mugaika
