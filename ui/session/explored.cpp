#include "ui/session/explored.hpp"

#include <algorithm>
#include <cmath>

namespace dq::ui {

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

double gainAbove(const allocate::Hulls& hulls, std::size_t owner, const Option& now) {
    for (std::uint32_t point = hulls.start[owner]; point < hulls.start[owner + 1]; ++point) {
        const Option next = hulls.points[point];
        if (next.bytes > now.bytes && next.loss < now.loss)
            return (now.loss - next.loss) / static_cast<double>(next.bytes - now.bytes);
    }
    return 0;
}

}  // namespace

FrontPicture pictureOf(const allocate::Front& front, const std::string& lossUnit);  // front_picture.cpp

QString Explored::formatName(int problemFormat) const {
    return problemFormat < 0 ? QString() : text(problem().formats[static_cast<std::size_t>(problemFormat)]);
}

std::shared_ptr<const Explored> explore(std::shared_ptr<const measure::Measurements> table,
                                        const Question& question) {
    auto explored = std::make_shared<Explored>();
    explored->question = question;
    explored->losses = std::make_shared<quality::LossTable>(quality::lossTable(*table, question.metric));
    explored->front = allocate::Front::of(std::make_shared<allocate::Problem>(allocate::problemOf(
        *table, *explored->losses, format::palette(question.palette), question.grouping)));
    explored->lossUnit = text(quality::metricUnit(question.metric));
    explored->picture = pictureOf(*explored->front, std::string(quality::metricUnit(question.metric)));
    explored->column = columnsOf(explored->problem(), *table);
    explored->classOf = classesOf(explored->problem(), table->rows.size());
    explored->hulls = allocate::hullsOf(explored->problem());
    explored->table = std::move(table);
    return explored;
}

std::vector<MatrixState> statesOf(const Explored& explored, const allocate::Choice& choice) {
    const allocate::Problem& problem = explored.problem();
    std::vector<MatrixState> states(explored.table->rows.size());
    for (std::size_t c = 0; c < problem.classes.size(); ++c) {
        const allocate::Class& owner = problem.classes[c];
        if (owner.matrices.empty()) continue;
        const int format = choice.formats[static_cast<std::size_t>(owner.matrices.front())];
        const auto now = std::find_if(owner.options.begin(), owner.options.end(),
                                      [&](const Option& option) { return option.format == format; });
        const double gain = now == owner.options.end() ? 0 : gainAbove(explored.hulls, c, *now);
        for (const int matrix : owner.matrices) {
            const auto m = static_cast<std::size_t>(matrix);
            const auto column = static_cast<std::size_t>(explored.column[static_cast<std::size_t>(format)]);
            const measure::MatrixRow& row = explored.table->rows[m];
            const Bytes bytes = row.bytes[column];
            states[m] = {format, 8.0 * static_cast<double>(bytes) / static_cast<double>(row.weights()), bytes,
                         explored.losses->loss[m][column], gain};
        }
    }
    return states;
}

}  // namespace dq::ui
