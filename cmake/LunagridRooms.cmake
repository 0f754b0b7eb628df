# How a room, a plugin and a test are built. A room's link list is its permission list: a room sees
# the headers of the rooms it names and of nothing else that is private to them.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(LUA REQUIRED IMPORTED_TARGET lua5.4)
pkg_check_modules(EVENT REQUIRED IMPORTED_TARGET libevent_core>=2.1.12)
pkg_check_modules(EVENT_EXTRA REQUIRED IMPORTED_TARGET libevent_extra>=2.1.12) # evhttp
pkg_check_modules(EVENT_OPENSSL REQUIRED IMPORTED_TARGET libevent_openssl>=2.1.12) # TLS of what is sent out
pkg_check_modules(CJSON REQUIRED IMPORTED_TARGET libcjson>=1.7.15)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3>=3.40)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(SSL REQUIRED IMPORTED_TARGET libssl>=3.0)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto>=3.0)
pkg_check_modules(CLP REQUIRED clp>=1.17) # headers; the library is loaded when needed
pkg_check_modules(NATS REQUIRED libnats>=3.4) # headers, likewise
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

add_library(lg_flags INTERFACE)
target_compile_options(lg_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
  -ffp-contract=off -fno-math-errno
  $<$<BOOL:${LG_WERROR}>:-Werror>)
target_include_directories(lg_flags INTERFACE
  ${PROJECT_SOURCE_DIR}/host ${PROJECT_SOURCE_DIR}/host/include)
target_compile_definitions(lg_flags INTERFACE _GNU_SOURCE LG_VERSION="${PROJECT_VERSION}")
if(LG_SANITIZE)
  target_compile_options(lg_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(lg_flags INTERFACE -fsanitize=address,undefined)
endif()
if(LG_FUZZ)
  target_compile_options(lg_flags INTERFACE
    -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(lg_flags INTERFACE -fsanitize=address,undefined)
endif()
if(LG_LTO AND CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT LG_SANITIZE AND NOT LG_FUZZ)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(CMAKE_C_FLAGS_RELEASE "-O2") # LG_ASSERT stays on; plain assert() is not used
endif()

# lg_room(<name> SOURCES a.c b.c DEPS other-rooms... LIBS imported targets...)
function(lg_room name)
  cmake_parse_arguments(R "" "" "SOURCES;DEPS;LIBS" ${ARGN})
  add_library(lg_${name} STATIC ${R_SOURCES})
  list(TRANSFORM R_DEPS PREPEND lg_)
  target_link_libraries(lg_${name} PUBLIC lg_flags ${R_DEPS} PRIVATE ${R_LIBS})
endfunction()

# lg_plugin(<name> SOURCES plugin.c device.c ...): a shared object that needs nothing of the host.
function(lg_plugin name)
  cmake_parse_arguments(P "" "" "SOURCES;LIBS" ${ARGN})
  add_library(plugin_${name} MODULE ${P_SOURCES})
  set_target_properties(plugin_${name} PROPERTIES PREFIX "" OUTPUT_NAME ${name}
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/plugins)
  target_link_libraries(plugin_${name} PRIVATE lg_flags ${P_LIBS})
  if(NOT LG_SANITIZE AND NOT LG_FUZZ)
    target_link_options(plugin_${name} PRIVATE -Wl,-z,defs)
  endif()
  target_link_options(plugin_${name} PRIVATE -Wl,-z,now)
endfunction()

# lg_test(<room> <file without .c> [DEPS rooms...] [LIBS ...]): tests/unit/<room>/<file>.c with cmocka.
function(lg_test room file)
  cmake_parse_arguments(T "" "" "DEPS;LIBS;SOURCES" ${ARGN})
  add_executable(${file} ${file}.c ${T_SOURCES})
  list(TRANSFORM T_DEPS PREPEND lg_)
  target_link_libraries(${file} PRIVATE lg_support lg_${room} ${T_DEPS} ${T_LIBS} PkgConfig::CMOCKA)
  add_test(NAME unit.${room}.${file} COMMAND ${file})
  set_tests_properties(unit.${room}.${file} PROPERTIES TIMEOUT 120)
endfunction()

# lg_fuzz(<name> [DEPS rooms...] [LIBS ...]): tests/fuzz/fuzz_<name>.c, a libFuzzer target. Built without
# LG_FUZZ it runs once over its corpus (tests/fuzz/corpus/<name>/) and over fixed noise, as a test.
function(lg_fuzz name)
  cmake_parse_arguments(F "" "" "DEPS;LIBS;SOURCES" ${ARGN})
  list(TRANSFORM F_DEPS PREPEND lg_)
  add_executable(fuzz_${name} fuzz_${name}.c ${F_SOURCES})
  set_target_properties(fuzz_${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
  target_link_libraries(fuzz_${name} PRIVATE lg_flags ${F_DEPS} ${F_LIBS})
  add_dependencies(fuzz_targets fuzz_${name})
  if(LG_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/once.c)
    add_test(NAME fuzz.${name}
      COMMAND fuzz_${name} ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
    set_tests_properties(fuzz.${name} PROPERTIES TIMEOUT 120)
  endif()
endfunction()

# lg_bench(<name> [DEPS rooms...] [LIBS ...]): tests/bench/bench_<name>.c, run by tests/bench/run.py.
# It prints one line a figure: name TAB value TAB unit TAB limit (empty: none).
function(lg_bench name)
  cmake_parse_arguments(B "" "" "DEPS;LIBS;SOURCES" ${ARGN})
  list(TRANSFORM B_DEPS PREPEND lg_)
  add_executable(bench_${name} bench_${name}.c ${B_SOURCES})
  set_target_properties(bench_${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bench)
  target_link_libraries(bench_${name} PRIVATE lg_flags ${B_DEPS} ${B_LIBS})
endfunction()
