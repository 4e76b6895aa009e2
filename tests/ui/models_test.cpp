#include <QAbstractItemModelTester>
#include <QSettings>
#include <QSignalSpy>

#include "tests/support/runner.hpp"
#include "tests/ui/synthetic.hpp"
#include "ui/models/matrix_filter.hpp"
#include "ui/models/matrix_model.hpp"
#include "ui/models/recent_models.hpp"

using namespace dq;
using namespace dq::ui;

namespace {

constexpr auto fatal = QAbstractItemModelTester::FailureReportingMode::QtTest;
const auto small =
    test::SyntheticShape{.layers = 12, .hidden = 128, .feedForward = 256, .vocabulary = 512, .seed = 3};

struct Explorable {
    std::shared_ptr<const Explored> explored = explore(test::syntheticTable(small), {});
    Matrices matrices = matricesOf(*explored->table);
    std::vector<MatrixState> statesAt(double bits) const {
        return statesOf(*explored, explored->front->at(explored->problem().budgetFor(bits)));
    }
};

QString column(const QAbstractItemModel& model, int column) {
    QStringList cells;
    for (int row = 0; row < model.rowCount(); ++row)
        cells << model.index(row, column).data().toString();
    return cells.join(' ');
}

}  // namespace

class ModelsTest : public QObject {
    Q_OBJECT

private slots:
    void theMatrixTableIsAWellBehavedModel() {
        MatrixModel model;
        QAbstractItemModelTester tester(&model, fatal);
        const Explorable given;

        model.reset(given.matrices);
        QCOMPARE(model.rowCount(), 86);
        QCOMPARE(model.index(1, MatrixModel::Format).data().toString(), "–");
        for (const double bits : {3.0, 8.0})
            model.setStates(given.explored.get(), given.statesAt(bits));
        model.setStates(nullptr, {});
        model.reset({});
        QCOMPARE(model.rowCount(), 0);
    }

    void anotherBudgetChangesCellsInPlace() {
        const Explorable given;
        MatrixModel model;
        model.reset(given.matrices);
        model.setStates(given.explored.get(), given.statesAt(3));
        const QString before = column(model, MatrixModel::Format);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset),
            changed(&model, &QAbstractItemModel::dataChanged);

        model.setStates(given.explored.get(), given.statesAt(6));

        QCOMPARE(reset.count(), 0);
        QCOMPARE(changed.count(), 1);
        QVERIFY(column(model, MatrixModel::Format) != before);
    }

    void statesOfAnotherModelAreNotShown() {
        const Explorable given;
        MatrixModel model;
        model.reset(given.matrices);
        model.setStates(given.explored.get(), std::vector<MatrixState>(3));

        QCOMPARE(model.index(0, MatrixModel::Bits).data().toString(), "–");
    }

    void headersNameTheUnit() {
        const Explorable given;
        MatrixModel model;
        model.reset(given.matrices);
        model.setStates(given.explored.get(), given.statesAt(4));

        QVERIFY(model.headerData(MatrixModel::Loss, Qt::Horizontal, Qt::DisplayRole)
                    .toString()
                    .contains("nats)"));
        QVERIFY(model.headerData(MatrixModel::Price, Qt::Horizontal, Qt::DisplayRole)
                    .toString()
                    .contains("nats/MB)"));
        QVERIFY(!model.headerData(99, Qt::Horizontal, Qt::DisplayRole).isValid());
    }

    void sortingIsByNumberNotByText() {
        const Explorable given;
        MatrixModel model;
        MatrixFilter filter;
        QAbstractItemModelTester tester(&filter, fatal);
        filter.setSourceModel(&model);
        model.reset(given.matrices);
        model.setStates(given.explored.get(), given.statesAt(4));

        filter.sort(MatrixModel::Layer, Qt::DescendingOrder);
        QCOMPARE(filter.index(0, MatrixModel::Layer).data().toString(), "11");
        filter.sort(MatrixModel::Bits, Qt::AscendingOrder);
        double before = 0;
        for (int row = 0; row < filter.rowCount(); ++row) {
            const double bits = filter.index(row, MatrixModel::Bits).data().toDouble();
            QVERIFY(bits >= before);
            before = bits;
        }
    }

    void wordsFilter_data() {
        QTest::addColumn<QString>("words");
        QTest::addColumn<int>("rows");
        QTest::newRow("nothing") << "" << 86;
        QTest::newRow("a role") << "gate" << 12;
        QTest::newRow("two words") << "layers.3. proj" << 7;
        QTest::newRow("one layer") << "layer 3" << 7;
        QTest::newRow("a range") << "layer 10-20" << 14;
        QTest::newRow("a range backwards") << "layer 2-1" << 14;
        QTest::newRow("role and range") << "down layer 0-4" << 5;
        QTest::newRow("upper case") << "DOWN" << 12;
        QTest::newRow("no such word") << "xyzzy" << 0;
        QTest::newRow("all bits") << "bits>0" << 86;
        QTest::newRow("no bits") << "bits>99" << 0;
        QTest::newRow("half a bound is a word") << "bits<" << 0;
        QTest::newRow("half a range is two words") << "layer ~" << 0;
    }
    void wordsFilter() {
        QFETCH(QString, words);
        QFETCH(int, rows);
        const Explorable given;
        MatrixModel model;
        model.reset(given.matrices);
        model.setStates(given.explored.get(), given.statesAt(4));
        MatrixFilter filter;
        filter.setSourceModel(&model);

        filter.setWords(words);

        QCOMPARE(filter.rowCount(), rows);
    }

    void boundsOnBitsSplitTheTable() {
        const Explorable given;
        MatrixModel model;
        model.reset(given.matrices);
        model.setStates(given.explored.get(), given.statesAt(4.4));
        MatrixFilter filter;
        filter.setSourceModel(&model);

        filter.setWords("bits<4.4");
        const int below = filter.rowCount();
        filter.setWords("bits>=4.4");

        QVERIFY(below > 0 && below < 86);
        QCOMPARE(below + filter.rowCount(), 86);
    }

    void recentModelsAreNewestFirstOnceEachAndRemembered() {
        QSettings().clear();
        RecentModels recent;
        QAbstractItemModelTester tester(&recent, fatal);
        for (int i = 0; i < 12; ++i)
            recent.add(QStringLiteral("/models/m%1").arg(i));
        recent.add("/models/m7/");

        QCOMPARE(recent.rowCount(), RecentModels::most);
        QCOMPARE(recent.paths().front(), "/models/m7");
        QCOMPARE(recent.paths().count("/models/m7"), 1);
        recent.forget("/models/m7");
        QCOMPARE(RecentModels().paths(), recent.paths());
        QVERIFY(recent.index(0).data().toString().startsWith("m11"));
    }
};

DQ_TEST(ModelsTest);
#include "models_test.moc"
