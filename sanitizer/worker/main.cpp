// mugaika-worker: loads its tables, then is the template from which sandboxed readers of mail are forked.
#include <memory>

#include "sanitizer/worker/program.hpp"
#include "sanitizer/worker/serve.hpp"

namespace {

using namespace mugaika;

Result<WorkerBody> load() {
    auto typer = load_tables();
    if (!typer) return typer.error();
    const auto shared = std::make_shared<sandboxed::FileTyper>(std::move(*typer));
    return WorkerBody(
        [shared](int job_socket, const WorkerLimits& limits) { return serve_jobs(job_socket, *shared, limits); });
}

}  // namespace

int main(int argc, char** argv) {
    run_program({"mugaika-worker", "reads hostile mail in a sandbox"}, argc, argv, load);
}
