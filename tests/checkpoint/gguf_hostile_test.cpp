// GGUF files that lie: a sentence each, never a fault.
#include <functional>

#include "core/base/error.hpp"
#include "core/checkpoint/gguf/container.hpp"
#include "core/model/model.hpp"
#include "core/text/tokenizer.hpp"
#include "tests/checkpoint/files.hpp"
#include "tests/checkpoint/smallest_gguf.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using namespace dq::checkpoint;
using gguf::Header;
using test::fileOf;
using test::smallestGguf;

namespace {

gguf::Value& valueOf(Header& header, const std::string& key) {
    return std::ranges::find(header.entries, key, &gguf::Entry::key)->value;
}

gguf::TensorInfo& tensorOf(Header& header, const std::string& name) {
    return *std::ranges::find(header.tensors, name, &gguf::TensorInfo::name);
}

}  // namespace

class GgufHostileTest : public QObject {
    Q_OBJECT

private:
    test::Folder folder_;
    int count_ = 0;

    fs::path put(const Header& header, const std::string& name = "") {
        const std::string file = name.empty() ? std::to_string(count_++) + ".gguf" : name;
        folder_.put(file, fileOf(header));
        return folder_.path() / file;
    }

    fs::path changed(const std::function<void(Header&)>& change) {
        Header header = smallestGguf();
        change(header);
        return put(header);
    }

private slots:
    void theSmallestModelOpens() {
        const auto model = model::Model::open(put(smallestGguf()));

        QCOMPARE(model->matrices().size(), std::size_t{8});
        QVERIFY(model->architecture().tiedHead);
        QCOMPARE(model->architecture().normEpsilon, 1e-5);
        const auto tokenizer = text::Tokenizer::of(model->checkpoint());
        QVERIFY(tokenizer->encode("ab<s>") == (std::vector<std::int32_t>{2, 3}));
    }

    void everyCutIsASentence() {
        const std::string whole = fileOf(smallestGguf());
        for (std::size_t size = 4; size < whole.size(); size += 13) {
            folder_.put("cut.gguf", whole.substr(0, size));
            QVERIFY_EXCEPTION_THROWN(Checkpoint::open(folder_.path() / "cut.gguf"), Error);
        }
    }

    void everyChangedByteIsASentenceOrAnotherModel() {
        const std::string whole = fileOf(smallestGguf()), header = gguf::headerBytes(smallestGguf());
        for (std::size_t at = 0; at < header.size(); at += 5) {
            std::string bytes = whole;
            bytes[at] = static_cast<char>(bytes[at] ^ (at % 2 ? 0xff : 0x81));
            folder_.put("changed.gguf", bytes);
            try {
                const auto model = model::Model::open(folder_.path() / "changed.gguf");
                QVERIFY(model->weights() >= 0);
                (void)text::Tokenizer::of(model->checkpoint());
            } catch (const Error& error) {
                QVERIFY2(std::string(error.what()).find("changed.gguf") != std::string::npos, error.what());
            }
        }
    }

    void keysThatAreAbsentOrOfAnotherKindAreNamed() {
        DQ_THROWS(Checkpoint::open(changed([](Header& h) { h.entries.erase(h.entries.begin() + 3); })), "llama.embedding_length", "missing");
        DQ_THROWS(Checkpoint::open(changed([](Header& h) { valueOf(h, "llama.block_count") = std::string("one"); })), "llama.block_count",
                  "no whole number");
        DQ_THROWS(Checkpoint::open(changed([](Header& h) { valueOf(h, "llama.attention.head_count") = std::vector<std::int32_t>{2}; })),
                  "head_count", "for every block");
        DQ_THROWS(Checkpoint::open(changed([](Header& h) { valueOf(h, "llama.attention.head_count") = std::uint32_t{0}; })), "head_count");
        DQ_THROWS(Checkpoint::open(changed([](Header& h) { valueOf(h, "llama.attention.layer_norm_rms_epsilon") = true; })), "rms_epsilon",
                  "single precision");
        DQ_THROWS(Checkpoint::open(changed([](Header& h) { valueOf(h, "general.architecture") = std::string("rwkv7"); })), "llama, qwen2", "rwkv7");
        DQ_THROWS(Checkpoint::open(changed([](Header& h) { h.entries.push_back({"llama.block_count", std::uint32_t{1}}); })), "twice");
        DQ_THROWS(Checkpoint::open(changed([](Header& h) { h.entries.push_back({"general.alignment", std::uint32_t{24}}); })), "power of two");
        DQ_THROWS(Checkpoint::open(changed([](Header& h) { h.entries.push_back({"llama.rope.scaling.type", std::string("longrope")}); })), "longrope");
    }

    void tensorsThatDoNotFitAreNamed() {
        DQ_THROWS(Checkpoint::open(changed([](Header& h) { h.tensors.push_back({"blk.0.surprise.weight", {8}, 0, 32}); })), "surprise",
                  "no such tensor");
        DQ_THROWS(Checkpoint::open(changed([](Header& h) { tensorOf(h, "blk.0.attn_q.weight").name = "blk.0.attn_k.weight"; })), "two tensors");
        DQ_THROWS(Checkpoint::open(changed([](Header& h) { tensorOf(h, "blk.0.attn_q.weight") = {"blk.0.attn_q.weight", {8, 6}, 0, 192}; })),
                  "attn_q", "6 rows");
        DQ_THROWS(model::Model::open(changed([](Header& h) { h.tensors.erase(h.tensors.begin() + 1); })), "model.norm.weight", "missing");
        DQ_THROWS(Checkpoint::open(changed([](Header& h) { h.tensors.erase(h.tensors.begin()); })), "token_embd.weight", "missing");
        DQ_THROWS(Checkpoint::open(changed([](Header& h) { tensorOf(h, "blk.0.ffn_up.weight") = {"blk.0.ffn_up.weight", {32, 8}, 8, 272}; })),
                  "ffn_up", "quantized (Q8_0)");
        DQ_THROWS(Checkpoint::open(changed([](Header& h) { tensorOf(h, "blk.0.ffn_up.weight").type = 16; })), "ggml type 16", "not known");
    }

    void expertsMustBeAllThere() {
        const auto stacked = [](Header& h, std::int64_t experts) {
            h.entries.push_back({"llama.expert_count", std::uint32_t{4}});
            h.entries.push_back({"llama.expert_used_count", std::uint32_t{2}});
            h.tensors.push_back({"blk.0.ffn_up_exps.weight", {8, 8, experts}, 0, 256 * experts});
        };
        DQ_THROWS(Checkpoint::open(changed([&](Header& h) { stacked(h, 3); })), "ffn_up_exps", "each of 4 experts");
    }

    void partsMustAllBeThere() {
        Header first = smallestGguf(), second{.entries = {}, .tensors = {first.tensors.back()}};
        first.tensors.pop_back();
        for (std::uint16_t i = 0; i < 2; ++i) {
            Header& part = i == 0 ? first : second;
            part.entries.push_back({"split.no", i});
            part.entries.push_back({"split.count", std::uint16_t{2}});
            part.entries.push_back({"split.tensors.count", std::int32_t{11}});
        }
        const fs::path whole = put(first, "m-00001-of-00002.gguf");
        DQ_THROWS(Checkpoint::open(whole), "one of 2 parts", "m-00002-of-00002.gguf");
        put(second, "m-00002-of-00002.gguf");
        QCOMPARE(model::Model::open(whole)->matrices().size(), std::size_t{8});
        QCOMPARE(Checkpoint::open(whole)->name(), std::string("m"));
        QCOMPARE(model::Model::open(folder_.path() / "m-00002-of-00002.gguf")->matrices().size(), std::size_t{8});
        put(first, "m-00002-of-00002.gguf");
        DQ_THROWS(Checkpoint::open(whole), "split.no is 0", "its name says 1");
        second.tensors.push_back(first.tensors.front());
        put(second, "m-00002-of-00002.gguf");
        DQ_THROWS(Checkpoint::open(whole), "token_embd.weight", "another part");
        second.tensors.back().name = "rope_freqs.weight";
        put(second, "m-00002-of-00002.gguf");
        DQ_THROWS(Checkpoint::open(whole), "promises 11", "hold 12");
    }

    void tokenizersThatContradictThemselvesAreNamed() {
        const auto tokenized = [&](const std::function<void(Header&)>& change) {
            return text::Tokenizer::of(model::Model::open(changed(change))->checkpoint());
        };
        DQ_THROWS(tokenized([](Header& h) { valueOf(h, "tokenizer.ggml.token_type") = std::vector<std::int32_t>{1}; }), "token_type", "4 tokens");
        DQ_THROWS(tokenized([](Header& h) { valueOf(h, "tokenizer.ggml.model") = std::string("bert"); }), "\"bert\"", "ready token ids");
        DQ_THROWS(tokenized([](Header& h) { valueOf(h, "tokenizer.ggml.pre") = std::string("viking"); }), "\"viking\"", "ready token ids");
        DQ_THROWS(tokenized([](Header& h) { valueOf(h, "tokenizer.ggml.model") = std::string("llama"); }), "scores", "missing");
        DQ_THROWS(tokenized([](Header& h) { valueOf(h, "tokenizer.ggml.tokens") = std::vector<std::string>{"a", "b", "ab", "a"}; }), "a");
        DQ_THROWS(tokenized([](Header& h) { valueOf(h, "tokenizer.ggml.tokens") = std::vector<std::string>{"a", "b", "ab", "\xff\xfe"}; }), "no UTF-8");
        DQ_THROWS(tokenized([](Header& h) {
                      h.entries.push_back({"tokenizer.ggml.bos_token_id", std::uint32_t{9}});
                      h.entries.push_back({"tokenizer.ggml.add_bos_token", true});
                  }),
                  "bos_token_id", "4 tokens");
        DQ_THROWS(tokenized([](Header& h) { h.entries.resize(7); }), "no tokenizer");
    }
};

DQ_TEST(GgufHostileTest);
#include "gguf_hostile_test.moc"
