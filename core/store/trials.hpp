#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>

namespace dq::store {

/// What single matrices in single formats were measured to cost, beside the table they belong to:
/// <cache>/<table>.trials/<text>.json, for people to read too.
class Trials {
public:
    using Kl = std::map<std::pair<std::string, std::string>, double>;  // (matrix, format): nats per token

    /// `table` is Key::hex() and `text` the fingerprint of the samples.
    Trials(const std::filesystem::path& cache, const std::string& table, const std::string& text);

    /// What is known; of a damaged file nothing, so that it is measured anew.
    Kl read() const;
    /// Whole or not at all. Throws Error(Io).
    void write(const Kl& known) const;

    const std::filesystem::path& file() const { return file_; }

private:
    std::filesystem::path file_;
};

}  // namespace dq::store
