#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/text/samples.hpp"

namespace dq::text {

/// Takes samples one after the other until limit or budget of the options is reached.
class Collector {
public:
    /// Throws Error(Input) naming the file where the options make no sense.
    Collector(const SampleOptions& options, std::string file);

    bool full() const;
    void add(Sample sample);

    /// Windows of a stream of ids, each starting with `leading`; the stream must fill one.
    void addStream(const Sample& stream, std::span<const std::int32_t> leading);

    /// What was taken. Throws Error(Input): nothing, or an id the model's vocabulary does not have.
    Samples take(std::int64_t vocabulary);

private:
    SampleOptions options_;
    std::string file_;
    std::int64_t skip_ = 0, tokens_ = 0;
    std::vector<Sample> samples_;
};

}  // namespace dq::text
