/** Part of the wrapper (wrapper.ts): what the guest, or its installer, is told at its first start. */
import {
  bootSector,
  clusters,
  dataAt,
  fatAt,
  labelEntry,
  nameEntries,
  rootAt,
  secondFatAt,
  sectorBytes,
  sectors,
  seedNames,
} from './fat.js'

const labels = ['CIDATA', 'OEMDRV']
const perLabel = (make: (label: string) => string) =>
  labels.map((label) => `    ${label}) printf '%b' '${make(label)}' ;;`).join('\n')

export const seedPart = `\
# what the guest is told at its first start: a FAT disk called cidata (cloud-init, NoCloud) or OEMDRV (Anaconda), made of a
# directory by QEMU, or where QEMU cannot by this script
fat_boot() {
  case $1 in
${perLabel(bootSector)}
  esac
}
fat_label() {
  case $1 in
${perLabel(labelEntry)}
  esac
}
fat_name() {
  case $1 in
${seedNames.map((name) => `    ${name}) printf '%b' '${nameEntries(name)}' ;;`).join('\n')}
  esac
}
# bytes NUMBER COUNT: octal escapes, the lowest byte first
bytes() {
  number=$1 count=$2
  while [ "$count" -gt 0 ]; do
    printf '\\\\0%03o' "$((number % 256))"
    number=$((number / 256)) count=$((count - 1))
  done
}
# at SECTOR: standard input goes there
at() { dd of="$fat" bs=${sectorBytes} seek="$1" conv=notrunc 2>/dev/null; }
# chain FIRST COUNT: octal escapes of a file's clusters, each naming the next
chain() {
  next=$(($1 + 1)) left=$(($2 - 1))
  while [ "$left" -gt 0 ]; do
    bytes "$next" 2
    next=$((next + 1)) left=$((left - 1))
  done
  printf '%s' '\\0377\\0377'
}
# make_fat LABEL: of the files of seed; whole, or not there
make_fat() {
  fat=$dir/.seed.$$ cluster=2 table='\\0370\\0377\\0377\\0377'
  rm -f "$fat"
  : >"$fat" || return 1
  for file in ${seedNames.join(' ')}; do
    if [ ! -f "$dir/seed/$file" ]; then continue; fi
    size=$(wc -c <"$dir/seed/$file") || return 1
    count=$(((size + ${sectorBytes - 1}) / ${sectorBytes}))
    if [ "$((cluster + count))" -gt ${clusters} ]; then
      note "$dir/seed/$file is too large for a disk of $((${sectors} / 2)) KiB"
      return 1
    fi
    if [ "$count" -gt 0 ]; then
      at "$((${dataAt} + cluster - 2))" <"$dir/seed/$file" || return 1
      table=$table$(chain "$cluster" "$count")
    fi
    cluster=$((cluster + count))
  done
  {
    fat_label "$1"
    cluster=2
    for file in ${seedNames.join(' ')}; do
      if [ ! -f "$dir/seed/$file" ]; then continue; fi
      size=$(wc -c <"$dir/seed/$file")
      count=$(((size + ${sectorBytes - 1}) / ${sectorBytes}))
      first=$cluster
      if [ "$count" = 0 ]; then first=0; fi
      fat_name "$file"
      printf '%b' "$(bytes "$first" 2)$(bytes "$size" 4)"
      cluster=$((cluster + count))
    done
  } | at ${rootAt} || return 1
  printf '%b' "$table" | at ${fatAt} && printf '%b' "$table" | at ${secondFatAt} || return 1
  fat_boot "$1" | at 0 && printf '\\125\\252' | dd of="$fat" bs=1 seek=510 conv=notrunc 2>/dev/null &&
    dd if=/dev/zero of="$fat" bs=1 count=1 seek=${sectors * sectorBytes - 1} conv=notrunc 2>/dev/null &&
    mv -f "$fat" "$dir/seed.img"
}
if [ -d "$dir/seed" ]; then
  seedlabel=$(upper "\${seedlabel:-CIDATA}")
  case $seedlabel in CIDATA | OEMDRV) ;; *) problem "SEEDLABEL = \\"$seedlabel\\" is none" "CIDATA or OEMDRV" ;; esac
  formats=''
  if since 2009 && [ -n "$starter" ]; then formats=$(limited 5 "$starter" -drive format=help </dev/null); fi
  vvfat=1
  case "$formats " in
    *formats*[!a-z]vvfat[!a-z]* | ' ') ;;
    *formats*) vvfat='' ;;
  esac
  if [ "$family" = board ] || ! since 2009; then
    problem "this machine cannot be given $dir/seed: it needs virtio and QEMU 2.9" "move $dir/seed away"
  elif [ -n "$vvfat" ]; then
    doubled "$dir/seed"
    called=$seedlabel
    if [ "$called" = CIDATA ]; then called=cidata; fi
    set -- "$@" -blockdev "driver=vvfat,node-name=seed,dir=$out,label=$called,read-only=on" \\
      -device "virtio-blk-$transport,drive=seed"
  else
    # this QEMU was built without it
    if [ -z "$print$check$problems" ] && ! make_fat "$seedlabel"; then
      rm -f "$fat"
      problem "the FAT disk $dir/seed.img could not be made of $dir/seed" "see the room there: df -h $dir; or move $dir/seed away"
    fi
    doubled "$dir/seed.img"
    set -- "$@" -blockdev "driver=file,node-name=seed,filename=$out,read-only=on" -device "virtio-blk-$transport,drive=seed"
  fi
fi

`
