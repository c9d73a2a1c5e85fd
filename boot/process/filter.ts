/**
 * The system-call filter of a process: a program of classic BPF for the kernel (`seccomp(2)`,
 * Documentation/userspace-api/seccomp_filter.rst; instructions: include/uapi/linux/bpf_common.h), written
 * from a list of names. Whatever is not on the list gets EPERM. Pure.
 */
import { SYSTEM_CALLS, type SystemCall } from './system-calls.ts';

export type FilterArch = 'x64' | 'arm64';

export type FilterRules = {
  /** Allowed whatever their arguments. */
  readonly calls: readonly SystemCall[];
  /** Families of sockets, AF_… of `include/linux/socket.h`; an empty list: no socket at all. */
  readonly socketFamilies: readonly number[];
  /** It may start programs; false: threads alone. */
  readonly startsPrograms: boolean;
};

/** `include/uapi/linux/audit.h`: EM_X86_64 and EM_AARCH64, 64 bits, little-endian. */
const AUDIT_ARCH: Readonly<Record<FilterArch, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 };
/** Calls of the x32 interface carry this bit, and pass for others' numbers without it. */
const X32_BIT = 0x40000000;

/** `struct seccomp_data`: nr, arch, instruction_pointer (64 bits), args[6] (64 bits each, little-endian). */
const OFFSET = { number: 0, arch: 4, argument: 16 } as const;

/** Codes of instructions: load a word at an offset; compare with a constant; return. */
const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_ANY_BIT = 0x45;
const JUMP_AT_LEAST = 0x35;
const RETURN = 0x06;

/** SECCOMP_RET_…; the low 16 bits of an error are its errno. */
const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const EPERM = 0x00050000 | 1;
const ENOSYS = 0x00050000 | 38;

const CLONE_THREAD = 0x00010000;
/** CLONE_NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, NEWNS: no namespace of its own. */
const CLONE_NEW = 0x7e020000;

type Instruction = {
  readonly code: number;
  readonly yes: number;
  readonly no: number;
  readonly k: number;
};

const load = (offset: number): Instruction => ({ code: LOAD, yes: 0, no: 0, k: offset });
const give = (k: number): Instruction => ({ code: RETURN, yes: 0, no: 0, k });
/** Skips so many instructions when it is so, so many when not. */
const jump = (code: number, k: number, yes: number, no: number): Instruction => ({
  code,
  yes,
  no,
  k,
});
/** When the word that was loaded last is `k`, the answer is `action`; otherwise on. */
const answerIf = (k: number, action: number): readonly Instruction[] => [
  jump(JUMP_EQUAL, k, 0, 1),
  give(action),
];

const numberOf = (name: SystemCall, arch: FilterArch): number | null =>
  SYSTEM_CALLS[name][arch === 'x64' ? 0 : 1];

/** For one call: what its first argument must be; `looks` ends with an answer. */
const lookAt = (
  name: SystemCall,
  arch: FilterArch,
  looks: readonly Instruction[],
): readonly Instruction[] => {
  const number = numberOf(name, arch);
  if (number === null) return [];
  return [jump(JUMP_EQUAL, number, 0, looks.length + 1), load(OFFSET.argument), ...looks];
};

const cloneLooks = (startsPrograms: boolean): readonly Instruction[] => [
  jump(JUMP_ANY_BIT, CLONE_NEW, 0, 1),
  give(EPERM),
  ...(startsPrograms ? [give(ALLOW)] : [jump(JUMP_ANY_BIT, CLONE_THREAD, 0, 1), give(ALLOW)]),
  ...(startsPrograms ? [] : [give(EPERM)]),
];

const instructionsOf = (
  { calls, socketFamilies, startsPrograms }: FilterRules,
  arch: FilterArch,
): readonly Instruction[] => {
  const allowed = new Set(calls);
  if (startsPrograms) for (const name of ['fork', 'vfork'] as const) allowed.add(name);
  const sockets = [...socketFamilies.flatMap((family) => answerIf(family, ALLOW)), give(EPERM)];
  return [
    load(OFFSET.arch),
    jump(JUMP_EQUAL, AUDIT_ARCH[arch], 1, 0),
    give(KILL),
    load(OFFSET.number),
    ...(arch === 'x64' ? [jump(JUMP_AT_LEAST, X32_BIT, 0, 1), give(KILL)] : []),
    ...[...allowed].flatMap((name) => {
      const number = numberOf(name, arch);
      return number === null ? [] : answerIf(number, ALLOW);
    }),
    ...answerIf(numberOf('clone3', arch) ?? 0, ENOSYS),
    ...lookAt('socket', arch, sockets),
    ...lookAt('clone', arch, cloneLooks(startsPrograms)),
    give(EPERM),
  ];
};

/** What the kernel takes at most (BPF_MAXINSNS). */
const MAX_INSTRUCTIONS = 4096;

/** The program as the kernel reads it: `struct sock_filter`, 8 bytes each, little-endian. */
export const systemCallFilter = (rules: FilterRules, arch: FilterArch): Uint8Array => {
  const instructions = instructionsOf(rules, arch);
  if (instructions.length > MAX_INSTRUCTIONS)
    throw new Error('a filter longer than the kernel takes');
  const bytes = new Uint8Array(8 * instructions.length);
  const view = new DataView(bytes.buffer);
  for (const [at, { code, yes, no, k }] of instructions.entries()) {
    if (yes > 255 || no > 255) throw new Error('a jump that is too wide');
    view.setUint16(8 * at, code, true);
    view.setUint8(8 * at + 2, yes);
    view.setUint8(8 * at + 3, no);
    view.setUint32(8 * at + 4, k, true);
  }
  return bytes;
};
