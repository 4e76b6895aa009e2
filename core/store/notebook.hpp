#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/measure/measure.hpp"
#include "core/store/beside.hpp"

namespace dq::store {

/// A lock on a folder, held until this is gone or its process dies.
class FolderLock {
public:
    explicit FolderLock(
        const std::filesystem::path& folder);  // creates both; throws Error(Input) where another holds it
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int file_ = -1;
};

/// The parts of one measurement in a folder: 00000.unit, 00001.unit, ... in the order the pass finished them,
/// and the boundary gradient of the last one; asked.json says what was asked. What cannot be trusted is removed when the notebook is opened.
class PartsNotebook : public measure::Notebook {
public:
    /// A unit that has lost what is to be kept beside the table is not finished.
    PartsNotebook(std::filesystem::path folder, const measure::Key& key, Beside beside);

    static constexpr const char* askedFile = "asked.json";
    static std::filesystem::path unitFile(const std::filesystem::path& folder, std::size_t index);

    bool finished(const std::string& unit) const override;
    std::vector<float> boundary() const override;
    std::optional<double> loss() const override;
    void keep(const measure::FisherUnit& unit, const std::vector<measure::MatrixRow>& rows,
              std::span<const float> boundary, double loss) override;
    std::vector<measure::MatrixRow> rows(const measure::FisherUnit& unit) const override;
    void keepHessian(const std::string& matrix, const std::string& input, std::int64_t cols,
                     std::span<const float> hessian) override {
        beside_.hessians.keep(matrix, input, cols, hessian);
    }
    void keepSensitivities(const std::string& matrix, std::int64_t rows, std::int64_t cols,
                           std::span<const std::uint8_t> codes) override {
        beside_.sensitivities.keep(matrix, rows, cols, codes);
    }

private:
    struct Kept {
        std::string unit;
        double loss = 0;
        std::int64_t boundary = 0;
    };

    std::filesystem::path unitFile(std::size_t index) const { return unitFile(folder_, index); }
    std::filesystem::path boundaryFile(std::size_t index) const;
    bool isWhole(const std::vector<measure::MatrixRow>& rows) const;
    void findKept();
    void removeOthers() const;

    std::filesystem::path folder_;
    std::string key_;
    Beside beside_;
    FolderLock lock_;
    std::vector<Kept> kept_;
};

}  // namespace dq::store
