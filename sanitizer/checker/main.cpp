// mugaika-checker: reads files that a codec has made, by readers of its own. It never sees an original, and links no
// library that knows a format but inflate.
#include <openssl/crypto.h>

#include "sanitizer/checker/serve_checker.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/worker/program.hpp"

namespace {

using namespace mugaika;

Result<WorkerBody> load() {
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);  // a search for its file later would be killed
    sha256_hex("used once, while files may still be opened");
    return WorkerBody(checker::serve_check);
}

}  // namespace

int main(int argc, char** argv) {
    run_program({"mugaika-checker", "checks rebuilt files in a sandbox"}, argc, argv, load);
}
