#include "tests/support/runner.hpp"

#include <QCoreApplication>
#include <vector>


namespace dq::test {

namespace {
std::vector<std::function<std::unique_ptr<QObject>()>>& enlisted() {
    static std::vector<std::function<std::unique_ptr<QObject>()>> classes;
    return classes;
}
}  // namespace

void enlist(std::function<std::unique_ptr<QObject>()> make) {
    enlisted().push_back(std::move(make));
}

std::string sharedModel(const std::string& name) {
    return std::string(DQ_SHARED_DIR "/models/") + name;
}

std::string sharedText(const std::string& name) {
    return std::string(DQ_SHARED_DIR "/text/") + name;
}

int runAll(int argc, char** argv) {
    int failures = 0;
    for (const auto& make : enlisted()) failures += QTest::qExec(make().get(), argc, argv);
    return failures > 0 ? 1 : 0;
}

}  // namespace dq::test

/// tests/ui brings its own QApplication by defining this first; everyone else gets a QCoreApplication.
[[gnu::weak]] QCoreApplication* makeApplication(int& argc, char** argv) {
    return new QCoreApplication(argc, argv);
}

int main(int argc, char** argv) {
    const std::unique_ptr<QCoreApplication> application(makeApplication(argc, argv));
    return dq::test::runAll(argc, argv);
}
