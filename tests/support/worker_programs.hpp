// Programs for WorkerTemplate::start: this test program itself, under the name of how it is to behave. The real
// template runs in each; what its workers do is the name.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

namespace mugaika::test {

// A link to this program in a folder of its own, gone with the object.
class WorkerProgram {
public:
    explicit WorkerProgram(const std::string& behaviour)
        : folder_(std::filesystem::temp_directory_path() / ("mugaika_worker_test_" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder_);
        path_ = folder_ / ("test_worker." + behaviour);
        std::filesystem::remove(path_);
        std::filesystem::create_symlink(std::filesystem::read_symlink("/proc/self/exe"), path_);
    }
    ~WorkerProgram() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    WorkerProgram(const WorkerProgram&) = delete;
    WorkerProgram& operator=(const WorkerProgram&) = delete;

    std::string path() const { return path_.string(); }

private:
    std::filesystem::path folder_;
    std::filesystem::path path_;
};

}  // namespace mugaika::test
