# Shared build rules: warnings, sanitizers, and the functions every folder uses.
# Link lines are the include rules of docs/architecture.md: a folder can only include what it links.

option(GS_CORE_ONLY "Build only core/ and games/ (the g++ and WebAssembly builds)" OFF)
set(GS_SANITIZE "" CACHE STRING "Sanitizers for every target: address,undefined or thread")
if(GS_WASM)
  set(GS_NATIVE OFF)
else()
  set(GS_NATIVE ON)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                    # The same floating-point results everywhere: no fused multiply-add.
                    -ffp-contract=off)
include_directories("${CMAKE_SOURCE_DIR}")

if(GS_SANITIZE)
  add_compile_options(-fsanitize=${GS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GS_SANITIZE})
  if(GS_SANITIZE MATCHES "address")
    # libFuzzer steers by the coverage of the libraries under test, so they count their edges.
    add_compile_options(-fsanitize=fuzzer-no-link)
  endif()
endif()

if(GS_NATIVE AND NOT GS_CORE_ONLY)
  # lld links several times faster than the default linker; it matters for the edit-build loop.
  add_link_options(-fuse-ld=lld)
endif()
if(GS_WASM)
  # Everybody downloads it, so it is small; and no slower than with -O2, because the whole module is optimized
  # as one. Not among the flags that CMake repeats on the link line: with an -O there the driver runs wasm-opt
  # where it happens to be installed, and builds would differ.
  add_compile_options(-Os -flto)
  add_link_options(-flto)
endif()
if(GS_NATIVE)
  find_package(Threads REQUIRED)
  find_package(GTest REQUIRED)
  include(GoogleTest)
  enable_testing()
endif()

# gs_library(name SOURCES … PUBLIC … PRIVATE …): a static library; PUBLIC and PRIVATE are link lines.
function(gs_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

# gs_test(name SOURCES … LINK …): one GoogleTest program per folder, each case a ctest case.
function(gs_test name)
  if(NOT GS_NATIVE)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gmock GTest::gtest_main Threads::Threads)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 120)
endfunction()

# gs_game_module(game): the browser's modules of the library `game` in the build folder: games/<game>.wasm,
# which can do everything; games/<game>.play.wasm, which everybody who plays downloads, and which cannot play
# back; and golden/<game>.wasm, which only tests load: the first, with an export that plays golden runs.
# Reactors: the page calls _initialize() once, then the exports of core/client.
function(gs_game_module game)
  if(NOT GS_WASM)
    return()
  endif()
  gs_wasm(${game}_play_wasm games ${game}.play ${game})
  gs_wasm(${game}_games_wasm games ${game} ${game} playback_exports.cpp)
  gs_wasm(${game}_golden_wasm golden ${game} ${game} playback_exports.cpp golden_exports.cpp)
endfunction()

# gs_wasm(target folder name game [exports …]): one of them, with further files of core/client.
function(gs_wasm target folder name game)
  set(client "${CMAKE_SOURCE_DIR}/core/client")
  set(sources exports.cpp wasm_memory.cpp wasm_stubs.cpp ${ARGN})
  list(TRANSFORM sources PREPEND "${client}/")
  set_source_files_properties("${client}/exports.cpp" "${client}/playback_exports.cpp"
                              PROPERTIES COMPILE_OPTIONS -Oz)
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE ${game} gs_client)
  target_link_options(${target} PRIVATE -mexec-model=reactor LINKER:--strip-all LINKER:--compress-relocations
                      LINKER:-z,stack-size=131072)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name} SUFFIX .wasm
                        RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/${folder}")
endfunction()

# gs_game(name SOURCES … DRAWING … TESTS …): a game's library, its module for the browser, its tests, and what
# its golden runs are. DRAWING takes microseconds, but everybody downloads it: it is built for size.
function(gs_game name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DRAWING;TESTS" ${ARGN})
  gs_library(${name} SOURCES ${ARG_SOURCES} ${ARG_DRAWING} PUBLIC gs_core)
  if(GS_WASM)
    set_source_files_properties(${ARG_DRAWING} PROPERTIES COMPILE_OPTIONS -Oz)
  endif()
  gs_game_module(${name})
  gs_test(${name}_tests SOURCES ${ARG_TESTS} LINK ${name})
  if(TARGET ${name}_tests)
    target_compile_definitions(${name}_tests PRIVATE GS_GOLDEN_DIR="${CMAKE_SOURCE_DIR}/tests/golden")
  endif()
endfunction()
