/** What is said where logind ends machines with the sessions of their account (qemu/remote/logout.ts, logind.conf(5)). */
export function logoutText(user: string): string {
  return `logind ends what ${user} started when its sessions end (KillUserProcesses=yes)`
}

export function logoutRemedy(user: string): string {
  return `KillExcludeUsers=root ${user} in /etc/systemd/logind.conf, then systemctl restart systemd-logind`
}
