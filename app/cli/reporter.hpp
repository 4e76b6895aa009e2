#pragma once

#include <chrono>
#include <string>

#include "core/base/progress.hpp"
#include "core/json/json.hpp"
#include "core/measure/measurements.hpp"

namespace dq::cli {

/// Tells the one who waits how a job goes: a line on standard error that is written over, or JSON objects on standard
/// output, one a line (app/cli/README.md has their keys). At most ten progress events a second.
class Reporter {
public:
    explicit Reporter(const std::string& form);

    Progress progress();
    void row(const measure::MatrixRow& row, const std::vector<std::string>& formats);
    /// The job's end: a "done" event, or the result itself where progress is not JSON.
    void done(const json::Json& result, const std::string& sentence);
    bool json() const { return form_ == Form::Json; }

private:
    enum class Form { Text, Json, None };
    using Clock = std::chrono::steady_clock;

    void show(const Step& step);
    void clearLine();

    Form form_;
    std::string phase_;
    Clock::time_point phaseBegan_, shown_;
    std::int64_t phaseFirst_ = 0;
    bool lineShown_ = false;
};

/// One JSON object a line, flushed at once, so that a reader on a pipe sees it.
void printLine(const json::Json& object);

}  // namespace dq::cli
