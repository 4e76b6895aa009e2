#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace dq {

enum class Kind {
    Input,        // what the user asked for makes no sense
    Unsupported,  // it makes sense, and we cannot do it
    Corrupt,      // a file lies about itself
    Io,           // the system refused to read or write
    Memory,       // there is not enough of it
    Unavailable,  // this build or machine lacks something
};

/// What went wrong, in one sentence that names the file, the tensor, the number seen and the number allowed.
class Error : public std::exception {
public:
    Error(Kind kind, std::string sentence) : kind_(kind), sentence_(std::move(sentence)) {}

    Kind kind() const { return kind_; }
    const std::string& sentence() const { return sentence_; }
    const char* what() const noexcept override { return sentence_.c_str(); }

    /// The same error with context in front: "model-00002.safetensors: tensor x: ...".
    Error during(std::string_view context) const { return {kind_, std::string(context) + ": " + sentence_}; }

private:
    Kind kind_;
    std::string sentence_;
};

/// Thrown by Progress::checkpoint() when the user asked to stop. No error: nothing is wrong.
struct Cancelled {};

}  // namespace dq
