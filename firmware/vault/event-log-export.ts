/**
 * The event log as NIST SP 1500-101 (Election Event Logging CDF, version 1.0) knows it: an
 * `ElectionEventLog` of one device, and the `ElectionEventLogDocumentation` that says what its event
 * ids and types mean. Plain objects, ready for JSON.
 */
import { describeEvent, EVENT_IDS, type EventId } from '#firmware/events/catalogue.ts';
import { type Disposition, EVENT_TYPES } from '#firmware/events/fields.ts';
import type { VerifiedLog } from './event-log-format.ts';

export const MANUFACTURER = 'Urna';
export const MODEL = 'Urna';

export type ExportOptions = {
  /** Identifier of the device, for example its machine code. */
  readonly deviceId: string;
  /** Version of the release that runs. */
  readonly version: string;
  /** When the export is made, UTC to the minute: `2026-12-06T10:03Z`. */
  readonly minute: string;
};

type NistEvent = {
  readonly '@type': 'EventLogging.Event';
  readonly Id: EventId;
  readonly Type: string;
  readonly Disposition: Disposition;
  readonly Sequence: string;
  readonly TimeStamp: string;
  readonly Description: string;
  readonly Details?: string;
  readonly OtherDisposition?: string;
  readonly Hash: string;
};

/** `date-time` of RFC 3339 has seconds; the log has none. */
const timestamp = (minute: string): string => minute.replace(/Z$/, ':00Z');

const nistEvents = (log: VerifiedLog): readonly NistEvent[] =>
  log.entries.map((entry) => {
    const { type, disposition, meaning } = describeEvent(entry.id);
    const hasFields = Object.keys(entry.fields).length > 0;
    return {
      '@type': 'EventLogging.Event',
      Id: entry.id,
      Type: type,
      Disposition: disposition,
      ...(disposition === 'other' ? { OtherDisposition: 'exceptional' } : {}),
      Sequence: String(entry.number),
      TimeStamp: timestamp(entry.minute),
      Description: meaning,
      ...(hasFields ? { Details: JSON.stringify(entry.fields) } : {}),
      Hash: entry.hash,
    };
  });

/** The log of one machine as `EventLogging.ElectionEventLog`. */
export const exportEventLog = (log: VerifiedLog, options: ExportOptions) => ({
  '@type': 'EventLogging.ElectionEventLog' as const,
  ElectionId: log.header.election,
  GeneratedTime: timestamp(options.minute),
  Details: `precinct ${log.header.precinct}; head ${log.head}`,
  Device: [
    {
      '@type': 'EventLogging.Device' as const,
      Id: options.deviceId,
      Type: 'electronic-cast-paper' as const,
      Manufacturer: MANUFACTURER,
      Model: MODEL,
      Version: options.version,
      HashType: 'sha-256' as const,
      Details: `identity key ${log.header.identity}`,
      Event: nistEvents(log),
    },
  ],
});

/** What the ids and types of the log mean, as `EventLogging.ElectionEventLogDocumentation`. */
export const exportEventDocumentation = (options: ExportOptions) => ({
  '@type': 'EventLogging.ElectionEventLogDocumentation' as const,
  DeviceId: options.deviceId,
  DeviceManufacturer: MANUFACTURER,
  DeviceModel: MODEL,
  DeviceVersion: options.version,
  GeneratedDate: options.minute.slice(0, 10),
  EventIdDescription: EVENT_IDS.map((id) => ({
    '@type': 'EventLogging.EventIdDescription' as const,
    Id: id,
    Description: describeEvent(id).meaning,
  })),
  EventTypeDescription: Object.entries(EVENT_TYPES).map(([type, meaning]) => ({
    '@type': 'EventLogging.EventTypeDescription' as const,
    Type: type,
    Description: meaning,
  })),
});
