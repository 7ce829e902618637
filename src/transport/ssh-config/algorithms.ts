import type {SshAlgorithms} from './types.js'

/** All that ssh2 1.17 can do, in its own order of preference; a test compares this with the library. */
export const ssh2Algorithms: SshAlgorithms = {
  kex: [
    'curve25519-sha256@libssh.org',
    'curve25519-sha256',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group15-sha512',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group17-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group-exchange-sha1',
    'diffie-hellman-group14-sha1',
    'diffie-hellman-group1-sha1',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
    'chacha20-poly1305@openssh.com',
    'aes256-cbc',
    'aes192-cbc',
    'aes128-cbc',
    '3des-cbc',
    'aes128-gcm',
    'aes256-gcm',
  ],
  hmac: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha1-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'hmac-sha1',
    'hmac-md5',
    'hmac-sha2-256-96',
    'hmac-sha2-512-96',
    'hmac-ripemd160',
    'hmac-sha1-96',
    'hmac-md5-96',
  ],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
    'ssh-rsa',
    'ssh-dss',
  ],
}

/**
 * What the user's lists (comma-separated, complete, as `ssh -G` prints them) leave of ssh2's algorithms. The order is
 * ssh2's, in which the fast ones come first; nothing the configuration forbids is offered.
 */
export function restrictAlgorithms(allowed: Readonly<Record<keyof SshAlgorithms, string | undefined>>): SshAlgorithms {
  const kept = (kind: keyof SshAlgorithms): string[] => {
    const names = new Set((allowed[kind] ?? '').split(','))
    return ssh2Algorithms[kind].filter((name) => names.has(name))
  }
  return {kex: kept('kex'), cipher: kept('cipher'), hmac: kept('hmac'), serverHostKey: kept('serverHostKey')}
}
