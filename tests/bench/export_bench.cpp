// Exports a model with every matrix in one format, reads it back, and says what that took: time, processor time and the most
// anonymous memory. usage: export_bench MODEL OUTPUT TARGET FORMAT [THREADS]
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "core/base/error.hpp"
#include "core/base/parallel.hpp"
#include "core/export/target.hpp"
#include "tests/export/recipes.hpp"

namespace {

using Clock = std::chrono::steady_clock;

double processorSeconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec); };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double sinceSeconds(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// In MiB; 0 where the system does not say.
double anonymousMemory() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("RssAnon:")) return std::stod(line.substr(8)) / 1024;
    return 0;
}

/// Looks every few milliseconds for as long as it lives.
class Watch {
public:
    double most() const { return most_.load(); }

private:
    std::atomic<double> most_{anonymousMemory()};
    std::jthread thread_{[this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            most_ = std::max(most_.load(), anonymousMemory());
            std::this_thread::sleep_for(std::chrono::milliseconds(3));
        }
    }};
};

/// For formats that look at a matrix's inputs: the same mean squares for every matrix, which another program can make too.
dq::measure::Inputs inputsOf(const dq::model::Model& model) {
    auto table = std::make_shared<dq::measure::Measurements>();
    for (const dq::model::WeightMatrix& matrix : model.matrices()) {
        dq::measure::MatrixRow row;
        row.name = matrix.name;
        for (std::int64_t j = 0; j < matrix.cols; ++j) row.inputMoment.push_back(0.25f + static_cast<float>(j * 7919 % 1000) / 1000);
        table->rows.push_back(std::move(row));
    }
    return dq::measure::Inputs(std::move(table));
}

void run(char** arguments) {
    const auto model = dq::model::Model::open(arguments[1]);
    const std::string format = arguments[4];
    const bool keepsEmbedding = std::string_view(arguments[3]) == "compressed-tensors";
    const auto recipe = dq::test::recipeWith(*model, [&](const dq::model::WeightMatrix& matrix) {
        return keepsEmbedding && matrix.role == dq::model::Role::Embedding ? "bf16" : format;
    });
    const double before = anonymousMemory();
    const Watch watch;
    const auto start = Clock::now();
    const double used = processorSeconds();
    double writing = 0, usedWriting = 0;
    const dq::Progress progress([&](const dq::Step& step) {
        if (step.phase != "write") return;
        writing = sinceSeconds(start);
        usedWriting = processorSeconds() - used;
    });
    const dq::exporting::VerifyReport report = dq::exporting::exportTo(dq::exporting::targetOf(arguments[3]), *model, recipe, arguments[2], {}, progress,
                                                                            [&](const auto&) { return inputsOf(*model); });
    const double seconds = sinceSeconds(start), processor = processorSeconds() - used;
    const double weights = static_cast<double>(model->weights());
    std::printf("%s %s: %.2f s on the wall, %.2f s of processor time (%.2f and %.2f of them until all was packed and handed to the system), "
                "%.1f M weights a second of processor time, %.0f MB read, %.0f MB written, anonymous memory %.0f MiB more than before\n",
                arguments[3], format.c_str(), seconds, processor, writing, usedWriting, weights / processor / 1e6,
                static_cast<double>(model->checkpoint().bytes()) / 1e6, static_cast<double>(report.fileBytes) / 1e6, watch.most() - before);
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 5) {
        std::fprintf(stderr, "usage: export_bench MODEL OUTPUT TARGET FORMAT [THREADS]\n");
        return 2;
    }
    if (count > 5) dq::limitThreads(std::stoi(arguments[5]));
    try {
        run(arguments);
    } catch (const dq::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
