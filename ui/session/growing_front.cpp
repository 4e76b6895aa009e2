#include "ui/session/growing_front.hpp"

#include <utility>

namespace dq::ui {

namespace {

constexpr int usualPause = 1000;

/// The worker says what a matrix loses in nats: the Fisher-weighted error, and no other.
measure::MatrixRow rowOf(const MatrixInfo& matrix, const WorkerRow& said) {
    measure::MatrixRow row;
    row.name = utf8(matrix.name);
    row.role = utf8(matrix.role);
    row.block = matrix.block;
    row.rows = matrix.rows;
    row.cols = matrix.cols;
    row.bytes.assign(said.bytes.begin(), said.bytes.end());
    for (const double loss : said.loss) {
        kernels::ErrorSums errors;
        errors.fisher = loss;
        row.errors.push_back(errors);
    }
    return row;
}

}  // namespace

GrowingFront::GrowingFront(QObject* parent) : QObject(parent), lane_(this) {
    pause_.setSingleShot(true);
    pause_.setInterval(usualPause);
    connect(&pause_, &QTimer::timeout, this, &GrowingFront::draw);
}

void GrowingFront::begin(const Matrices& matrices) {
    stop();
    matrices_ = matrices;
}

void GrowingFront::stop() {
    ++generation_;
    table_ = {};
    pause_.stop();
    stale_ = drawing_ = false;
}

void GrowingFront::take(int matrix, const WorkerRow& row) {
    std::vector<std::string> formats;
    for (const QString& format : row.formats)
        formats.push_back(utf8(format));
    if (table_.rows.empty()) table_.formats = formats;
    if (formats != table_.formats || matrix < 0 || matrix >= static_cast<int>(matrices_.size())) return;
    table_.rows.push_back(rowOf(matrices_[static_cast<std::size_t>(matrix)], row));
    stale_ = true;
    if (!drawing_ && !pause_.isActive()) pause_.start();
}

void GrowingFront::draw() {
    if (!std::exchange(stale_, false)) return;
    drawing_ = true;
    auto table = std::make_shared<const measure::Measurements>(table_);
    lane_.run<FrontPicture>([table] { return explore(table, Question{})->picture; },
                            [this, mine = generation_](Outcome<FrontPicture> outcome) {
                                if (mine != generation_) return;
                                drawing_ = false;
                                // What cannot be a front yet (one format only) may be one with the next row.
                                if (const auto* picture = std::get_if<FrontPicture>(&outcome)) emit grown(*picture);
                                if (stale_) pause_.start();
                            });
}

}  // namespace dq::ui
