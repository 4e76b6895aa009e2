#pragma once

#include <QString>

namespace dq::test {

/// A line of shell that prints a protocol line; backquotes stand for the quotes of JSON. (moc cannot read raw
/// strings.)
inline QString say(QString json) {
    return "echo '" + json.replace('`', '"') + "'\n";
}

/// Waits for SIGTERM, then says cancelled as the real worker does.
inline QString untilCancelled() {
    return "trap 'echo {\\\"event\\\":\\\"cancelled\\\"}; exit 130' TERM\nwhile :; do sleep 0.05; done\n";
}

}  // namespace dq::test
