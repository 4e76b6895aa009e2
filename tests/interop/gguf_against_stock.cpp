// Our GGUF quantizers against stock libggml in one process: bytes, dequantized numbers, speed, fixtures.
// Built and run by gguf_against_stock.sh.
#include <dlfcn.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/gguf/gguf.hpp"
#include "kernels/simd/targets.hpp"
#include "tests/kernels/gguf_rows.hpp"

namespace {

using namespace dq;
using namespace dq::kernels;
using dq::test::Importance;
using dq::test::Rows;

class Stock {
public:
    explicit Stock(const char* path) : library_(dlopen(path, RTLD_NOW)) {
        if (!library_) throw std::runtime_error(dlerror());
        find("ggml_quantize_chunk", quantize_);
    }

    void quantize(const gguf::TypeInfo& info, const float* weights, std::size_t rows, std::size_t cols,
                  const float* importance, std::byte* out) const {
        quantize_(static_cast<int>(info.ggmlId), weights, out, 0, static_cast<std::int64_t>(rows),
                  static_cast<std::int64_t>(cols), importance);
    }

    void dequantize(const gguf::TypeInfo& info, const std::byte* bytes, float* weights, std::size_t n) const {
        void (*run)(const void*, float*, std::int64_t) = nullptr;
        find(nameOf(info), run);
        run(bytes, weights, static_cast<std::int64_t>(n));
    }

private:
    static std::string nameOf(const gguf::TypeInfo& info) {
        if (info.type == gguf::Type::F16) return "ggml_fp16_to_fp32_row";
        if (info.type == gguf::Type::Bf16) return "ggml_bf16_to_fp32_row";
        std::string name = "dequantize_row_";
        for (const char c : info.name)
            name += c == 'K' || c == '_' ? c : static_cast<char>(std::tolower(c));
        return name;
    }

    template <class Function>
    void find(const std::string& name, Function& function) const {
        void* found = dlsym(library_, name.c_str());
        if (!found) throw std::runtime_error("libggml has no " + name);
        std::memcpy(&function, &found, sizeof found);
    }

    void* library_;
    std::size_t (*quantize_)(int, const float*, void*, std::int64_t, std::int64_t, std::int64_t,
                             const float*) = nullptr;
};

struct Tally {
    std::size_t blocks = 0;
    std::size_t equal = 0;

    void add(const Tally& other) { blocks += other.blocks, equal += other.equal; }
    double percent() const {
        return blocks ? 100.0 * static_cast<double>(equal) / static_cast<double>(blocks) : 100.0;
    }
};

Tally equalBlocks(const std::vector<std::byte>& a, const std::vector<std::byte>& b, std::size_t blockBytes) {
    Tally tally;
    for (std::size_t at = 0; at < a.size(); at += blockBytes) {
        ++tally.blocks;
        tally.equal += std::memcmp(a.data() + at, b.data() + at, blockBytes) == 0;
    }
    return tally;
}

struct Matrix {
    std::string name;
    std::size_t cols;
    std::vector<float> weights;
    std::vector<float> importance;  // or empty

    std::size_t rows() const { return weights.size() / cols; }
    const float* importanceOrNull() const { return importance.empty() ? nullptr : importance.data(); }
};

std::vector<float> readFloats(const char* path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    std::vector<float> floats(static_cast<std::size_t>(file.tellg()) / sizeof(float));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(floats.data()),
              static_cast<std::streamsize>(floats.size() * sizeof(float)));
    return floats;
}

/// Every kind of row under every kind of importance; the kinds that models hold in larger numbers.
void eachMatrix(std::size_t scale, const std::vector<float>& real,
                const std::function<void(const Matrix&)>& use) {
    for (int importance = 0; importance < dq::test::importanceKinds; ++importance) {
        const auto weighed = static_cast<Importance>(importance);
        const auto importanceOf = [&](std::size_t cols) {
            return weighed == Importance::None ? std::vector<float>{}
                                               : dq::test::makeImportance(weighed, cols, cols);
        };
        for (int kind = 0; kind < dq::test::rowKinds; ++kind) {
            const std::size_t cols = 256 * (1 + static_cast<std::size_t>(kind + importance) % 5);
            const std::size_t weights = (kind < 3 ? 400 : 60) * scale * 1024;
            use({dq::test::nameOf(static_cast<Rows>(kind)) + "/" + std::to_string(importance), cols,
                 dq::test::makeRows(static_cast<Rows>(kind), weights / cols, cols,
                                    1 + static_cast<std::uint64_t>(importance)),
                 importanceOf(cols)});
        }
        if (!real.empty() && importance < 4) {
            const std::size_t n = std::min(real.size(), scale * 1024 * 1024) / 512 * 512;
            use({"real/" + std::to_string(importance),
                 512,
                 {real.end() - static_cast<std::ptrdiff_t>(n), real.end()},
                 importanceOf(512)});
        }
    }
}

bool compare(const Stock& stock, const std::vector<float>& real, std::size_t scale) {
    std::map<gguf::Type, Tally> reference, fast, back;
    std::map<gguf::Type, std::size_t> weights;
    eachMatrix(scale, real, [&](const Matrix& matrix) {
        for (const gguf::TypeInfo& info : gguf::types()) {
            const std::size_t rowBytes = gguf::rowBytes(info.type, matrix.cols);
            std::vector<std::byte> theirs(matrix.rows() * rowBytes), ours(theirs.size());
            stock.quantize(info, matrix.weights.data(), matrix.rows(), matrix.cols, matrix.importanceOrNull(),
                           theirs.data());
            for (std::size_t row = 0; row < matrix.rows(); ++row)
                gguf::reference::quantizeRow(
                    info.type, {matrix.weights.data() + row * matrix.cols, matrix.cols},
                    matrix.importanceOrNull(), {ours.data() + row * rowBytes, rowBytes});
            const Tally one = equalBlocks(theirs, ours, info.blockBytes);
            gguf::quantizeRows(info.type, matrix.weights, matrix.cols, matrix.importanceOrNull(), ours);
            const Tally two = equalBlocks(theirs, ours, info.blockBytes);
            std::vector<float> a(matrix.weights.size()), b(a.size());
            stock.dequantize(info, theirs.data(), a.data(), a.size());
            gguf::dequantizeRow(info.type, theirs, b);
            Tally three{a.size(), 0};
            for (std::size_t i = 0; i < a.size(); ++i)
                three.equal += std::memcmp(&a[i], &b[i], 4) == 0 || (a[i] != a[i] && b[i] != b[i]);
            if (one.percent() < 100 || two.percent() < 100 || three.percent() < 100)
                std::printf("  %-7s %-18s %zu blocks: reference %.4f %%, fast %.4f %%, dequantized %.4f %%\n",
                            std::string(info.name).c_str(), matrix.name.c_str(), one.blocks, one.percent(),
                            two.percent(), three.percent());
            reference[info.type].add(one), fast[info.type].add(two), back[info.type].add(three);
            weights[info.type] += matrix.weights.size();
        }
    });
    bool all = true;
    std::printf("%-8s %12s %12s %12s %14s\n", "type", "weights", "reference %", "fast %", "dequantized %");
    for (const gguf::TypeInfo& info : gguf::types()) {
        const auto type = info.type;
        std::printf("%-8s %12zu %12.4f %12.4f %14.4f\n", std::string(info.name).c_str(), weights[type],
                    reference[type].percent(), fast[type].percent(), back[type].percent());
        all = all && reference[type].percent() == 100 && fast[type].percent() == 100 &&
              back[type].percent() == 100;
    }
    return all;
}

/// Of this thread's processor time: others may share the machine.
double seconds(const std::function<void()>& work) {
    const auto now = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
    };
    const double start = now();
    work();
    return now() - start;
}

/// Ours and stock's by turns on the same matrix; median of the ratios of neighbouring runs, and their
/// extremes.
void speed(const Stock& stock, int rounds) {
    constexpr std::size_t cols = 4096;
    std::printf("%-8s %-10s %12s %12s %8s %14s\n", "type", "importance", "stock Mw/s", "ours Mw/s", "ratio",
                "least-most");
    for (const gguf::TypeInfo& info : gguf::types())
        for (const bool weighed : {false, true}) {
            if (info.blockWeights == 1 || (weighed && !info.usesImportance)) continue;
            const std::vector<float> weights = dq::test::makeRows(Rows::Gaussian, 32, cols, 3);
            const std::vector<float> importance = dq::test::makeImportance(Importance::LikeReal, cols, 3);
            const float* used = weighed ? importance.data() : nullptr;
            std::vector<std::byte> out(32 * gguf::rowBytes(info.type, cols));
            std::vector<double> ratios, theirs, ours;
            for (int round = 0; round < rounds; ++round) {
                theirs.push_back(
                    seconds([&] { stock.quantize(info, weights.data(), 32, cols, used, out.data()); }));
                ours.push_back(seconds([&] { gguf::quantizeRows(info.type, weights, cols, used, out); }));
                ratios.push_back(theirs.back() / ours.back());
            }
            for (auto* list : {&ratios, &theirs, &ours})
                std::sort(list->begin(), list->end());
            const auto rate = [&](const std::vector<double>& times) {
                return static_cast<double>(weights.size()) / times[times.size() / 2] / 1e6;
            };
            std::printf("%-8s %-10s %12.1f %12.1f %7.1fx %6.1f-%-6.1f\n", std::string(info.name).c_str(),
                        weighed ? "yes" : "no", rate(theirs), rate(ours), ratios[ratios.size() / 2],
                        ratios.front(), ratios.back());
        }
}

/// Every kind of row, one row each: weights [kinds, cols], importance [cols], then per type stock's bytes
/// without and with it.
void fixtures(const Stock& stock, const char* path) {
    constexpr std::size_t cols = 512;
    std::ofstream file(path, std::ios::binary);
    const auto write = [&](const void* data, std::size_t bytes) {
        file.write(static_cast<const char*>(data), static_cast<std::streamsize>(bytes));
    };
    std::vector<float> weights;
    for (int kind = 0; kind < dq::test::rowKinds; ++kind) {
        const auto row = dq::test::makeRows(static_cast<Rows>(kind), 1, cols, 11);
        weights.insert(weights.end(), row.begin(), row.end());
    }
    const std::vector<float> importance = dq::test::makeImportance(Importance::WithZeros, cols, 11);
    write(weights.data(), weights.size() * sizeof(float));
    write(importance.data(), importance.size() * sizeof(float));
    for (const gguf::TypeInfo& info : gguf::types())
        for (const float* used : std::initializer_list<const float*>{nullptr, importance.data()}) {
            if (used && !info.usesImportance) continue;
            std::vector<std::byte> out(dq::test::rowKinds * gguf::rowBytes(info.type, cols));
            stock.quantize(info, weights.data(), dq::test::rowKinds, cols, used, out.data());
            write(out.data(), out.size());
        }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4)
        return std::fprintf(stderr,
                            "usage: gguf_against_stock LIBGGML compare|speed|fixtures ROWS|ROUNDS|FILE "
                            "[SCALE [TARGET]]\n"),
               2;
    try {
        const Stock stock(argv[1]);
        const std::string mode = argv[2];
        if (argc > 5) simd::forceTarget(argv[5]);
        if (mode == "speed") speed(stock, std::stoi(argv[3]));
        if (mode == "fixtures") fixtures(stock, argv[3]);
        if (mode == "compare")
            return compare(stock, readFloats(argv[3]), argc > 4 ? std::stoul(argv[4]) : 1) ? 0 : 1;
        return 0;
    } catch (const std::exception& error) {
        return std::fprintf(stderr, "%s\n", error.what()), 1;
    }
}
