#include "core/report/front_csv.hpp"

#include "core/report/number.hpp"

namespace dq::report {

std::string frontCsv(const allocate::Front& front, std::span<const allocate::compare::Curve> compared) {
    const allocate::Problem& problem = front.problem();
    std::string text = "bytes,bits_per_weight,loss,price,point\n";
    const auto row = [&](Bytes bytes, double loss, double price, const std::string& point) {
        text += std::to_string(bytes) + "," + shortest(problem.bitsPerWeight(bytes)) + "," + shortest(loss) +
                "," + shortest(price) + "," + point + "\n";
    };
    for (std::size_t v = 0; v < front.vertices().size(); ++v)
        row(front.vertices()[v].bytes, front.vertices()[v].loss, front.price(v), "front");
    for (std::size_t f = 0; f < problem.formats.size(); ++f)
        if (const auto uniform = front.uniform(static_cast<int>(f)))
            row(uniform->bytes, uniform->loss, uniform->price, problem.formats[f]);
    for (const allocate::compare::Curve& curve : compared)
        for (const allocate::Vertex& point : curve.points)
            row(point.bytes, point.loss, front.price(front.vertexBelow(point.bytes)), "peer:" + curve.name);
    return text;
}

}  // namespace dq::report
