#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "core/evaluate/evaluator.hpp"
#include "core/measure/measure.hpp"
#include "core/text/samples.hpp"

/// One function per use case: what the command line's commands and the window's actions call.
namespace dq::flow {

struct MeasureRequest {
    std::filesystem::path model;
    std::filesystem::path calibration;
    text::SampleOptions samples;
    measure::FisherOptions fisher;
    std::filesystem::path cache;
    /// llama.cpp's imatrix file that E[x^2] is taken from where it names a matrix; empty: the calibration's own.
    std::filesystem::path importance = {};
    /// Injects HIGGS's noise where fisher.peers asks for other tools' scores; null: that one stays unknown.
    evaluate::Evaluator* evaluator = nullptr;
    std::string formats = measure::measuredByDefault;  // palettes and formats, as format::palette reads them
    // Told before the start how much is kept beside the table, where a format wants it.
    std::function<void(Bytes)> onHessians = {}, onSensitivities = {};
};

struct MeasureResult {
    std::filesystem::path table;
    std::shared_ptr<const measure::Measurements> measurements;
    bool remembered = false;  // the table was there already, nothing was run
};

/// Opens, tokenizes, measures what is missing, stores. A finished table with the same key is returned as it is, also one that
/// holds other tools' numbers unasked.
MeasureResult measure(const MeasureRequest& request, measure::FisherPass& pass,
                      const std::function<void(const measure::MatrixRow&)>& onRow, const Progress& progress);

/// The samples a request means, of any kind text::readCalibration() knows; the model's own tokenizer reads texts.
text::Samples readSamples(const model::Model& model, const std::filesystem::path& file,
                          const text::SampleOptions& options);

/// The newest table of this model in the cache. Throws Error(Input) saying what to run where there is none.
std::shared_ptr<const measure::Measurements> newestTable(const model::Model& model,
                                                         const std::filesystem::path& cache);

}  // namespace dq::flow
