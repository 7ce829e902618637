/** One process as the host's table has it; what the host does not show is empty. */
export interface RawProcess {
  readonly pid: number
  readonly startTime: string
  /** Link of the executable where the host shows it, else empty. */
  readonly exe: string
  /** The directory in which it was started, as far as it can be told. */
  readonly cwd: string
  readonly uid: string
  readonly gid: string
  readonly user: string
  readonly group: string
  readonly argv: readonly string[]
  /** The dynamic loader that runs it, as the table shows that; `exe` and `argv` are then those of the program. */
  readonly loader?: string
  /** This and the session are 0 where they are not shown. */
  readonly parent: number
  readonly session: number
  /** What it calls itself (proc(5) comm). */
  readonly name: string
  /** `other`: its paths are not those of the host (mount_namespaces(7)), as in a container; `root`: it is in a chroot(2). */
  readonly mounts: 'same' | 'root' | 'other' | ''
  /** It has a descriptor of KVM open; undefined where its descriptors cannot be read. */
  readonly kvm?: boolean
  /** Path of its cgroup, such as `/qemu.slice/100.scope`. */
  readonly cgroup: string
}

/** What a table without Linux's /proc does not say. */
export const unseen = {
  exe: '',
  cwd: '',
  user: '',
  group: '',
  parent: 0,
  session: 0,
  name: '',
  mounts: '',
  cgroup: '',
} as const
