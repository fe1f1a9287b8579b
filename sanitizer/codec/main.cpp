// mugaika-codec: loads the libraries that know formats, then is the template from which sandboxed codec workers are
// forked, one for each file.
#include <memory>

#include "sanitizer/codec/serve_codec.hpp"
#include "sanitizer/worker/program.hpp"

namespace {

using namespace mugaika;

Result<WorkerBody> load() {
    auto typer = codec::load_codec_tables();
    if (!typer) return typer.error();
    const auto shared = std::make_shared<sandboxed::FileTyper>(std::move(*typer));
    return WorkerBody([shared](int job_socket, const WorkerLimits& limits) {
        return codec::serve_file(job_socket, *shared, limits);
    });
}

}  // namespace

int main(int argc, char** argv) {
    run_program({"mugaika-codec", "rebuilds attached files in a sandbox"}, argc, argv, load);
}
