/** The words of `ctys new`, under the names of its options. */

/** As typed, or as they stand in a file; absent = the default. */
export interface NewInput {
  /** A pattern of names. */
  readonly name?: string | undefined
  readonly hosts?: readonly string[] | undefined
  /** Directory in which those of the machines are made; relative = below the home directory. */
  readonly dir?: string | undefined
  /** A path of the host, a file here, an address, or a name of the catalogue. */
  readonly image?: string | undefined
  /** Of a file that is fetched or sent. */
  readonly sha256?: string | undefined
  /** Copy the image whole instead of a linked clone. */
  readonly full?: boolean | undefined
  readonly format?: string | undefined
  readonly size?: string | undefined
  readonly memory?: string | undefined
  readonly cpus?: number | undefined
  readonly mac?: string | undefined
  /** ADDRESS[/PREFIX], or `map[/PREFIX]`. */
  readonly ip?: string | undefined
  readonly gateway?: string | undefined
  readonly dns?: readonly string[] | undefined
  readonly uuid?: string | undefined
  readonly net?: string | undefined
  /** A name of `ctys guests`, whose values hold where no word says otherwise. */
  readonly guest?: string | undefined
  readonly arch?: string | undefined
  readonly machine?: string | undefined
  readonly bus?: string | undefined
  readonly nic?: string | undefined
  readonly cpu?: string | undefined
  readonly vga?: string | undefined
  readonly clock?: string | undefined
  readonly tablet?: string | undefined
  readonly cdrom?: string | undefined
  readonly kernel?: string | undefined
  readonly initrd?: string | undefined
  readonly append?: string | undefined
  /** Files of this machine: public keys, and user-data for cloud-init. */
  readonly 'ssh-key'?: readonly string[] | undefined
  readonly 'user-data'?: string | undefined
  /** Which kind of answers its installer is given. */
  readonly unattended?: string | undefined
  /** What is typed while it boots. */
  readonly step?: readonly string[] | undefined
  /** Words for QEMU. */
  readonly arg?: readonly string[] | undefined
}

export type NewWord = keyof NewInput

/** Tells what is wrong with one of the words; whoever read them knows where it stands. */
export type AddFault = (word: NewWord, reason: string) => void
