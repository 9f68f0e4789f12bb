#!/bin/sh
# layering.sh ROOT - the rules of the house that a compiler does not see.
#
# 1. Includes point down: reports -> graph/error.h, datasets and metrics -> graph, cli -> all.
# 2. <igraph.h> is seen in graph/ and metrics/ only.
# 3. Below cli/ nothing prints or ends the program.
#
# Prints each offending line as FILE:LINE:TEXT under its rule; exits 1 if there is one.
set -u
cd "${1:?usage: layering.sh ROOT}" || exit 2
found=0

# lines PATTERN FOLDER...: the matching lines of their C files; comments do not count.
lines() {
    pattern=$1
    shift
    find "$@" -name '*.[ch]' | LC_ALL=C sort | xargs -r grep -nHE "$pattern" |
        grep -vE '^[^:]*:[0-9]+:[[:space:]]*(/\*|\*)'
}

# includes FOLDER ALLOWED: quoted includes of its files that do not match.
includes() {
    lines '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$1" |
        grep -vE "include[[:space:]]*\"($2)\""
}

# refuse RULE LINES
refuse() {
    [ -z "$2" ] && return
    printf '%s:\n%s\n' "$1" "$2"
    found=1
}

for folder in graph metrics datasets reports cli; do
    [ -d "$folder" ] || { echo "layering.sh: no folder $folder in $1" >&2; exit 2; }
done

own='graph|metrics|datasets|reports|cli|tests'
call='(^|[^[:alnum:]_])(exit|_exit|_Exit|quick_exit|abort|perror|v?printf|puts|putchar)[[:space:]]*\('
to_stream='(^|[^[:alnum:]_])(v?fprintf[[:space:]]*\([[:space:]]*|(fputs|fputc|putc|fwrite)[[:space:]]*\(.*)(stderr|stdout)'

refuse 'graph/ includes graph/ only' "$(includes graph 'graph/[^"]*')"
refuse 'metrics/ includes graph/ and metrics/ only' "$(includes metrics '(graph|metrics)/[^"]*')"
refuse 'datasets/ includes graph/ and datasets/ only' "$(includes datasets '(graph|datasets)/[^"]*')"
refuse 'reports/ includes graph/error.h and reports/ only' \
    "$(includes reports 'graph/error\.h|reports/[^"]*')"
refuse 'our own headers stand in quotes' \
    "$(lines "include[[:space:]]*<($own)/" graph metrics datasets reports cli)"
refuse 'igraph is seen in graph/ and metrics/ only' \
    "$(lines 'include[[:space:]]*[<"]igraph' datasets reports cli)"
refuse 'only cli/ prints or ends the program' \
    "$(lines "$call|$to_stream" graph metrics datasets reports)"
exit $found
