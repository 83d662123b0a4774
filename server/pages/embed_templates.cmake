# Writes TEMPLATES (a list of .mustache files) as string literals into the header OUTPUT.
# Run at build time, so editing a template rebuilds what uses it.
set(text "// Written by embed_templates.cmake.\n#pragma once\n\n#include <string_view>\n\nnamespace gs::pages::templates {\n\n")
foreach(template IN LISTS TEMPLATES)
  get_filename_component(name "${template}" NAME_WE)
  file(READ "${template}" content)
  string(APPEND text "inline constexpr std::string_view ${name} = R\"mustache(${content})mustache\";\n\n")
endforeach()
string(APPEND text "}  // namespace gs::pages::templates\n")
file(WRITE "${OUTPUT}" "${text}")
