# Language, warnings, sanitizers, compiler cache and linker: one place for what every target shares.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

find_program(DQ_CCACHE ccache)
if(DQ_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${DQ_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${DQ_CCACHE})
endif()
find_program(DQ_MOLD mold)
if(DQ_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

find_package(Threads REQUIRED)
include(GNUInstallDirs)

# Codes are decided by comparing rounded floats: no contraction anywhere, so that every processor decides alike.
add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-ffp-contract=off>)
if(DQ_SANITIZE)
  # -g1: the reports need lines only, and the build takes a quarter less.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=address,undefined)
endif()

add_library(dq_warnings INTERFACE)
target_compile_options(dq_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wnull-dereference -Wno-sign-conversion>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees overlap in "literal" + std::string where there is none (its bug 105651).
  target_compile_options(dq_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
endif()
if(DQ_WERROR)
  target_compile_options(dq_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
endif()

# dq_library(<target> SOURCES ...): a static library that sees headers from the project's root.
function(dq_library target)
  cmake_parse_arguments(arg "" "" "SOURCES" ${ARGN})
  add_library(${target} STATIC ${arg_SOURCES})
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE dq_warnings)
endfunction()
