// How fast the error table, the quantizer and the dequantizer are on one core, for each vector unit of the processor.
//   kernels_bench [reference] [LIBGGML-BASE.SO]   with the reference, with stock libggml beside them
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <random>

#include "core/base/parallel.hpp"
#include "core/format/format.hpp"
#include "kernels/dequantize.hpp"
#include "kernels/error_stats.hpp"
#include "kernels/moments.hpp"
#include "kernels/quantize_pack.hpp"
#include "kernels/rounding.hpp"
#include "kernels/simd/targets.hpp"

using namespace dq;
using namespace dq::kernels;

namespace {

constexpr std::int64_t rows = 64, cols = 4096;

struct Measured {
    std::vector<float> weights, fisher, moment;
    MatrixView view() const { return {weights.data(), rows, cols}; }
};

Measured makeInput() {
    Measured in;
    std::mt19937 generator(1);
    std::normal_distribution<float> bell(0.0f, 0.02f);
    for (std::int64_t k = 0; k < rows * cols; ++k) {
        in.weights.push_back(rounding::toBf16(bell(generator)));
        in.fisher.push_back(std::abs(bell(generator)));
    }
    for (std::int64_t k = 0; k < cols; ++k)
        in.moment.push_back(std::abs(bell(generator)));
    return in;
}

/// Rates in 1e9 a second, of the runs of about half a second. Seconds of the processor, not of the clock on the wall: what
/// others do on the machine in between does not count.
struct Rates {
    double least, median, most;
};

double processorSeconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

Rates ratesOf(double work, const std::function<void()>& body) {
    std::vector<double> rates;
    const double begin = processorSeconds();
    body();
    while (rates.size() < 5 || processorSeconds() - begin < 0.3) {
        const double start = processorSeconds();
        body();
        rates.push_back(work / (processorSeconds() - start) * 1e-9);
    }
    std::sort(rates.begin(), rates.end());
    return {rates.front(), rates[rates.size() / 2], rates.back()};
}

void print(const std::string& what, const std::string& target, const Rates& rates) {
    std::printf("%-44s %-10s %8.3f  %8.3f .. %.3f\n", what.c_str(), target.c_str(), rates.median, rates.least, rates.most);
}

struct Palette {
    std::string name;
    std::vector<Encoding> encodings;
    std::vector<float> globalScales;
};

Palette paletteOf(const std::string& name, const Measured& in, const std::function<bool(const format::Format&)>& wanted) {
    Palette palette{name, {}, {}};
    for (const format::Format& one : format::catalogue())
        if (wanted(one)) {
            palette.encodings.push_back(one.encoding);
            palette.globalScales.push_back(globalScaleFor(one.encoding, largestMagnitude(in.view())));
        }
    palette.name += " (" + std::to_string(palette.encodings.size()) + ")";
    return palette;
}

std::vector<Palette> palettes(const Measured& in) {
    const auto searched = [](const format::Format& f) { return f.encoding.scaling == Scaling::Searched; };
    const auto plainInt = [&](const format::Format& f) { return f.encoding.element == Element::Int && !searched(f); };
    std::vector<Palette> all{
        paletteOf("error table, whole catalogue", in, [](const format::Format&) { return true; }),
        paletteOf("error table, rounded to nearest", in, [&](const format::Format& f) { return !searched(f); }),
        paletteOf("error table, integers", in, plainInt),
        paletteOf("error table, searched", in, searched)};
    for (const format::Format& format : format::catalogue())
        all.push_back(paletteOf("  " + format.name, in, [&](const format::Format& f) { return f.name == format.name; }));
    for (const std::string& name : format::palette("imx").formats)
        all.push_back({"  " + name, {format::get(name).encoding}, {globalScaleFor(format::get(name).encoding, largestMagnitude(in.view()))}});
    return all;
}

void benchErrors(const Measured& in, const std::string& target) {
    for (const Palette& palette : palettes(in)) {
        const double work = static_cast<double>(rows * cols) * static_cast<double>(palette.encodings.size());
        print(palette.name, target, ratesOf(work, [&] {
                  target == "reference"
                      ? reference::errorStats(in.view(), palette.encodings, palette.globalScales, in.fisher.data(),
                                              in.moment.data())
                      : errorStats(in.view(), palette.encodings, palette.globalScales, in.fisher.data(),
                                   in.moment.data());
              }));
    }
}

void benchPacking(const Measured& in, const std::string& target) {
    for (const char* const name : {"int3-g64", "int4-g32", "int4-g32-mse", "int4-g32-imx", "int5-g64", "int8-g64", "nf4-g64",
                                   "nf4-g64-dq", "nvfp4", "nvfp4-mse", "fp8-e4m3", "fp8-e4m3-block", "bf16"}) {
        const format::Format& format = format::get(name);
        std::vector<std::byte> codes(static_cast<std::size_t>(format.codeBytes(rows, cols)));
        std::vector<std::byte> scales(static_cast<std::size_t>(format.scaleBytes(rows, cols)));
        std::vector<float> back(in.weights.size());
        const float global = globalScaleFor(format.encoding, largestMagnitude(in.view()));
        const auto work = static_cast<double>(rows * cols);
        print(std::string("pack ") + name, target, ratesOf(work, [&] {
                  (target == "reference" ? reference::quantizePack : quantizePack)(in.view(), format.encoding, global,
                                                                                   codes, scales, kernels::Input{in.moment});
              }));
        print(std::string("unpack ") + name, target, ratesOf(work, [&] {
                  (target == "reference" ? reference::dequantize : dequantize)(format.encoding, rows, cols, global,
                                                                               codes, scales, back);
              }));
    }
    print("moments", target, ratesOf(static_cast<double>(rows * cols), [&] {
              (target == "reference" ? reference::moments : moments)(in.view());
          }));
}

/// quantize_row_*_ref, dequantize_row_* and the sums of the error table in plain C++, as a program that uses libggml would.
void benchGgml(const Measured& in, void* library, const char* type, std::size_t blockBytes) {
    using Quantize = void (*)(const float*, void*, std::int64_t);
    using Dequantize = void (*)(const void*, float*, std::int64_t);
    const auto quantize =
        reinterpret_cast<Quantize>(dlsym(library, (std::string("quantize_row_") + type + "_ref").c_str()));
    const auto dequantize =
        reinterpret_cast<Dequantize>(dlsym(library, (std::string("dequantize_row_") + type).c_str()));
    if (!quantize || !dequantize) return;
    std::vector<std::byte> blocks(cols / 32 * blockBytes);
    std::vector<float> back(cols);
    double kept = 0;
    const Rates rates = ratesOf(static_cast<double>(rows * cols), [&] {
        for (std::int64_t i = 0; i < rows; ++i) {
            const float* const row = in.weights.data() + i * cols;
            quantize(row, blocks.data(), cols);
            dequantize(blocks.data(), back.data(), cols);
            std::array<float, 48> sums{};
            for (std::size_t j = 0; j < cols; ++j) {
                const float off = row[j] - back[j], square = off * off;
                sums[j % 16] += square;
                sums[16 + j % 16] += square * in.fisher[static_cast<std::size_t>(i * cols) + j];
                sums[32 + j % 16] += square * in.moment[j];
            }
            for (const float sum : sums)
                kept += static_cast<double>(sum);
        }
    });
    print(std::string("quantize, dequantize, error of ") + type, kept > 0 ? "libggml" : "?", rates);
}

}  // namespace

int main(int argc, char** argv) {
    limitThreads(1);
    const Measured in = makeInput();
    std::vector<std::string> targets = simd::targets();
    const auto asked = [&](const char* word) {
        return std::any_of(argv + 1, argv + argc, [&](const char* one) { return std::strstr(one, word) != nullptr; });
    };
    if (asked("reference")) targets.emplace_back("reference");
    std::printf("[%ld, %ld] bfloat16 weights, one thread; 1e9 weights (x formats) a second\n%-44s %-10s %8s  %8s\n",
                static_cast<long>(rows), static_cast<long>(cols), "", "", "median", "range");
    for (const std::string& target : targets) {
        simd::forceTarget(target == "reference" ? "" : target);
        benchErrors(in, target);
        benchPacking(in, target);
    }
    for (int i = 1; i < argc; ++i)
        if (void* const library = std::strcmp(argv[i], "reference") == 0 ? nullptr : dlopen(argv[i], RTLD_NOW)) {
            benchGgml(in, library, "q4_0", 18);
            benchGgml(in, library, "q8_0", 34);
        }
}
