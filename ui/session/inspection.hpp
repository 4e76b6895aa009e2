#pragma once

#include <QString>

#include <utility>
#include <vector>

#include "ui/session/explored.hpp"
#include "ui/session/matrix_info.hpp"

namespace dq::ui {

/// One matrix looked at closely: every format it could have, and why it got the one it has.
struct Inspection {
    struct Point {
        QString format;
        double bytes = 0, loss = 0;
        bool onHull = false, chosen = false;
    };
    QString title, subtitle;
    QString why;
    std::vector<Point> points;  // rising in bytes; of the whole group where formats are shared
    double price = 0;  // loss the next byte of the budget would save anywhere: the slope of the tangent
    QString lossUnit;
    SizeUnit sizeUnit;
    struct Fact {
        QString name, value;  // with its unit
        QString definition;
    };
    std::vector<Fact> facts;
};

Inspection inspect(const Explored& explored, const allocate::Choice& choice,
                   const std::vector<MatrixState>& states, const MatrixInfo& info, int matrix);

}  // namespace dq::ui
