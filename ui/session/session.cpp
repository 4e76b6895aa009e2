#include "ui/session/session.hpp"

#include <algorithm>
#include <utility>

#include "core/base/error.hpp"
#include "core/checkpoint/gguf/magic.hpp"
#include "core/store/store.hpp"
#include "ui/session/view_change.hpp"

namespace dq::ui {

namespace {

constexpr int restMilliseconds = 150;

/// A table measured again may lack what a constraint speaks of, or formats that are small enough for a limit of time:
/// then it is shown without them.
std::shared_ptr<const Explored> exploreAgain(std::shared_ptr<const measure::Measurements> table,
                                             Question question) {
    try {
        return explore(table, question);
    } catch (const Error&) {
        if (question.constraints.empty() && !question.pace) throw;
        question.constraints.clear();
        question.pace.reset();
        return explore(std::move(table), question);
    }
}

/// What is said of tables that cannot be used. A damaged file may be of any model: of those only a model without a table
/// hears.
std::optional<Failure> passedOver(const store::Store& store, const std::string& fingerprint, bool hasTable) {
    QStringList sentences;
    if (const auto other = hasTable ? std::nullopt : store.newestOfOtherQuantizers(fingerprint))
        sentences << Session::tr("%1 was measured by a version of DynaQuant whose quantizers write other bytes: measure again.")
                         .arg(text(other->string()));
    for (const store::Store::PassedOver& one : store.passedOver(fingerprint)) {
        if (one.newer) sentences << text(one.why) + '.';
        if (!one.newer && !hasTable)
            sentences << Session::tr("%1. Whether it is of this model cannot be told: measure, or delete the file.").arg(text(one.why));
    }
    if (sentences.isEmpty()) return {};
    const QString first = sentences.takeFirst();
    return Failure{"unsupported", Session::tr("A table in the cache was passed over: %1").arg(first), sentences.join('\n')};
}

}  // namespace

Session::Session(std::filesystem::path cache, QObject* parent)
    : QObject(parent), cache_(std::move(cache)), lane_(this) {
    rest_.setSingleShot(true);
    rest_.setInterval(restMilliseconds);
    connect(&rest_, &QTimer::timeout, this, &Session::finish);
}

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
        opened.table = store::Store::read(path, store::Moments::LeftOut);
        opened.explored = explore(opened.table, question);
        return opened;
    }
    if (std::filesystem::is_regular_file(path) && !checkpoint::gguf::isGguf(path)) opened.path = path.parent_path();
    opened.model = model::Model::open(opened.path);
    try {
        const store::Store store(cache);
        const std::string& fingerprint = opened.model->checkpoint().fingerprint();
        opened.unfinished = store.unfinished(fingerprint);
        const auto newest = store.newest(fingerprint);
        opened.complaint = passedOver(store, fingerprint, newest.has_value());
        if (!newest) return opened;
        opened.table = store::Store::read(*newest, store::Moments::LeftOut);
        opened.explored = explore(opened.table, question);
    } catch (...) {
        opened.table.reset();
        opened.complaint = failureOf(std::current_exception());
    }
    return opened;
}

void Session::open(const std::filesystem::path& path) {
    Question question = question_;
    question.constraints.clear();  // they are about the model that is open now
    question.pace.reset();
    onLane<Opened>([path, cache = cache_, question] { return openOnLane(path, cache, question); },
                   [this](Opened opened) { take(std::move(opened)); });
}

void Session::openTable(const std::filesystem::path& file) {
    using Made = std::shared_ptr<const Explored>;
    onLane<Made>([file, question = question_] { return exploreAgain(store::Store::read(file, store::Moments::LeftOut), question); },
                 [this](Made made) { takeFront(std::move(made), Stage::Table); });
}

void Session::showTable(std::shared_ptr<const measure::Measurements> table) {
    using Made = std::shared_ptr<const Explored>;
    onLane<Made>([table, question = question_] { return exploreAgain(table, question); },
                 [this](Made made) { takeFront(std::move(made), Stage::Table); });
}

void Session::ask(const Question& question) {
    if (question == question_) return;
    if (!table_) {
        question_ = question;
        return;
    }
    explain(question, std::nullopt, changeText(question_, question));
}

/// Answers a question about the open table, on the lane. Without a budget the one of then is kept; without a name for
/// it, it is no step of the history.
void Session::explain(const Question& question, std::optional<Bytes> budget, const QString& recordedAs) {
    using Made = std::shared_ptr<const Explored>;
    onLane<Made>([table = table_, question] { return explore(table, question); },
                 [this, budget, recordedAs](Made made) {
                     const View before = view();
                     budget_ = budget.value_or(budget_);
                     takeFront(std::move(made), Stage::Front);
                     if (!recordedAs.isEmpty()) record(recordedAs, before, false);
                 });
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
    selection_.clear();
    question_.constraints.clear();
    question_.pace.reset();
    forgetSnapshots();
    forgetValidation();
    unfinished_ = std::move(opened.unfinished);
    certificate_.reset();
    rest_.stop();
    history_.clear();
    comparison_.follow(nullptr);
    choice_ = {};
    states_.clear();
    statesFrom_ = nullptr;
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
    statesFrom_ = nullptr;  // a new front may stand where the old one stood
    against_.reset();
    question_ = explored_->question;
    if (from < Stage::Front) {
        table_ = explored_->table;
        matrices_ = matricesOf(*table_);
        map_ = LayerMap::of(matrices_);
        history_.clear();
        forgetSnapshots();
        forgetValidation();
        if (from == Stage::Table) unfinished_.reset();  // it was just measured
    }
    certificate_.reset();
    const auto beyond = [this](int matrix) { return matrix >= static_cast<int>(matrices_.size()); };
    if (beyond(selected_) || std::any_of(selection_.begin(), selection_.end(), beyond)) selected_ = -1;
    choose(first ? knee().bytes : budget_);
    if (selected_ < 0) selection_ = {selected_ = costliest()};
    comparison_.follow(explored_);
    judgeOtherwise();
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
    setChoice(explored_->quickly(budget_));
    rest_.start();
}

void Session::setChoice(allocate::Choice choice) {
    choice_ = std::move(choice);
    if (statesFrom_ == explored_.get())
        updateStates(*explored_, choice_, states_);
    else
        states_ = statesOf(*explored_, choice_);
    statesFrom_ = explored_.get();
    compare();
}

void Session::setBudget(Bytes budget) {
    if (!hasFront()) return;
    if (std::clamp(budget, smallest(), std::max(smallest(), largest())) == budget_) return;
    const View before = view();
    choose(budget);
    emit changed(Stage::Choice);
    record(tr("budget %1").arg(sizeText(budget_)), before, true);
}

void Session::setBitsPerWeight(double bits) {
    if (hasFront()) setBudget(explored_->problem().budgetFor(bits));
}

void Session::setLoss(double loss) {
    if (!hasFront()) return;
    const auto vertex = explored_->front->reaching(loss);
    setBudget(vertex ? explored_->front->vertices()[*vertex].bytes : largest());
}

void Session::setPrice(double lossPerByte) {
    if (hasFront()) setBudget(sizeAtPrice(*explored_->front, lossPerByte));
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

std::vector<CardRoom> Session::cards() const {
    return cardRooms(model_ ? &model_->architecture() : nullptr, look_.context, look_.card);
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
    if (matrix < -1 || matrix >= static_cast<int>(matrices_.size())) return;
    selectMany(matrix < 0 ? std::vector<int>{} : std::vector<int>{matrix}, matrix);
}

void Session::selectGroup(int matrix) {
    if (!hasFront() || matrix < 0 || matrix >= static_cast<int>(matrices_.size())) return select(matrix);
    const int group = explored_->classOf[static_cast<std::size_t>(matrix)];
    selectMany(group < 0 ? std::vector<int>{matrix}
                         : explored_->problem().classes[static_cast<std::size_t>(group)].matrices,
               matrix);
}

void Session::selectMany(std::vector<int> matrices, int current) {
    if (current == selected_ && matrices == selection_) return;
    selection_ = std::move(matrices);
    selected_ = current;
    emit selectionChanged(current);
}

}  // namespace dq::ui
