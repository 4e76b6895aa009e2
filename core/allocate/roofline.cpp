#include "core/allocate/roofline.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ranges>

#include "core/base/error.hpp"

namespace dq::allocate {

namespace {

constexpr double closedGap = 1e-6;  // a smaller one is not worth another price

std::string milliseconds(double seconds) {
    return showNumber(1e3 * seconds) + " ms";
}

double secondsOf(const Traffic& traffic, std::size_t owner, const Option& option) {
    const double slowness = traffic.slowness.empty() ? 1 : traffic.slowness[static_cast<std::size_t>(option.format)];
    return traffic.share[owner] * static_cast<double>(option.bytes) * slowness / traffic.bytesPerSecond;
}

/// What passes while everything is read that no choice changes.
double idleSeconds(const Problem& problem, const Traffic& traffic) {
    return static_cast<double>(problem.passthrough + traffic.besides) / traffic.bytesPerSecond + traffic.seconds;
}

int formatOf(const Class& one, const Choice& choice) {
    return choice.formats[static_cast<std::size_t>(one.matrices.front())];
}

const Option& picked(const Front& front, std::size_t c, const Choice& choice) {
    const int format = formatOf(front.problem().classes[c], choice);
    const auto options = front.options(c);
    return *std::find_if(options.begin(), options.end(), [format](const Option& one) { return one.format == format; });
}

double lossOf(const Front& front, const Choice& choice) {
    double loss = 0;
    for (std::size_t c = 0; c < front.problem().classes.size(); ++c)
        loss += picked(front, c, choice).loss;
    return loss;
}

void requireSense(const Front& front, const Traffic& traffic, double seconds) {
    const Problem& problem = front.problem();
    if (!(traffic.bytesPerSecond > 0 && std::isfinite(traffic.bytesPerSecond)))
        throw Error(Kind::Input, showNumber(traffic.bytesPerSecond) + " bytes a second: give a number above 0");
    if (traffic.share.size() != problem.classes.size())
        throw Error(Kind::Input, std::to_string(traffic.share.size()) + " shares of traffic for " +
                                     std::to_string(problem.classes.size()) + " groups of matrices");
    for (std::size_t c = 0; c < traffic.share.size(); ++c)
        if (!(traffic.share[c] >= 0 && traffic.share[c] <= 1))
            throw Error(Kind::Input, problem.classes[c].name + ": a share of traffic of " + showNumber(traffic.share[c]) +
                                         "; it must lie between 0 and 1");
    if (!traffic.slowness.empty() && traffic.slowness.size() != problem.formats.size())
        throw Error(Kind::Input, std::to_string(traffic.slowness.size()) + " rates for " + std::to_string(problem.formats.size()) + " formats");
    double least = idleSeconds(problem, traffic), most = least;
    for (std::size_t c = 0; c < traffic.share.size(); ++c) {
        const auto [fastest, slowest] = std::ranges::minmax(front.options(c) | std::views::transform([&](const Option& option) { return secondsOf(traffic, c, option); }));
        least += fastest;
        most += slowest;
    }
    if (!(least <= seconds))
        throw Error(Kind::Input, milliseconds(seconds) + " a token is too fast: choices take from " +
                                     milliseconds(least) + " to " + milliseconds(most));
}

/// The problem with time priced into its losses; names are left out.
std::shared_ptr<Problem> pricedProblem(const Front& front) {
    const Problem& problem = front.problem();
    auto priced = std::make_shared<Problem>();
    priced->formats = problem.formats;
    priced->passthrough = problem.passthrough;
    priced->weights = problem.weights;
    priced->matrices = problem.matrices;
    for (std::size_t c = 0; c < problem.classes.size(); ++c) {
        const auto options = front.options(c);
        priced->classes.push_back({.name = {}, .matrices = problem.classes[c].matrices, .options = {options.begin(), options.end()}});
    }
    return priced;
}

void setPrice(Problem& priced, const Front& front, const Traffic& traffic, double price) {
    for (std::size_t c = 0; c < priced.classes.size(); ++c) {
        const auto options = front.options(c);
        for (std::size_t o = 0; o < options.size(); ++o)
            priced.classes[c].options[o].loss = options[o].loss + price * secondsOf(traffic, c, options[o]);
    }
}

/// One search: the problem with time priced into its losses.
class Sweep {
public:
    Sweep(const Front& front, const Traffic& traffic, Bytes budget, double seconds)
        : front_(front), traffic_(traffic), budget_(budget), seconds_(seconds), priced_(pricedProblem(front)) {}

    TimedChoice run() {
        if (solve(0)) return std::move(best_);  // bytes alone keep the time as well
        double low = 0, high = firstPrice();
        for (int step = 0; step < mostDoublings && !solve(high); ++step) {
            low = high;
            high *= 8;
        }
        if (best_.choice.formats.empty()) take(smallestInTime());
        for (int step = 0; step < mostHalvings && !closed(); ++step) {
            const double middle = (low + high) / 2;
            (solve(middle) ? high : low) = middle;
        }
        fill();
        best_.choice.bound = std::min(std::max(bound_, front_.boundAt(budget_)), best_.choice.loss);
        return std::move(best_);
    }

private:
    static constexpr int mostDoublings = 60, mostHalvings = 40;

    bool closed() const { return best_.choice.loss - bound_ <= closedGap * best_.choice.loss; }

    /// Loss a byte saves at the budget, in losses a second.
    double firstPrice() const {
        const double price = front_.price(front_.vertexBelow(budget_)) * traffic_.bytesPerSecond;
        return price > 0 ? price : 1e-6;
    }

    /// Whether the optimum at this price keeps the time; remembers it where it is the best that does.
    bool solve(double price) {
        setPrice(*priced_, front_, traffic_, price);
        Choice choice = Front::of(priced_)->exact(budget_);
        bound_ = std::max(bound_, choice.bound - price * (seconds_ - idleSeconds(front_.problem(), traffic_)));
        if (allocate::secondsOf(front_.problem(), traffic_, choice) > seconds_) return false;
        choice.loss = lossOf(front_, choice);
        choice.bound = std::min(choice.bound, choice.loss);
        if (best_.choice.formats.empty() || choice.loss < best_.choice.loss) take(std::move(choice));
        return true;
    }

    /// A smaller choice is not always a faster one, where formats have rates of their own.
    Choice smallestInTime() const {
        Choice smallest = front_.atVertex(0);
        const double least = allocate::secondsOf(front_.problem(), traffic_, smallest);
        if (least <= seconds_) return smallest;
        throw Error(Kind::Input, "at most " + showBytes(budget_) + " and " + milliseconds(seconds_) + " a token do not go together: the smallest choice takes " +
                                     milliseconds(least));
    }

    void take(Choice choice) {
        const double seconds = allocate::secondsOf(front_.problem(), traffic_, choice);
        best_ = {std::move(choice), seconds};
    }

    /// Single changes that keep both limits, the most loss saved first.
    void fill() {
        for (bool improved = true; improved;) {
            improved = false;
            double most = 0;
            std::size_t owner = 0;
            Option to;
            for (std::size_t c = 0; c < front_.problem().classes.size(); ++c) {
                const Option& now = picked(front_, c, best_.choice);
                for (const Option& option : front_.options(c)) {
                    const double more = secondsOf(traffic_, c, option) - secondsOf(traffic_, c, now);
                    if (now.loss - option.loss <= most || best_.seconds + more > seconds_ ||
                        best_.choice.bytes + option.bytes - now.bytes > budget_)
                        continue;
                    most = now.loss - option.loss;
                    owner = c;
                    to = option;
                    improved = true;
                }
            }
            if (improved) change(owner, to);
        }
    }

    void change(std::size_t owner, const Option& to) {
        best_.choice.bytes += to.bytes - picked(front_, owner, best_.choice).bytes;
        for (const int matrix : front_.problem().classes[owner].matrices)
            best_.choice.formats[static_cast<std::size_t>(matrix)] = to.format;
        best_.choice.loss = lossOf(front_, best_.choice);
        best_.seconds = allocate::secondsOf(front_.problem(), traffic_, best_.choice);
    }

    const Front& front_;
    const Traffic& traffic_;
    Bytes budget_;
    double seconds_;
    std::shared_ptr<Problem> priced_;
    double bound_ = 0;
    TimedChoice best_;
};

/// What every class takes where bytes cost nothing and a second this much.
double secondsAtPrice(const Front& front, const Traffic& traffic, double price) {
    double seconds = idleSeconds(front.problem(), traffic);
    for (std::size_t c = 0; c < traffic.share.size(); ++c) {
        double least = std::numeric_limits<double>::infinity(), taken = 0;
        for (const Option& option : front.options(c)) {
            const double time = secondsOf(traffic, c, option), cost = option.loss + price * time;
            if (cost < least) {
                least = cost;
                taken = time;
            }
        }
        seconds += taken;
    }
    return seconds;
}

/// The least price of a second that keeps the time where bytes cost nothing; 0: none is needed.
double priceOfTime(const Front& front, const Traffic& traffic, double seconds) {
    const auto slow = [&](double price) { return secondsAtPrice(front, traffic, price) > seconds; };
    if (!slow(0)) return 0;
    double low = 0, high = 1e-6;
    while (slow(high) && high < 1e300) {
        low = high;
        high *= 8;
    }
    for (int step = 0; step < 50; ++step) {
        const double middle = (low + high) / 2;
        (slow(middle) ? low : high) = middle;
    }
    return high;
}

/// The largest vertex that keeps the time. Every step makes a class larger and, unless formats have rates of their own, slower: the
/// vertices that keep it come first.
Bytes latestIn(const Front& front, const Traffic& traffic, double seconds) {
    const auto vertices = front.vertices();
    std::size_t kept = 0, beyond = vertices.size();
    while (beyond - kept > 1) {
        const std::size_t middle = (kept + beyond) / 2;
        (secondsOf(front.problem(), traffic, front.atVertex(middle)) <= seconds ? kept : beyond) = middle;
    }
    return vertices[kept].bytes;
}

}  // namespace

std::vector<double> sharesOf(const measure::Measurements& table, double activeExperts) {
    const bool ownHead = std::any_of(table.rows.begin(), table.rows.end(), [](const auto& row) { return row.role == "head"; });
    std::vector<double> shares;
    for (const measure::MatrixRow& row : table.rows) {
        const bool expert = row.role.starts_with("expert") || row.name.find(".experts.") != std::string::npos;
        shares.push_back(row.role == "embedding" && ownHead ? 0 : expert ? activeExperts : 1);
    }
    return shares;
}

Traffic trafficOf(const Problem& problem, const measure::Measurements& table, const Pace& pace) {
    const std::vector<double> rows = sharesOf(table, pace.activeExperts);
    Traffic traffic{.bytesPerSecond = pace.bytesPerSecond, .share = {}, .besides = pace.cached, .seconds = pace.besides};
    if (!pace.costs.efficiency.empty())
        for (const std::string& format : problem.formats)
            traffic.slowness.push_back(1 / pace.costs.of(format));
    for (const Class& one : problem.classes) {
        double moved = 0, weights = 0;
        for (const int matrix : one.matrices) {
            const auto m = static_cast<std::size_t>(matrix);
            const auto own = static_cast<double>(table.rows[m].weights());
            moved += rows[m] * own;
            weights += own;
        }
        traffic.share.push_back(weights > 0 ? moved / weights : 1);
    }
    return traffic;
}

double secondsOf(const Problem& problem, const Traffic& traffic, const Choice& choice) {
    double seconds = idleSeconds(problem, traffic);
    for (std::size_t c = 0; c < problem.classes.size(); ++c) {
        const int format = formatOf(problem.classes[c], choice);
        for (const Option& option : problem.classes[c].options)
            if (option.format == format) seconds += secondsOf(traffic, c, option);
    }
    return seconds;
}

TimedChoice within(const Front& front, const Traffic& traffic, Bytes budget, double seconds) {
    requireSense(front, traffic, seconds);
    return Sweep(front, traffic, budget, seconds).run();
}

std::shared_ptr<const PacedFront> PacedFront::of(std::shared_ptr<const Front> front, Traffic traffic, double seconds) {
    requireSense(*front, traffic, seconds);
    auto paced = std::shared_ptr<PacedFront>(new PacedFront);
    paced->price_ = priceOfTime(*front, traffic, seconds);
    paced->latest_ = latestIn(*front, traffic, seconds);
    if (paced->price_ > 0) {
        const auto problem = pricedProblem(*front);
        setPrice(*problem, *front, traffic, paced->price_);
        paced->priced_ = Front::of(problem);
        paced->latestPriced_ = latestIn(*paced->priced_, traffic, seconds);
    }
    paced->front_ = std::move(front);
    paced->traffic_ = std::move(traffic);
    paced->seconds_ = seconds;
    return paced;
}

std::optional<TimedChoice> PacedFront::along(const Front& front, Bytes latest, Bytes budget) const {
    const Bytes most = std::min(budget, latest);
    Choice choice = front.at(most);
    if (secondsOf(choice) > seconds_) choice = front.atVertex(front.vertexBelow(most));
    choice.loss = lossOf(*front_, choice);
    const double seconds = secondsOf(choice);
    if (seconds > seconds_) return std::nullopt;
    return TimedChoice{std::move(choice), seconds};
}

double PacedFront::secondsOf(const Choice& choice) const {
    return allocate::secondsOf(front_->problem(), traffic_, choice);
}

double PacedFront::boundAt(Bytes budget) const {
    const double byBytes = front_->boundAt(budget);
    if (!priced_) return byBytes;
    return std::max(byBytes, priced_->boundAt(budget) - price_ * (seconds_ - idleSeconds(front_->problem(), traffic_)));
}

TimedChoice PacedFront::at(Bytes budget) const {
    std::optional<TimedChoice> best = along(*front_, latest_, budget);
    if (priced_ && priced_->vertices().front().bytes <= budget) {
        std::optional<TimedChoice> other = along(*priced_, latestPriced_, budget);
        if (other && (!best || other->choice.loss < best->choice.loss)) best = std::move(other);
    }
    if (!best)
        best = within(*front_, traffic_, budget, seconds_);
    else
        best->choice.bound = std::min(boundAt(budget), best->choice.loss);
    best->choice.price = front_->price(front_->vertexBelow(std::min(budget, latest_)));
    return *best;
}

TimedChoice PacedFront::exact(Bytes budget) const {
    TimedChoice found = within(*front_, traffic_, budget, seconds_), quick = at(budget);
    if (quick.choice.loss < found.choice.loss) {
        quick.choice.bound = std::min(std::max(found.choice.bound, quick.choice.bound), quick.choice.loss);
        found = quick;
    }
    found.choice.price = quick.choice.price;
    return found;
}

}  // namespace dq::allocate
