# Writes the definitions of results/report/html_assets_internal.h.
# cmake -D OUTPUT= -D FOLDER= -P html_assets.cmake
file(READ ${FOLDER}/html_page.css style)
file(READ ${FOLDER}/html_page.js script)
# What only people need stays in the sources: indentation, and comments that fill a line.
string(REGEX REPLACE "\n +" "\n" style "${style}")
string(REGEX REPLACE "\n +" "\n" script "${script}")
string(REGEX REPLACE "\n// [^\n]*" "" script "${script}")
file(WRITE ${OUTPUT}
  "#include \"results/report/html_assets_internal.h\"\n\nnamespace souk::html {\n\n"
  "const char* const kPageStyle = R\"souk~(" "${style}" ")souk~\";\n\n"
  "const char* const kPageScript = R\"souk~(" "${script}" ")souk~\";\n\n}  // namespace souk::html\n")
