# What pages draw and edit with comes from npm, pinned by npm/package-lock.json, where npm is and can be used. Without it
# pages have plain drawings and a plain editor; nothing else is missing, and nothing of it is ever copied into the tree.
#
#   LG_NPM_MODULES   the folder of the packages; empty: there are none
#   lg_npm_bundle(OUTPUT ENTRY)   makes one minified module of ENTRY and what it imports, at build time
option(LG_NPM "take uPlot and CodeMirror from npm for the pages, where npm is found" ON)
set(LG_NPM_MODULES "")

function(lg_npm_fetch)
  set(pins ${PROJECT_SOURCE_DIR}/cmake/npm)
  set(place ${PROJECT_BINARY_DIR}/npm)
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${pins}/package-lock.json)
  file(SHA256 ${pins}/package-lock.json lock)
  if(NOT EXISTS ${place}/${lock})
    file(REMOVE_RECURSE ${place})
    file(MAKE_DIRECTORY ${place})
    file(COPY ${pins}/package.json ${pins}/package-lock.json DESTINATION ${place})
    execute_process(COMMAND ${LG_NPM_PROGRAM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
        --fetch-retries=0 --fetch-timeout=20000 --prefer-offline
      WORKING_DIRECTORY ${place} RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET TIMEOUT 90)
    if(failed EQUAL 0) # a bundler that does not run on this machine is none
      execute_process(COMMAND ${place}/node_modules/.bin/esbuild --version
        RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET TIMEOUT 20)
    endif()
    if(NOT failed EQUAL 0)
      message(STATUS "npm could not fetch what pages draw and edit with: they have plain drawings and a plain editor")
      return()
    endif()
    file(TOUCH ${place}/${lock})
  endif()
  set(LG_NPM_MODULES ${place}/node_modules PARENT_SCOPE)
endfunction()

if(LG_NPM)
  find_program(LG_NPM_PROGRAM npm)
endif()
if(LG_NPM AND LG_NPM_PROGRAM)
  lg_npm_fetch()
else()
  message(STATUS "npm is not asked for or was not found: pages have plain drawings and a plain editor")
endif()

function(lg_npm_bundle output entry)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -E env NODE_PATH=${LG_NPM_MODULES} ${LG_NPM_MODULES}/.bin/esbuild ${entry}
      --bundle --minify --format=esm --target=es2020 --charset=utf8 --log-level=error --outfile=${output}
    DEPENDS ${entry} ${PROJECT_SOURCE_DIR}/cmake/npm/package-lock.json
    VERBATIM)
endfunction()

# The licences of all that is in a bundle, one after the other.
function(lg_npm_licences output)
  set(text "Parts of this page were made by others, who allow it under these terms.\n")
  file(GLOB found ${LG_NPM_MODULES}/@codemirror/*/LICENSE ${LG_NPM_MODULES}/@lezer/*/LICENSE
    ${LG_NPM_MODULES}/@marijn/*/LICENSE ${LG_NPM_MODULES}/crelt/LICENSE ${LG_NPM_MODULES}/style-mod/LICENSE
    ${LG_NPM_MODULES}/uplot/LICENSE ${LG_NPM_MODULES}/w3c-keyname/LICENSE)
  foreach(licence IN LISTS found)
    file(RELATIVE_PATH name ${LG_NPM_MODULES} ${licence})
    get_filename_component(name ${name} DIRECTORY)
    file(READ ${licence} words)
    string(APPEND text "\n---- ${name}\n\n${words}")
  endforeach()
  file(WRITE ${output}.new "${text}")
  configure_file(${output}.new ${output} COPYONLY)
endfunction()
