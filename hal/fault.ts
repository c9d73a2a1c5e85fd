/**
 * A fault is a value with a stable code, `device.kind`: what screen, log and console show, and what
 * firmware/faults explains. `detail` is for the technician: what was seen, never a secret, a
 * selection or a voter.
 */
export type DeviceName =
  | 'link'
  | 'fingerprint'
  | 'printer'
  | 'touchscreen'
  | 'keypad'
  | 'audio'
  | 'station'
  | 'token'
  | 'panel'
  | 'stabilizer'
  | 'battery'
  | 'clock'
  | 'inventory'
  | 'network'
  | 'watchdog'
  | 'medium'
  | 'cell';

/** Kinds that any device can show. */
export type CommonKind =
  /** Not there: unplugged, never found, or its link closed. */
  | 'absent'
  /** It did not answer within the limit named in its contract. */
  | 'timeout'
  /** It answered with something that is not in its protocol. */
  | 'garbled'
  /** It answered that it can not: a hardware error of its own. */
  | 'broken'
  /** Another operation is under way; this one was not started. */
  | 'busy';

export type Fault<Kind extends string = CommonKind> = {
  readonly device: DeviceName;
  readonly kind: Kind;
  readonly detail: string;
};

/** The stable code of a fault, for example `printer.coverOpen`. */
export const faultCode = (fault: Fault<string>): string => `${fault.device}.${fault.kind}`;
