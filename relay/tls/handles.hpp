// OpenSSL's objects with one owner each, and its errors as words.
#pragma once

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <string>

#include "policy/c_handle.hpp"

namespace mugaika {

using SslHandle = CHandle<SSL, SSL_free>;
using SslContextHandle = CHandle<SSL_CTX, SSL_CTX_free>;
using BioHandle = CHandle<BIO, BIO_free>;
using X509Handle = CHandle<X509, X509_free>;
using KeyHandle = CHandle<EVP_PKEY, EVP_PKEY_free>;

// The reason of the first error in this thread's queue, which is empty afterwards; "unknown reason" when there is none.
std::string take_openssl_words();

}  // namespace mugaika
