# The web pages: built by vite, packed and compiled into the program.

# The oldest node that vite takes.
set(TIELINE_NODE_MIN 20.19.0)

# tieline_find_node(RESULT): the path of a node that is new enough, or "".
function(tieline_find_node result)
  set(${result} "" PARENT_SCOPE)
  find_program(TIELINE_NODE node)
  find_program(TIELINE_NPM npm)
  if(NOT TIELINE_NODE OR NOT TIELINE_NPM)
    return()
  endif()
  execute_process(COMMAND ${TIELINE_NODE} --version OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REGEX REPLACE "^v" "" version "${version}")
  if(version VERSION_GREATER_EQUAL ${TIELINE_NODE_MIN})
    set(${result} ${TIELINE_NODE} PARENT_SCOPE)
  endif()
endfunction()

# tieline_web(RESULT): the generated source that defines api::web_files().
function(tieline_web result)
  set(out ${CMAKE_BINARY_DIR}/web)
  set(${result} ${out}/web_files_table.cpp PARENT_SCOPE)
  set(node "")
  if(NOT TIELINE_WEB STREQUAL "OFF")
    tieline_find_node(node)
    if(NOT node AND TIELINE_WEB STREQUAL "ON")
      message(FATAL_ERROR "TIELINE_WEB is ON, but node ${TIELINE_NODE_MIN} or later with npm is missing; install it")
    endif()
  endif()
  if(NOT node)
    message(WARNING "Built without the web console: node ${TIELINE_NODE_MIN} or later with npm is missing or "
      "TIELINE_WEB is OFF. The hub says so at its address.")
    file(CONFIGURE OUTPUT ${out}/web_files_table.cpp CONTENT [[#include "api/web_files.h"

namespace tieline::api {
std::span<const WebFile> web_files() { return {}; }
}  // namespace tieline::api
]] @ONLY)
    return()
  endif()
  set(web ${CMAKE_SOURCE_DIR}/web)
  set(installed ${web}/node_modules/.package-lock.json)
  add_custom_command(OUTPUT ${installed}
    COMMAND ${CMAKE_COMMAND} -E env PATH=$ENV{PATH} ${TIELINE_NPM} ci --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${installed}
    DEPENDS ${web}/package-lock.json ${web}/package.json
    WORKING_DIRECTORY ${web} VERBATIM COMMENT "Installing the packages of the web pages")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${web}/src/* ${web}/public/*)
  # The client's types are what the contract of the API says, at each build.
  set(client ${web}/generated/schema.ts)
  add_custom_command(OUTPUT ${client}
    COMMAND ${node} build/api.mjs
    DEPENDS ${installed} ${web}/build/api.mjs ${CMAKE_SOURCE_DIR}/schemas/openapi.yaml
    WORKING_DIRECTORY ${web} VERBATIM COMMENT "Making the typed client of schemas/openapi.yaml")
  add_custom_command(OUTPUT ${out}/web_files_table.cpp
    COMMAND ${CMAKE_COMMAND} -E env TIELINE_WEB_OUT=${out}/dist ${node} node_modules/vite/bin/vite.js build
      --logLevel warn
    COMMAND ${node} build/embed.mjs ${out}/dist ${out}
    DEPENDS ${installed} ${client} ${sources} ${web}/build/embed.mjs ${web}/build/tech_worker.mjs
      ${web}/index.html ${web}/tech/index.html ${web}/vite.config.ts ${web}/svelte.config.js
    WORKING_DIRECTORY ${web} VERBATIM COMMENT "Building the web pages")
endfunction()
