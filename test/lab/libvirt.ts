import type {Lab} from './running-lab.js'

const start = `
set -e
mkdir -p /etc/libvirt /var/log/libvirt /var/lib/libvirt /var/cache/libvirt
# what Debian's package of the service makes; here nothing but the daemon itself is installed
getent passwd libvirt-qemu >/dev/null || useradd -r libvirt-qemu
printf '%s\\n' 'user = "+0"' 'group = "+0"' 'security_driver = "none"' 'cgroup_controllers = []' 'namespaces = []' \\
  'stdio_handler = "file"' >/etc/libvirt/qemu.conf
printf '%s\\n' 'auth_unix_rw = "none"' >/etc/libvirt/libvirtd.conf
libvirtd -d
until virsh -c qemu:///system list >/dev/null 2>&1; do
  pgrep -x libvirtd >/dev/null
  sleep 0.2
done`

/** Starts the real libvirtd on a lab host; it goes with the host. Its QEMUs run as root. */
export async function startLibvirt(lab: Lab, host: number): Promise<void> {
  const {code, stderr} = await lab.host(host, ['timeout', '60', 'sh', '-c', start])
  if (code !== 0) throw new Error(`libvirtd does not run on h${host}: ${stderr}`)
}
