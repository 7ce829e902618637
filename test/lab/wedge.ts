import {type ChildProcess, spawn} from 'node:child_process'
import type {Lab} from './lab.js'

/** A mount nobody serves: whoever looks at it waits for good (FUSE, and no reader of its device). Ends with the process. */
export async function wedge(lab: Lab, host: number, path: string): Promise<ChildProcess> {
  const place = lab.hostPath(host, path)
  const script = `
    exec 3<>/dev/fuse
    nsenter -t "$1" --mount -- mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0,allow_other wedged "$2" &&
      echo up && exec sleep 600`
  const pid = /\/proc\/(\d+)\//.exec(place)?.[1] ?? ''
  const holder = spawn('sh', ['-c', script, 'sh', pid, path], {stdio: ['ignore', 'pipe', 'inherit']})
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once('data', () => resolve())
    holder.once('exit', (code) => reject(new Error(`the mount was refused (${code})`)))
  })
  return holder
}
