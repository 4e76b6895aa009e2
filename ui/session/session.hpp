#pragma once

#include <QObject>
#include <QTimer>
#include <QUndoStack>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/recipe/recipe.hpp"
#include "core/store/asked.hpp"
#include "ui/jobs/lane.hpp"
#include "ui/session/cards.hpp"
#include "ui/session/comparison.hpp"
#include "ui/session/correction_effect.hpp"
#include "ui/session/evaluated.hpp"
#include "ui/session/explored.hpp"
#include "ui/session/inspection.hpp"
#include "ui/session/layer_map.hpp"
#include "ui/session/look.hpp"
#include "ui/session/matrix_info.hpp"
#include "ui/session/saved_view.hpp"
#include "ui/session/snapshot.hpp"
#include "ui/session/speed.hpp"
#include "ui/session/validated.hpp"

namespace dq::ui {

/// What the window is about, stage by stage; each stage rests on the ones before it.
enum class Stage { Model, Table, Front, Choice };

/// What undo brings back.
struct View {
    Question question;
    Bytes budget = 0;
    Look look = {};
};

/// What is computed once the budget rests: the optimum in place of the quick choice, and what constraints and
/// grouping cost at the same bytes.
struct Certificate {
    allocate::Choice choice;
    std::optional<double> constraintsPrice, groupingPrice, speedPrice;  // loss over that without; absent: there are none
    std::optional<CorrectionEffect> correction;  // absent: nothing was measured
};

/// The opened model, its table, the front, and the budget's choice. Replacing a stage drops the stages after
/// it and signals once. Slow steps (open, sort) run on the lane; the newest request wins. Widgets ask here
/// and compute nothing.
class Session : public QObject {
    Q_OBJECT

public:
    explicit Session(std::filesystem::path cache, QObject* parent = nullptr);
    ~Session() override;

    /// A checkpoint folder (or a file in it), a GGUF file, or a finished table (.h5) without its model. Answers with
    /// changed() or failed().
    void open(const std::filesystem::path& path);
    /// A table just measured for the open model.
    void openTable(const std::filesystem::path& table);
    void showTable(std::shared_ptr<const measure::Measurements> table);
    void ask(const Question& question);
    void close();

    /// What a person insists on for some matrices; the front follows at once. Failed(), and nothing changed,
    /// where it contradicts something else.
    void pin(const std::vector<int>& matrices);  // to the formats they have now
    void pinTo(const std::vector<int>& matrices, const std::string& format);
    void ban(const std::vector<int>& matrices, const std::string& format);
    void setLeast(const std::vector<int>& matrices, double bits);
    void setMost(const std::vector<int>& matrices, double bits);
    void clearConstraints(const std::vector<int>& matrices);
    void clearConstraints();

    /// Choices put aside. The newest is compared with, until another is; they last as long as the table.
    void takeSnapshot(const QString& name = {});  // "": A, B, …
    void addSnapshot(Snapshot snapshot);
    void renameSnapshot(int index, const QString& name);
    void dropSnapshot(int index);
    void compareWith(int index);  // -1: nothing
    void returnTo(int index);     // its question and budget, as a step of the history
    const std::vector<Snapshot>& snapshots() const { return snapshots_; }
    int compared() const { return compared_; }
    const Difference* difference() const { return difference_ ? &*difference_ : nullptr; }
    QString differenceWords() const;  // "against A: −0.12 GiB · …"; "": nothing is compared with

    /// What the worker found when it ran points of the front. Throws Error where it belongs to another table.
    void takeValidation(Validated validated);
    const Validated* validated() const { return validated_ ? &*validated_ : nullptr; }
    void setCorrected(bool on);  // judge by what was learned; a step of the history
    bool corrected() const { return question_.correction != nullptr; }
    /// The same question judged the other way: corrected while it is not, and as predicted while it is; null: nothing was
    /// measured, or it is not worked out yet.
    const Explored* judgedOtherwise() const { return otherwise_.get(); }
    QString correctionWords() const;  // what judging by the measurements changes at this size; "": nothing was measured
    /// A choice that was run. Throws Error where its table is no longer open.
    void takeEvaluation(const std::string& table, const Evaluated& point);
    const std::vector<Evaluated>& evaluations() const { return evaluations_; }

    /// What to remember of the open model, and going on from there.
    SavedView saved() const;
    void resume(const SavedView& view);
    /// Pins every matrix that the recipe names and that can have its format; a step of the history. The recipe stays
    /// as a snapshot of this name.
    void applyRecipe(const recipe::Recipe& recipe, const QString& name);

    /// A measurement of the open model that was interrupted and can be gone on with; null: there is none.
    const store::Unfinished* unfinished() const { return unfinished_ ? &*unfinished_ : nullptr; }

    QUndoStack& history() { return history_; }
    View view() const { return {question_, budget_, look_}; }
    void restore(const View& view);

    bool busy() const { return pending_ > 0; }
    bool hasModel() const { return model_ != nullptr; }
    bool hasTable() const { return table_ != nullptr; }
    bool hasFront() const { return explored_ != nullptr; }

    const std::filesystem::path& path() const { return path_; }
    const std::filesystem::path& cache() const { return cache_; }
    QString name() const;
    QString summary() const;  // "Qwen3-8B · 252 weight matrices · 8.19 G weights"
    const model::Model* model() const { return model_.get(); }
    const measure::Measurements* table() const { return table_.get(); }
    const Explored* explored() const { return explored_.get(); }
    const Question& question() const { return question_; }
    const Matrices& matrices() const { return matrices_; }
    const LayerMap& map() const { return map_; }

    /// One budget for slider, boxes and handle; held inside the feasible range.
    void setBudget(Bytes budget);
    void setBitsPerWeight(double bits);
    void setLoss(double loss);  // the smallest size that reaches it, or the largest there is
    void setPrice(double lossPerByte);  // the smallest size where no byte saves more
    void stepVertices(int count);
    void toSmallest();
    void toKnee();
    void toLargest();
    /// How fast a token is to come at least; absent: any. A step of the history; failed(), with the range, where no
    /// choice is as fast.
    void setSpeed(const std::optional<Speed>& speed);
    std::optional<Speed> speed() const;
    QString speedRange(double gigabytesPerSecond, const allocate::Costs& costs = {}) const;  // "choices give 12 to 90 tokens a second"
    /// Steps of the history, like everything else that is asked.
    void setContext(std::int64_t positions);  // of the cache beside the weights
    void setOwnCard(double gib);              // 0: none
    void setLogLoss(bool on);
    void setPerplexity(bool on);
    const Look& look() const { return look_; }
    std::int64_t context() const { return look_.context; }
    bool logLoss() const { return look_.logLoss; }
    bool perplexity() const;  // asked for, and the metric speaks of nats
    std::vector<CardRoom> cards() const;
    Comparison& comparison() { return comparison_; }

    Bytes budget() const { return budget_; }
    Bytes smallest() const;
    Bytes largest() const;
    double bitsPerWeight() const;  // of the budget
    const allocate::Choice& choice() const { return choice_; }
    bool finishing() const { return rest_.isActive() || finishing_ > 0; }  // the exact choice is on its way
    const Certificate* certificate() const { return certificate_ ? &*certificate_ : nullptr; }  // the newest
    const std::vector<MatrixState>& states() const { return states_; }
    const FrontPicture::KneeMark& knee() const;
    SizeUnit sizeUnit() const;
    recipe::Recipe recipe() const;
    QString status() const;  // what the choice is
    QString measuredOn() const;
    QString certificateWords() const;    // how near to the optimum the choice is, and what that rests on
    QString constraintWords() const;     // "3 constraints · 12 matrices · +0.8 % loss"; "": none
    QString speedWords() const;          // "12.3 ms a token (81.3 a second), +0.8 % loss"; "": no speed is asked for
    QString gainWords() const;           // whether mixing formats pays on this model
    QString groupingPriceWords() const;  // "+0.8 %"; "": nothing shares a format

    void select(int matrix);
    /// Several; `current` among them is what the inspector explains.
    void selectMany(std::vector<int> matrices, int current);
    void selectGroup(int matrix);  // all that share its format
    int selected() const { return selected_; }
    const std::vector<int>& selection() const { return selection_; }
    std::optional<Inspection> inspection() const;  // of the selected matrix
    QString cellText(int matrix) const;            // what hovering a matrix says
    QString crowdText(const std::vector<int>& matrices) const;  // and a cell where several stand
    QString waterText(int matrix) const;           // and its column of the water
    QString waterSentence() const;                 // how many groups the water covers
    QString priceWords() const;                    // "price of a byte 0.7 µnats/MB"

signals:
    void changed(dq::ui::Stage from);
    void selectionChanged(int matrix);
    void lookChanged();
    void validatedChanged();
    void snapshotsChanged();  // or which of them is compared with
    void busyChanged(bool busy);
    void failed(const dq::ui::Failure& failure);

private:
    struct Opened {
        std::filesystem::path path;
        std::shared_ptr<const model::Model> model;
        std::shared_ptr<const measure::Measurements> table;
        std::shared_ptr<const Explored> explored;
        std::optional<Failure>
            complaint;  // a cached table that could not be read: the model is shown all the same
        std::optional<store::Unfinished> unfinished;
    };
    static Opened openOnLane(const std::filesystem::path& path, const std::filesystem::path& cache,
                             const Question& question);
    template <class T>
    void onLane(std::function<T()> work, std::function<void(T)> then);
    void take(Opened opened);
    void takeFront(std::shared_ptr<const Explored> explored, Stage from);
    void explain(const Question& question, std::optional<Bytes> budget, const QString& recordedAs);
    void choose(Bytes budget);
    void setChoice(allocate::Choice choice);
    int costliest() const;
    void forgetSnapshots();
    void compare();
    void forgetValidation();
    void judgeOtherwise();
    using Change = std::function<void(int matrix, Wish& wish)>;
    void edit(const QString& text, const std::vector<int>& matrices, const Change& change);
    bool constrain(std::vector<allocate::Constraint> constraints);
    void takeConstrained(std::vector<allocate::Constraint> constraints, const QString& text);
    void setLook(const Look& look, const QString& text);
    void takeLook(const Look& look);
    void record(const QString& text, const View& before, bool budgetOnly);
    QString nameOf(const std::vector<int>& matrices) const;
    void finish();
    void takeCertificate(Certificate certificate);
    void setPending(int pending);

    std::filesystem::path cache_, path_;
    std::shared_ptr<const model::Model> model_;
    std::shared_ptr<const measure::Measurements> table_;
    std::shared_ptr<const Explored> explored_;
    allocate::Choice choice_;
    std::vector<MatrixState> states_;
    const Explored* statesFrom_ = nullptr;  // the front they are a choice of
    Matrices matrices_;
    LayerMap map_;
    Question question_;
    Bytes budget_ = 0;
    int selected_ = -1;
    std::vector<int> selection_;
    std::vector<Snapshot> snapshots_;
    int compared_ = -1;
    std::optional<JudgedSnapshot> against_;  // what is compared with, under the front of now
    std::optional<Difference> difference_;
    std::optional<Validated> validated_;
    std::shared_ptr<const Explored> otherwise_;
    std::vector<Evaluated> evaluations_;
    std::optional<store::Unfinished> unfinished_;
    std::optional<Certificate> certificate_;
    QUndoStack history_;
    QTimer rest_;
    int finishing_ = 0;
    Look look_;
    std::uint64_t generation_ = 0;
    int pending_ = 0;
    Comparison comparison_;
    Lane lane_;
};

}  // namespace dq::ui
