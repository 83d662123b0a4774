# Prints where SUITE comes from: the URIs and options of the first enabled entry for it, in the format of
# .sources files, without Types, Suites and Components. Reads one-line (.list) and stanza (.sources) files.
# Usage: awk -v suite=bookworm -f apt_entry.awk FILE…

function finish_stanza(    i, count, names) {
    if (!found && enabled && has_deb && kept != "") {
        count = split(suites, names, /[ \t\n]+/)
        for (i = 1; i <= count; i++)
            if (names[i] == suite && !found) {
                printf "%s", kept
                found = 1
            }
    }
    kept = suites = field = ""
    enabled = 1
    has_deb = 0
}

function one_line(line,    options, count, pairs, i, parts, words) {
    if (line !~ /^[ \t]*deb[ \t]/) return
    sub(/^[ \t]*deb[ \t]+/, "", line)
    sub(/#.*/, "", line)
    options = ""
    if (match(line, /^\[[^]]*\]/)) {
        options = substr(line, 2, RLENGTH - 2)
        line = substr(line, RLENGTH + 1)
    }
    split(line, words, " ")
    if (words[2] != suite || words[1] ~ /^cdrom:/) return
    print "URIs: " words[1]
    count = split(options, pairs, " ")
    for (i = 1; i <= count; i++) {
        split(pairs[i], parts, "=")
        if (parts[1] == "signed-by") print "Signed-By: " parts[2]
        if (parts[1] == "trusted") print "Trusted: " parts[2]
        if (parts[1] == "arch") { gsub(",", " ", parts[2]); print "Architectures: " parts[2] }
    }
    found = 1
}

function stanza_line(line,    name, value) {
    if (line ~ /^#/) return
    if (line ~ /^[ \t]*$/) { finish_stanza(); return }
    if (line ~ /^[ \t]/) {
        if (field == "suites") suites = suites " " line
        else if (field == "kept") kept = kept line "\n"
        return
    }
    name = tolower(substr(line, 1, index(line, ":") - 1))
    value = substr(line, index(line, ":") + 1)
    field = ""
    if (name == "types") has_deb = (value ~ /(^|[ \t])deb([ \t]|$)/)
    else if (name == "suites") { suites = value; field = "suites" }
    else if (name == "enabled") enabled = (tolower(value) !~ /no|false|0/)
    else if (name != "components") { kept = kept line "\n"; field = "kept" }
}

FNR == 1 { finish_stanza() }
found { exit }
FILENAME ~ /\.list$/ { one_line($0); next }
{ stanza_line($0) }
END { finish_stanza() }
