#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>

#include "app/cli/command.hpp"
#include "app/cli/reporter.hpp"
#include "core/base/error.hpp"
#include "core/base/version.hpp"

namespace dq::cli {

std::atomic<bool> stopRequested{false};

namespace {

enum Exit { Done = 0, Failed = 1, Usage = 2, Stopped = 130 };

void onSignal(int) {
    stopRequested = true;
}

const char* kindName(Kind kind) {
    switch (kind) {
        case Kind::Input: return "input";
        case Kind::Unsupported: return "unsupported";
        case Kind::Corrupt: return "corrupt";
        case Kind::Io: return "io";
        case Kind::Memory: return "memory";
        case Kind::Unavailable: return "unavailable";
    }
    return "input";
}

/// A reader of progress lines wants the end there too; a person reads standard error.
bool progressIsJson(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--progress=json") return true;
        if (word == "--progress" && i + 1 < argc && std::string_view(argv[i + 1]) == "json") return true;
    }
    return false;
}

int fail(const std::string& sentence, const char* kind, bool json) {
    std::fprintf(stderr, "dynaquant-cli: %s\n", sentence.c_str());
    if (json) printLine({{"event", "error"}, {"kind", kind}, {"message", sentence}});
    return Failed;
}

int run(int argc, char** argv) {
    CLI::App app("DynaQuant: choose a quantization format for every weight matrix, with its price in nats.",
                 "dynaquant-cli");
    app.set_version_flag("--version", std::string("dynaquant-cli ") + toolVersion);
    app.require_subcommand(1);
    addInspect(app);
    addMeasure(app);
    addFront(app);
    addAllocate(app);
    addEvaluate(app);
    addCorrelate(app);
    addValidate(app);
    addTasks(app);
    addReport(app);
    addContest(app);
    addRefine(app);
    addFindings(app);
    addBenchDecode(app);
    addExport(app);
    addVerify(app);
    addRecipe(app);
    addFormats(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? Done : Usage;
    }
    return Done;
}

}  // namespace

}  // namespace dq::cli

int main(int argc, char** argv) {
    using namespace dq;
    std::signal(SIGINT, cli::onSignal);
    std::signal(SIGTERM, cli::onSignal);
    std::signal(SIGXFSZ, SIG_IGN);  // a file too large is a failed write with a sentence, not a death
    const bool json = cli::progressIsJson(argc, argv);
    try {
        return cli::run(argc, argv);
    } catch (const Error& error) {
        return cli::fail(error.sentence(), cli::kindName(error.kind()), json);
    } catch (const Cancelled&) {
        std::fputs("dynaquant-cli: cancelled\n", stderr);
        if (json) cli::printLine({{"event", "cancelled"}});
        return cli::Stopped;
    } catch (const std::bad_alloc&) {
        return cli::fail("not enough memory", "memory", json);
    } catch (const std::exception& error) {
        return cli::fail(std::string("unexpected: ") + error.what(), "input", json);
    }
}
