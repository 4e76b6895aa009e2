#include "core/model/finite.hpp"

namespace dq::model {

std::vector<NotFinite> notFinite(const Model& model) {
    checkpoint::requireFinite(model.checkpoint(), model.passthrough());
    std::vector<NotFinite> all;
    for (std::size_t i = 0; i < model.matrices().size(); ++i)
        if (const std::int64_t weights = checkpoint::notFinite(model.tensor(model.matrices()[i])); weights > 0)
            all.push_back({i, weights});
    return all;
}

std::string sentenceOf(const Model& model, const NotFinite& one) {
    const WeightMatrix& matrix = model.matrices()[one.matrix];
    return model.tensor(matrix).where() + ": " + std::to_string(one.weights) + " of its " +
           std::to_string(matrix.weights()) + " weights are NaN or infinite: it stays in 16 bits";
}

}  // namespace dq::model
