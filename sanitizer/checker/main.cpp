// mugaika-checker: reads files that a codec has made, by readers of its own. It never sees an original, and links no
// library that knows a format but inflate.
#include "sanitizer/checker/serve_checker.hpp"
#include "sanitizer/worker/program.hpp"

namespace {

using namespace mugaika;

Result<WorkerBody> load() {
    checker::load_checker_tables();
    return WorkerBody(checker::serve_check);
}

}  // namespace

int main(int argc, char** argv) {
    run_program({"mugaika-checker", "checks rebuilt files in a sandbox"}, argc, argv, load);
}
