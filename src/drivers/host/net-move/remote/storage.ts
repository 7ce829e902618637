/**
 * Shell function that finds what a host needs itself and has on network storage over an interface: the watchdog could not
 * take a change back without its programs. Reads /proc alone (proc_pid_mountinfo(5), sysfs(5)): asking such a file system
 * may hang. Where the server is not named, the storage counts as being over the interface.
 *
 *   storage DEVICE PATH...   prints `storage PATH TYPE SOURCE` for each
 */
export const netStorage = `\
# shellcheck disable=SC2016 # for awk
find_mounts='
BEGIN { for (i = 2; i < ARGC; i++) want[i] = ARGV[i]; count = ARGC; ARGC = 2 }
{
  for (dash = 7; dash <= NF && $dash != "-"; dash++);
  for (i = 2; i < count; i++) {
    at = $5
    if (at == want[i] || at == "/" || index(want[i], at "/") == 1)
      if (length(at) >= length(best[i])) { best[i] = at; is[i] = want[i] " " $3 " " $(dash + 1) " " $(dash + 2) " " $(dash + 3) }
  }
}
END { for (i = 2; i < count; i++) if (i in is) print is[i] }'
# over DEVICE ADDRESS: the way there leads over the device, or is not known
over() {
  case $2 in '' | *[!0-9A-Fa-f:.]*) return 0 ;; 127.* | ::1) return 1 ;; esac
  way_there=$(ip -o route get "$2" 2>/dev/null) || return 0
  case " $way_there " in *" dev $1 "*) return 0 ;; *' dev '*) return 1 ;; esac
}
# far_disk MAJOR:MINOR: a disk of iSCSI, nbd, rbd or AoE, or what stands on one
far_disk() {
  to=$(readlink "/sys/dev/block/$1" 2>/dev/null)
  case $to in */session[0-9]*/* | */nbd[0-9]* | */rbd[0-9]* | */etherd* | */rnbd*) return 0 ;; esac
  for slave in "/sys/dev/block/$1/slaves"/*/dev; do
    get "$slave"
    if [ -n "$value" ] && far_disk "$value"; then return 0; fi
  done
  return 1
}
storage() {
  device=$1
  shift
  awk "$find_mounts" /proc/self/mountinfo "$@" | while read -r path number type source options; do
    case $type in
      nfs | nfs4 | cifs | smb3 | ceph | glusterfs | fuse.glusterfs | fuse.sshfs | fuse.ceph | lustre | beegfs | afs | 9p)
        server=''
        case ",$options," in
          *,addr=*)
            server=\${options##*,addr=}
            server=\${server%%,*}
            ;;
        esac
        case ",$options," in *,trans=virtio,*) continue ;; esac
        if over "$device" "$server"; then say "storage $path $type $source"; fi
        ;;
      *) if far_disk "$number"; then say "storage $path $type $source"; fi ;;
    esac
  done
}
`
