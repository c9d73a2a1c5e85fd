/** Names of capabilities by number: include/uapi/linux/capability.h, CAP_CHOWN to CAP_CHECKPOINT_RESTORE. Pure. */
export const CAPABILITIES = [
  ...(['chown', 'dac_override', 'dac_read_search', 'fowner', 'fsetid', 'kill'] as const),
  ...(['setgid', 'setuid', 'setpcap', 'linux_immutable', 'net_bind_service'] as const),
  ...(['net_broadcast', 'net_admin', 'net_raw', 'ipc_lock', 'ipc_owner', 'sys_module'] as const),
  ...(['sys_rawio', 'sys_chroot', 'sys_ptrace', 'sys_pacct', 'sys_admin', 'sys_boot'] as const),
  ...(['sys_nice', 'sys_resource', 'sys_time', 'sys_tty_config', 'mknod', 'lease'] as const),
  ...(['audit_write', 'audit_control', 'setfcap', 'mac_override', 'mac_admin', 'syslog'] as const),
  ...(['wake_alarm', 'block_suspend', 'audit_read', 'perfmon', 'bpf'] as const),
  'checkpoint_restore',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** What a mask of the kernel's holds; a number without a name keeps its number. */
export const namesIn = (mask: bigint): readonly string[] => {
  const names: string[] = [];
  for (let at = 0; mask >> BigInt(at) > 0n; at++)
    if (((mask >> BigInt(at)) & 1n) === 1n) names.push(CAPABILITIES[at] ?? `capability ${at}`);
  return names;
};
