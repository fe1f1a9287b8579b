// Who takes events beside the file: one function, one outcome for all that is handed over together.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "policy/log_output.hpp"
#include "policy/result.hpp"
#include "relay/tls/client_context.hpp"

namespace mugaika {

class LogSink {
public:
    virtual ~LogSink() = default;

    // All messages, in order. Without Error they were received, as far as the transport can know (log_sinks.cpp); with
    // one, some of them may have been. `stop`: a descriptor that ends every wait when it becomes readable, or -1.
    virtual Result<void> deliver(const std::vector<std::string>& messages, int stop) = 0;

    // How much to hand over at once: what may come twice after a fault.
    virtual std::size_t batch_bytes() const noexcept = 0;
};

// Fault::configuration when the certificates that the output names cannot be used.
Result<std::unique_ptr<LogSink>> make_log_sink(const LogOutput&);

}  // namespace mugaika
