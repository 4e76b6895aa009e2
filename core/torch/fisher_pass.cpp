#include <c10/core/GradMode.h>

#include "core/torch/fisher_run.hpp"
#include "core/torch/guard.hpp"
#include "core/torch/worker.hpp"

namespace dq::torch_worker {

namespace {

class LibtorchFisherPass final : public measure::FisherPass {
public:
    std::vector<measure::FisherUnit> units(const model::Model& model) const override {
        return fisherUnits(model);
    }

    std::string arithmetic() const override { return "cpu-f32"; }

    void run(const model::Model& model, const text::Samples& samples, const measure::FisherOptions& options,
             const measure::Resume& resume, const FisherRun::OnSlab& onSlab, const FisherRun::OnUnit& onUnit,
             const Progress& progress) override {
        guarded("measuring " + model.checkpoint().name(), [&] {
            const c10::NoGradGuard noGraph;
            FisherRun(model, samples, options, onSlab, onUnit, progress).run(resume);
        });
    }
};

}  // namespace

std::unique_ptr<measure::FisherPass> makeFisherPass() {
    prepare();
    return std::make_unique<LibtorchFisherPass>();
}

}  // namespace dq::torch_worker
