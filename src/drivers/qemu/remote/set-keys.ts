/**
 * Shell function `set_keys FILE KEYS`: the text of the configuration FILE with other values, on stdout. KEYS is a file of
 * lines `KEY VALUE`; without a value the key goes. Everything else stays as it is, where it is; of keys given twice the
 * first counts, so the others go.
 */
export const setKeysFunction = `\
set_keys() {
  awk '
    NR == FNR {
      at = index($0, " ")
      key = substr($0, 1, at - 1)
      value[key] = substr($0, at + 1)
      order[++count] = key
      next
    }
    /^#@#.*=/ {
      key = $0
      sub(/^#@#[ \\t]*/, "", key)
      sub(/[ \\t]*=.*$/, "", key)
      sub(/^CTYS-/, "", key)
      if (key in value) {
        if (!(key in done) && value[key] != "") print "#@#" key " = \\"" value[key] "\\""
        done[key] = 1
        next
      }
    }
    { print }
    END {
      for (i = 1; i <= count; i++) {
        key = order[i]
        if (!(key in done) && value[key] != "") print "#@#" key " = \\"" value[key] "\\""
      }
    }' "$2" "$1"
}
`
