#include "core/measure/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/parallel.hpp"

namespace dq::measure {

namespace {

constexpr std::int64_t mostWhole = 512, block = 128, mostBlocks = 256;
constexpr double noTail = 1e6;

std::size_t size(std::int64_t count) {
    return static_cast<std::size_t>(count);
}

/// A symmetric matrix with three diagonals: side[i] stands between i and i + 1.
struct Tridiagonal {
    std::vector<double> diagonal, side;
};

/// Reflections from the left and right clear one column after the other below its second element.
Tridiagonal tridiagonal(std::vector<double> a, std::size_t n) {
    Tridiagonal result{std::vector<double>(n), std::vector<double>(n)};
    std::vector<double> v(n), p(n);
    for (std::size_t k = 0; k + 2 < n; ++k) {
        double norm = 0;
        for (std::size_t i = k + 1; i < n; ++i) norm += (v[i] = a[i * n + k]) * v[i];
        norm = std::sqrt(norm);
        const double lead = v[k + 1] > 0 ? -norm : norm;
        result.side[k] = lead;
        v[k + 1] -= lead;
        double length = 0;
        for (std::size_t i = k + 1; i < n; ++i) length += v[i] * v[i];
        if (length == 0) continue;
        double along = 0;
        for (std::size_t i = k + 1; i < n; ++i) {
            p[i] = 0;
            for (std::size_t j = k + 1; j < n; ++j) p[i] += a[i * n + j] * v[j];
            p[i] *= 2 / length;
            along += p[i] * v[i];
        }
        for (std::size_t i = k + 1; i < n; ++i) p[i] -= along / length * v[i];
        for (std::size_t i = k + 1; i < n; ++i)
            for (std::size_t j = k + 1; j < n; ++j) a[i * n + j] -= v[i] * p[j] + p[i] * v[j];
    }
    for (std::size_t i = 0; i < n; ++i) result.diagonal[i] = a[i * n + i];
    if (n > 1) result.side[n - 2] = a[(n - 1) * n + n - 2];
    return result;
}

/// How many eigenvalues lie below x: the signs of the pivots of the matrix less x.
std::size_t below(const Tridiagonal& t, double x) {
    std::size_t count = 0;
    double pivot = 1;
    for (std::size_t i = 0; i < t.diagonal.size(); ++i) {
        const double side = i > 0 ? t.side[i - 1] : 0;
        pivot = t.diagonal[i] - x - (i > 0 ? side * side / pivot : 0);
        if (pivot == 0) pivot = -std::numeric_limits<double>::min();
        if (pivot < 0) ++count;
    }
    return count;
}

/// Halves [low, high), which holds the eigenvalues first ... end, until they are told apart or equal.
void separate(const Tridiagonal& t, double low, double high, std::size_t first, std::size_t end, double width, std::vector<double>& values) {
    if (first == end) return;
    const double middle = 0.5 * (low + high);
    if (high - low <= width || middle <= low || middle >= high) {
        std::fill(values.begin() + static_cast<std::ptrdiff_t>(first), values.begin() + static_cast<std::ptrdiff_t>(end), middle);
        return;
    }
    const std::size_t cut = std::clamp(below(t, middle), first, end);
    separate(t, low, middle, first, cut, width, values);
    separate(t, middle, high, cut, end, width, values);
}

/// x x^T over what lies beyond the shorter side, rows of `part` being [rows, cols].
void addGram(std::span<const float> part, std::size_t rows, std::size_t cols, bool overRows, std::vector<double>& gram) {
    if (overRows) {
        parallelFor(static_cast<std::int64_t>(cols), [&](std::int64_t column) {
            const auto i = size(column);
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t j = 0; j < cols; ++j) gram[i * cols + j] += double{part[r * cols + i]} * double{part[r * cols + j]};
        });
        return;
    }
    parallelFor(static_cast<std::int64_t>(rows), [&](std::int64_t row) {
        const auto i = size(row);
        for (std::size_t j = 0; j < rows; ++j)
            for (std::size_t c = 0; c < cols; ++c) gram[i * rows + j] += double{part[i * cols + c]} * double{part[j * cols + c]};
    });
}

std::vector<double> wholeSpectrum(const checkpoint::TensorView& tensor, std::int64_t rows, std::int64_t cols) {
    const std::int64_t side = std::min(rows, cols);
    std::vector<double> gram(size(side * side));
    const std::int64_t most = cols <= rows ? std::clamp<std::int64_t>((std::int64_t{1} << 22) / cols, 1, rows) : rows;
    std::vector<float> part(size(most * cols));
    for (std::int64_t first = 0; first < rows; first += most) {
        const std::int64_t count = std::min(most, rows - first);
        tensor.rowsTo(first, count, std::span(part).first(size(count * cols)));
        addGram(part, size(count), size(cols), cols <= rows, gram);
    }
    return eigenvalues(std::move(gram), size(side));
}

/// The squares of the singular values of one block of a band of rows.
std::vector<double> blockSpectrum(std::span<const float> band, std::size_t cols, std::size_t firstColumn) {
    constexpr auto n = static_cast<std::size_t>(block);
    std::vector<double> gram(n * n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = 0;
            for (std::size_t c = firstColumn; c < firstColumn + n; ++c) sum += double{band[i * cols + c]} * double{band[j * cols + c]};
            gram[i * n + j] = gram[j * n + i] = sum;
        }
    return eigenvalues(std::move(gram), n);
}

std::vector<std::vector<double>> blockSpectra(const checkpoint::TensorView& tensor, std::int64_t rows, std::int64_t cols) {
    const std::int64_t across = cols / block, all = rows / block * across, count = std::min(all, mostBlocks);
    std::vector<std::vector<double>> spectra(size(count));
    std::vector<float> band(size(block * cols));
    for (std::int64_t first = 0, end = 0; first < count; first = end) {
        const std::int64_t row = first * all / count / across;
        while (end < count && end * all / count / across == row) ++end;
        tensor.rowsTo(row * block, block, band);
        parallelFor(end - first, [&](std::int64_t i) {
            const std::int64_t column = (first + i) * all / count % across;
            spectra[size(first + i)] = blockSpectrum(band, size(cols), size(column * block));
        });
    }
    return spectra;
}

}  // namespace

std::vector<double> eigenvalues(std::vector<double> matrix, std::size_t n) {
    const Tridiagonal t = tridiagonal(std::move(matrix), n);
    double low = 0, high = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double radius = std::abs(t.side[i]) + (i > 0 ? std::abs(t.side[i - 1]) : 0);
        low = std::min(low, t.diagonal[i] - radius);
        high = std::max(high, t.diagonal[i] + radius);
    }
    std::vector<double> values(n);
    separate(t, low, std::nextafter(high, std::numeric_limits<double>::infinity()), 0, n, 1e-13 * std::max(-low, high), values);
    for (double& value : values)
        if (std::abs(value) <= 1e-12 * high) value = 0;
    return values;
}

double alphaHill(std::span<const double> rising, std::size_t k) {
    const std::size_t n = rising.size();
    if (k == 0 || k >= n || !(rising[n - k - 1] > 0)) return noTail;
    double sum = 0;
    for (std::size_t i = n - k; i < n; ++i) sum += std::log(rising[i] / rising[n - k - 1]);
    return sum > 0 ? std::min(noTail, 1 + static_cast<double>(k) / sum) : noTail;
}

double alphaHill(std::span<const double> rising) {
    const std::size_t n = rising.size();
    return alphaHill(rising, std::min(std::max<std::size_t>(10, n / 10), n > 0 ? n - 1 : 0));
}

double spectralSize(std::span<const double> risingSquares) {
    double sum = 0, entropy = 0;
    for (const double square : risingSquares) sum += std::sqrt(std::max(0.0, square));
    for (const double square : risingSquares)
        if (square > 0) entropy -= std::sqrt(square) / sum * std::log(std::sqrt(square) / sum);
    return sum * std::exp(entropy);
}

Spectrum spectrumOf(const checkpoint::TensorView& tensor, std::int64_t rows, std::int64_t cols) {
    if (std::min(rows, cols) <= mostWhole) {
        const std::vector<double> values = wholeSpectrum(tensor, rows, cols);
        return {alphaHill(values), spectralSize(values)};
    }
    const std::vector<std::vector<double>> spectra = blockSpectra(tensor, rows, cols);
    std::vector<double> together;
    double size = 0;
    for (const std::vector<double>& values : spectra) {
        together.insert(together.end(), values.begin(), values.end());
        size += spectralSize(values);
    }
    std::ranges::sort(together);
    return {alphaHill(together), size / static_cast<double>(spectra.size())};
}

}  // namespace dq::measure
