#include "ui/session/session.hpp"

#include <algorithm>

#include "core/store/store.hpp"

namespace dq::ui {

Session::Session(std::filesystem::path cache, QObject* parent)
    : QObject(parent), cache_(std::move(cache)), lane_(this) {}

Session::~Session() = default;

template <class T>
void Session::onLane(std::function<T()> work, std::function<void(T)> then) {
    const std::uint64_t mine = ++generation_;
    setPending(pending_ + 1);
    lane_.run<T>(std::move(work), [this, mine, then = std::move(then)](Outcome<T> outcome) {
        if (mine == generation_) {
            if (auto* failure = std::get_if<Failure>(&outcome))
                emit failed(*failure);
            else
                then(std::move(std::get<T>(outcome)));
        }
        setPending(pending_ - 1);
    });
}

void Session::setPending(int pending) {
    const bool wasBusy = busy();
    pending_ = pending;
    if (busy() != wasBusy) emit busyChanged(busy());
}

Session::Opened Session::openOnLane(const std::filesystem::path& path, const std::filesystem::path& cache,
                                    const Question& question) {
    Opened opened;
    opened.path = path;
    if (path.extension() == ".h5") {
        opened.table = store::Store::read(path);
        opened.explored = explore(opened.table, question);
        return opened;
    }
    if (std::filesystem::is_regular_file(path)) opened.path = path.parent_path();
    opened.model = model::Model::open(opened.path);
    try {
        const auto newest = store::Store(cache).newest(opened.model->checkpoint().fingerprint());
        if (!newest) return opened;
        opened.table = store::Store::read(*newest);
        opened.explored = explore(opened.table, question);
    } catch (...) {
        opened.table.reset();
        opened.complaint = failureOf(std::current_exception());
    }
    return opened;
}

void Session::open(const std::filesystem::path& path) {
    onLane<Opened>([path, cache = cache_, question = question_] { return openOnLane(path, cache, question); },
                   [this](Opened opened) { take(std::move(opened)); });
}

void Session::openTable(const std::filesystem::path& file) {
    using Made = std::shared_ptr<const Explored>;
    onLane<Made>([file, question = question_] { return explore(store::Store::read(file), question); },
                 [this](Made made) { takeFront(std::move(made), Stage::Table); });
}

void Session::showTable(std::shared_ptr<const measure::Measurements> table) {
    using Made = std::shared_ptr<const Explored>;
    onLane<Made>([table, question = question_] { return explore(table, question); },
                 [this](Made made) { takeFront(std::move(made), Stage::Table); });
}

void Session::ask(const Question& question) {
    if (question == question_) return;
    if (!table_) {
        question_ = question;
        return;
    }
    using Made = std::shared_ptr<const Explored>;
    onLane<Made>([table = table_, question] { return explore(table, question); },
                 [this](Made made) { takeFront(std::move(made), Stage::Front); });
}

void Session::close() {
    take({});
}

void Session::take(Opened opened) {
    path_ = opened.path;
    model_ = std::move(opened.model);
    table_.reset();
    explored_.reset();
    budget_ = 0;
    selected_ = -1;
    choice_ = {};
    states_.clear();
    matrices_ = model_ ? matricesOf(*model_) : Matrices{};
    map_ = LayerMap::of(matrices_);
    if (opened.explored)
        takeFront(std::move(opened.explored), Stage::Model);
    else
        emit changed(Stage::Model);
    if (opened.complaint) emit failed(*opened.complaint);
}

void Session::takeFront(std::shared_ptr<const Explored> explored, Stage from) {
    const bool first = !explored_ || from < Stage::Front;
    explored_ = std::move(explored);
    question_ = explored_->question;
    if (from < Stage::Front) {
        table_ = explored_->table;
        matrices_ = matricesOf(*table_);
        map_ = LayerMap::of(matrices_);
    }
    if (selected_ >= static_cast<int>(matrices_.size())) selected_ = -1;
    choose(first ? knee().bytes : budget_);
    if (selected_ < 0) selected_ = costliest();
    emit changed(from);
    emit selectionChanged(selected_);
}

/// The matrix to look at first: the one that loses most.
int Session::costliest() const {
    const auto most =
        std::max_element(states_.begin(), states_.end(),
                         [](const MatrixState& a, const MatrixState& b) { return a.loss < b.loss; });
    return most == states_.end() ? -1 : static_cast<int>(most - states_.begin());
}

void Session::choose(Bytes budget) {
    budget_ = std::clamp(budget, smallest(), std::max(smallest(), largest()));
    choice_ = explored_->front->at(budget_);
    states_ = statesOf(*explored_, choice_);
}

void Session::setBudget(Bytes budget) {
    if (!hasFront()) return;
    const Bytes before = budget_;
    choose(budget);
    if (budget_ != before) emit changed(Stage::Choice);
}

void Session::setBitsPerWeight(double bits) {
    if (hasFront()) setBudget(explored_->problem().budgetFor(bits));
}

void Session::setLoss(double loss) {
    if (!hasFront()) return;
    const auto vertex = explored_->front->reaching(loss);
    setBudget(vertex ? explored_->front->vertices()[*vertex].bytes : largest());
}

void Session::stepVertices(int count) {
    if (!hasFront() || count == 0) return;
    const auto vertices = explored_->front->vertices();
    auto at = static_cast<std::int64_t>(explored_->front->vertexBelow(budget_));
    // Standing between two vertices, a step down goes to the one below first.
    if (count < 0 && vertices[static_cast<std::size_t>(at)].bytes < budget_) ++at;
    at = std::clamp<std::int64_t>(at + count, 0, static_cast<std::int64_t>(vertices.size()) - 1);
    setBudget(vertices[static_cast<std::size_t>(at)].bytes);
}

void Session::toSmallest() {
    setBudget(smallest());
}
void Session::toLargest() {
    setBudget(largest());
}
void Session::toKnee() {
    if (hasFront()) setBudget(knee().bytes);
}

void Session::setLogLoss(bool on) {
    if (logLoss_ == on) return;
    logLoss_ = on;
    emit logLossChanged(on);
}

Bytes Session::smallest() const {
    return hasFront() ? explored_->front->vertices().front().bytes : 0;
}
Bytes Session::largest() const {
    return hasFront() ? explored_->front->vertices().back().bytes : 0;
}

double Session::bitsPerWeight() const {
    return hasFront() ? explored_->problem().bitsPerWeight(budget_) : 0;
}

const FrontPicture::KneeMark& Session::knee() const {
    return explored_->picture.knee;
}

SizeUnit Session::sizeUnit() const {
    return sizeUnitFor(largest());
}

recipe::Recipe Session::recipe() const {
    return recipe::recipeOf(*table_, explored_->problem(), choice_, quality::metricName(question_.metric));
}

void Session::select(int matrix) {
    if (matrix < -1 || matrix >= static_cast<int>(matrices_.size()) || matrix == selected_) return;
    selected_ = matrix;
    emit selectionChanged(matrix);
}

}  // namespace dq::ui
