/**
 * Whether a machine is started when its host comes up. Arguments: on|off|list WRAPPER. What the host has does it: systemd
 * (of the system, or of the user with lingering), OpenRC, rc.local, or cron of an account that is not root. No text is made
 * of data: units and scripts are constants, and find the start scripts by their instance (systemd-escape(1)) or in a list,
 * a path a line. Answer: `by NAME`; `note TEXT`; at the end `state on|off`, or `failed WHAT` with the reason on stderr.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'

export const autostartScript: RemoteScript = {
  name: 'autostart',
  text: `\
PATH=\${PATH:-/usr/bin:/bin}:/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/sbin
LC_ALL=C
export LC_ALL
umask 022
do=$1 wrapper=$2
say() { printf '%s\\n' "$*"; }
fail() {
  say failed "$1"
  exit 0
}
has() { command -v "$1" >/dev/null 2>&1; }
uid=$(id -u)
if [ "$do" = on ] && [ ! -x "$wrapper" ]; then
  echo "$wrapper cannot be executed" >&2
  fail wrapper
fi

# ---- systemd: a template whose instance is the path
if [ -d /run/systemd/system ] && has systemctl && has systemd-escape; then
  if [ "$uid" = 0 ]; then
    scope=--system folder=/etc/systemd/system target=multi-user.target
    say by systemd
  else
    scope=--user folder=\${XDG_CONFIG_HOME:-\${HOME-}/.config}/systemd/user target=default.target
    XDG_RUNTIME_DIR=\${XDG_RUNTIME_DIR:-/run/user/$uid}
    export XDG_RUNTIME_DIR
    say by 'systemd of the user'
  fi
  unit=ctys@$(systemd-escape --path "$wrapper").service
  is_on() { systemctl "$scope" is-enabled "$unit" >/dev/null 2>&1; }
  case $do in
    on)
      mkdir -p "$folder" || fail unit
      cat >"$folder/ctys@.service.new" <<END || fail unit
# Starts a virtual machine by its start script, whose path is the instance. Written by ctys.
[Unit]
Description=virtual machine %f
After=network-online.target remote-fs.target
Wants=network-online.target

[Service]
Environment="CTYS_WRAPPER=%f"
ExecStart=/bin/sh "\\\${CTYS_WRAPPER}" --console=NONE
KillMode=mixed

[Install]
WantedBy=$target
END
      mv -f "$folder/ctys@.service.new" "$folder/ctys@.service" || fail unit
      systemctl "$scope" daemon-reload >&2 || fail systemctl
      systemctl "$scope" enable "$unit" >/dev/null || fail systemctl
      if [ "$uid" != 0 ]; then
        loginctl enable-linger >/dev/null 2>&1 || say note 'it starts when the account logs in: loginctl enable-linger was refused'
      fi
      ;;
    off) if is_on; then systemctl "$scope" disable "$unit" >/dev/null || fail systemctl; fi ;;
  esac
  if is_on; then say state on; else say state off; fi
  exit 0
fi

# ---- a list, and a script that starts what stands in it
if [ "$uid" = 0 ]; then home=/etc/ctys; else home=\${HOME-}/.ctys; fi
list=$home/autostart
script=$home/autostart.sh
case $wrapper in
  *'
'*) fail path ;;
esac
listed() { grep -q -x -F -e "$wrapper" "$list" 2>/dev/null; }
starter() {
  cat <<'END'
#!/bin/sh
# Starts the virtual machines whose start scripts stand in the file autostart beside this one, a path a line. Written by ctys.
list=\${0%.sh}
[ -r "$list" ] || exit 0
while IFS= read -r wrapper; do
  if [ -x "$wrapper" ]; then
    (trap '' HUP && exec setsid sh "$wrapper" --console=NONE) </dev/null >/dev/null 2>&1 &
  fi
done <"$list"
exit 0
END
}
if [ "$uid" = 0 ] && has rc-update && [ -d /etc/init.d ]; then
  way=OpenRC
elif [ "$uid" = 0 ]; then
  way=rc.local
elif has crontab; then
  way=cron
else
  echo 'this host has no systemd, and this account no crontab' >&2
  fail way
fi
say by "$way"
line="sh $script"
hook() {
  case $way in
    OpenRC)
      {
        cat <<'END' >/etc/init.d/ctys-machines.new
#!/sbin/openrc-run
# Starts the virtual machines of /etc/ctys/autostart. Written by ctys.
description="virtual machines of ctys"
depend() {
  need localmount
  after net
}
start() {
  ebegin "Starting virtual machines"
  sh /etc/ctys/autostart.sh
  eend $?
}
END
      } && chmod 755 /etc/init.d/ctys-machines.new && mv -f /etc/init.d/ctys-machines.new /etc/init.d/ctys-machines &&
        rc-update add ctys-machines default >/dev/null
      ;;
    rc.local)
      if grep -q -x -F -e "$line" /etc/rc.local 2>/dev/null; then return 0; fi
      {
        if [ -s /etc/rc.local ]; then
          # in front of the exit that many end with
          awk -v line="$line" '/^exit 0/ && !told { print line; told = 1 } { print } END { if (!told) print line }' /etc/rc.local
        else
          printf '#!/bin/sh\\n%s\\nexit 0\\n' "$line"
        fi
      } >/etc/rc.local.ctys && chmod 755 /etc/rc.local.ctys && mv -f /etc/rc.local.ctys /etc/rc.local
      ;;
    cron)
      # shellcheck disable=SC2016 # the shell of cron expands it
      entry='@reboot sh "$HOME/.ctys/autostart.sh"'
      if crontab -l 2>/dev/null | grep -q -x -F -e "$entry"; then return 0; fi
      { crontab -l 2>/dev/null; printf '%s\\n' "$entry"; } | crontab -
      ;;
  esac
}
case $do in
  on)
    if ! listed; then
      { mkdir -p "$home" && starter >"$script.new" && mv -f "$script.new" "$script"; } || fail script
      {
        cat "$list" 2>/dev/null
        printf '%s\\n' "$wrapper"
      } >"$list.new" || fail list
      mv -f "$list.new" "$list" || fail list
    fi
    hook || fail "$way"
    ;;
  off)
    if listed; then
      grep -v -x -F -e "$wrapper" "$list" >"$list.new"
      mv -f "$list.new" "$list" || fail list
    fi
    ;;
esac
if listed; then say state on; else say state off; fi
`,
}
