#include "core/flow/decoding.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <random>

#include "core/base/error.hpp"
#include "core/base/parallel.hpp"
#include "core/base/version.hpp"
#include "core/format/format.hpp"
#include "kernels/matvec/pairs.hpp"
#include "kernels/matvec/random.hpp"
#include "kernels/matvec/read_rate.hpp"
#include "kernels/rounding.hpp"

namespace dq::flow {

namespace {

using kernels::matvec::Weights;

constexpr std::int64_t columns = 4096;  // of the matrices that formats are measured with
const std::string plain = "bf16";

double secondsOf(const std::function<void()>& body) {
    const auto start = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Times timesOf(std::vector<double> values) {
    std::ranges::sort(values);
    return {values.front(), values[values.size() / 2], values.back()};
}

bool canRun(const std::string& format) {
    return kernels::matvec::canMultiply(format::get(format).encoding);
}

/// The products of one launch, with room for their results.
class Launch {
public:
    Launch(const DecodeLaunch& products, const std::string* instead) {
        for (const DecodeProduct& one : products)
            weights_.push_back(kernels::matvec::randomWeights(format::get(instead ? *instead : one.format).encoding, one.rows, one.cols));
        for (const Weights& one : weights_)
            pointers_.push_back(&one);
    }

    std::int64_t cols() const { return weights_.front().cols; }
    Bytes bytes() const {
        return std::accumulate(weights_.begin(), weights_.end(), Bytes{0}, [](Bytes sum, const Weights& one) { return sum + static_cast<Bytes>(one.bytes()); });
    }

    void run(std::span<const float> x, std::int64_t batch, std::vector<float>& y) const {
        std::int64_t rows = 0;
        for (const Weights& one : weights_)
            rows += one.rows;
        y.resize(std::max(y.size(), static_cast<std::size_t>(rows * batch)));
        std::vector<std::span<float>> outputs;
        for (std::size_t i = 0, at = 0; i < weights_.size(); ++i) {
            const auto size = static_cast<std::size_t>(weights_[i].rows * batch);
            outputs.push_back(std::span(y).subspan(at, size));
            at += size;
        }
        kernels::matvec::multiply(pointers_, x.first(static_cast<std::size_t>(cols() * batch)), batch, outputs);
    }

private:
    std::vector<Weights> weights_;
    std::vector<const Weights*> pointers_;
};

class Bench {
public:
    Bench(std::span<const DecodeLaunch> launches, const DecodeOptions& options, const Progress& progress)
        : launches_(launches), options_(options), progress_(progress), read_(static_cast<std::size_t>(options.formatMemory)) {
        std::int64_t widest = columns;
        for (const DecodeLaunch& launch : launches)
            widest = std::max(widest, launch.front().cols);
        x_.resize(static_cast<std::size_t>(widest * options.batch), 0.25f);
    }

    DecodeReport run() {
        report_.costs.device = deviceName();
        report_.costs.tool = std::string("dynaquant-cli ") + toolVersion;
        report_.launches = launches_.size();
        measureFormats();
        measureLaunch();
        measureChain();
        return std::move(report_);
    }

private:
    static std::string deviceName() {
        return std::to_string(threadCount()) + " threads, " + kernels::matvec::unitName();
    }

    void measureFormats() {
        std::map<std::string, double> weights;
        for (const DecodeLaunch& launch : launches_)
            for (const DecodeProduct& one : launch)
                weights[one.format] += static_cast<double>(one.weights());
        weights[plain] += 0;
        std::vector<double> rates;
        std::int64_t done = 0;
        for (const auto& [format, count] : weights) {
            progress_.checkpoint();
            progress_.report({"formats", done++, std::ssize(weights), {}});
            if (canRun(format))
                measureFormat(format, rates);
            else
                report_.unknown.push_back(format);
        }
        report_.costs.bytesPerSecond = timesOf(rates).median;
    }

    void measureFormat(const std::string& format, std::vector<double>& rates) {
        const auto& known = format::get(format);
        const std::int64_t rows = std::max<std::int64_t>(1, options_.formatMemory / known.bytes(1, columns));
        const Launch launch({{rows, columns, format}}, nullptr);
        const auto bytes = static_cast<double>(launch.bytes());
        std::vector<double> own, ofRead;
        for (int round = 0; round < options_.rounds; ++round) {
            const double read = read_.bytesPerSecond();
            const double rate = bytes / secondsOf([&] { launch.run(x_, options_.batch, y_); });
            rates.push_back(read);
            own.push_back(rate);
            ofRead.push_back(rate / read);
        }
        const double bits = 8 * bytes / static_cast<double>(rows * columns);
        report_.formats.push_back({format, bits, timesOf(own).median, timesOf(ofRead)});
        report_.costs.efficiency[format] = std::min(1.0, timesOf(ofRead).median);  // faster than reading: from caches, or by chance
    }

    /// What is left of the time of small launches when their bytes go to nothing: a line through six sizes, the least time of each.
    void measureLaunch() {
        std::vector<double> bytes, seconds;
        for (std::int64_t rows = 64; rows <= 2048; rows *= 2) {
            const Launch launch({{rows, 1024, plain}}, nullptr);
            std::vector<double> rounds;
            for (int round = 0; round < 4 * options_.rounds; ++round)
                rounds.push_back(secondsOf([&] { launch.run(x_, options_.batch, y_); }));
            bytes.push_back(static_cast<double>(launch.bytes()));
            seconds.push_back(timesOf(rounds).least);
        }
        const double count = static_cast<double>(bytes.size());
        const double meanBytes = std::accumulate(bytes.begin(), bytes.end(), 0.0) / count, meanSeconds = std::accumulate(seconds.begin(), seconds.end(), 0.0) / count;
        double along = 0, square = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            along += (bytes[i] - meanBytes) * (seconds[i] - meanSeconds);
            square += (bytes[i] - meanBytes) * (bytes[i] - meanBytes);
        }
        report_.costs.launchSeconds = std::max(0.0, meanSeconds - along / square * meanBytes);
    }

    static Bytes bytesOf(const DecodeLaunch& launch, const std::string* instead) {
        Bytes bytes = 0;
        for (const DecodeProduct& one : launch)
            bytes += format::get(instead ? *instead : one.format).bytes(one.rows, one.cols);
        return bytes;
    }

    /// The first launches that fit, packed and plain.
    std::vector<DecodeLaunch> chosen() const {
        std::vector<DecodeLaunch> some;
        Bytes held = 0;
        for (const DecodeLaunch& launch : launches_) {
            DecodeLaunch known;
            std::ranges::copy_if(launch, std::back_inserter(known), [](const DecodeProduct& one) { return canRun(one.format); });
            if (known.empty()) continue;
            held += bytesOf(known, nullptr) + bytesOf(known, &plain);
            if (held > options_.memory) break;
            some.push_back(known);
        }
        if (some.empty())
            throw Error(Kind::Input, "no launch fits " + showBytes(options_.memory) + " or no product reads its formats: nothing was run");
        return some;
    }

    double pass(const std::vector<Launch>& launches) {
        return secondsOf([&] {
            for (const Launch& launch : launches)
                launch.run(x_, options_.batch, y_);
        });
    }

    void measureChain() {
        const std::vector<DecodeLaunch> some = chosen();
        std::vector<Launch> packed, unpacked;
        for (const DecodeLaunch& launch : some) {
            progress_.checkpoint();
            progress_.report({"weights", std::ssize(packed), std::ssize(some), {}});
            packed.emplace_back(launch, nullptr);
            unpacked.emplace_back(launch, &plain);
            report_.bytes += packed.back().bytes();
            report_.plainBytes += unpacked.back().bytes();
            report_.foretold += report_.costs.launchSeconds;
            for (const DecodeProduct& one : launch)
                report_.foretold += static_cast<double>(format::get(one.format).bytes(one.rows, one.cols)) / report_.costs.bytesPerSecond / report_.costs.of(one.format);
        }
        report_.launchesRun = some.size();
        std::vector<double> own, plainOnes, ratios;
        for (int round = 0; round < options_.rounds; ++round) {
            progress_.checkpoint();
            progress_.report({"passes", round, options_.rounds, {}});
            own.push_back(pass(packed));
            plainOnes.push_back(pass(unpacked));
            ratios.push_back(plainOnes.back() / own.back());
        }
        report_.seconds = timesOf(own);
        report_.plainSeconds = timesOf(plainOnes);
        report_.ratio = timesOf(ratios);
    }

    std::span<const DecodeLaunch> launches_;
    DecodeOptions options_;
    const Progress& progress_;
    kernels::matvec::ReadRate read_;
    std::vector<float> x_, y_;
    DecodeReport report_;
};

}  // namespace

DecodeReport benchDecode(std::span<const DecodeLaunch> launches, const DecodeOptions& options, const Progress& progress) {
    if (launches.empty()) throw Error(Kind::Input, "no matrix is multiplied with a token: nothing to run");
    if (options.batch < 1 || options.batch > 16)
        throw Error(Kind::Input, std::to_string(options.batch) + " sequences at a time; 1 to 16 can be run");
    if (options.rounds < 1 || options.rounds > 1000)
        throw Error(Kind::Input, std::to_string(options.rounds) + " rounds; 1 to 1000 can be run");
    return Bench(launches, options, progress).run();
}

}  // namespace dq::flow
