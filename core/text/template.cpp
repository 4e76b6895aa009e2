#include "core/text/template.hpp"

#include "core/base/error.hpp"
#include "core/text/bpe.hpp"

namespace dq::text {

namespace {

using json::Json;

constexpr std::size_t mostSpecial = 1024;

Error corrupt(std::string_view source, const std::string& sentence) {
    return {Kind::Corrupt, std::string(source) + ": " + sentence};
}

void appendSpecial(const Json& description, const std::string& name, std::vector<std::int32_t>& ids, std::string_view source) {
    const Json& known = json::member(description, "special_tokens", source);
    const Json* const token = json::present(known, name.c_str());
    if (!token) throw corrupt(source, "the template names the token \"" + json::excerpt(name) + "\", but its special_tokens do not");
    const Json& list = json::member(*token, "ids", source);
    if (!list.is_array() || list.size() > mostSpecial)
        throw corrupt(source, "the template's ids of \"" + json::excerpt(name) + "\" must be a short list, found " + json::shown(list));
    for (const Json& id : list) ids.push_back(tokenId(id, name, source));
}

Template readTemplate(const Json& description, std::string_view source) {
    const Json& single = json::member(description, "single", source);
    if (!single.is_array() || single.size() > mostSpecial)
        throw corrupt(source, "the template \"single\" must be a short list, found " + json::shown(single));
    Template result;
    bool behind = false;
    for (const Json& part : single) {
        if (const Json* const special = json::present(part, "SpecialToken")) {
            appendSpecial(description, json::text(*special, "id", source), behind ? result.after : result.before, source);
        } else {
            const std::string name = json::text(json::member(part, "Sequence", source), "id", source);
            if (name != "A" || behind) throw corrupt(source, "the template \"single\" must hold the sequence A once and no other");
            behind = true;
        }
    }
    if (!behind) throw corrupt(source, "the template \"single\" leaves the sequence A out");
    return result;
}

/// ["[CLS]", 101]: a token and its id.
std::int32_t namedId(const Json& description, const char* key, std::string_view source) {
    const Json& pair = json::member(description, key, source);
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string())
        throw corrupt(source, std::string("the post-processor's \"") + key + "\" must be a token and its id, found " + json::shown(pair));
    return tokenId(pair[1], pair[0].get_ref<const std::string&>(), source);
}

void wrap(Template& inner, const Template& outer) {
    inner.before.insert(inner.before.begin(), outer.before.begin(), outer.before.end());
    inner.after.insert(inner.after.end(), outer.after.begin(), outer.after.end());
}

void add(const Json& description, Template& result, std::string_view source) {
    const std::string type = json::text(description, "type", source);
    if (type == "Sequence") {
        for (const Json& part : json::member(description, "processors", source)) add(part, result, source);
    } else if (type == "TemplateProcessing") {
        wrap(result, readTemplate(description, source));
    } else if (type == "BertProcessing" || type == "RobertaProcessing") {
        wrap(result, {{namedId(description, "cls", source)}, {namedId(description, "sep", source)}});
    } else if (type != "ByteLevel") {
        throw Error(Kind::Unsupported, std::string(source) + ": the post-processor \"" + json::excerpt(type) +
                                           "\" is not supported; TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel and "
                                           "Sequence are");
    }
}

}  // namespace

Template Template::read(const Json* description, std::string_view source) {
    Template result;
    if (description) add(*description, result, source);
    return result;
}

}  // namespace dq::text
