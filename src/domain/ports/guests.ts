/** Systems that run in machines, and what each of them wants of its machine. */

/** Values are words of `ctys new` where they have the name of one. */
export interface Guest {
  readonly name: string
  /** For people. */
  readonly title: string
  /** As in qemu-system-ARCH. */
  readonly arch: string
  readonly machine?: string
  readonly cpu?: string
  /** The least it runs well with, such as 512M. */
  readonly memory?: string
  readonly nic?: string
  readonly bus?: string
  readonly vga?: string
  readonly clock?: string
  readonly tablet?: string
  /** Command line of its kernel, where one is booted directly. */
  readonly append?: string
  /** DIST, DISTREL, OS and OSREL of its configuration. */
  readonly system?: {
    readonly dist?: string
    readonly distrel?: string
    readonly os?: string
    readonly osrel?: string
  }
  /** How its serial console is prepared inside, a line each. */
  readonly serial: readonly string[]
  /** How it gets onto a disk: cd, dvd, fdd, usb, pxe, image, kernel, debootstrap, preseed, kickstart, autoyast, autoinstall. */
  readonly install: readonly string[]
  /** Its name in the catalogue of images. */
  readonly image?: string
  /** What is typed on its serial console while it boots, as --step takes it. */
  readonly steps?: readonly string[]
  /** What it says on its serial console when it is up: an extended regular expression. */
  readonly expect?: string
  /** Files of the host that it boots from when it is verified. */
  readonly boot?: GuestBoot
  /** `arguments only`, or `booted DATE with QEMU x`. */
  readonly evidence: string
  /** Where its values come from: a document, or the file of a user. */
  readonly source: string
}

export interface GuestBoot {
  readonly kernel?: string
  readonly initrd?: string
  readonly append?: string
  readonly cdrom?: string
  readonly image?: string
  readonly full?: string
}

/** Somebody saw it boot. */
export interface GuestSeen {
  readonly name: string
  /** YYYY-MM-DD. */
  readonly date: string
  readonly qemu: string
}

export interface GuestCatalogue {
  /**
   * Of the user, then those of ctys; the first of a name counts, and what was seen to boot says so. Throws ConfigError
   * CONFIG with every fault of the file.
   */
  all(): Promise<readonly Guest[]>
  /** Keeps that they were seen to boot, for this user. Throws ConfigError CONFIG. */
  saw(seen: readonly GuestSeen[], signal: AbortSignal): Promise<void>
}
