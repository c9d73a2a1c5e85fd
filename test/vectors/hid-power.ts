/**
 * HID Power Devices from outside. Descriptors assembled by hand from "Device Class Definition for HID"
 * 1.11, 6.2.2 (items) and USB "Usage Tables for HID Power Devices" 1.0, 4.1 (page 84) and 4.2 (page 85);
 * reports laid out after HID 1.11, 8. Each report with the battery it speaks of.
 */
type Shown = {
  readonly percent: number;
  readonly volts: number;
  readonly flow: 'charging' | 'discharging' | 'idle';
  readonly warns?: 'low' | 'critical';
};

export type PowerDeviceVector = {
  readonly name: string;
  readonly descriptor: string;
  readonly reports: readonly { readonly report: string; readonly reading: Shown | null }[];
};

export const POWER_DEVICE_VECTORS: readonly PowerDeviceVector[] = [
  {
    name: 'no report ids: capacity, then four flags and padding; no volts (PDC 4.2.5, 4.2.3)',
    descriptor:
      // Page 84, UPS, Application; PowerSummary, Physical; page 85, RemainingCapacity 0..100, 8 bits.
      '05840904a1010924a10005850966150025647508950181' +
      // ACPresent, Charging, Discharging, BatteryPresent: one bit each; four bits constant.
      '0209d009440945' +
      '09d1' +
      '25017501950481' +
      '02' +
      '950481' +
      '03' +
      'c0c0',
    reports: [
      { report: '5a09', reading: { percent: 90, volts: 0, flow: 'idle' } },
      { report: '3c0b', reading: { percent: 60, volts: 0, flow: 'charging' } },
      { report: '140c', reading: { percent: 20, volts: 0, flow: 'discharging' } },
      { report: '000c', reading: { percent: 0, volts: 0, flow: 'discharging' } },
      { report: '640b', reading: { percent: 100, volts: 0, flow: 'charging' } },
      // 101 % and more, and both directions at once, are no battery.
      { report: '650b', reading: null },
      { report: 'ff0b', reading: null },
      { report: '3c0f', reading: null },
    ],
  },
  {
    name: 'Voltage (PDC 4.1.1, 84/30) outside and inside PowerSummary: the summary counts',
    descriptor:
      // Page 84, UPS, Application; Input (84/1A) collection with a Voltage of 8 bits, unit volt, exponent 7.
      '05840904a101091aa1000930150026ff0067' +
      '21d1f000' +
      '5507' +
      '7508950181' +
      '02c0' +
      // PowerSummary: Voltage of 16 bits in tenths of a volt (exponent 6), RemainingCapacity.
      '0924a1000930' +
      '27ffff0000' +
      '5506' +
      '7510950181' +
      '02' +
      '6500' +
      '5500' +
      '05850966' +
      '2564' +
      '750895018102' +
      'c0c0',
    reports: [
      { report: '787f0032', reading: { percent: 50, volts: 12.7, flow: 'idle' } },
      { report: '00880064', reading: { percent: 100, volts: 13.6, flow: 'idle' } },
    ],
  },
  {
    name: 'flags of both pages between and after those of the battery, and a run time (PDC 4.1.4, 4.2.4)',
    descriptor:
      // Page 84, UPS, Application; PowerSummary, Physical; PresentStatus, Logical.
      '05840904a1010924a1000902a102' +
      // Page 85: ACPresent, Charging, Discharging, BelowLimit, NeedReplacement, BatteryPresent.
      '058509d009440945094209' +
      '4b09d11500250175019506' +
      '8102' +
      // Page 84: Overload, ShutdownImminent.
      '05840965096995028102c0' +
      // Page 85: RemainingCapacity 0..100, 8 bits; RunTimeToEmpty, 16 bits, seconds.
      '058509662564750895018102' +
      '096827ffff000075108102' +
      'c0c0',
    reports: [
      { report: '2350100e', reading: { percent: 80, volts: 0, flow: 'charging' } },
      // BelowLimit and ShutdownImminent; BelowLimit alone; then NeedReplacement and Overload.
      {
        report: 'ac057800',
        reading: { percent: 5, volts: 0, flow: 'discharging', warns: 'critical' },
      },
      { report: '2c117800', reading: { percent: 17, volts: 0, flow: 'discharging', warns: 'low' } },
      { report: '7164ffff', reading: { percent: 100, volts: 0, flow: 'idle' } },
    ],
  },
];

/** Usages that bind nothing: a boot mouse, and a UPS without a charge in its input reports. */
export const NOT_A_BATTERY = [
  {
    name: 'a mouse (HID 1.11, appendix B.2)',
    descriptor:
      '05010902a1010901a10005091901290315002501950375018102950175058101050109300931' +
      '1581257f750895028106c0c0',
  },
  {
    name: 'a UPS whose RemainingCapacity is a feature report only',
    descriptor: '05840904a1010924a100058509661500256475089501b102c0c0',
  },
  { name: 'no bytes at all', descriptor: '' },
  { name: 'a descriptor that ends inside an item', descriptor: '0584090' + '4a10126ff' },
] as const;
