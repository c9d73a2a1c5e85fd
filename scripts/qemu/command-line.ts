/**
 * The virtual unit's hardware as data, and the words that make QEMU build it. What stands outside the guest
 * (USB devices, tokens, console) is reached over local sockets, to which QEMU comes back by itself.
 * Software emulation only: it is the same on every computer. Pure.
 */

/** What starts in it: a kernel with its initial file system, or what a disk holds through UEFI. */
export type VirtualBoot =
  | {
      readonly kind: 'kernel';
      readonly kernel: string;
      readonly initrd: string;
      readonly append: string;
    }
  /** The same with the kernel unpacked (unpack-kernel.ts). */
  | {
      readonly kind: 'unpacked';
      readonly kernel: string;
      readonly initrd: string;
      readonly initrdBytes: number;
      readonly append: string;
    }
  | { readonly kind: 'uefi'; readonly code: string; readonly variables: string };

export type VirtualDisk = {
  readonly id: string;
  /** A raw image. */
  readonly file: string;
  /** What the guest reads as the disk's serial number, at most 20 characters. */
  readonly serial: string;
  readonly format?: 'raw' | 'qcow2';
};

/** A device of ours at a port of the USB controller; it listens at `path`. */
export type VirtualUsb = {
  readonly id: string;
  /** 1 to `USB_PORTS`: the guest finds it at `1-PORT`. */
  readonly port: number;
  readonly path: string;
} & (
  | { readonly kind: 'redirected' }
  /** A serial port on a USB adapter (FTDI 0403:6001) with this serial number. */
  | { readonly kind: 'serial'; readonly serial: string }
);

export type VirtualHardware = {
  readonly memoryMb: number;
  readonly processors: number;
  readonly boot: VirtualBoot;
  readonly disk: VirtualDisk | null;
  readonly usb: readonly VirtualUsb[];
  /** `ttyS0` and so on: a socket that QEMU listens at, or a file that keeps what is said. */
  readonly serialPorts: readonly (
    | { readonly kind: 'socket'; readonly path: string }
    | { readonly kind: 'file'; readonly path: string }
  )[];
  /** A serial port on PCI, a socket that QEMU listens at: for who looks on, no unit has one. */
  readonly pciPort?: string;
  /** The control socket of a software TPM 2.0 (swtpm). */
  readonly tpm: string | null;
  readonly screen: { readonly widthPx: number; readonly heightPx: number } | null;
  readonly watchdog: boolean;
  /** Where QEMU listens for its monitor. */
  readonly monitor: string;
};

export const USB_PORTS = 12;
/** The controller's name, for devices that are plugged in later. */
export const USB_BUS = 'usb.0';
export const QEMU = 'qemu-system-x86_64';
/**
 * A processor that has little, which is what is quick in software emulation: programs choose their ways by what
 * a processor says it has. With vector instructions OpenSSL hashes a fifth as fast (each is a call in QEMU), with
 * `erms` the kernel clears and copies pages byte by byte (`rep stosb`). `rdrand` is for the kernel's entropy.
 */
export const PROCESSOR = 'qemu64,+rdrand';

/** A comma in a value is written twice (QEMU, "Invocation"). */
const value = (text: string): string => text.replaceAll(',', ',,');
const properties = (first: string, rest: Readonly<Record<string, string | number>>): string =>
  [first, ...Object.entries(rest).map(([name, text]) => `${name}=${value(String(text))}`)].join(
    ',',
  );

/** Where the initial file system of an unpacked kernel lies: in the middle of a unit's memory. */
const INITRD_AT = 0x1000_0000;

/**
 * QEMU 7.2 would put the initial file system where a TPM's tables of ACPI are; and a kernel that is told by its
 * command line alone where that lies (`initrdmem`) gives its memory away before it was read, unless it is told to
 * leave it alone (`memmap`; both: Documentation/admin-guide/kernel-parameters.txt).
 */
const unpackedWords = (boot: Extract<VirtualBoot, { readonly kind: 'unpacked' }>) => {
  const { kernel, initrd, initrdBytes, append } = boot;
  const place = { file: initrd, addr: INITRD_AT, 'force-raw': 'on' };
  const kept = Math.ceil(initrdBytes / 1024 / 4) * 4;
  return [
    ...['-kernel', kernel, '-device', properties('loader', place)],
    ...['-append', `${append} initrdmem=${INITRD_AT},${initrdBytes} memmap=${kept}K$${INITRD_AT}`],
  ];
};

const bootWords = (boot: VirtualBoot): readonly string[] => {
  switch (boot.kind) {
    case 'kernel':
      return ['-kernel', boot.kernel, '-initrd', boot.initrd, '-append', boot.append];
    case 'unpacked':
      return unpackedWords(boot);
    case 'uefi':
      return [
        '-drive',
        properties('if=pflash', { unit: 0, format: 'raw', readonly: 'on', file: boot.code }),
        '-drive',
        properties('if=pflash', { unit: 1, format: 'raw', file: boot.variables }),
      ];
  }
};

const usbWords = (device: VirtualUsb): readonly string[] => {
  const { id, port, path } = device;
  const chardev = properties('socket', { id: `${id}-wire`, path, reconnect: 1 });
  const place = { id, bus: USB_BUS, port, chardev: `${id}-wire` };
  return [
    '-chardev',
    chardev,
    '-device',
    device.kind === 'redirected'
      ? properties('usb-redir', place)
      : properties('usb-serial', { ...place, serial: device.serial }),
  ];
};

const diskWords = ({ id, file, serial, format = 'raw' }: VirtualDisk): readonly string[] => [
  '-drive',
  properties('if=none', { id: `${id}-medium`, file, format, cache: 'writethrough' }),
  '-device',
  properties('virtio-blk-pci', { id, drive: `${id}-medium`, serial }),
];

const screenWords = (screen: VirtualHardware['screen']): readonly string[] =>
  screen === null
    ? []
    : [
        '-device',
        properties('VGA', {
          id: 'screen',
          xres: screen.widthPx,
          yres: screen.heightPx,
          edid: 'on',
        }),
      ];

const pciPortWords = (path: string | undefined): readonly string[] =>
  path === undefined
    ? []
    : [
        ...['-chardev', properties('socket', { id: 'pci-port', path, server: 'on', wait: 'off' })],
        ...['-device', 'pci-serial,chardev=pci-port'],
      ];

const tpmWords = (path: string | null): readonly string[] =>
  path === null
    ? []
    : [
        ...['-chardev', properties('socket', { id: 'tpm-wire', path })],
        ...['-tpmdev', 'emulator,id=tpm,chardev=tpm-wire', '-device', 'tpm-crb,tpmdev=tpm'],
      ];

/** The words after `qemu-system-x86_64`. */
export const qemuWords = (hardware: VirtualHardware): readonly string[] => [
  '-nodefaults',
  '-no-user-config',
  ...['-machine', 'q35,sata=off', '-accel', 'tcg', '-cpu', PROCESSOR],
  ...['-m', String(hardware.memoryMb), '-smp', String(hardware.processors)],
  ...['-display', 'none', '-vga', 'none'],
  ...['-rtc', 'base=utc', '-device', 'virtio-rng-pci'],
  ...bootWords(hardware.boot),
  ...screenWords(hardware.screen),
  ...hardware.serialPorts.flatMap((port, index) => [
    '-chardev',
    port.kind === 'socket'
      ? properties('socket', {
          id: `serial${index}`,
          path: port.path,
          server: 'on',
          wait: 'off',
        })
      : properties('file', { id: `serial${index}`, path: port.path }),
    '-serial',
    `chardev:serial${index}`,
  ]),
  ...pciPortWords(hardware.pciPort),
  ...['-device', `qemu-xhci,id=usb,p2=${USB_PORTS},p3=1`],
  ...hardware.usb.flatMap(usbWords),
  ...(hardware.disk === null ? [] : diskWords(hardware.disk)),
  ...tpmWords(hardware.tpm),
  ...(hardware.watchdog ? ['-device', 'i6300esb', '-action', 'watchdog=reset'] : []),
  ...['-qmp', properties(`unix:${value(hardware.monitor)}`, { server: 'on', wait: 'off' })],
];
