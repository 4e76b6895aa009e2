// Measuring ends under a hard limit of writable memory below the checkpoint's size, whatever of the model is large.
#include <sys/resource.h>

#include <QTemporaryDir>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "core/base/units.hpp"
#include "tests/cli/cli_process.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using dq::Bytes;

namespace {

using Shapes = std::map<std::string, std::vector<std::int64_t>>;

/// A checkpoint that is mostly a hole in a file: its weights are 0 but for the embedding's, and its length is what counts.
Bytes writeHollow(const fs::path& folder, const std::string& config, const Shapes& shapes) {
    fs::create_directories(folder);
    std::ofstream(folder / "config.json") << config;
    std::string header = "{";
    std::int64_t end = 0;
    for (const auto& [name, shape] : shapes) {
        std::string extents;
        std::int64_t bytes = 2;
        for (const std::int64_t extent : shape) {
            extents += (extents.empty() ? "" : ",") + std::to_string(extent);
            bytes *= extent;
        }
        header += (header.size() > 1 ? ",\"" : "\"") + name + "\":{\"dtype\":\"BF16\",\"shape\":[" + extents + "],\"data_offsets\":[" +
                  std::to_string(end) + "," + std::to_string(end + bytes) + "]}";
        end += bytes;
    }
    header += "}";
    header.resize((header.size() + 63) / 64 * 64, ' ');
    std::ofstream file(folder / "model.safetensors", std::ios::binary);
    const auto length = static_cast<std::uint64_t>(header.size());
    file.write(reinterpret_cast<const char*>(&length), 8) << header;
    file.close();
    fs::resize_file(folder / "model.safetensors", 8 + header.size() + static_cast<std::uint64_t>(end));
    return end;
}

void addAttention(Shapes& shapes, const std::string& block, std::int64_t hidden, std::int64_t keys) {
    shapes[block + "input_layernorm.weight"] = shapes[block + "post_attention_layernorm.weight"] = {hidden};
    shapes[block + "self_attn.q_proj.weight"] = shapes[block + "self_attn.o_proj.weight"] = {hidden, hidden};
    shapes[block + "self_attn.k_proj.weight"] = shapes[block + "self_attn.v_proj.weight"] = {keys, hidden};
}

Shapes outside(std::int64_t vocabulary, std::int64_t hidden) {
    return {{"model.embed_tokens.weight", {vocabulary, hidden}}, {"lm_head.weight", {vocabulary, hidden}}, {"model.norm.weight", {hidden}}};
}

std::string configOf(const std::string& type, std::int64_t hidden, std::int64_t headDim, std::int64_t keys, std::int64_t intermediate,
                     std::int64_t blocks, std::int64_t vocabulary, const std::string& more = "") {
    return "{\"model_type\":\"" + type + "\",\"hidden_size\":" + std::to_string(hidden) + ",\"intermediate_size\":" + std::to_string(intermediate) +
           ",\"num_hidden_layers\":" + std::to_string(blocks) + ",\"num_attention_heads\":" + std::to_string(hidden / headDim) +
           ",\"num_key_value_heads\":" + std::to_string(keys / headDim) + ",\"head_dim\":" + std::to_string(headDim) +
           ",\"vocab_size\":" + std::to_string(vocabulary) +
           ",\"max_position_embeddings\":64,\"rms_norm_eps\":1e-05,\"tie_word_embeddings\":false,\"hidden_act\":\"silu\"" + more + "}";
}

Bytes wideModel(const fs::path& folder) {
    Shapes shapes = outside(512, 2048);
    for (int block = 0; block < 11; ++block) {
        const std::string at = "model.layers." + std::to_string(block) + ".";
        addAttention(shapes, at, 2048, 1024);
        shapes[at + "mlp.gate_proj.weight"] = shapes[at + "mlp.up_proj.weight"] = {6144, 2048};
        shapes[at + "mlp.down_proj.weight"] = {2048, 6144};
    }
    return writeHollow(folder, configOf("llama", 2048, 128, 1024, 6144, 11, 512), shapes);
}

Bytes manyExperts(const fs::path& folder) {
    Shapes shapes = outside(512, 1024);
    const std::string at = "model.layers.0.";
    addAttention(shapes, at, 1024, 512);
    shapes[at + "self_attn.q_norm.weight"] = shapes[at + "self_attn.k_norm.weight"] = {128};
    shapes[at + "mlp.gate.weight"] = {256, 1024};
    for (int expert = 0; expert < 256; ++expert) {
        const std::string mlp = at + "mlp.experts." + std::to_string(expert) + ".";
        shapes[mlp + "gate_proj.weight"] = shapes[mlp + "up_proj.weight"] = {768, 1024};
        shapes[mlp + "down_proj.weight"] = {1024, 768};
    }
    return writeHollow(folder, configOf("qwen3_moe", 1024, 128, 512, 768, 1, 512,
                                        ",\"num_experts\":256,\"num_experts_per_tok\":8,\"moe_intermediate_size\":768,\"norm_topk_prob\":true,"
                                        "\"decoder_sparse_step\":1,\"mlp_only_layers\":[]"),
                       shapes);
}

/// 2 000 000 tokens and a width of 16: all the logits of 128 positions would take a gigabyte.
Bytes longHead(const fs::path& folder) {
    Shapes shapes = outside(2'000'000, 16);
    addAttention(shapes, "model.layers.0.", 16, 16);
    shapes["model.layers.0.mlp.gate_proj.weight"] = shapes["model.layers.0.mlp.up_proj.weight"] = {16, 16};
    shapes["model.layers.0.mlp.down_proj.weight"] = {16, 16};
    return writeHollow(folder, configOf("llama", 16, 16, 16, 16, 1, 2'000'000), shapes);
}

bool sanitized() {
#if defined(__SANITIZE_ADDRESS__)
    return true;
#else
    return false;
#endif
}

}  // namespace

class MemoryTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    /// 150 token ids in an .npy file of version 1.0.
    QString tokens() {
        const fs::path path = folder_.filePath("tokens.npy").toStdString();
        std::string header = "{'descr': '<i4', 'fortran_order': False, 'shape': (150,), }";
        header.resize(118, ' ');
        std::ofstream file(path, std::ios::binary);
        file << "\x93NUMPY" << '\1' << '\0' << '\x76' << '\0' << header;
        for (std::int32_t i = 0; i < 150; ++i) {
            const std::int32_t token = i * 37 % 512;
            file.write(reinterpret_cast<const char*>(&token), 4);
        }
        return QString::fromStdString(path.string());
    }

private slots:
    void measuringEndsUnderAHardLimit_data() {
        QTest::addColumn<int>("model");
        QTest::addColumn<int>("limit");  // MiB of writable memory
        QTest::newRow("weights of 1.1 GB") << 0 << 800;
        QTest::newRow("256 experts in a block, 1.2 GB") << 1 << 800;
        QTest::newRow("2 000 000 tokens") << 2 << 800;
    }

    void measuringEndsUnderAHardLimit() {
        if (sanitized()) QSKIP("the address sanitizer reserves more memory than any such limit");
        QFETCH(int, model);
        QFETCH(int, limit);
        const QString path = folder_.filePath(QString::number(model));
        Bytes (*const makers[])(const fs::path&) = {wideModel, manyExperts, longHead};
        const Bytes size = makers[model](path.toStdString());
        if (model < 2) QVERIFY(size > limit * dq::operator""_MiB(1));

        QProcess process;
        process.setChildProcessModifier([limit] {
            const rlim_t most = static_cast<rlim_t>(limit) << 20;
            const rlimit both{most, most};
            ::setrlimit(RLIMIT_DATA, &both);
        });
        dq::test::startCli(process, {"measure", path, "--calibration", tokens(), "--window", "150", "--formats", "int4-g32", "--cache",
                                     folder_.filePath("cache"), "--progress", "none"});
        QVERIFY(process.waitForFinished(600000));
        const QByteArray said = process.readAllStandardError();

        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QVERIFY2(process.exitCode() == 0, said.constData());
        QVERIFY(process.readAllStandardOutput().startsWith("measured: "));
        fs::remove_all(path.toStdString());
    }
};

DQ_TEST(MemoryTest);
#include "memory_test.moc"
