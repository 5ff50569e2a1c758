# gnc_page(OUTPUT): the training page, built by npm and Vite when its sources change, as a C++ source.
function(gnc_page output)
  set(web ${CMAKE_SOURCE_DIR}/web)
  find_program(GNC_NODE node REQUIRED)
  find_program(GNC_NPM npm REQUIRED)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${web}/*)
  list(FILTER sources EXCLUDE REGEX "^${web}/(node_modules|dist)/")
  # Beside the sources stands nothing that a build made: each build folder has its own copy.
  set(work ${CMAKE_BINARY_DIR}/web)
  file(MAKE_DIRECTORY ${work})
  set(installed ${work}/installed.stamp)
  add_custom_command(OUTPUT ${installed}
    COMMAND ${CMAKE_COMMAND} -E copy ${web}/package.json ${web}/package-lock.json ${work}
    COMMAND ${GNC_NPM} ci --ignore-scripts --no-audit --no-fund --silent
    COMMAND ${CMAKE_COMMAND} -E touch ${installed}
    DEPENDS ${web}/package.json ${web}/package-lock.json
    WORKING_DIRECTORY ${work} COMMENT "Installing what the training page is built with" VERBATIM)
  add_custom_command(OUTPUT ${output}
    COMMAND ${GNC_NODE} ${CMAKE_SOURCE_DIR}/cmake/copy_sources.mjs ${web} ${work}
    COMMAND ${GNC_NODE} node_modules/vite/bin/vite.js build --outDir dist --emptyOutDir --logLevel warn
    COMMAND ${GNC_NODE} ${CMAKE_SOURCE_DIR}/cmake/embed_files.mjs ${work}/dist ${output} page_files
    DEPENDS ${installed} ${sources} ${CMAKE_SOURCE_DIR}/cmake/copy_sources.mjs
      ${CMAKE_SOURCE_DIR}/cmake/embed_files.mjs
    WORKING_DIRECTORY ${work} COMMENT "Building the training page" VERBATIM)
endfunction()

# gnc_embed_library(OUTPUT): the scenarios of the library and the files that they name, as a C++ source.
function(gnc_embed_library output)
  find_program(GNC_NODE node REQUIRED)
  set(library ${CMAKE_SOURCE_DIR}/scenarios)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${library}/*.yaml ${library}/*.xml ${library}/*.csv)
  add_custom_command(OUTPUT ${output}
    COMMAND ${GNC_NODE} ${CMAKE_SOURCE_DIR}/cmake/embed_files.mjs ${library} ${output} library_files .yaml .xml .csv
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/embed_files.mjs
    COMMENT "Embedding the library of scenarios" VERBATIM)
endfunction()
