/**
 * Shell functions for Linux that know a QEMU under a name that says nothing (a copy, a renamed program), by what it is: it
 * was called with options that QEMU alone takes together, and its program has QEMU's own text for `-version`
 * (system/vl.c). The program is read for the few processes whose options fit only.
 *
 * `shaped FILE...` prints the pids whose words (/proc/PID/cmdline) are those of a QEMU: options of a machine and of its
 * disks, none of them behind a bare word, as they would be where another program is told to run it. `says_qemu PID` asks
 * the program.
 */
export const renamedFunctions = `\
shaped() {
  echo "$@" | xargs head -v -c 8192 2>/dev/null | tr '\\000' '\\n' | awk '
    function judge() {
      if (pid != "" && machine > 1 && disk) print pid
      pid = ""
    }
    /^==> \\/proc\\/[0-9]+\\/cmdline <==$/ {
      judge()
      pid = $2
      gsub(/[^0-9]/, "", pid)
      n = machine = disk = 0
      next
    }
    pid == "" { next }
    ++n == 2 && !/^-/ { pid = "" }
    /^--?(m|M|machine|smp|name|cpu|accel|enable-kvm|nodefaults|display|nographic|vga|qmp|monitor|serial|uuid)$/ { machine++ }
    /^--?(drive|blockdev|device|hda|hdb|cdrom|kernel|readconfig)$/ { disk++ }
    END { judge() }'
}
says_qemu() {
  head -c 50331648 "/proc/$1/exe" 2>/dev/null | tr -d '\\000' | grep -q 'QEMU emulator version'
}
`
