/** The virtual unit (boot/boards/virtual-x64) with its election delivered, as it waits for its key ceremony. */
import type { Expectation, ExpectedProcess } from './expectation.ts';

/** The kernel's own numbers of devices depend on what was found first. */
const EVERYBODYS = {
  '/dev/full': 'every write fails',
  '/dev/null': 'keeps nothing',
  '/dev/ptmx':
    'a terminal that leads back to whoever opens it; nobody has mounted where its other end would be',
  '/dev/random': 'more chance for the kernel, never less',
  '/dev/tty': "a process' own terminal: none has one",
  '/dev/urandom': 'as random',
  '/dev/zero': 'keeps nothing',
} as const;

/** What belongs to a process: it sees it, and so does bubblewrap, which waits outside its sandbox as the same user. */
type Own = {
  readonly user: number;
  readonly inside: Readonly<Record<string, string>>;
  readonly outside: Readonly<Record<string, string>>;
};

const OWN = {
  supervisor: {
    user: 901,
    inside: {
      '/dev/ttyUSB#': 'the power board',
      '/dev/watchdog#': 'fed while the machines make progress',
      '/run/urna/supervisor': 'its own, gone when the unit is switched off',
      '/var/lib/urna/delivery': 'the delivery, and its request for a certificate',
      '/var/lib/urna/fixed/log': "the event log, the fixed medium's copy",
      '/media/urna/module/log': "the event log, the module's copy",
    },
    outside: {
      '/media/urna/delivery': "the authority's stick: the first program takes the delivery from it",
      '/run/urna/doors/supervisor/booth': 'where it has the booth started',
      '/run/urna/doors/supervisor/console': 'where it has the console started',
      '/run/urna/doors/supervisor/desk': 'where it has the desk started',
      '/run/urna/doors/supervisor/sender': 'where it has started what sends the result',
    },
  },
  desk: {
    user: 902,
    inside: {
      '/dev/hidraw#': "the operator's keypad",
      '/dev/ttyUSB# (2)': "fingerprint reader and operator's display",
      '/var/lib/urna/fixed/desk': "the pollbook, the fixed medium's copy",
      '/media/urna/module/desk': "the pollbook, the module's copy",
    },
    outside: { '/run/urna/link/desk-booth.sock': 'where the desk reaches the booth' },
  },
  booth: {
    user: 903,
    inside: {
      '/dev/bus/usb/#/#': 'the printer',
      '/dev/fb#': 'the screen',
      '/dev/hidraw# (2)': "glass and the voter's keypad",
      '/dev/tpmrm#': 'the two cells, which the TPM holds',
      '/run/urna/link': 'the socket at which the desk reaches it',
      '/var/lib/urna/fixed/booth': "the urn, the fixed medium's copy",
      '/media/urna/module/booth': "the urn, the module's copy",
    },
    outside: { '/run/urna/doors/booth/counting': 'where it has the counting started' },
  },
  console: {
    user: 905,
    inside: { '/dev/ttyS#': "the field console's line" },
    outside: {},
  },
} as const satisfies Readonly<Record<string, Own>>;

const SANDBOXED = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'] as const;

const inside = (own: Own, why: string): ExpectedProcess => ({
  why,
  user: own.user,
  capabilities: {},
  namespaces: SANDBOXED,
  filtered: true,
  noNewPrivileges: true,
  mayWrite: { ...EVERYBODYS, ...own.inside, '/tmp': 'its own, 4 MB in memory' },
});

const outside = (own: Own): ExpectedProcess => ({
  why: 'made the sandbox, and ends with what is in it',
  user: own.user,
  // Without new privileges nothing of what is bounded can ever be had.
  capabilities: { CapBnd: 'all' },
  namespaces: [],
  filtered: false,
  noNewPrivileges: true,
  mayWrite: { ...EVERYBODYS, ...own.inside, ...own.outside, '/tmp': "the unit's, 64 MB in memory" },
});

const rooted = (why: string): ExpectedProcess => ({
  why,
  user: 0,
  capabilities: { CapPrm: 'all', CapEff: 'all', CapBnd: 'all' },
  namespaces: [],
  filtered: false,
  noNewPrivileges: false,
  mayWrite: {},
});

const NO_RIGHTS = ['nosuid', 'nodev', 'noexec'] as const;

export const EXPECTED: Expectation = {
  processes: {
    'tini-static unit': rooted('process 1: takes in what lost its parent'),
    'node unit': rooted(
      'the first program: mounts, gives devices to their users, starts the others',
    ),
    'bwrap supervisor': outside(OWN.supervisor),
    'node supervisor': inside(OWN.supervisor, 'the log, power, clock, watchdog'),
    'bwrap desk-process': outside(OWN.desk),
    'node desk-process': inside(OWN.desk, 'who votes'),
    'bwrap booth-process': outside(OWN.booth),
    'node booth-process': inside(OWN.booth, 'what is voted'),
    'bwrap console-process': outside(OWN.console),
    'node console-process': inside(OWN.console, 'what a technician sees and may ask for'),
  },
  sockets: {
    '/run/urna/link/desk-booth.sock': 'the booth listens, the desk connects',
    '/run/urna/doors/supervisor/booth': 'the first program listens: it starts the booth',
    '/run/urna/doors/supervisor/console': 'the console',
    '/run/urna/doors/supervisor/desk': 'the desk',
    '/run/urna/doors/supervisor/sender': 'what sends the result',
    '/run/urna/doors/booth/counting': 'the counting',
  },
  netlink: { 15: 'NETLINK_KOBJECT_UEVENT: libusb wants to hear of USB devices' },
  interfaces: ['lo'],
  mounts: {
    // The kernel's own: who may write what there is the kernel's to say.
    proc: { needs: [] },
    sysfs: { needs: [] },
    devtmpfs: { needs: ['nosuid', 'noexec'] },
    tmpfs: { needs: NO_RIGHTS },
    ext4: { needs: NO_RIGHTS },
    vfat: { needs: NO_RIGHTS },
  },
  looserInSandboxes: {
    '/tmp': {
      without: ['noexec'],
      why: 'bubblewrap has no such option; a filter lets nothing be started',
    },
  },
  modules: {
    'the disk, whatever it hangs on': [
      ...['ahci', 'libahci', 'libata', 'scsi_mod', 'scsi_common', 'sd_mod', 't10_pi', 'nvme'],
      ...['nvme_core', 'crc64_rocksoft', 'crc64', 'crc_t10dif', 'crct10dif_common', 'mmc_block'],
      ...['mmc_core', 'sdhci', 'sdhci_acpi', 'sdhci_pci', 'cqhci', 'virtio_blk'],
    ],
    'what QEMU gives': [
      ...['virtio', 'virtio_pci', 'virtio_pci_legacy_dev', 'virtio_pci_modern_dev', 'virtio_ring'],
      ...['virtio_rng', 'i6300esb', 'watchdog'],
    ],
    'the verified root': ['dm_mod', 'dm_verity', 'dm_bufio', 'reed_solomon', 'squashfs'],
    'the encrypted data partition': [
      // A processor with AES would have `aesni_intel` too.
      ...['dm_crypt', 'xts', 'ecb', 'cryptd', 'crypto_simd'],
      ...['ext4', 'jbd2', 'mbcache', 'crc16', 'crc32c_generic'],
    ],
    'tokens and deliveries': [
      ...['vfat', 'fat', 'nls_ascii', 'nls_cp437', 'nls_iso8859_1', 'nls_utf8', 'usb_storage'],
    ],
    'devices on USB': [
      ...['usbcore', 'usb_common', 'xhci_hcd', 'xhci_pci', 'usbserial', 'ftdi_sio'],
      ...['hid', 'hid_generic', 'hid_multitouch', 'usbhid'],
    ],
    'the screen': [
      ...['bochs', 'drm', 'drm_kms_helper', 'drm_ttm_helper', 'drm_vram_helper', 'ttm'],
    ],
    'what sends the result after the count': ['virtio_net', 'net_failover', 'failover'],
  },
  blockDevices: {
    vda: 'the disk',
    'vda# (6)': 'its partitions',
    'dm-# (2)': 'the verified root, the opened data partition',
    'sd? (2)': "the module, the authority's stick",
    'sd?#': "the stick's only partition",
  },
  lockdown: 'integrity',
  sysctl: {
    'fs.protected_hardlinks': { value: '1', why: "nobody links to another's files" },
    'fs.protected_symlinks': { value: '1', why: 'nor leads others astray in /tmp' },
    'fs.suid_dumpable': { value: '0', why: 'no memory of whoever changed its user' },
    'kernel.core_pattern': { value: '|/bin/false', why: 'no memory is ever written to a file' },
    'kernel.dmesg_restrict': { value: '1', why: "the kernel's log is root's" },
    'kernel.modules_disabled': { value: '1', why: 'no further module, whoever asks' },
    'kernel.perf_event_paranoid': { value: '3', why: 'nobody measures others' },
    'kernel.randomize_va_space': { value: '2', why: 'addresses are not to be guessed' },
    'kernel.sysrq': { value: '0', why: 'no keyboard rules the kernel' },
    'kernel.unprivileged_bpf_disabled': {
      value: '2',
      why: 'root alone loads programs into the kernel',
    },
    'kernel.unprivileged_userns_clone': { value: '1', why: 'bubblewrap runs without rights' },
    'net.ipv4.ip_forward': { value: '0', why: 'a unit is no router' },
    'net.ipv6.conf.all.forwarding': { value: '0', why: 'a unit is no router' },
  },
};
