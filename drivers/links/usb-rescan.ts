/**
 * When libusb is to look again at what is plugged in. Of a device that comes later it hears from udevd alone
 * (libusb 1.0.23, os/linux_udev.c: netlink's group "udev"); a unit has no udevd, and the messages of one do not
 * reach a process that is in a network namespace of its own. libusb has no call that looks again: it looks
 * when a context is made, and that costs (usb-host.ts). So a new one is made for a device that sysfs shows and
 * libusb has not heard of by the next look, or knows without the configuration that it was given since, once for
 * each time that it was plugged in. Pure.
 */

/** A device that libusb did not know when it was looked for; null: there is none. */
export type Unheard = {
  /** The kernel's number (`devnum` of sysfs): another each time it is plugged in. */
  readonly address: number;
  readonly rescanned: boolean;
} | null;

/**
 * One look. `address`: of the device that sysfs shows configured, null where it shows none. `known`: libusb has
 * that very device, as it is configured.
 */
export const lookFor = (
  before: Unheard,
  address: number | null,
  known: boolean,
): { readonly unheard: Unheard; readonly rescan: boolean } => {
  if (address === null || known) return { unheard: null, rescan: false };
  // The first look at it: where there is a udevd, its word may be on its way.
  if (before?.address !== address) return { unheard: { address, rescanned: false }, rescan: false };
  return { unheard: { address, rescanned: true }, rescan: !before.rescanned };
};
