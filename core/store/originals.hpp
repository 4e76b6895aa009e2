#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dq::store {

/// What originals gave before their heads, [positions, hidden] floats: <cache>/originals/<name>.states. It is exact, so a run
/// that finds it prints the same digits, and smaller than log-probabilities wherever the vocabulary is larger than the width.
class Originals {
public:
    explicit Originals(const std::filesystem::path& cache);

    /// Nothing where there is none, or where it is damaged or of another size: it is then made anew. Throws Error(Input) where a whole file of
    /// this size and name holds what another model or text gave.
    std::optional<std::vector<float>> find(const std::string& name, std::int64_t count) const;
    /// Larger ones than `largest` are not kept, and only the newest `kept` files stay. A cache that cannot be written is no error.
    void keep(const std::string& name, std::span<const float> states) const;

    static constexpr std::size_t largest = std::size_t{1} << 30;  // bytes
    static constexpr std::size_t kept = 4;

private:
    std::filesystem::path fileOf(const std::string& name) const;
    void forgetOld() const;
    std::filesystem::path folder_;
};

}  // namespace dq::store
