# Writes OUTPUT, a C file that holds other files, in an array TABLE of TYPE (HEADER has both): LIST is a file
# with one line each, `kind|path|source`. Run by add_custom_command, so that an edited file is built in again.
file(STRINGS "${LIST}" rows)
set(arrays "")
set(table "")
set(number 0)
foreach(row IN LISTS rows)
  string(REPLACE "|" ";" parts "${row}")
  list(GET parts 0 kind)
  list(GET parts 1 path)
  list(GET parts 2 source)
  file(READ "${source}" hex HEX)
  file(SIZE "${source}" size)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  string(REGEX REPLACE "('[^']+','[^']+','[^']+','[^']+','[^']+','[^']+','[^']+','[^']+',)" "\\1\n    "
         bytes "${bytes}")
  string(APPEND arrays "static const char file_${number}[] = {\n    ${bytes}0};\n")
  string(APPEND table "    {\"${kind}\", \"${path}\", file_${number}, ${size}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUTPUT}"
  "/* made by cmake/EmbedFiles.cmake */\n#include \"${HEADER}\"\n\n${arrays}\n"
  "const ${TYPE} ${TABLE}[] = {\n${table}    {NULL, NULL, NULL, 0},\n};\n")
