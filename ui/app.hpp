#pragma once

namespace dq::ui {

/// The explorer: reads its command line, shows the window, returns the exit code.
int run(int argc, char** argv);

}  // namespace dq::ui
