#include "core/allocate/roofline.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"

namespace dq::allocate {

namespace {

std::string milliseconds(double seconds) {
    return showNumber(1e3 * seconds) + " ms";
}

double secondsOf(const Traffic& traffic, std::size_t owner, const Option& option) {
    return traffic.share[owner] * static_cast<double>(option.bytes) / traffic.bytesPerSecond;
}

void requireSense(const Front& front, const Traffic& traffic, double seconds) {
    if (!(traffic.bytesPerSecond > 0 && std::isfinite(traffic.bytesPerSecond)))
        throw Error(Kind::Input,
                    showNumber(traffic.bytesPerSecond) + " bytes a second: give a number above 0");
    if (traffic.share.size() != front.problem().classes.size())
        throw Error(Kind::Input, std::to_string(traffic.share.size()) + " shares of traffic for " +
                                     std::to_string(front.problem().classes.size()) + " groups of matrices");
    for (std::size_t c = 0; c < traffic.share.size(); ++c)
        if (!(traffic.share[c] >= 0 && traffic.share[c] <= 1))
            throw Error(Kind::Input, front.problem().classes[c].name + ": a share of traffic of " +
                                         showNumber(traffic.share[c]) + "; it must lie between 0 and 1");
    double least = static_cast<double>(front.problem().passthrough) / traffic.bytesPerSecond;
    for (std::size_t c = 0; c < traffic.share.size(); ++c)
        least += secondsOf(traffic, c, front.options(c).front());
    if (!(least <= seconds))
        throw Error(Kind::Input, milliseconds(seconds) + " a token is too fast: the smallest choice takes " +
                                     milliseconds(least));
}

/// One search: the problem with time priced into its losses.
class Sweep {
public:
    Sweep(const Front& front, const Traffic& traffic, Bytes budget, double seconds)
        : front_(front), traffic_(traffic), budget_(budget), seconds_(seconds) {}

    TimedChoice run() {
        if (solve(0)) return std::move(best_);  // bytes alone keep the time as well
        double low = 0, high = firstPrice();
        for (int step = 0; step < 60 && !solve(high); ++step) {
            low = high;
            high *= 8;
        }
        if (best_.choice.formats.empty()) take(front_.atVertex(0));
        for (int step = 0; step < 40; ++step) {
            const double middle = (low + high) / 2;
            (solve(middle) ? high : low) = middle;
        }
        fill();
        best_.choice.bound = std::min(std::max(bound_, front_.boundAt(budget_)), best_.choice.loss);
        return std::move(best_);
    }

private:
    /// Loss a byte saves at the budget, in losses a second.
    double firstPrice() const {
        const double price = front_.price(front_.vertexBelow(budget_)) * traffic_.bytesPerSecond;
        return price > 0 ? price : 1e-6;
    }

    const Option& picked(std::size_t c, const Choice& choice) const {
        const int format =
            choice.formats[static_cast<std::size_t>(front_.problem().classes[c].matrices.front())];
        const auto options = front_.options(c);
        return *std::find_if(options.begin(), options.end(),
                             [format](const Option& one) { return one.format == format; });
    }

    double lossOf(const Choice& choice) const {
        double loss = 0;
        for (std::size_t c = 0; c < front_.problem().classes.size(); ++c)
            loss += picked(c, choice).loss;
        return loss;
    }

    /// Whether the optimum at this price keeps the time; remembers it where it is the best that does.
    bool solve(double price) {
        auto priced = std::make_shared<Problem>(front_.problem());
        for (std::size_t c = 0; c < priced->classes.size(); ++c) {
            const auto options = front_.options(c);
            priced->classes[c].options.assign(options.begin(), options.end());
            for (Option& option : priced->classes[c].options)
                option.loss += price * secondsOf(traffic_, c, option);
        }
        const auto front = Front::of(priced);
        const double still = static_cast<double>(priced->passthrough) / traffic_.bytesPerSecond;
        Choice choice = front->exact(budget_);
        bound_ = std::max(bound_, choice.bound - price * (seconds_ - still));
        if (allocate::secondsOf(front_.problem(), traffic_, choice) > seconds_) return false;
        choice.loss = lossOf(choice);
        choice.bound = std::min(choice.bound, choice.loss);
        if (best_.choice.formats.empty() || choice.loss < best_.choice.loss) take(std::move(choice));
        return true;
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
                const Option& now = picked(c, best_.choice);
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
        best_.choice.bytes += to.bytes - picked(owner, best_.choice).bytes;
        for (const int matrix : front_.problem().classes[owner].matrices)
            best_.choice.formats[static_cast<std::size_t>(matrix)] = to.format;
        best_.choice.loss = lossOf(best_.choice);
        best_.seconds = allocate::secondsOf(front_.problem(), traffic_, best_.choice);
    }

    const Front& front_;
    const Traffic& traffic_;
    Bytes budget_;
    double seconds_;
    double bound_ = 0;
    TimedChoice best_;
};

}  // namespace

std::vector<double> sharesOf(const Problem& problem, double activeExperts) {
    std::vector<double> shares;
    for (const Class& one : problem.classes) {
        const bool expert = one.role.starts_with("expert") || one.name.find(".experts.") != std::string::npos;
        shares.push_back(one.role == "embedding" ? 0 : expert ? activeExperts : 1);
    }
    return shares;
}

double secondsOf(const Problem& problem, const Traffic& traffic, const Choice& choice) {
    double seconds = static_cast<double>(problem.passthrough) / traffic.bytesPerSecond;
    for (std::size_t c = 0; c < problem.classes.size(); ++c) {
        const Class& one = problem.classes[c];
        const int format = choice.formats[static_cast<std::size_t>(one.matrices.front())];
        for (const Option& option : one.options)
            if (option.format == format) seconds += secondsOf(traffic, c, option);
    }
    return seconds;
}

TimedChoice within(const Front& front, const Traffic& traffic, Bytes budget, double seconds) {
    requireSense(front, traffic, seconds);
    return Sweep(front, traffic, budget, seconds).run();
}

}  // namespace dq::allocate
