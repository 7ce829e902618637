/**
 * Shell function: `images_of CONFIG CALL` calls CALL with each file that may be an image of that configuration, 64 at
 * most; the same rule as that of a scan (../../host/scan/disks.ts). They are those whose names begin with its own before a
 * dot, dash or underscore, and with that of no other configuration that is longer; where none does, all of a directory
 * that has no other configuration.
 */
export const imagesFunction = `\
# is_image FILE
is_image() {
  case $1 in *.ctys | *.conf | *.sh | *.log | *.pid | *.txt) return 1 ;; esac
  [ -f "$1" ] || [ -b "$1" ]
}
images_of() {
  images=0
  stem=\${1%.*}
  for image in "$stem"[._-]*; do
    if is_image "$image" && is_own "$image"; then
      images=$((images + 1))
      "$2" "$image"
      [ "$images" -lt 64 ] || return 0
    fi
  done
  [ "$images" = 0 ] || return 0
  for other in "\${1%/*}"/*.ctys "\${1%/*}"/*.conf; do
    if [ -f "$other" ] && [ "\${other%.*}" != "$stem" ]; then return 0; fi
  done
  for image in "\${1%/*}"/*; do
    is_image "$image" || continue
    images=$((images + 1))
    "$2" "$image"
    [ "$images" -lt 64 ] || return 0
  done
}
# is_own IMAGE: no other configuration has a longer part of its name
is_own() {
  for other in "$stem"[._-]*.ctys "$stem"[._-]*.conf; do
    [ -f "$other" ] || continue
    other=\${other%.*}
    case $1 in "$other"[._-]*) return 1 ;; esac
  done
  return 0
}
`
