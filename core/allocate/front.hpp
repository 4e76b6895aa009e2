#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/allocate/ladder.hpp"
#include "core/allocate/places.hpp"
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
    double bound = 0;  // no assignment within the budget has a smaller loss (LP relaxation, or better)
    double price = 0;  // the slope here: loss the next byte would save, nats per byte

    double gap() const;  // (loss - bound) / bound; 0 where both are 0, infinite where the bound alone is
};

/// The knee of a front, with the range it was computed over (it moves with the range, methods.md 1.9).
struct Knee {
    std::size_t vertex = 0;
    Bytes from = 0, to = 0;
    double distance = 0;  // Kneedle's difference value at the knee
};

/// The options a class is left with, sorted by bytes.
struct Restriction {
    std::size_t classIndex = 0;
    std::vector<Option> options;
};

/// How far the exact finish may go, a few times as far on small problems. What it then has not proven, the
/// bound says.
struct Effort {
    std::size_t width = 16384;       // partial solutions kept a class
    std::size_t states = 2'000'000;  // looked at in all
};

/// Every supported Pareto point of a problem, from one sort. Sealed; queries are const and thread-safe.
class Front {
public:
    /// Throws Error(Input) where the problem has no classes or a class no options.
    static std::shared_ptr<const Front> of(std::shared_ptr<const Problem> problem);
    /// The front where some classes may take only some of their options: equal to that of the smaller
    /// problem, in a fraction of the time where they are few. Restrictions count from the problem, not from
    /// this front.
    std::shared_ptr<const Front> restricted(std::vector<Restriction> restrictions) const;

    /// As it was given: restrictions do not show in it, but in `options`.
    const Problem& problem() const;
    std::span<const Option> options(std::size_t classIndex) const;
    std::span<const Vertex> vertices() const;  // rising in bytes, falling in loss
    /// The best we find at once within the budget: the vertex below it, then what still fits, by slope.
    /// Throws Error(Input) giving the feasible range where the budget is below the smallest size.
    Choice at(Bytes budget) const;
    /// The optimum within the budget: gap 0 where it is proven (nearly always), else the bound says how near.
    /// Never worse than at(budget).
    Choice exact(Bytes budget, const Effort& effort = {}) const;
    Choice atVertex(std::size_t vertex) const;
    /// Loss the next byte after a vertex would save, nats per byte; 0 at the last.
    double price(std::size_t vertex) const;
    /// The smallest vertex that reaches the loss; absent: none does.
    std::optional<std::size_t> reaching(double loss) const;
    /// The largest vertex within the budget; the first one where none is.
    std::size_t vertexBelow(Bytes budget) const;
    /// The least loss any assignment within the budget could have: the linear relaxation.
    double boundAt(Bytes budget) const;
    /// All matrices in one format; absent: a class cannot take it. bound and price are the front's at that
    /// size.
    std::optional<Choice> uniform(int format) const;
    /// Kneedle over the vertices: where the curve is farthest below its chord. On the logarithm of the loss,
    /// vertices without loss are left out.
    Knee knee(bool logLoss = false) const;

private:
    struct Picks {  // one format per class
        std::vector<std::uint16_t> formats;
        Bytes bytes = 0;  // passthrough included
        double loss = 0;
    };

    Front() = default;
    void addMembers();
    void addVertices();
    void requireWithin(Bytes budget) const;
    std::vector<std::uint16_t> formatsAt(std::vector<std::uint16_t> places) const;
    Picks filled(Bytes budget) const;
    Picks filledUniform(int format, Bytes budget) const;
    Picks best(Bytes budget) const;
    int bestUniform(Bytes budget) const;
    Choice choiceOf(const Picks& picks, Bytes budget) const;

    std::shared_ptr<const Problem> problem_;
    std::vector<Restriction> restrictions_;  // rising in class
    Ladder ladder_;
    LargeVector<Vertex> vertices_;  // vertex i has taken the first i steps
    std::vector<Bytes> leastStep_;  // per block of steps: the smallest, and from there on
    std::vector<Bytes> leastLater_;
    Places places_;
    std::vector<std::uint32_t> members_;  // the classes' matrices one after another, where each begins
    std::vector<std::uint32_t> memberStart_;
};

}  // namespace dq::allocate
