#include "ui/app.hpp"

int main(int argc, char** argv) {
    return dq::ui::run(argc, argv);
}
