/** The system-call filter, run by an interpreter of classic BPF as the kernel would. */
import { describe, expect, test } from 'vitest';
import { type FilterArch, type FilterRules, systemCallFilter } from '#boot/process/filter.ts';
import { EVERYBODYS_CALLS, SYSTEM_CALLS, type SystemCall } from '#boot/process/system-calls.ts';

const ARCH = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
const ALLOW = 0x7fff0000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const KILL = 0x80000000;

type Call = { readonly number: number; readonly arch: number; readonly argument?: number };

/** `struct seccomp_data` through `struct sock_filter`; only what seccomp allows and the writer uses. */
const run = (program: Uint8Array, { number, arch, argument = 0 }: Call): number => {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, number, true);
  data.setUint32(4, arch, true);
  data.setUint32(16, argument, true);
  const view = new DataView(program.buffer);
  let accumulator = 0;
  for (let at = 0; at < program.length / 8; at++) {
    const code = view.getUint16(8 * at, true);
    const [yes, no] = [view.getUint8(8 * at + 2), view.getUint8(8 * at + 3)];
    const k = view.getUint32(8 * at + 4, true);
    const skip = (holds: boolean): void => {
      at += holds ? yes : no;
    };
    if (code === 0x20) accumulator = data.getUint32(k, true);
    else if (code === 0x15) skip(accumulator === k);
    else if (code === 0x35) skip(accumulator >= k);
    else if (code === 0x45) skip((accumulator & k) !== 0);
    else if (code === 0x06) return k;
    else throw new Error(`instruction ${code.toString(16)}`);
  }
  throw new Error('the program runs out');
};

const RULES: FilterRules = {
  calls: EVERYBODYS_CALLS,
  socketFamilies: [1, 16],
  startsPrograms: false,
};
const numberOf = (name: SystemCall, arch: FilterArch): number =>
  SYSTEM_CALLS[name][arch === 'x64' ? 0 : 1] ?? -1;

describe.each(['x64', 'arm64'] as const)('the filter on %s', (arch) => {
  const ask = (number: number, argument = 0, rules = RULES): number =>
    run(systemCallFilter(rules, arch), { number, arch: ARCH[arch], argument });

  test('lets through what is on the list', () => {
    for (const name of EVERYBODYS_CALLS) {
      const number = numberOf(name, arch);
      if (number >= 0) expect(ask(number), name).toBe(ALLOW);
    }
  });

  // Linux's own numbers, not the table's: ptrace, mount, unshare, setns, bpf, keyctl, init_module, reboot, setuid,
  // chroot, process_vm_readv, perf_event_open, userfaultfd, io_uring_setup, pivot_root, kexec_load.
  const REFUSED = {
    x64: [101, 165, 272, 308, 321, 250, 175, 169, 105, 161, 310, 298, 323, 425, 155, 246],
    arm64: [117, 40, 97, 268, 280, 219, 105, 142, 146, 51, 270, 241, 282, 425, 41, 104],
  } as const;
  test('refuses what is not', () => {
    for (const number of REFUSED[arch]) expect(ask(number), String(number)).toBe(EPERM);
  });

  test('lets through sockets of its families alone', () => {
    const socket = numberOf('socket', arch);
    expect(ask(socket, 1)).toBe(ALLOW);
    expect(ask(socket, 16)).toBe(ALLOW);
    for (const family of [2, 10, 17, 38, 40]) expect(ask(socket, family)).toBe(EPERM);
    expect(ask(socket, 1, { ...RULES, socketFamilies: [] })).toBe(EPERM);
  });

  test('lets threads begin and, where it may, programs; never a namespace', () => {
    const clone = numberOf('clone', arch);
    const [thread, program, user] = [0x3d0f00, 0x4111, 0x10000011];
    expect(ask(clone, thread)).toBe(ALLOW);
    expect(ask(clone, program)).toBe(EPERM);
    const starts = { ...RULES, startsPrograms: true };
    expect(ask(clone, program, starts)).toBe(ALLOW);
    expect(ask(clone, user, starts)).toBe(EPERM);
    expect(ask(clone, thread | 0x20000, starts)).toBe(EPERM);
    expect(ask(numberOf('clone3', arch))).toBe(ENOSYS);
  });

  test('ends who calls by the numbers of another processor', () => {
    const other = ARCH[arch === 'x64' ? 'arm64' : 'x64'];
    expect(run(systemCallFilter(RULES, arch), { number: 0, arch: other })).toBe(KILL);
  });
});

test('x32 calls end whoever makes them', () => {
  const program = systemCallFilter(RULES, 'x64');
  expect(run(program, { number: 0x40000000, arch: ARCH.x64 })).toBe(KILL);
});
