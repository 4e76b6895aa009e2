#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/error.hpp"
#include "core/checkpoint/gguf/opened.hpp"
#include "core/checkpoint/gguf/orders.hpp"

namespace dq::checkpoint::gguf {

/// The keys of a file, asked for with the type they must have. All throw Error(Corrupt) naming file and key.
class Keys {
public:
    explicit Keys(const Opened& file) : file_(file) {}

    bool has(const std::string& key) const { return file_.find(key) != nullptr; }
    std::int64_t count(const std::string& key) const;  // a whole number from 0
    std::int64_t countOr(const std::string& key, std::int64_t fallback) const;
    /// The shortest decimal number that is this one in single precision: 1e-5 and not 9.99999974e-6.
    std::optional<double> number(const std::string& key) const;
    std::optional<bool> flag(const std::string& key) const;
    std::optional<std::string> text(const std::string& key) const;
    template <class T>
    const T* list(const std::string& key) const {
        const Value* const value = file_.find(key);
        if (!value) return nullptr;
        if (const T* const found = std::get_if<T>(value)) return found;
        throw wrong(key, "a list of another type");
    }
    Error wrong(const std::string& key, const std::string& what) const;
    std::string source() const { return file_.source(); }

private:
    const Opened& file_;
};

/// Throws Error(Corrupt) where they cannot be.
LinearHeads linearHeadsOf(const Keys& keys, const std::string& family);

/// A float of the file as a person would write it.
double shortest(float value);

}  // namespace dq::checkpoint::gguf
