/**
 * The words of the flight recorder: kinds of events of booth, desk and power policy, and nothing else. A
 * selection or a voter is no word of this list, so no ring and no crash report can hold one.
 */
export const RECORDED_EVENTS = [
  'started',
  'touched',
  'keyPressed',
  'timerExpired',
  'received',
  'linkRestarted',
  'powerChanged',
  'mediumLost',
  'mediumReturned',
  'printerStatus',
  'tokenInserted',
  'tokenRemoved',
  'vaultDone',
  'vaultFailed',
  'selfCheckDone',
  'reportPrinted',
  'reportNotPrinted',
  'recordPrinted',
  'recordNotPrinted',
  'paperCut',
  'paperNotCut',
  'calendarRead',
  'tokenChecked',
  'tokenRefused',
  'keysMade',
  'tokenWritten',
  'tokenNotWritten',
  'shareGiven',
  'shareRefused',
  'ballotsOpened',
  'counted',
  'notCounted',
  'resultWritten',
  // the desk's own
  'pollbookOpened',
  'pollbookNotOpened',
  'saved',
  'mediaChanged',
  'notSynced',
  'printLoaded',
  'fingerGuided',
  'fingerRead',
  'readerFailed',
  'codeChecked',
  'stationFailed',
  'stationRecovered',
  // the power policy's own
  'suppliesRead',
  'batteryRead',
  'batteryFailed',
  'ticked',
  'parkingDone',
] as const;
export type RecordedEvent = (typeof RECORDED_EVENTS)[number];

/** The last so many events of a machine are kept; the same kind again and again is one. */
export const FLIGHT_EVENTS = 64;

/** The last events of each machine, the oldest first. */
export type Flight = Readonly<Record<'desk' | 'booth' | 'power', readonly RecordedEvent[]>>;
