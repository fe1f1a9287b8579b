#include "relay/tls/handles.hpp"

#include <openssl/err.h>

namespace mugaika {

std::string take_openssl_words() {
    const char* reason = ERR_reason_error_string(ERR_get_error());
    ERR_clear_error();
    return reason == nullptr ? "unknown reason" : reason;
}

}  // namespace mugaika
