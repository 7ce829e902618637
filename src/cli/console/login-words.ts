/** Of ssh(1), which takes a port in a URI only. */
export function loginWords(host: string, sshConfig: string | undefined): readonly string[] {
  const to = /:\d+$/.test(host) ? `ssh://${host}` : host
  return ['ssh', ...(sshConfig === undefined ? [] : ['-F', sshConfig]), '--', to]
}
