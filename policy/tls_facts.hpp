// How a connection was secured, as OpenSSL names it; in events `tls_version` and `tls_cipher`.
#pragma once

#include <string>

namespace mugaika {

struct TlsFacts {
    std::string version;  // "TLSv1.3"
    std::string cipher;   // "TLS_AES_256_GCM_SHA384"
};

}  // namespace mugaika
