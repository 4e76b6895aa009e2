/// How many megabytes of text a second one thread tokenizes.
///
///     tokenizer_bench FOLDER                  every *.json of FOLDER on every *.txt of it (tests/interop/tokenizer_parity.py make FOLDER)
///     tokenizer_bench                         the shared models on the shared texts
///     tokenizer_bench --ids TOKENIZER TEXT OUT   writes the ids as int32 and prints MB/s: what tokenizer_parity.py compares
///
/// "PCRE2" is the same with the pattern disguised, so that no scanner knows it: what a new family's pattern would get.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/json/json.hpp"
#include "core/text/tokenizer.hpp"

namespace fs = std::filesystem;
using dq::text::Tokenizer;
using Ids = std::vector<std::int32_t>;

namespace {

struct Timing {
    Ids ids;
    double megabytesPerSecond = 0;
};

/// Of this thread, so that other work on the machine does not count.
double processorSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The best of some runs, the first of which warms the caches.
Timing timed(const Tokenizer& tokenizer, const std::string& text, int runs = 5) {
    Timing timing;
    for (int i = 0; i < runs; ++i) {
        const double began = processorSeconds();
        timing.ids = tokenizer.encode(text);
        timing.megabytesPerSecond = std::max(timing.megabytesPerSecond, static_cast<double>(text.size()) / (processorSeconds() - began) / 1e6);
    }
    return timing;
}

std::vector<fs::path> filesOf(const fs::path& folder, const std::string& extension) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == extension) files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

/// Every Split pattern in a group of its own, which matches the same.
bool disguise(dq::json::Json& part) {
    bool changed = false;
    if (part.is_object() && part.value("type", "") == "Split" && part["pattern"].contains("Regex")) {
        part["pattern"]["Regex"] = "(?:" + part["pattern"]["Regex"].get<std::string>() + ")";
        changed = true;
    }
    if (part.is_object() && part.value("type", "") == "Sequence")
        for (auto& one : part["pretokenizers"]) changed |= disguise(one);
    return changed;
}

std::shared_ptr<const Tokenizer> disguised(const fs::path& file) {
    auto whole = dq::json::parseFile(file);
    if (!disguise(whole["pre_tokenizer"])) return nullptr;
    const fs::path copy = fs::temp_directory_path() / "tokenizer_bench.json";
    std::ofstream(copy) << whole.dump();
    auto tokenizer = Tokenizer::open(copy);
    fs::remove(copy);
    return tokenizer;
}

void table(const std::vector<fs::path>& tokenizers, const std::vector<fs::path>& texts) {
    std::printf("%-18s", "MB/s");
    for (const fs::path& text : texts) std::printf(" %12.12s", text.stem().c_str());
    std::printf("\n");
    const auto row = [&](const std::string& name, const Tokenizer& tokenizer) {
        std::printf("%-18s", name.c_str());
        for (const fs::path& text : texts) std::printf(" %12.1f", timed(tokenizer, dq::readText(text)).megabytesPerSecond);
        std::printf("\n");
        std::fflush(stdout);
    };
    for (const fs::path& file : tokenizers) {
        const std::string name = file.stem() == "tokenizer" ? file.parent_path().filename() : file.stem();
        row(name, *Tokenizer::open(file));
        if (const auto plain = disguised(file)) row("  by PCRE2", *plain);
    }
}

int writeIds(const char* tokenizerFile, const char* textFile, const char* out) {
    const Timing timing = timed(*Tokenizer::open(tokenizerFile), dq::readText(textFile), 3);
    std::ofstream file(out, std::ios::binary);
    file.write(reinterpret_cast<const char*>(timing.ids.data()), static_cast<std::streamsize>(timing.ids.size() * sizeof(std::int32_t)));
    std::printf("%.3f\n", timing.megabytesPerSecond);
    return file.good() ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
    const std::vector<std::string> arguments(words + 1, words + count);
    try {
        if (arguments.size() == 4 && arguments[0] == "--ids") return writeIds(words[2], words[3], words[4]);
        if (arguments.size() == 1) {
            table(filesOf(arguments[0], ".json"), filesOf(arguments[0], ".txt"));
            return 0;
        }
        const fs::path shared = DQ_SHARED_DIR;
        if (!fs::exists(shared / "text")) {
            std::printf("no shared texts here: give a folder made by tests/interop/tokenizer_parity.py\n");
            return 0;
        }
        table({shared / "models/mix3M-bf16/tokenizer.json", shared / "models/stories260K-bf16/tokenizer.json"}, filesOf(shared / "text", ".utf8"));
    } catch (const dq::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
