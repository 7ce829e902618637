declare const canonical: unique symbol

/**
 * The name under which the inventory keeps the machines of a host: lower case, this machine by its own name. A port is
 * part of it (`h1:2222`, `[fe80::1]:2222`), because another sshd behind the same name is another host; 22 is not.
 * src/lib/host-name.ts makes them.
 */
export type HostName = string & {readonly [canonical]: true}

/** The same text for two records of one host, where it is not known which machine this is: `localhost` stays as it is. */
export function hostKey(written: string): string {
  const name = written.toLowerCase()
  if (!name.endsWith(':22')) return name
  const [, v6, plain] = /^(?:\[([^\]]*)\]|([^:]*)):22$/.exec(name) ?? []
  return v6 ?? plain ?? name
}
