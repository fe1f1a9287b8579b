// OpenSSL's objects with one owner each, and its errors as words.
#pragma once

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace mugaika {

template <auto free_it>
struct OpensslFree {
    template <class T>
    void operator()(T* object) const noexcept {
        free_it(object);
    }
};

using SslHandle = std::unique_ptr<SSL, OpensslFree<SSL_free>>;
using SslContextHandle = std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>>;
using BioHandle = std::unique_ptr<BIO, OpensslFree<BIO_free>>;
using X509Handle = std::unique_ptr<X509, OpensslFree<X509_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;

// The reason of the first error in this thread's queue, which is empty afterwards; "unknown reason" when there is none.
std::string take_openssl_words();

}  // namespace mugaika
