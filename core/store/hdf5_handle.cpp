#include "core/store/hdf5_handle.hpp"

namespace dq::store::hdf5 {

namespace {

std::recursive_mutex& libraryLock() {
    static std::recursive_mutex lock;
    return lock;
}

herr_t takeFirst(unsigned, const H5E_error2_t* fault, void* text) {
    auto& sentence = *static_cast<std::string*>(text);
    if (sentence.empty() && fault->desc) sentence = fault->desc;
    return 0;
}

}  // namespace

std::string lastFault() {
    std::string text;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, takeFirst, &text);
    H5Eclear2(H5E_DEFAULT);
    return text.empty() ? "no reason given" : text;
}

Session::Session() : lock_(libraryLock()) {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    H5PLset_loading_state(0);  // a foreign file must not make the library load a plug-in
}

}  // namespace dq::store::hdf5
