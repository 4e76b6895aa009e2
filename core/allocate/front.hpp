#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/allocate/hulls.hpp"
#include "core/allocate/problem.hpp"

namespace dq::allocate {

/// A vertex of the lower convex hull of the whole problem: the optimum at its own size (methods.md 14.3).
struct Vertex {
    Bytes bytes = 0;  // passthrough included
    double loss = 0;
};

/// What the program proposes for a budget.
struct Choice {
    std::vector<int> formats;  // per matrix of the table: index into Problem::formats
    Bytes bytes = 0;           // passthrough included, never above the budget
    double loss = 0;
    double bound = 0;  // no assignment within the budget has a smaller loss (LP relaxation)
    double price = 0;  // the slope here: loss the next byte would save, nats per byte

    double gap() const;  // (loss - bound) / bound; 0 where both are 0, infinite where the bound alone is
};

/// The knee of a front, with the range it was computed over (it moves with the range, methods.md 1.9).
struct Knee {
    std::size_t vertex = 0;
    Bytes from = 0, to = 0;
    double distance = 0;  // Kneedle's difference value at the knee
};

/// Every supported Pareto point of a problem, from one sort. Sealed; queries are const and thread-safe.
class Front {
public:
    /// Throws Error(Input) where the problem has no classes or a class no options.
    static std::shared_ptr<const Front> of(std::shared_ptr<const Problem> problem);

    const Problem& problem() const;
    std::span<const Vertex> vertices() const;  // rising in bytes, falling in loss
    /// The best we find within the budget: the vertex below it, then what still fits, by slope.
    /// Throws Error(Input) giving the feasible range where the budget is below the smallest size.
    Choice at(Bytes budget) const;
    Choice atVertex(std::size_t vertex) const;
    /// Loss the next byte after a vertex would save, nats per byte; 0 at the last.
    double price(std::size_t vertex) const;
    /// The smallest vertex that reaches the loss; absent: none does.
    std::optional<std::size_t> reaching(double loss) const;
    /// The largest vertex within the budget; the first one where none is.
    std::size_t vertexBelow(Bytes budget) const;
    /// All matrices in one format; absent: a class cannot take it. bound and price are the front's at that
    /// size.
    std::optional<Choice> uniform(int format) const;
    /// Kneedle over the vertices: where the curve is farthest below its chord. On the logarithm of the loss,
    /// vertices without loss are left out.
    Knee knee(bool logLoss = false) const;

private:
    struct Uniform {
        std::size_t classes = 0;  // that have the format
        Bytes bytes = 0;
        double loss = 0;
    };
    struct Picks;  // one option per class, and the bytes still free

    Front() = default;
    void addVertices();
    void addUniforms();
    std::uint32_t pointAt(std::size_t classIndex, std::size_t vertex) const;
    Picks picksAt(std::size_t vertex) const;
    Picks picksOf(int format) const;
    void complete(Picks& picks, std::size_t from, bool onHull) const;
    const Uniform* bestUniform(Bytes budget) const;
    void assign(Choice& choice, std::size_t classIndex, int format) const;
    Choice choiceOf(const Picks& picks, Bytes budget) const;
    double boundAt(Bytes budget) const;

    std::shared_ptr<const Problem> problem_;
    std::vector<Vertex> vertices_;
    Hulls hulls_;
    std::vector<std::uint32_t>
        steps_;  // hull points in the order they are stepped to; vertex i has taken the first i
    std::vector<std::uint32_t> rank_;  // per hull point: its place in steps_
    std::vector<Bytes> leastStep_;     // the smallest step from here on: below it nothing fits any more
    std::vector<std::uint32_t>
        members_;  // the classes' matrices one after another, and where each class's begin
    std::vector<std::uint32_t> memberStart_;
    std::vector<Uniform> uniforms_;  // per format
};

}  // namespace dq::allocate
