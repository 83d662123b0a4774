# clang-19 for the browser: wasm32 with wasi-libc and libc++, no exceptions, no RTTI
# (docs/adr/0004-one-clang.md).
set(CMAKE_SYSTEM_NAME Generic)
set(GS_WASM ON)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)
set(CMAKE_AR llvm-ar-19)
set(CMAKE_RANLIB llvm-ranlib-19)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_CXX_FLAGS_INIT
    "-fno-exceptions -fno-rtti -fvisibility=hidden -mbulk-memory -mnontrapping-fptoint -msign-ext")
