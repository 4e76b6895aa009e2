#pragma once

#include <QString>

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/allocate/front.hpp"
#include "core/allocate/hulls.hpp"
#include "core/allocate/roofline.hpp"
#include "core/measure/measurements.hpp"
#include "core/quality/correction.hpp"
#include "core/quality/loss_table.hpp"
#include "ui/session/water.hpp"
#include "ui/session/wishes.hpp"
#include "ui/words/words.hpp"

namespace dq::ui {

/// What is asked of a table: which formats, judged how, sharing what, and what a person insists on.
struct Question {
    std::string palette = "all";
    quality::Metric metric = quality::Metric::FisherDiagonal;
    allocate::Grouping grouping = allocate::Grouping::Free;
    std::vector<allocate::Constraint> constraints = {};
    std::shared_ptr<const quality::Correction> correction = {};  // what measurements have taught; none: as predicted
    std::optional<allocate::Pace> pace = {};  // how fast a token is to come, beside the size

    bool sameBut(const Question& other) const;  // for the constraints
    bool operator==(const Question&) const = default;
};

/// The front as a plot wants it: at most a few hundred points, the ends and the knee among them.
struct FrontPicture {
    struct Uniform {
        QString format;
        QString label;  // empty: a neighbour carries the label for it
        double bytes = 0, loss = 0, bits = 0;
        double saved = 0;  // bits per weight that mixing saves at this loss
    };
    struct KneeMark {
        Bytes bytes = 0;
        double loss = 0;
        double bits = 0;            // per weight
        double from = 0, to = 0;    // it moves with the range, so the range is said
        QString label() const;      // "knee 4.6 b/w (2.0–16)"
    };
    std::vector<double> bytes, loss;
    double passthrough = 0, weights = 0;  // of the problem
    double bitsPerWeight(double total) const { return weights > 0 ? 8 * (total - passthrough) / weights : 0; }
    std::vector<Uniform> uniforms;
    KneeMark knee;                      // of the linear curve, as the command line has it
    double smallestLoss = 0;            // above zero: where a logarithmic axis may end
    std::vector<double> relativePrice;  // 0 … 1 over equal steps of bytes: the shade of the budget bar
    LossUnit column;                    // the prefix losses of matrices are shown with
    LossUnit price;                     // and prices per MB
};

/// A table judged and its front, with what the window looks up often. Sealed; made on the lane.
struct Explored {
    Question question;
    std::shared_ptr<const measure::Measurements> table;
    std::shared_ptr<const quality::LossTable> losses;
    std::shared_ptr<const allocate::Front> front;         // under the constraints
    std::shared_ptr<const allocate::Front> unrestricted;  // without them: the same where there are none
    std::shared_ptr<const allocate::Front> free;          // and with every matrix by itself
    std::shared_ptr<const allocate::PacedFront> paced;    // the first under the limit of time; none: there is no limit
    Wishes wishes;                                        // the constraints, by matrix
    FrontPicture picture;
    std::shared_ptr<const Water> water;  // of the whole problem
    double codingGain = 1;     // how many times the loss of equal bits for all; 1: mixing brings nothing
    QString lossUnit;          // "nats/token", or "" where the metric has none
    std::vector<int> column;   // format of the problem → format of the table
    std::vector<int> classOf;  // per matrix
    std::shared_ptr<const allocate::Hulls> hulls;           // per class, without constraints
    std::map<int, std::vector<allocate::Option>> narrowed;  // and of the classes that have some

    const allocate::Problem& problem() const { return unrestricted->problem(); }
    allocate::Choice quickly(Bytes budget) const;  // for budgets that move
    QString formatName(int problemFormat) const;
    std::span<const allocate::Option> hullOf(std::size_t classIndex) const;
};

/// Throws Error where the question has no answer (a palette that shares no format with the table).
std::shared_ptr<const Explored> explore(std::shared_ptr<const measure::Measurements> table,
                                        const Question& question);

/// The same question under other constraints: in milliseconds, for the window's own thread. Throws Error
/// where they leave a matrix nothing.
std::shared_ptr<const Explored> constrained(const Explored& explored,
                                            std::vector<allocate::Constraint> constraints);

/// What a choice means for one matrix.
struct MatrixState {
    int format = -1;  // index into Problem::formats
    double bits = 0;  // scales counted
    Bytes bytes = 0;
    double loss = 0;
    double gain = 0;  // loss one more byte would save here: the next step up on the hull; 0 at the top
};
std::vector<MatrixState> statesOf(const Explored& explored, const allocate::Choice& choice);
/// The same from those of another choice of the same front: only what has another format is looked up.
void updateStates(const Explored& explored, const allocate::Choice& choice, std::vector<MatrixState>& states);

}  // namespace dq::ui
