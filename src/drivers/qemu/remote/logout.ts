/**
 * Shell function `ends_at_logout`: whether systemd-logind ends what this account started when its session ends, by
 * KillUserProcesses=, KillOnlyUsers= and KillExcludeUsers= of logind.conf(5): a session of its own (setsid(1)) keeps
 * nothing from that. Succeeds only where logind says so. Needs `limited` (limited.ts).
 */
export const logoutFunction = `\
ends_at_logout() {
  grep -q '/session-[^/]*\\.scope' /proc/self/cgroup 2>/dev/null || return 1
  command -v busctl >/dev/null 2>&1 || return 1
  login=org.freedesktop.login1
  limited 3 busctl get-property "$login" /org/freedesktop/login1 "$login.Manager" \\
    KillUserProcesses KillOnlyUsers KillExcludeUsers | awk -v "me=\\"$(id -un)\\"" '
    function named(    i) {
      for (i = 3; i <= NF; i++) if ($i == me) return 1
      return 0
    }
    NR == 1 { kills = $2 == "true" }
    NR == 2 { meant = $2 == 0 || named() }
    NR == 3 { spared = named() }
    END { exit !(NR == 3 && kills && meant && !spared) }'
}
`
