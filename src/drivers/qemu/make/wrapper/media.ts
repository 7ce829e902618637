/** Part of the wrapper (wrapper.ts): what the machine boots from, and its boot image. */

export const mediaPart = `\
# ---- what it boots from
# of CSV N: the Nth part of MODE%PATH%...; nothing, none and default stand for what is configured
part() {
  rest=$1 n=$2
  while [ "$n" -gt 1 ]; do
    case $rest in *%*) rest=\${rest#*%} ;; *) rest='' ;; esac
    n=$((n - 1))
  done
  part=\${rest%%%*}
  case $part in none | default | NONE | DEFAULT) part='' ;; esac
}
source='' target='' stage=''
if [ -n "$install" ]; then
  part "$o_inst" 1 && source=$(upper "\${part:-\${instmode:-CD}}")
  part "$o_inst" 2 && medium=$part
  part "$o_inst" 3 && target=$(upper "\${part:-VHDD}")
  part "$o_inst" 4 && targetpath=$part
  part "$o_inst" 5 && stage=$(upper "$part")
  case $target in
    VHDD | HDD | HDDBOOTIMAGE) if [ -n "$targetpath" ]; then beside "$targetpath" && image=$path format=''; fi ;;
    USB) image=\${targetpath:-$stick} format=raw ;;
    *) problem "INSTMODE has no target $target" "VHDD or USB" ;;
  esac
else
  source=$(upper "\${o_boot%%\\%*}")
  medium=''
  case $o_boot in *%*) part "$o_boot" 2 && medium=$part ;; esac
  source=\${source:-$(upper "\${bootmode:-HDD}")}
fi
boot='' direct=''
case $source in
  CD | DVD | INSTALL)
    boot=d cdrom=\${medium:-\${cdrom:-/dev/cdrom}}
    beside "$cdrom" && cdrom=$path
    [ -r "$cdrom" ] || problem "the CD image $cdrom cannot be read" "--bootmode=CD%PATH, or set INSTSRCCDROM in $config, or --bootmode=PXE"
    ;;
  FDD)
    boot=a floppy=\${medium:-\${floppy:-/dev/fd0}}
    beside "$floppy" && floppy=$path
    [ -r "$floppy" ] || problem "the floppy image $floppy cannot be read" "--bootmode=FDD%PATH, or set INSTSRCFDD in $config"
    ;;
  USB)
    stick=\${medium:-$stick}
    beside "$stick" && stick=$path
    { [ -n "$stick" ] && [ -r "$stick" ]; } || problem "the USB image '$stick' cannot be read" "--bootmode=USB%PATH, or set INSTSRCUSB in $config"
    ;;
  PXE) boot=n ;;
  HDD | VHDD)
    boot=c direct=1
    if [ -z "$install" ] && [ -n "$medium" ]; then beside "$medium" && image=$path format=''; fi
    ;;
  *) problem "BOOTMODE has no $source" "one of HDD, VHDD, CD, DVD, FDD, USB, PXE, INSTALL" ;;
esac
case $source in CD | DVD | INSTALL) ;; *) cdrom='' ;; esac
if [ "$source" != FDD ]; then floppy=''; fi
if [ "$source" != USB ]; then stick=''; fi
if [ -n "$o_kernel" ]; then
  kernel=\${o_kernel%%,*} initrd='' append='' direct=1
  case $o_kernel in *,*) initrd=\${o_kernel#*,} ;; esac
  case $initrd in *,*) append=\${initrd#*,} initrd=\${initrd%%,*} ;; esac
  beside "$kernel" && kernel=$path
  beside "$initrd" && initrd=$path
fi
if [ -z "$direct" ]; then kernel='' initrd='' append=''; fi
for file in \${kernel:+"$kernel"} \${initrd:+"$initrd"}; do
  [ -r "$file" ] || problem "the kernel file $file cannot be read" "--kernelmode=KERNEL,INITRD,APPEND, or change KERNELIMAGE and INITRDIMAGE in $config"
done

# ---- the boot image: made where it is missing and that was asked for; what holds anything is never made anew
image=\${image:-$dir/$name.qcow2}
imagetool=$(command -v qemu-img || echo '')
if [ -z "$format" ]; then case $image in *.qcow2) format=qcow2 ;; *) format=raw ;; esac; fi
# holds_something FILE
holds_something() {
  if [ -b "$1" ]; then
    [ -n "$(dd if="$1" bs=65536 count=16 2>/dev/null | tr -d '\\000' | head -c 1 | od -An -t x1)" ]
  elif [ ! -s "$1" ]; then
    return 1
  elif [ -n "$imagetool" ] && found=$(limited 20 "$imagetool" map --output=json -f "$format" "$1"); then
    case $found in *'"data": true'*) return 0 ;; *) return 1 ;; esac
  fi
}
make_image() {
  if [ -b "$image" ]; then return; fi
  if [ -n "$imagetool" ]; then
    "$imagetool" create -q -f "$format" "$image" "\${size:-8G}"
  elif [ "$format" = raw ]; then
    dd if=/dev/zero of="$image" bs=1 count=0 seek="\${size:-8G}" 2>/dev/null
  else
    note "no qemu-img on this host; install qemu-utils"
    return 1
  fi
}
if [ -n "$init" ] || [ "$stage" = INIT ] || { [ -n "$install" ] && [ ! -e "$image" ]; }; then
  if [ ! -e "$image" ] || ! holds_something "$image"; then
    if [ -z "$print$check" ] && [ -z "$problems" ]; then make_image || exit 1; fi
    init=1
  elif [ "$stage" = INIT ]; then
    facts="$image: $(wc -c 2>/dev/null <"$image") bytes"
    if [ -b "$image" ]; then
      block=/sys/class/block/\${image##*/}
      facts="$image: $(cat "$block/size" "$block/device/model" "$block/device/serial" 2>/dev/null | tr '\\n' ' ')"
    fi
    answer=''
    if [ -t 0 ] && [ -t 2 ] && [ -z "$print$check$problems" ]; then
      printf '%s\\nIt holds something. INIT removes that. Type "yes": ' "$facts" >&2
      read -r answer
    fi
    if [ "$answer" = yes ]; then
      if [ -f "$image" ]; then make_image || exit 1; fi
    else
      problem "INIT would remove what $image holds ($facts)" "leave INIT out, or remove it yourself"
    fi
  fi
fi
if [ -n "$initonly" ] && [ -z "$problems$print$check" ]; then exit 0; fi
if [ ! -e "$image" ]; then
  if [ -n "$kernel" ] || { [ -z "$install" ] && [ -n "$stick$cdrom$floppy" ]; } || [ "$disk" = none ]; then
    image=''
  elif [ -z "$init" ]; then
    problem "missing boot image $image" "install first: --instmode, or --bootmode=CD%PATH; an empty one: --initmode"
  fi
fi
if [ -n "$second" ] && [ ! -r "$second" ]; then problem "the second disk $second cannot be read" "change HDB in $config"; fi

`
