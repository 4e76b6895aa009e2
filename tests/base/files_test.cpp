#include <sys/stat.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <span>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
namespace fs = std::filesystem;

namespace {

std::size_t entriesIn(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

struct Folder {
    QTemporaryDir dir;
    fs::path path = dir.path().toStdString();
};

}  // namespace

class FilesTest : public QObject {
    Q_OBJECT

private slots:
    void committedFilesStandUnderTheirName() {
        const Folder folder;
        const fs::path target = folder.path / "table.txt";
        {
            AtomicFile file(target);
            file.write("one ");
            file.write(std::string_view("two"));
            QVERIFY(!fs::exists(target) && fs::exists(file.beside()));
            QCOMPARE(file.beside().parent_path(), folder.path);
            file.commit();
        }
        QCOMPARE(readText(target), std::string("one two"));
        QCOMPARE(entriesIn(folder.path), std::size_t{1});
    }

    void reservedFilesAreFilledInAnyOrder() {
        const Folder folder;
        const fs::path target = folder.path / "places.bin";
        {
            AtomicFile file(target);
            file.reserve(10);
            const std::string_view late = "late", soon = "so";
            file.writeAt(6, std::as_bytes(std::span(late)));
            file.startWriting(6, 4);
            file.writeAt(0, std::as_bytes(std::span(soon)));
            file.commit();
        }
        QCOMPARE(readText(target), std::string("so\0\0\0\0late", 10));
    }

    void withoutCommitNothingChanges() {
        const Folder folder;
        const fs::path target = folder.path / "table.txt";
        writeFile(target, "old");
        {
            AtomicFile file(target);
            file.write("new");
        }
        QCOMPARE(readText(target), std::string("old"));
        QCOMPARE(entriesIn(folder.path), std::size_t{1});

        writeFile(target, "newer");
        QCOMPARE(readText(target), std::string("newer"));
    }

    void keepsBytesThatALibraryWroteByName() {
        const Folder folder;
        AtomicFile file(folder.path / "x");
        std::ofstream(file.beside(), std::ios::binary) << "by name";
        file.commit();
        QCOMPARE(readText(folder.path / "x"), std::string("by name"));
    }

    void refusalsNameTheFileAndTheCause() {
        const Folder folder;
        const std::string missing = (folder.path / "no" / "table.txt").string();
        DQ_THROWS(AtomicFile file(missing), missing.c_str(), "No such file");
        DQ_THROWS(writeFile("/proc/none/x", "x"), "/proc/none/x");
        fs::create_directory(folder.path / "taken");
        writeFile(folder.path / "taken" / "x", "x");
        AtomicFile onto(folder.path / "taken");
        DQ_THROWS(onto.commit(), "taken", "rename");
    }

    void aFullDiskIsASentence() {
        if (!fs::exists("/dev/full")) QSKIP("this system has no /dev/full to play a full disk");
        const Folder folder;
        const fs::path target = folder.path / "x";
        fs::create_symlink("/dev/full", folder.path / (".x.partial-" + std::to_string(::getpid())));
        AtomicFile file(target);
        DQ_THROWS(file.write("x"), target.c_str(), "No space left");
    }

    void committedFoldersStandWhole() {
        const Folder folder;
        const fs::path target = folder.path / "deep" / "model";
        {
            AtomicDirectory writing(target.string() + "/");
            fs::create_directory(writing.beside() / "inner");
            writeFile(writing.beside() / "inner" / "a", "a");
            QVERIFY(!fs::exists(target));
            writing.commit();
        }
        QCOMPARE(readText(target / "inner" / "a"), std::string("a"));
        QCOMPARE(entriesIn(folder.path / "deep"), std::size_t{1});
    }

    void abandonedFoldersLeaveNothing() {
        const Folder folder;
        {
            AtomicDirectory writing(folder.path / "model");
            writeFile(writing.beside() / "a", "a");
        }
        QCOMPARE(entriesIn(folder.path), std::size_t{0});
    }

    void existingTargetsAreRefusedAndKept() {
        const Folder folder;
        writeFile(folder.path / "file", "kept");
        fs::create_directory(folder.path / "dir");
        fs::create_symlink(folder.path / "nowhere", folder.path / "dangling");
        for (const char* name : {"file", "dir", "dangling"})
            DQ_THROWS(AtomicDirectory writing(folder.path / name), name, "exists already");
        DQ_THROWS(AtomicDirectory writing(folder.path / "file" / "x"), "file", "cannot create");
        QCOMPARE(readText(folder.path / "file"), std::string("kept"));
        QCOMPARE(entriesIn(folder.path), std::size_t{3});
    }

    void hintsChangeNothingThatIsRead() {
        const Folder folder;
        const fs::path path = folder.path / "m.bin";
        writeFile(path, std::string(3 << 20, 'x'));
        const MappedFile file(path);
        const auto some = file.bytes().subspan(5000, 2 << 20);
        readSparsely(some);
        willNeed(some.subspan(777, 9));
        readAhead(some);
        willNeed({});
        QVERIFY(std::ranges::all_of(file.bytes(), [](std::byte b) { return b == std::byte{'x'}; }));
    }

    void mapsWhatIsThere() {
        const Folder folder;
        writeFile(folder.path / "a", "hello");
        writeFile(folder.path / "empty", "");
        MappedFile first(folder.path / "a");
        MappedFile second(std::move(first));
        MappedFile third;
        third = std::move(second);
        QCOMPARE(third.bytes().size(), std::size_t{5});
        QCOMPARE(static_cast<char>(third.bytes()[4]), 'o');
        QVERIFY(MappedFile(folder.path / "empty").bytes().empty());
        QVERIFY(MappedFile().bytes().empty());
        QVERIFY(readText(folder.path / "empty").empty());
    }

    void refusesToMapWhatIsNoFile() {
        const Folder folder;
        DQ_THROWS(MappedFile(folder.path / "none"), "none", "No such file");
        DQ_THROWS(MappedFile{folder.path}, folder.path.c_str(), "not a regular file");
    }

    /// Opening a pipe for reading waits for a writer: a window must not.
    void aPipeIsRefusedAtOnce() {
        const Folder folder;
        QCOMPARE(::mkfifo((folder.path / "pipe").c_str(), 0600), 0);
        DQ_THROWS(MappedFile(folder.path / "pipe"), "pipe", "not a regular file");
    }

    void textsAboveTheLimitAreRefused() {
        const Folder folder;
        writeFile(folder.path / "t", "12345");
        QCOMPARE(readText(folder.path / "t", 5), std::string("12345"));
        DQ_THROWS(readText(folder.path / "t", 4), "5 bytes", "4");
    }
};

DQ_TEST(FilesTest);
#include "files_test.moc"
