# Targets of rooms: one static library per room and sub-room, warnings as errors, sanitizers where asked.

add_library(tieline_options INTERFACE)
target_include_directories(tieline_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(tieline_options INTERFACE -Wall -Wextra -Wpedantic -Werror -Wno-gnu-zero-variadic-macro-arguments
  -fno-omit-frame-pointer)
target_compile_definitions(tieline_options INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE)
if(TIELINE_SANITIZE)
  target_compile_options(tieline_options INTERFACE -fsanitize=${TIELINE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(tieline_options INTERFACE -fsanitize=${TIELINE_SANITIZE})
endif()
if(TIELINE_FUZZ)
  target_compile_options(tieline_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Half of the time to compile a file of ours goes into reading the standard library: read once for the rooms, and once
# with GoogleTest for the tests, which are compiled without optimisation.
set(tieline_standard_headers
  <algorithm> <array> <atomic> <chrono> <cstdint> <deque> <functional> <map> <memory> <mutex> <optional> <set> <span>
  <sstream> <string> <string_view> <tuple> <utility> <variant> <vector>)
file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cpp "")
add_library(tieline_precompiled STATIC ${CMAKE_BINARY_DIR}/precompiled.cpp)
target_link_libraries(tieline_precompiled PRIVATE tieline_options)
# Without its time inside, the same header gives the same file, and ccache knows it again.
target_compile_options(tieline_precompiled PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
target_precompile_headers(tieline_precompiled PRIVATE ${tieline_standard_headers})
if(TIELINE_TESTS)
  find_package(GTest REQUIRED)
  add_library(tieline_tests_precompiled STATIC ${CMAKE_BINARY_DIR}/precompiled.cpp)
  target_link_libraries(tieline_tests_precompiled PRIVATE tieline_options GTest::gtest)
  target_compile_options(tieline_tests_precompiled PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  if(TIELINE_SANITIZE)
    target_compile_options(tieline_tests_precompiled PRIVATE -O0)
  endif()
  target_precompile_headers(tieline_tests_precompiled PRIVATE ${tieline_standard_headers} <gtest/gtest.h>)
endif()

# tieline_room(NAME [SOURCES ...] [LINK ...]): library tieline_NAME.
function(tieline_room name)
  cmake_parse_arguments(room "" "" "SOURCES;LINK" ${ARGN})
  add_library(tieline_${name} STATIC ${room_SOURCES})
  target_link_libraries(tieline_${name} PUBLIC tieline_options ${room_LINK})
  target_precompile_headers(tieline_${name} REUSE_FROM tieline_precompiled)
endfunction()

# tieline_test(NAME SOURCES ... [LINK ...] [LABELS ...] [TIMEOUT n]): a GoogleTest program, run by ctest as one test.
function(tieline_test name)
  if(NOT TIELINE_TESTS)
    return()
  endif()
  cmake_parse_arguments(test "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 120)
  endif()
  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name} PRIVATE ${test_LINK} tieline_options GTest::gtest GTest::gtest_main)
  # Half of the time to compile a test is spent on making it fast, which only the long ones need.
  if(TIELINE_SANITIZE AND NOT "property" IN_LIST test_LABELS)
    target_compile_options(${name} PRIVATE -O0)
    target_precompile_headers(${name} REUSE_FROM tieline_tests_precompiled)
  elseif(TIELINE_SANITIZE)
    target_precompile_headers(${name} REUSE_FROM tieline_precompiled)
  else()
    target_precompile_headers(${name} REUSE_FROM tieline_tests_precompiled)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${test_TIMEOUT} LABELS "${test_LABELS}")
endfunction()

# tieline_fuzz(NAME SOURCES ... [LINK ...] [SEEDS files]): a libFuzzer target. Preset fuzz builds the rooms with
# coverage, for long runs; a build with tests and AddressSanitizer builds the target alone so, for a smoke run of a few
# seconds from its seeds.
function(tieline_fuzz name)
  set(smoke OFF)
  if(TIELINE_TESTS AND TIELINE_SANITIZE MATCHES "address")
    set(smoke ON)
  endif()
  if(NOT TIELINE_FUZZ AND NOT smoke)
    return()
  endif()
  cmake_parse_arguments(fuzz "" "" "SOURCES;LINK;SEEDS" ${ARGN})
  add_executable(${name} ${fuzz_SOURCES})
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
  target_link_libraries(${name} PRIVATE ${fuzz_LINK} tieline_options)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  if(smoke)
    set(from_seeds "")
    if(fuzz_SEEDS)
      string(REPLACE ";" "," seeds "${fuzz_SEEDS}")
      set(from_seeds -seed_inputs=${seeds})
    endif()
    add_test(NAME smoke_${name}
      COMMAND ${name} -runs=20000 -max_total_time=10 -seed=1 -print_final_stats=1
        -artifact_prefix=${CMAKE_CURRENT_BINARY_DIR}/ ${from_seeds})
    set_tests_properties(smoke_${name} PROPERTIES LABELS fuzz TIMEOUT 120)
  endif()
endfunction()

# tieline_connector_data(SYSTEM SOURCES_VARIABLE): the field map and the metadata of a connector are data; they travel
# inside the program so that a connector works without files beside it. Makes own_data.cpp of map.yaml and metadata.yaml
# in the present folder: own_map() and own_metadata() in namespace tieline::connectors::SYSTEM.
function(tieline_connector_data system sources)
  set(text "// Made from map.yaml and metadata.yaml.\n#include \"connectors/${system}/spec.h\"\n\n")
  string(APPEND text "namespace tieline::connectors::${system} {\n")
  foreach(name map metadata)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${name}.yaml)
    file(READ ${name}.yaml content)
    string(APPEND text "std::string_view own_${name}() {\n    return R\"yaml(${content})yaml\";\n}\n")
  endforeach()
  string(APPEND text "}  // namespace tieline::connectors::${system}\n")
  file(CONFIGURE OUTPUT own_data.cpp CONTENT "${text}" @ONLY)
  set(${sources} ${CMAKE_CURRENT_BINARY_DIR}/own_data.cpp PARENT_SCOPE)
endfunction()
