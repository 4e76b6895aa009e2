#include "ui/session/saved_view.hpp"

#include <QJsonArray>

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"

namespace dq::ui {

namespace {

constexpr double mostBytes = 9e15;  // whole numbers are exact in JSON up to there
constexpr double mostContext = 1 << 20;

std::optional<double> wholeNumber(const QJsonValue& value, double most) {
    const double number = value.toDouble(-1);
    if (!(number >= 0) || number > most || number != std::floor(number)) return std::nullopt;
    return number;
}

QJsonArray constraintsToJson(const std::vector<allocate::Constraint>& constraints) {
    QJsonArray array;
    for (const allocate::Constraint& constraint : constraints)
        array.append(text(allocate::textOf(constraint)));
    return array;
}

QJsonValue paceToJson(const std::optional<allocate::Pace>& pace) {
    if (!pace) return {};
    return QJsonObject{{"bytes_per_second", pace->bytesPerSecond},
                       {"seconds_per_token", pace->secondsPerToken},
                       {"cached", static_cast<double>(pace->cached)},
                       {"active_experts", pace->activeExperts},
                       {"besides", pace->besides},
                       {"costs", pace->costs.efficiency.empty() ? QJsonValue() : text(allocate::toJson(pace->costs))}};
}

/// Absent also where a figure makes no sense; throws Error for costs that cannot be read.
std::optional<allocate::Pace> paceOf(const QJsonValue& value) {
    const auto cached = wholeNumber(value["cached"], mostBytes);
    const double bytes = value["bytes_per_second"].toDouble(), seconds = value["seconds_per_token"].toDouble(),
                 active = value["active_experts"].toDouble();
    if (!cached || !(bytes > 0) || !(seconds > 0) || !(active > 0 && active <= 1)) return std::nullopt;
    allocate::Pace pace{bytes, seconds, static_cast<Bytes>(*cached), active};
    pace.besides = std::clamp(value["besides"].toDouble(), 0.0, 1e6);
    if (value["costs"].isString()) pace.costs = allocate::costsFromJson(utf8(value["costs"].toString()), "the saved session");
    return pace;
}

/// Throws Error for what the allocator cannot read.
Question questionOf(const QJsonObject& json) {
    Question question;
    question.palette = utf8(json["palette"].toString());
    static_cast<void>(format::palette(question.palette));
    question.metric = quality::metricOf(utf8(json["metric"].toString()));
    question.grouping = allocate::groupingOf(utf8(json["grouping"].toString()));
    for (const QJsonValue& one : json["constraints"].toArray())
        question.constraints.push_back(allocate::constraintOf(utf8(one.toString())));
    question.pace = paceOf(json["pace"]);
    return question;
}

}  // namespace

QJsonObject toJson(const SavedView& view) {
    return {{"palette", text(view.question.palette)},
            {"metric", text(quality::metricName(view.question.metric))},
            {"grouping", text(allocate::groupingName(view.question.grouping))},
            {"constraints", constraintsToJson(view.question.constraints)},
            {"pace", paceToJson(view.question.pace)},
            {"budget", static_cast<double>(view.budget)},
            {"selection", QJsonArray::fromStringList(view.selection)},
            {"current", view.current},
            {"log_loss", view.look.logLoss},
            {"perplexity", view.look.perplexity},
            {"card", view.look.card},
            {"context", static_cast<double>(view.look.context)}};
}

std::optional<SavedView> savedViewOf(const QJsonObject& json) {
    const auto budget = wholeNumber(json["budget"], mostBytes);
    const auto context = wholeNumber(json["context"], mostContext);
    const double card = json["card"].toDouble();
    if (!budget || !context || !(card >= 0 && card <= mostCard)) return std::nullopt;
    SavedView view;
    try {
        view.question = questionOf(json);
    } catch (const Error&) {
        return std::nullopt;
    }
    view.budget = static_cast<Bytes>(*budget);
    view.look = {json["log_loss"].toBool(true), json["perplexity"].toBool(), static_cast<std::int64_t>(*context), card};
    for (const QJsonValue& one : json["selection"].toArray())
        view.selection.append(one.toString());
    view.current = json["current"].toString();
    return view;
}

}  // namespace dq::ui
