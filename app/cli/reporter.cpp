#include "app/cli/reporter.hpp"

#include <unistd.h>

#include <cstdio>

#include "app/cli/command.hpp"
#include "core/base/units.hpp"

namespace dq::cli {

void printLine(const json::Json& object) {
    const std::string line = object.dump() + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
}

Reporter::Reporter(const std::string& form)
    : form_(form == "json" ? Form::Json : form == "none" || !::isatty(STDERR_FILENO) ? Form::None : Form::Text) {}

Progress Reporter::progress() {
    return Progress([this](const Step& step) { show(step); }, &stopRequested);
}

void Reporter::show(const Step& step) {
    const auto now = Clock::now();
    if (step.phase != phase_) {
        phase_ = step.phase;
        phaseBegan_ = now;
        phaseFirst_ = step.done;
        shown_ = {};
    }
    const bool last = step.done == step.total;
    if (form_ == Form::None || (!last && now - shown_ < std::chrono::milliseconds(100))) return;
    shown_ = now;
    const double seconds = std::chrono::duration<double>(now - phaseBegan_).count();
    const double rate = seconds > 0 ? static_cast<double>(step.done - phaseFirst_) / seconds : 0;
    const double left = rate > 0 ? static_cast<double>(step.total - step.done) / rate : 0;
    if (form_ == Form::Json) {
        printLine({{"event", "progress"},
                   {"phase", step.phase},
                   {"done", step.done},
                   {"total", step.total},
                   {"unit", step.unit},
                   {"rate", rate},
                   {"rate_unit", "tokens/s"},
                   {"seconds_left", left}});
        return;
    }
    std::fprintf(stderr, "\r\033[K%s %3.0f %%  %s  %s tokens/s  %.0f s left", phase_.c_str(),
                 step.total ? 100.0 * static_cast<double>(step.done) / static_cast<double>(step.total) : 100.0,
                 std::string(step.unit).c_str(), showNumber(rate).c_str(), left);
    std::fflush(stderr);
    lineShown_ = true;
}

void Reporter::row(const measure::MatrixRow& row, const std::vector<std::string>& formats) {
    if (form_ != Form::Json) {
        if (row.notFinite > 0) {
            clearLine();
            std::fprintf(stderr, "matrix %s: %lld of its weights are NaN or infinite: it is not measured and stays in 16 bits\n",
                         row.name.c_str(), static_cast<long long>(row.notFinite));
        }
        return;
    }
    json::Json loss = json::Json::array();
    for (const kernels::ErrorSums& one : row.errors) loss.push_back(one.fisher);
    printLine({{"event", "row"},
               {"matrix", row.name},
               {"role", row.role},
               {"block", row.block},
               {"rows", row.rows},
               {"cols", row.cols},
               {"not_finite", row.notFinite},
               {"formats", formats},
               {"bytes", row.bytes},
               {"loss", loss}});
}

void Reporter::clearLine() {
    if (lineShown_) std::fputs("\r\033[K", stderr);
    lineShown_ = false;
}

void Reporter::done(const json::Json& result, const std::string& sentence) {
    clearLine();
    if (form_ == Form::Json) {
        printLine({{"event", "done"}, {"result", result}});
        return;
    }
    std::printf("%s\n", sentence.c_str());
    std::fflush(stdout);
}

}  // namespace dq::cli
