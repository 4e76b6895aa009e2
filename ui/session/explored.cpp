#include "ui/session/explored.hpp"

#include <algorithm>
#include <cmath>

#include "core/allocate/theory.hpp"

namespace dq::ui {

FrontPicture pictureOf(const allocate::Front& front, const allocate::Front& whole,
                       const std::string& lossUnit);  // front_picture.cpp

namespace {

using allocate::Option;

std::vector<int> columnsOf(const allocate::Problem& problem, const measure::Measurements& table) {
    std::vector<int> columns;
    for (const std::string& format : problem.formats) {
        const auto at = std::find(table.formats.begin(), table.formats.end(), format);
        columns.push_back(at == table.formats.end() ? -1 : static_cast<int>(at - table.formats.begin()));
    }
    return columns;
}

std::vector<int> classesOf(const allocate::Problem& problem, std::size_t matrices) {
    std::vector<int> classOf(matrices, -1);
    for (std::size_t c = 0; c < problem.classes.size(); ++c)
        for (const int matrix : problem.classes[c].matrices)
            classOf[static_cast<std::size_t>(matrix)] = static_cast<int>(c);
    return classOf;
}

double gainAbove(std::span<const Option> hull, const Option& now) {
    for (const Option& next : hull) {
        if (next.bytes > now.bytes && next.loss < now.loss)
            return (now.loss - next.loss) / static_cast<double>(next.bytes - now.bytes);
    }
    return 0;
}

/// Front, picture and hulls under the constraints of the question.
void narrow(Explored& explored) {
    const allocate::Front& whole = *explored.unrestricted;
    auto restrictions =
        allocate::restrictionsOf(whole.problem(), *explored.table, explored.question.constraints);
    explored.narrowed.clear();
    std::vector<allocate::HullPoint> hull;
    for (const allocate::Restriction& one : restrictions) {
        allocate::hullOf(one.options, hull);
        std::vector<Option>& options = explored.narrowed[static_cast<int>(one.classIndex)];
        for (const allocate::HullPoint& point : hull)
            options.push_back(point.option);
    }
    explored.wishes = wishesOf(explored.table->rows, explored.question.constraints);
    explored.front = restrictions.empty() ? explored.unrestricted : whole.restricted(std::move(restrictions));
    explored.paced.reset();
    if (const auto& pace = explored.question.pace)
        explored.paced = allocate::PacedFront::of(
            explored.front, allocate::trafficOf(whole.problem(), *explored.table, *pace), pace->secondsPerToken);
    explored.picture = pictureOf(*explored.front, whole, utf8(explored.lossUnit));
}

std::shared_ptr<const allocate::Front> frontOf(const Explored& explored, allocate::Grouping grouping) {
    return allocate::Front::of(std::make_shared<allocate::Problem>(allocate::problemOf(
        *explored.table, *explored.losses, format::palette(explored.question.palette), grouping)));
}

/// A correction learned for another metric has nothing to say.
std::shared_ptr<const quality::LossTable> judged(const measure::Measurements& table, const Question& question) {
    quality::LossTable losses = quality::lossTable(table, question.metric);
    if (question.correction && question.correction->metric == quality::metricName(question.metric))
        losses = quality::corrected(std::move(losses), table, *question.correction);
    return std::make_shared<quality::LossTable>(std::move(losses));
}

}  // namespace

bool Question::sameBut(const Question& other) const {
    return palette == other.palette && metric == other.metric && grouping == other.grouping &&
           correction == other.correction && pace == other.pace;
}

std::span<const Option> Explored::hullOf(std::size_t classIndex) const {
    if (const auto own = narrowed.find(static_cast<int>(classIndex)); own != narrowed.end())
        return own->second;
    const std::uint32_t first = hulls->start[classIndex];
    return std::span(hulls->points).subspan(first, hulls->start[classIndex + 1] - first);
}

allocate::Choice Explored::quickly(Bytes budget) const {
    return paced ? paced->at(budget).choice : front->at(budget);
}

QString Explored::formatName(int problemFormat) const {
    return problemFormat < 0 ? QString() : text(problem().formats[static_cast<std::size_t>(problemFormat)]);
}

std::shared_ptr<const Explored> explore(std::shared_ptr<const measure::Measurements> table,
                                        const Question& question) {
    auto explored = std::make_shared<Explored>();
    explored->question = question;
    explored->table = std::move(table);
    explored->losses = judged(*explored->table, question);
    explored->lossUnit = text(quality::metricUnit(question.metric));
    explored->unrestricted = frontOf(*explored, question.grouping);
    explored->free = question.grouping == allocate::Grouping::Free
                         ? explored->unrestricted
                         : frontOf(*explored, allocate::Grouping::Free);
    explored->column = columnsOf(explored->problem(), *explored->table);
    explored->classOf = classesOf(explored->problem(), explored->table->rows.size());
    explored->hulls = std::make_shared<allocate::Hulls>(allocate::hullsOf(explored->problem()));
    explored->codingGain = allocate::codingGain(allocate::sourcesOf(explored->problem())).gain();
    explored->water = std::make_shared<Water>(waterOf(*explored->unrestricted));
    narrow(*explored);
    return explored;
}

std::shared_ptr<const Explored> constrained(const Explored& explored,
                                            std::vector<allocate::Constraint> constraints) {
    auto changed = std::make_shared<Explored>(explored);
    changed->question.constraints = std::move(constraints);
    narrow(*changed);
    return changed;
}

namespace {

MatrixState stateOf(const Explored& explored, std::size_t m, int format) {
    const auto c = static_cast<std::size_t>(explored.classOf[m]);
    const allocate::Class& owner = explored.problem().classes[c];
    const auto now = std::find_if(owner.options.begin(), owner.options.end(),
                                  [&](const Option& option) { return option.format == format; });
    const double gain = now == owner.options.end() ? 0 : gainAbove(explored.hullOf(c), *now);
    const auto column = static_cast<std::size_t>(explored.column[static_cast<std::size_t>(format)]);
    const measure::MatrixRow& row = explored.table->rows[m];
    const Bytes bytes = row.bytes[column];
    return {format, 8.0 * static_cast<double>(bytes) / static_cast<double>(row.weights()), bytes,
            explored.losses->loss[m][column], gain};
}

}  // namespace

void updateStates(const Explored& explored, const allocate::Choice& choice, std::vector<MatrixState>& states) {
    for (std::size_t m = 0; m < states.size(); ++m)
        if (explored.classOf[m] >= 0 && choice.formats[m] != states[m].format)
            states[m] = stateOf(explored, m, choice.formats[m]);
}

std::vector<MatrixState> statesOf(const Explored& explored, const allocate::Choice& choice) {
    std::vector<MatrixState> states(explored.table->rows.size());
    updateStates(explored, choice, states);
    return states;
}

}  // namespace dq::ui
