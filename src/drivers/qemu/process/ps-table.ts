/**
 * The process table of a host without Linux's /proc: lines of `ps -axww -o pid= -o uid= -o gid= -o lstart= -o args=`
 * under LC_ALL=C, as FreeBSD, OpenBSD, NetBSD, macOS and procps print it. The words of argv are joined by blanks there,
 * so arguments that hold blanks come back in pieces: good enough to list, and every stop is proven again.
 */
import {type RawProcess, unseen} from './raw-process.js'

/** pid, uid, gid, then lstart as asctime(3) has it: weekday, month, day, time, year. */
const line = /^\s*(\d+)\s+(-?\d+)\s+(-?\d+)\s+(\S+\s+\S+\s+\S+\s+\d\d:\d\d:\d\d\s+\d{4})\s+(\S.*)$/

/** Lines that do not look like that (headers, warnings) are left out. */
export function parsePsTable(text: string): readonly RawProcess[] {
  return text.split('\n').flatMap((row) => {
    const found = line.exec(row)
    if (found === null) return []
    const [, pid, uid = '', gid = '', started = '', args = ''] = found
    return {
      ...unseen,
      pid: Number(pid),
      startTime: started.replace(/\s+/g, ' '),
      uid,
      gid,
      argv: args.trim().split(/\s+/),
    }
  })
}
