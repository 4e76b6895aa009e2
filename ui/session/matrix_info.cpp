#include "ui/session/matrix_info.hpp"

#include "ui/words/words.hpp"

namespace dq::ui {

namespace {
QString shortened(const QString& name) {
    return name.startsWith("model.") ? name.mid(6) : name;
}
}  // namespace

QString MatrixInfo::shape() const {
    return QStringLiteral("%1 × %2").arg(rows).arg(cols);
}

Matrices matricesOf(const model::Model& model) {
    Matrices matrices;
    for (const model::WeightMatrix& matrix : model.matrices()) {
        const QString name = text(matrix.name);
        matrices.push_back({name, shortened(name), text(model::roleName(matrix.role)), matrix.block,
                            matrix.rows, matrix.cols});
    }
    return matrices;
}

Matrices matricesOf(const measure::Measurements& table) {
    Matrices matrices;
    for (const measure::MatrixRow& row : table.rows) {
        const QString name = text(row.name);
        matrices.push_back({name, shortened(name), text(row.role), row.block, row.rows, row.cols});
    }
    return matrices;
}

}  // namespace dq::ui
