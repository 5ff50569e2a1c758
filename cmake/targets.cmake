# What every target of gncsim is built with, set once.

add_library(gnc_options INTERFACE)
target_include_directories(gnc_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/proto)
# Where sources are compiled together, clang takes unnamed names of one for shadowed by another's.
target_compile_options(gnc_options INTERFACE
  -Wall -Wextra -Wpedantic $<$<CXX_COMPILER_ID:GNU>:-Wshadow> -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Werror)
# GCC 12 reports bounds in inlined std::string code that hold (its bugs 105329 and 105651), depending on no more than
# how long a literal is, such as the path of this folder: shown, but no reason to fail.
target_compile_options(gnc_options INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-error=array-bounds> $<$<CXX_COMPILER_ID:GNU>:-Wno-error=restrict>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-error=stringop-overflow> $<$<CXX_COMPILER_ID:GNU>:-Wno-error=stringop-overread>)
# Collecting garbage takes GCC a tenth of its time where memory is short, and it believes that it is.
add_compile_options($<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=1000000>)
target_compile_definitions(gnc_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
# Some packages bring -pthread; a precompiled header is only reused where every flag is the same.
add_compile_options(-pthread)

find_program(GNC_MOLD mold)
if(GNC_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
find_program(GNC_CCACHE ccache)
if(GNC_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${GNC_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${GNC_CCACHE})
endif()
if(GNC_SANITIZE)
  # GCC sees uninitialised values in Boost.Optional where the sanitizers' own code comes between.
  add_compile_options(-Wno-maybe-uninitialized)
  # What is instrumented takes the compiler half as long again at -O2.
  add_compile_options(-O1 -fsanitize=${GNC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GNC_SANITIZE})
  if(GNC_SANITIZE MATCHES "undefined")
    # Before it reads an object, this check makes a pipe to see whether it may; a test leaves no descriptor to be had.
    add_compile_options(-fno-sanitize=vptr)
  endif()
  if(GNC_SANITIZE STREQUAL "thread")
    # Asio's fences are not seen by it; its locks are, and order the same accesses.
    add_compile_options(-Wno-tsan)
  endif()
endif()

# Whether a source knows of the tests' bugs (proto/types/known_bug.h). One that does is compiled by itself, since a
# program that brings it along with the bugs must not find it in a library beside others.
function(gnc_knows_bugs source knows)
  file(STRINGS ${source} found REGEX "GNC_KNOWN_BUG")
  set(${knows} ${found} PARENT_SCOPE)
endfunction()

# A clean build spends most of its time on headers and templates, which sources that are compiled together read and
# instantiate once. A source's group follows from its name, so that a new one moves no other, and two branches that
# build also build together. With one number the target has so many groups; with one for each of its folders, in their
# order, those of a folder are its own, where unnamed names of two folders clash.
option(GNC_UNITY "Compile sources of the large targets together" ON)
function(gnc_compile_together target)
  if(NOT GNC_UNITY)
    return()
  endif()
  # A header's class that holds what its one source declares unnamed: GCC takes the source for a header there.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  get_target_property(sources ${target} SOURCES)
  set(folders)
  set(all_groups)
  foreach(source ${sources})
    get_filename_component(path ${source} ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
    get_filename_component(folder ${path} DIRECTORY)
    if(NOT folder IN_LIST folders)
      list(APPEND folders ${folder})
    endif()
    gnc_knows_bugs(${path} knows)
    if(knows)
      continue()
    endif()
    set(groups ${ARGV1})
    set(group_of)
    if(ARGC GREATER 2)
      list(FIND folders ${folder} place)
      list(GET ARGN ${place} groups)
      get_filename_component(folder ${folder} NAME)
      set(group_of ${folder}_)
    endif()
    get_filename_component(stem ${source} NAME_WE)
    string(MD5 hash ${stem})
    string(SUBSTRING ${hash} 0 6 hash)
    math(EXPR group "0x${hash} % ${groups}")
    set(group ${group_of}${group})
    list(APPEND all_groups ${group})
    file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR} ${path})
    string(APPEND text_${group} "#include \"${path}\"\n")
    set_source_files_properties(${source} PROPERTIES HEADER_FILE_ONLY ON)
  endforeach()
  # Not CMake's own unity builds: they name the sources by paths that hold for one folder only, and what ccache has of
  # one clone would be of no use to another.
  list(REMOVE_DUPLICATES all_groups)
  foreach(group ${all_groups})
    set(together ${CMAKE_CURRENT_BINARY_DIR}/Unity/${target}_${group}.cpp)
    file(CONFIGURE OUTPUT ${together} CONTENT "${text_${group}}" @ONLY)
    target_sources(${target} PRIVATE ${together})
  endforeach()
endfunction()

# gnc_library(NAME [LINK targets...] [DOCUMENTS] [LIGHTLY] [TOGETHER groups...]): every *.cpp of this folder (and of the
# folders named in DIRS). DOCUMENTS: most of them work on the data model, whose header is precompiled for them. LIGHTLY:
# compiled at -O1, which takes a third less time, since what it does takes no longer then. TOGETHER: see above.
function(gnc_library name)
  cmake_parse_arguments(arg "DOCUMENTS;LIGHTLY" "" "LINK;DIRS;TOGETHER" ${ARGN})
  if(NOT arg_DIRS)
    set(arg_DIRS ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  set(sources)
  foreach(dir ${arg_DIRS})
    file(GLOB found CONFIGURE_DEPENDS ${dir}/*.cpp)
    list(APPEND sources ${found})
  endforeach()
  if(NOT sources)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE gnc_options ${arg_LINK})
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC gnc_options ${arg_LINK})
  if(arg_LIGHTLY AND CMAKE_BUILD_TYPE STREQUAL RelWithDebInfo)
    target_compile_options(${name} PRIVATE -O1)
  endif()
  if(arg_TOGETHER)
    gnc_compile_together(${name} ${arg_TOGETHER})
  endif()
  if(arg_DOCUMENTS)
    target_precompile_headers(${name} REUSE_FROM gnc_precompiled_documents)
  elseif(TARGET gnc_precompiled AND NOT name STREQUAL gnc_types)
    target_precompile_headers(${name} REUSE_FROM gnc_precompiled)
  endif()
endfunction()

# A test counts for two; `./dev` lets two be at work for each processor, and two more. That leaves room for those that
# mostly wait, for other processes or for what should not come: they count for one, and begin first.
set(GNC_TEST_WORKS PROCESSORS 2)
set(GNC_TEST_WAITS PROCESSORS 1 COST 100)

# gnc_test(FOLDER [LINK targets...] [SERIAL] [WAITS] [DOCUMENTS] [FIXTURE name]): one GoogleTest executable of the *.cpp in
# tests/FOLDER. SERIAL: each of its tests runs while no other does, since it measures times. WAITS: they mostly wait.
# FIXTURE: a test of ctest's sets it up first.
function(gnc_test folder)
  cmake_parse_arguments(arg "SERIAL;WAITS;DOCUMENTS" "TIMEOUT;FIXTURE" "LINK" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()
  string(REPLACE "/" "_" name test_${folder})
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${arg_LINK} gnc_test_options GTest::gmock GTest::gtest_main rapidcheck)
  target_compile_definitions(${name} PRIVATE GNC_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  # Tests are compiled several at a time: most of what each costs is templates that its neighbours instantiate too. A
  # test stands in the namespace of its file's name, so that nothing of two can clash (house_rules.sh).
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${GNC_UNITY} UNITY_BUILD_BATCH_SIZE 12)
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  set_source_files_properties(${sources} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  if(arg_DOCUMENTS)
    target_precompile_headers(${name} REUSE_FROM gnc_precompiled_document_tests)
  else()
    target_precompile_headers(${name} REUSE_FROM gnc_precompiled_tests)
  endif()
  set(fixture)
  if(arg_FIXTURE)
    set(fixture FIXTURES_REQUIRED ${arg_FIXTURE})
  endif()
  set(share ${GNC_TEST_WORKS})
  if(arg_WAITS)
    set(share ${GNC_TEST_WAITS})
  endif()
  gtest_discover_tests(${name} TEST_PREFIX "${folder}: " DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${arg_TIMEOUT} RUN_SERIAL ${arg_SERIAL} ${share} ${fixture})
endfunction()
