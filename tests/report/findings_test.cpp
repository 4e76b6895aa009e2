#include "core/report/findings.hpp"

#include <QXmlStreamReader>

#include <algorithm>
#include <cmath>

#include "core/report/scatter.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using report::Claim;
using report::Findings;
using report::Verdict;

namespace {

Findings::Uniform uniform(double bits, double kl) {
    return {"int" + std::to_string(static_cast<int>(bits)) + "-g32", bits, bits + 0.5, kl * 0.9, {kl, kl * 0.95, kl * 1.05}};
}

/// Every published finding holds here.
Findings agreeable() {
    Findings findings;
    findings.model = "a <model>", findings.calibration = "c.txt", findings.text = "e.txt";
    findings.matrices = 30, findings.weights = 1000;
    findings.aloneFormats = {"int3-g32", "int4-g32"};
    findings.rules = {{"trace times mean square", {0.9, 0.95}, {}, {}}, {"sum of h w^2", {0.7, 0.8}, {}, {}}, {"fisher-diagonal", {0.9, 0.97}, 0.98, 1.02}};
    for (int i = 1; i <= 30; ++i)
        for (const std::size_t format : {0u, 1u}) findings.alone.push_back({"m", 0.1 * i, 1e-4 * i, format, 1e-4 * i});
    findings.refined = Findings::Refined{"int4-g32", 0.999, {1, 2, 3}, {1.1, 2, 3}};
    findings.spectrum = {uniform(3, 0.1), uniform(4, 0.01), uniform(5, 0.0018), uniform(6, 0.0008), uniform(7, 0.0005), uniform(12, 1e-8)};
    findings.eight = {"fp8-e4m3", 8, 8.1, 0.0009, {0.001, 0.0009, 0.0011}};
    findings.rotations = {{"nvfp4", 0, 0.009, {0.010, 0.009, 0.011}}, {"nvfp4", 16, 0.010, {0.011, 0.010, 0.012}}};
    findings.knees = {{"4 to 16", 5.7, 9.0}, {"3 to 16", 5.2, 8.0}};
    findings.experts = Findings::Experts{600, 4, 6, 1, 2};
    return findings;
}

Claim claimAbout(const Findings& findings, const std::string& word) {
    const auto claims = report::claimsOf(findings);
    const auto found = std::ranges::find_if(claims, [&](const Claim& one) { return one.claim.find(word) != std::string::npos; });
    return found == claims.end() ? Claim{} : *found;
}

QString textOf(const std::string& page) {
    QXmlStreamReader xml(QString::fromStdString(page));
    QString text;
    while (!xml.atEnd())
        if (xml.readNext() == QXmlStreamReader::Characters) text += xml.text().toString() + '\n';
    return xml.hasError() ? "not well-formed: " + xml.errorString() : text;
}

}  // namespace

class FindingsTest : public QObject {
    Q_OBJECT

private slots:
    void everythingHoldsWhereItDoes() {
        for (const Claim& one : report::claimsOf(agreeable())) QVERIFY2(one.verdict == Verdict::Held, one.claim.c_str());
    }

    void correlationsAreJudgedByTheirInterval() {
        Findings findings = agreeable();
        findings.rules[0].within[1] = 0.90;  // over 30 matrices 0.93 lies within 95 %
        QVERIFY(claimAbout(findings, "0.93").verdict == Verdict::Partly);
        findings.rules[0].within[1] = 0.6;
        QVERIFY(claimAbout(findings, "0.93").verdict == Verdict::DidNot);
        QVERIFY(claimAbout(findings, "h w^2").verdict == Verdict::DidNot);
        findings.rules[1].within[1] = 0.59;
        QVERIFY(claimAbout(findings, "h w^2").verdict == Verdict::Partly);
    }

    void rotationHelpsOnlyBeyondBothIntervals() {
        Findings findings = agreeable();
        findings.rotations[1].kl = {0.0095, 0.0089, 0.0101};
        QVERIFY(claimAbout(findings, "NVFP4").verdict == Verdict::Partly);
        findings.rotations[1].kl = {0.005, 0.004, 0.006};
        QVERIFY(claimAbout(findings, "NVFP4").verdict == Verdict::DidNot);
    }

    void widthsAreComparedWithFp8AndWithEachOther() {
        Findings findings = agreeable();
        findings.spectrum[2].kl.mean = 0.01;  // 5 bits
        QVERIFY(claimAbout(findings, "FP8").verdict == Verdict::Partly);
        findings.spectrum[0].kl.mean = 0.035;  // 3 bits: no steeper than above
        QVERIFY(claimAbout(findings, "Below 4").verdict == Verdict::DidNot);
        findings.spectrum.back().kl.mean = 1e-5;
        QVERIFY(claimAbout(findings, "12 bits").verdict == Verdict::DidNot);
    }

    void aKneeThatMovesDoesNotHold() {
        Findings findings = agreeable();
        findings.knees[1].bits = 3;
        QVERIFY(claimAbout(findings, "knee").verdict == Verdict::Partly);
        findings.knees[0].bits = 4.5;
        QVERIFY(claimAbout(findings, "knee").verdict == Verdict::DidNot);
    }

    void whatWasNotRunIsNotJudged() {
        Findings findings = agreeable();
        findings.experts.reset();
        findings.rotations.clear();
        findings.knees.clear();
        for (const char* word : {"experts", "NVFP4", "knee"}) QVERIFY2(claimAbout(findings, word).verdict == Verdict::NotAsked, word);
    }

    void thePageIsWholeAndLoadsNothing() {
        const std::string page = report::toHtml(report::documentOf(agreeable()));
        const QString text = textOf(page);

        QVERIFY2(!text.startsWith("not well-formed"), qPrintable(text));
        for (const char* word : {"a <model>", "0.999", "int12-g32", "blocks of 16", "4 to 16", "What held"}) QVERIFY2(text.contains(word), word);
        for (const char* link : {"src=", "href=", "@import", "<script"}) QVERIFY2(page.find(link) == std::string::npos, link);
        QCOMPARE(QString::fromStdString(page).count("<svg"), 4);
    }

    void markdownHoldsTheSameTables() {
        const QString text = QString::fromStdString(report::toMarkdown(report::documentOf(agreeable())));

        QVERIFY(text.startsWith("# a \\<model>"));
        QVERIFY(text.contains("\n|---|---:|"));
        QVERIFY(text.contains("| int12-g32 |"));
        QVERIFY(!text.contains("<svg"));
        for (const QString& line : text.split('\n'))
            if (line.startsWith("| int")) QCOMPARE(line.count('|'), 9);
    }

    void cellsCannotEndTheirRow() {
        const report::Document document{"t", "", {{"s", {report::Cells{{"a", "b"}, {{"x|y\nz", "<b>"}}}}}}};
        QVERIFY(report::toMarkdown(document).find("| x\\|y z | \\<b> |") != std::string::npos);
        QVERIFY(report::toHtml(document).find("<td class=\"n\">&lt;b&gt;</td>") != std::string::npos);
    }

    void picturesLeaveOutWhatTheirAxesCannotShow() {
        const report::Scatter nothing{.title = "t", .xLabel = "x", .yLabel = "y", .series = {{"s", {{0, 1, "zero"}, {1, -1, "below"}, {NAN, 1, ""}}}}};
        const QString empty = QString::fromStdString(report::scatterSvg(nothing));
        QVERIFY(empty.contains("nothing to show"));
        QVERIFY(!textOf(empty.toStdString()).startsWith("not well-formed"));

        const report::Scatter one{.title = "t", .xLabel = "x", .yLabel = "y", .series = {{"s", {{2, 3, "only"}, {0, 1, "zero"}}, true}}};
        const QString picture = QString::fromStdString(report::scatterSvg(one));
        QVERIFY(picture.contains("only") && !picture.contains("zero"));
        QVERIFY(!picture.contains("nan"));
    }
};

DQ_TEST(FindingsTest);
#include "findings_test.moc"
