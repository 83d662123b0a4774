# Writes MIGRATIONS (a list of .sql files, numbered from 0001 on) as string literals into the header OUTPUT.
# Run at build time. A migration that has been released is never edited: another one follows it.
set(text "// Written by embed_migrations.cmake.\n#pragma once\n\n#include <array>\n\n")
list(SORT MIGRATIONS)
list(LENGTH MIGRATIONS count)
string(APPEND text "namespace gs::storage {\n\n/// The first makes version 1 of an empty database.\n")
string(APPEND text "inline constexpr std::array<const char*, ${count}> migrations = {\n")
foreach(migration IN LISTS MIGRATIONS)
  file(READ "${migration}" content)
  string(APPEND text "R\"sql(${content})sql\",\n")
endforeach()
string(APPEND text "};\n\n}  // namespace gs::storage\n")
file(WRITE "${OUTPUT}" "${text}")
