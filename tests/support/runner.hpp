#pragma once

#include <QObject>
#include <QTest>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace dq::test {

/// Adds a test class to the ones the executable runs. Called by DQ_TEST before main.
void enlist(std::function<std::unique_ptr<QObject>()> make);

/// The checkpoint of ../shared/models with this name; tests that need one QSKIP where it is missing.
std::string sharedModel(const std::string& name);
std::string sharedText(const std::string& name);

}  // namespace dq::test

/// Registers a QObject test class; stands once at the end of its file, before the .moc include.
#define DQ_TEST(Class)                                                              \
    static const bool enlisted##Class = [] {                                        \
        dq::test::enlist([] { return std::unique_ptr<QObject>(new Class); });       \
        return true;                                                                \
    }()

/// Runs a statement that must throw dq::Error whose message contains every given part.
#define DQ_THROWS(statement, ...)                                                   \
    do {                                                                            \
        bool thrown = false;                                                        \
        try {                                                                       \
            statement;                                                              \
        } catch (const dq::Error& error) {                                          \
            thrown = true;                                                          \
            for (const std::string& part : std::vector<std::string>{__VA_ARGS__})                                  \
                QVERIFY2(std::string(error.what()).find(part) != std::string::npos, error.what()); \
        }                                                                           \
        QVERIFY2(thrown, "no dq::Error was thrown by " #statement);                 \
    } while (false)
