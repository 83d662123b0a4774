# Failed tests of a TAP report by node's runner, each with its path and diagnostics.
# A suite that failed only because of its tests is not repeated. Nothing is printed when all passed.

function depth() {
    match($0, /^ */)
    return int(RLENGTH / 4)
}

/^ *# Subtest: / {
    names[depth()] = substr($0, index($0, "# Subtest: ") + 11)
    next
}

/^ *(not )?ok [0-9]+/ {
    inside = $1 == "not"
    if (inside) {
        level = depth()
        block = ""
        path = names[0]
        for (i = 1; i <= level; i++) path = path " > " names[i]
    }
    next
}

inside {
    line = substr($0, level * 4 + 1)
    if (line == "  ...") {
        inside = 0
        if (block !~ /failureType: 'subtestsFailed'/) printf "failed: %s\n%s", path, block
    } else if (line != "  ---") {
        block = block line "\n"
    }
}
