#include "ui/session/matrix_info.hpp"

#include "ui/words/words.hpp"

namespace dq::ui {

namespace {
constexpr int mostExperts = 1 << 16;

QString shortened(const QString& name) {
    return name.startsWith("model.") ? name.mid(6) : name;
}
}  // namespace

namespace {
/// "…experts.7.up_proj" → 7; -1: no expert's. Tables keep names only.
int expertOf(const QString& name) {
    static const QString mark = QStringLiteral(".experts.");
    const qsizetype at = name.indexOf(mark);
    if (at < 0) return -1;
    bool isNumber = false;
    const int expert = name.mid(at + mark.size()).section('.', 0, 0).toInt(&isNumber);
    return isNumber && expert >= 0 && expert < mostExperts ? expert : -1;
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
                            matrix.rows, matrix.cols, matrix.expert});
    }
    return matrices;
}

Matrices matricesOf(const measure::Measurements& table) {
    Matrices matrices;
    for (const measure::MatrixRow& row : table.rows) {
        const QString name = text(row.name);
        matrices.push_back({name, shortened(name), text(row.role), row.block, row.rows, row.cols,
                            expertOf(name)});
    }
    return matrices;
}

}  // namespace dq::ui
