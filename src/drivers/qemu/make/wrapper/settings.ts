/** Part of the wrapper (wrapper.ts): its options, and its settings, which are read and never executed. */

export const settingsPart = `\
#!/bin/sh
# Starts the virtual machine whose settings stand beside this file, in the file of the same name that ends in .ctys.
# Written by ctys; needs a POSIX shell and QEMU, nothing of ctys. What it takes: --help
set -u
set -f # no word is a pattern
umask 177
PATH=\${PATH:-/usr/bin:/bin}:/opt/qemu/bin:/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/usr/libexec:/usr/pkg/bin:/opt/vde/bin
tab=$(printf '\\t')
cr=$(printf '\\r')
nl='
'

self=$0
case $self in
  */*) ;;
  *) if [ -f "$self" ]; then self=./$self; else self=$(command -v "$self"); fi ;;
esac
if [ -h "$self" ]; then self=$(readlink -f "$self"); fi
name=\${self##*/}
name=\${name%.sh}
dir=$(CDPATH='' cd "\${self%/*}/" && pwd) || exit 1
config=$dir/$name.ctys

# All that is wrong is told at once, each fault with what mends it.
problems=''
problem() { problems="$problems$name: $1$nl  remedy: $2$nl"; }
note() { printf '%s: %s\\n' "$name" "$1" >&2; }

# ---- options; each wins over the setting of the same name
usage() {
  cat <<'END'
--console=NONE|VNC|CLI|CLI0|SDL   how it is seen; CLI0: monitor and serial line on this terminal
--vncaccessdisplay=N              VNC on 127.0.0.1, port 5900 + N
--bootmode=HDD|CD|DVD|FDD|USB|PXE[%PATH]
--instmode[=SOURCE%PATH%TARGET%PATH%INIT]   install: from CD, DVD, FDD, USB or PXE to VHDD or USB
--initmode, --initmodeonly        make the boot image where there is none; only that
--kernelmode=KERNEL[,INITRD[,APPEND]]
--argsadd=WORDS                   further words for QEMU, blanks between them
--startercall=PATH, --wrappercall=PATH      the QEMU, and what calls it, such as vdeq
--print                           the call, ready to paste; nothing is run
--check                           what is wrong and what mends it, else the call; nothing is run
--listoptions                     the options of this QEMU
END
}
upper() { printf '%s' "$1" | tr '[:lower:]' '[:upper:]'; }
o_console='' o_display='' o_boot='' o_inst='' o_kernel='' o_args='' o_starter='' o_caller=''
install='' init='' initonly='' print='' check='' listoptions=''
for option; do
  # the manual writes some of them with one dash
  case $option in --*) ;; -[a-z]*) option=-$option ;; esac
  value=\${option#*=}
  case $option in
    --console=*) o_console=$value ;;
    --vncaccessdisplay=* | --vncaccesdisplay=*) o_display=$value ;;
    --bootmode=*) o_boot=$value ;;
    --instmode) install=1 ;;
    --instmode=*) install=1 o_inst=$value ;;
    --initmode) init=1 ;;
    --initmodeonly | --initonly) init=1 initonly=1 ;;
    --kernelmode=*) o_kernel=$value ;;
    --argsadd=* | --addargs=*) o_args="$o_args $value" ;;
    --startercall=*) o_starter=$value ;;
    --wrappercall=*) o_caller=$value ;;
    --print) print=1 ;;
    --check) check=1 ;;
    --listoptions) listoptions=1 ;;
    --help) usage && exit 0 ;;
    *) problem "unknown option $option" "sh $self --help" ;;
  esac
done

# ---- settings: lines  #@#KEY = "value"  which are read and never executed. The words of ARG0, ARG1 ... become the
# positional parameters.
label=$name uuid='' arch='' platform='' cpu='' memory='' cpus='' starter='' caller='' accelerator=''
console='' display='' keyboard='' vga='' clock='' bios='' macs='' net='' device='' nic='' sshport='' bus=''
image='' format='' size='' cdrom='' floppy='' stick='' second='' kernel='' initrd='' append='' args=''
bootmode='' instmode='' tablet='' seedlabel='' seen=' '
set --
if [ ! -r "$config" ]; then
  problem "its configuration $config is not there" "put it there, with lines such as  #@#MAGICID-QEMU  and  #@#UUID = \\"...\\""
else
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in '#@#'*=*) ;; *) continue ;; esac
    line=\${line#'#@#'}
    key=\${line%%=*}
    key=\${key#"\${key%%[! "$tab"]*}"}
    key=\${key%%[ "$tab"]*}
    key=\${key#CTYS-}
    value=\${line#*=}
    value=\${value#"\${value%%[! "$tab"]*}"}
    value=\${value%"\${value##*[! "$tab$cr"]}"}
    # a plain value ends at the next quote; a text may hold quotes, and ends at the last one
    text=$value
    case $value in
      '"'*) text=\${value#?} value=\${text%%'"'*} text=\${text%'"'*} ;;
      "'"*) text=\${value#?} value=\${text%%"'"*} text=\${text%"'"*} ;;
    esac
    case $seen in *" $key "*) continue ;; esac
    seen="$seen$key "
    case $key in ARG[0-9] | ARG[0-9][0-9] | ARG[0-9][0-9][0-9]) set -- "$@" "$text" && continue ;; esac
    [ -n "$value$text" ] || continue
    # a semicolon switches a device off
    off=''
    if [ "$value$text" = ';;' ]; then
      case $key in APPEND | ARGSADD) ;; *) value='' text='' off=none ;; esac
    fi
    case $key in
      LABEL) label=$value ;;
      UUID) uuid=$value ;;
      ARCH) arch=$value ;;
      PLATFORM) platform=$value ;;
      CPU) cpu=$value ;;
      VRAM | MEMSIZE) memory=$value ;;
      VCPU | SMP) cpus=$value ;;
      STARTERCALL) starter=$text ;;
      WRAPPERCALL) caller=$text ;;
      ACCELERATOR) accelerator=$value ;;
      DEFAULTCONSOLE) console=$value ;;
      VNCACCESSDISPLAY | VNCDISPLAY) display=\${value#:} ;;
      KBD_LAYOUT) keyboard=$value ;;
      VGADRIVER) vga=$value$off ;;
      TIMEOPT) clock=$value ;;
      TABLET) tablet=$(upper "$value$off") ;;
      SEEDLABEL) seedlabel=$value ;;
      QEMUBIOS) bios=$text ;;
      MAC | MAC[0-9] | MAC[0-9][0-9]) macs="$macs $value" ;;
      NET) net=$text$off ;;
      NIC) nic=$value$off ;;
      SSHPORT) sshport=$value ;;
      DISKBUS) bus=$value ;;
      HDDBOOTIMAGE | HDA) image=$text ;;
      HDDBOOTIMAGE_FORMAT) format=$value ;;
      HDDBOOTIMAGE_INST_SIZE) size=$value ;;
      HDB) second=$text ;;
      INSTSRCCDROM) cdrom=$text ;;
      INSTSRCFDD | FDA | FDDIMAGE) floppy=$text ;;
      INSTSRCUSB) stick=$text ;;
      KERNELIMAGE) kernel=$text ;;
      INITRDIMAGE) initrd=$text ;;
      APPEND) append=$text ;;
      ARGSADD) args=$text ;;
      DEFAULTBOOTMODE) bootmode=$value ;;
      DEFAULTINSTMODE) instmode=$value ;;
    esac
  done <"$config"
fi
words=$#
args="$args$o_args"
console=$(upper "\${o_console:-\${console:-NONE}}")
display=\${o_display:-$display}
starter=\${o_starter:-$starter}
caller=\${o_caller:-$caller}
# beside FILE: sets path to it; relative names stand beside the configuration
beside() { case $1 in '' | /*) path=$1 ;; *) path=$dir/$1 ;; esac; }
beside "$image" && image=$path
beside "$second" && second=$path
beside "$kernel" && kernel=$path
beside "$initrd" && initrd=$path
# number NAME VALUE MOST
number() {
  case $2 in
    '' | *[!0-9]* | ???????????*) problem "$1 = \\"$2\\" is no number" "write digits in $config" ;;
    *) [ "$2" -le "$3" ] || problem "$1 = \\"$2\\" is more than $3" "change it in $config" ;;
  esac
}
case $memory in
  *[Gg] | *[Gg][Bb]) memory=\${memory%%[Gg]*} && number VRAM "$memory" 999999 && memory=$((memory * 1024)) ;;
  *[Mm] | *[Mm][Bb]) memory=\${memory%%[Mm]*} ;;
esac
memory=\${memory:-512} cpus=\${cpus:-1}
number VRAM "$memory" 99999999
number VCPU "$cpus" 4096

`
