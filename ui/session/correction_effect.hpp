#pragma once

#include <QString>

#include "ui/session/explored.hpp"
#include "ui/session/validated.hpp"

namespace dq::ui {

/// What judging by measurements changes at one size: the choice by the table's predictions, and the one by the corrected
/// ones.
struct CorrectionEffect {
    struct Losses {
        double before = 0, after = 0;  // of the first choice and of the second
    };
    int matrices = 0, changed = 0;  // of them, that get another format
    Losses predicted;               // both as the table has it
    Losses corrected;               // both as the measurements have it

    QString words() const;
};

/// Both at the same budget. Throws what Front::exact() throws.
CorrectionEffect effectOf(const Explored& predicted, const Explored& corrected, Bytes budget);

/// What running both choices gave at the measured size nearest to this one; "": none was run within a tenth of it.
QString measuredEffect(const Validated& validated, Bytes size);

}  // namespace dq::ui
