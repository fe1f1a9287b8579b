// The one digest of the product's ledgers.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;
struct evp_md_st;

namespace mugaika {

// A digest taken while the bytes come in. Throws as sha256_hex does.
class Sha256 {
public:
    Sha256();
    // By what fetched() gave: half the time for few bytes, and whatever becomes of the library's settings meanwhile.
    explicit Sha256(const evp_md_st* algorithm);
    static const evp_md_st* fetched();  // asked of the library once, and kept

    void update(std::string_view bytes);
    std::string hex() &&;  // 64 digits of lower case hex

private:
    struct Free {
        void operator()(evp_md_ctx_st*) const noexcept;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// SHA-256 over all bytes, 64 digits of lower case hex. Throws std::runtime_error when the library cannot give one: a
// ledger with a made-up digest would be worse than none.
std::string sha256_hex(std::string_view bytes);

}  // namespace mugaika
