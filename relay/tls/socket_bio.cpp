#include "relay/tls/socket_bio.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <memory>
#include <new>

namespace mugaika {
namespace {

namespace asio = boost::asio;
using Socket = asio::ip::tcp::socket;
using boost::system::error_code;

int write_bytes(BIO* bio, const char* data, std::size_t size, std::size_t* written) {
    error_code error;
    auto& socket = *static_cast<Socket*>(BIO_get_data(bio));
    *written = socket.write_some(asio::buffer(data, size), error);
    BIO_clear_retry_flags(bio);
    if (must_wait(error)) BIO_set_retry_write(bio);
    return error ? 0 : 1;
}

int read_bytes(BIO* bio, char* data, std::size_t size, std::size_t* read) {
    error_code error;
    auto& socket = *static_cast<Socket*>(BIO_get_data(bio));
    *read = socket.read_some(asio::buffer(data, size), error);
    BIO_clear_retry_flags(bio);
    if (must_wait(error)) BIO_set_retry_read(bio);
    if (error == asio::error::eof) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return error ? 0 : 1;
}

long control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;  // nothing is held back
}

using Method = CHandle<BIO_METHOD, BIO_meth_free>;

Method new_method() {
    Method method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "Asio socket"));
    if (!method) throw std::bad_alloc();
    BIO_meth_set_write_ex(method.get(), write_bytes);
    BIO_meth_set_read_ex(method.get(), read_bytes);
    BIO_meth_set_ctrl(method.get(), control);
    return method;
}

}  // namespace

bool must_wait(const error_code& error) noexcept {
    return error == asio::error::would_block || error == asio::error::try_again;
}

BioHandle socket_bio(Socket& socket) {
    static const Method method = new_method();
    BioHandle bio(BIO_new(method.get()));
    if (!bio) throw std::bad_alloc();
    BIO_set_data(bio.get(), &socket);
    BIO_set_init(bio.get(), 1);
    return bio;
}

}  // namespace mugaika
