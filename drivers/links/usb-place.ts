/** How Linux names a USB device by where it is plugged in. */

/** Bus and ports, as a device's folder in sysfs is named: `1-1.4`; a root hub's and an interface's are named otherwise. */
export const isPluggedUsb = (name: string): boolean => /^\d+-\d+(?:\.\d+)*$/.test(name);
