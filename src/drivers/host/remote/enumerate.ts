/**
 * Lists the configuration files below each base and gives the contents of those that are new; it does not judge them.
 * Arguments: SINCE, DIGEST, WANT (`f` the facts of the host, `d` disk images, `m` files of other tools too, `p` the
 * places where these keep them), then the bases; an absolute one is taken as it is, any other starts at $HOME. A base may
 * also be one file, whatever its name.
 *
 * Answer, line by line (where `%` is %25 and a line feed %0A the path is marked with *):
 *   C seconds                     the clock of this host
 *   =                             the listing has this DIGEST (as cksum(1) prints it); nothing more follows
 *   B path*                       a base begins; A (with `p`): a place where another tool keeps its machines
 *   M, N, U, K                    it is missing, neither file nor directory, not readable; the search was killed
 *   D path*                       a directory in it that cannot be read
 *   J path*                       a symbolic link in it, not followed: to a directory, or named like a configuration
 *   S inode size mtime ctime path a file that may be a configuration; T: the same, and it was asked for by its name
 *   O path*                       the same, with a line feed in its path
 *   L line                        its content, when mtime or ctime is not before SINCE; then E = complete, R = it could
 *                                 not be read, X = it is no configuration (given instead of the content)
 *   I device inode path           after the bases: a disk image in a directory with a *.ctys, a *.conf or a T, with `m` any;
 *                                 behind a symbolic link the image it leads to; only those their owner may write. No
 *                                 size, no times: a running guest changes them
 *   Y path*                       a marker that a machine may be suspended; beside the listing, and perhaps twice
 *   H boot                        names this run of this kernel
 *   V device text                 what these devices are: `TYPE SOURCE OPTIONS` from mountinfo, a line of NFS's volumes
 *                                 for the FSID, or `df SOURCE`
 *   G, P key value                with `f`: this host begins, a fact of it
 *   Z                             everything was said
 * The listing is all of that from the first B to Z, without L, E, R, X and Y.
 *
 * Names: *.ctys, *-qemud.rc (qemu-init), and *.conf, *.cfg and names without a dot below a directory xen when a look
 * inside shows a configuration of QEMU, Xen, quickemu or Proxmox. With `m` also *.xml with a domain in it, lima.yaml and
 * backup.yaml (Incus, LXD), and small scripts that name QEMU in a directory with images and no configuration. Symbolic
 * links are followed for the base alone, so there are no loops; mounts are entered. Where other links lead is looked at
 * for five seconds: it may be a server that is gone.
 *
 * What find(1) and stat(1) say goes to stderr. stat(1) is in no standard: GNU and busybox know -c, the BSDs -f; where
 * neither is, cksum(1) stands in for inode and times, and where that is missing too, files are given as O, always with
 * their content; there are no I then. Device numbers are those of stat(2), which has mountinfo's major and minor in one.
 *
 * The work is done by a child, so that a wedged mount stops the child and this shell can still be ended. find starts
 * its helpers for many files at once: a thousand machines cost a handful of processes. The script travels with each
 * scan, and so without its comments and indentation.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {suspendMarkerEnding} from '../../qemu/paths.js'
import {hostFacts} from './host-facts.js'

// busybox's find forgets an -exec ... {} + in parentheses
const images = '-name "$match" -perm -200 ! -path "*$nl*"'
const stat = '-exec stat -L "$how" "$image" {} +'
// one sh more: find would put the files wherever it sees {} in an argument, also within "$follow"
const links = `-exec sh -c 'exec sh -c "$follow" sh "$@"' sh {} +`

// what lies there tells of no configuration: it comes beside the listing
const markers = `-name ".*${suspendMarkerEnding}" -exec awk "$paths" Y {} +`

const text = `\
set -a
LC_ALL=C
nl='
'
since=$1
known=$2
want=$3
shift 3
paths='
BEGIN {
  for (i = 2; i < ARGC; i++) {
    gsub(/%/, "%25", ARGV[i])
    gsub(/\\n/, "%0A", ARGV[i])
    print ARGV[1], ARGV[i]
  }
}'
give='
function look(path, always, n, k, got, line, named, xen, xml, script) {
  n = named = xen = 0
  xml = path ~ /[.]xml$/
  script = path ~ /([.]sh|\\/[^.\\/]*)$/
  while ((got = (getline line < path)) > 0) {
    lines[n++] = line
    if (always) continue
    if (line ~ /^#@#MAGICID-(QEMU|XEN)/) always = 1
    else if (xml) always = line ~ /<domain([ \\t>]|$)/
    else if (line ~ /^[ \\t]*disk_img=/) always = 1
    else if (script && line ~ /(qemu-system-|qemu-kvm|virt-install|(^|[ \\t\\/"])kvm[ \\t])/) always = 1
    else if (line ~ /^[ \\t]*name[ \\t]*=/) named = 1
    else if (line ~ /^[ \\t]*(kernel|bootloader|builder|type|firmware|disk|vif)[ \\t]*=/) xen = 1
    if (named && xen) always = 1
  }
  close(path)
  if (got < 0) {
    print "R"
  } else if (always) {
    for (k = 0; k < n; k++) print "L" lines[k]
    print "E"
  } else {
    print "X"
  }
}
BEGIN { configs = "([.]ctys|-qemud[.]rc|/(lima|backup)[.]yaml|/qemu-server/[0-9]+[.]conf)$" }
{ print }
/^[ST] / {
  split($0, part)
  if (part[3] + 0 > 262144 || (part[4] + 0 < since && part[5] + 0 < since)) next
  path = substr($0, index($0, "/"))
  look(path, part[1] == "T" || path ~ configs)
}
/^O / {
  path = substr($0, 3)
  gsub(/%0A/, "\\n", path)
  gsub(/%25/, "%", path)
  look(path, path ~ configs)
}'
disks='
function tell(file, at, line, part, n, dev) {
  while ((getline line < file) > 0) {
    split(line, part)
    split(part[at], n, ":")
    dev = sprintf("%.0f", n[1] * 256 + n[2] % 256 + int(n[2] / 256) * 1048576)
    sub(/.* - /, "", line)
    if (dev in used && !told[dev line]++) print "V", dev, line
  }
}
/^I / {
  if (/[.](img|qcow2?|raw|v(mdk|di|hdx?)|hdd)$/) image[++count] = $0
  next
}
/^Y / && ENVIRON["aside"] {
  print | "cat >&3"
  next
}
/^S / && ENVIRON["every"] && /([.]sh|\\/[^.\\/]*)$/ && !/\\/xen\\// {
  script[++scripts] = $0
  next
}
{ print }
/^(T |S .*[.](ctys|conf)$)/ {
  path = substr($0, index($0, "/"))
  sub("/[^/]*$", "", path)
  here[path]
}
END {
  for (i = 1; i <= count; i++) {
    path = dir = substr(image[i], index(image[i], "/"))
    sub("(/[.])?/[^/]*$", "", dir)
    if (!(dir in here) && !ENVIRON["every"]) continue
    full[dir]
    print image[i]
    split(image[i], part)
    used[part[2]] = path
  }
  if (!count) exit
  for (i = 1; i <= scripts; i++) {
    dir = substr(script[i], index(script[i], "/"))
    sub("/[^/]*$", "", dir)
    if ((dir in full) && !(dir in here)) print script[i]
  }
  if ((getline line < "/proc/sys/kernel/random/boot_id") > 0) {
    print "H", line
    tell("/proc/self/mountinfo", 3)
    tell("/proc/fs/nfsfs/volumes", 4)
  } else {
    system("")
    for (dev in used) print dev, used[dev] | ENVIRON["ask"]
    close(ENVIRON["ask"])
  }
}'
ask='
exec 2>/dev/null
echo "H $(sysctl -n kern.boottime) $(uname -n)"
while read -r dev path; do
  echo "V $dev df $(df -P "$path" | sed "1d;s/ .*//")"
done'
closed='
for d; do
  if [ ! -r "$d" ] || [ ! -x "$d" ]; then awk "$paths" D "$d"; fi
done'
follow='
exec 2>/dev/null
sleep 5 >/dev/null &
timer=$!
{
  trap "kill \\$!" TERM
  find -H "$@" -prune \\( -type d -o -name "*.ctys" -o -name "*.conf" \\) -exec awk "$paths" J {} + \\
    -o -type f ${images} ${stat} &
  wait "$!"
  kill "$timer"
} &
if wait "$timer"; then
  kill "$!"
  awk "$paths" J "$@"
else
  wait
fi'
sums='
for f; do
  if [ -r "$f" ]; then cksum "$f"; else printf "0 0 %s\\n" "$f"; fi
done | sed "s/^\\([0-9]* [0-9]*\\) /$tag \\1 0 0 /"'
try() { "$@" >/dev/null 2>&1; }
# mark TAG FIND-ARGUMENT...: an S or T line for each of these files
mark() { tag=$1; shift; find "$@" -exec stat "$how" "$tag $stamp" {} +; }
# find of GNU tells by itself which directories are closed
quick=
try find / -prune -readable -executable && quick=1
# no configuration, but wider than the endings of images, and so one pattern; what "disks" lets through decides
match='*.[hiqrv][acdhm]*[2dgikwx]'
if try stat -c %i /; then
  how=-c stamp='%i %s %Y %Z %n' image='I %d %i %n'
elif try stat -f %i /; then
  how=-f stamp='%i %z %m %c %N' image='I %d %i %N'
else
  match=
  if try command -v cksum; then
    mark() { tag=$1; shift; find "$@" -exec sh -c "$sums" sh {} +; }
  else
    mark() { shift; find "$@" -exec awk "$paths" O {} +; }
  fi
fi
# with m: more names; else no name at all
every='' xml='' lima='' incus='' sh='' program='*'
case $want in *m*) every=1 xml='*.xml' lima=lima.yaml incus=backup.yaml sh='*.sh' program='*.*' ;; esac
${hostFacts}
# enter TAG BASE
enter() {
  base=$2
  awk "$paths" "$1" "$base"
  if [ -d "$base" ]; then
    if [ -r "$base" ] && [ -x "$base" ]; then
      mark S -H "$base" \\( -path /proc -o -path /sys -o -path /dev \\) -prune -o \\
        -type d \${quick:+! "(" -readable -executable ")"} -exec sh -c "$closed" sh {} + -o \\
        -type l ${links} -o ! -type f -o ${markers} -o ! -name '*.cfg' ${images} ${stat} -o \\
        ! -name '*.ctys' ! -name '*-qemud.rc' ! -name '*.conf' ! -name '*.cfg' \\
        ! -name "$xml" ! -name "$lima" ! -name "$incus" ! -name "$sh" \\
        ! \\( -path '*/xen/*' ! -name '*.*' ! -size +512 \\) \\
        ! \\( ! -name "$program" -perm -100 ! -size +128 \\) -o \\
        -path "*$nl*" -exec awk "$paths" O {} + -o
      [ $? -lt 126 ] || echo K
    else
      echo U
    fi
  elif [ -f "$base" ]; then
    case $base in
      *"$nl"*) awk "$paths" O "$base" ;;
      *)
        mark T -H "$base"
        [ -z "$want" ] ||
          find "\${base%/*}/." ! -name . -prune ${markers} -o -type f ${images} ${stat} -o -type l ${images} ${links}
        ;;
    esac
  elif [ -e "$base" ]; then
    echo N
  else
    echo M
  fi
}
enter_all() {
  for base; do
    case $base in
      /*) ;;
      *) base=\${HOME:-/nonexistent}\${base:+/$base} ;;
    esac
    enter B "$base"
  done
  case $want in *p*) ;; *) return 0 ;; esac
  home=\${HOME:-/nonexistent}
  for place in /etc/libvirt/qemu /etc/libvirt/libxl "$home/.config/libvirt/qemu" /var/lib/libvirt/images \\
    /etc/pve/qemu-server "$home/.lima" /var/lib/incus/storage-pools/*/virtual-machines \\
    /var/lib/lxd/storage-pools/*/virtual-machines /var/snap/lxd/common/lxd/storage-pools/*/virtual-machines; do
    enter A "$place"
  done
}
list() {
  enter_all "$@" | awk "$disks"
  case $want in *f*) tell_facts ;; esac
  echo Z
}
work() {
  date '+C %s'
  aside=1
  if [ -n "$known" ] && [ "$(list "$@" | cksum 2>/dev/null)" = "$known" ]; then
    echo '='
  else
    aside=''
    list "$@" | awk -v since="$since" "$give"
  fi
}
work "$@" 3>&1 &
wait "$!"
`

/** The contents of some fifty thousand configurations. */
const maxBytes = 64 * 1024 * 1024

export const enumerateScript: RemoteScript = {name: 'enumerate', text: compact(text), maxBytes}

/** Without comments and indentation: it travels with every scan. */
function compact(script: string): string {
  return script.replace(/^[ \t]+/gm, '').replace(/^#.*\n/gm, '')
}
