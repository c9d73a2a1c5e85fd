/** What the booth writes on reports beside their figures: what officers overrode, and doubts of the clock. */
import { makeTexts, type TextTable } from './text.ts';

const SPANISH = {
  openedByOverride: 'Apertura fuera de horario o sin reloj confiable, autorizada por dos miembros',
  closedByOverride: 'Cierre antes de la hora, autorizado por dos miembros',
  clockNotTrusted: '{date} (reloj no confiable)',
  cellNotTrusted: 'Una celda segura está suplida por un archivo: no oculta el orden de los votos',
  unitsReplaced: 'La memoria continuó en una unidad de reserva',
  sealed: 'Precinto intacto, tapa cerrada',
  sealBroken: 'El precinto de la máquina está roto',
  coverOpen: 'La tapa de las memorias está abierta',
  printerDetail: '{columns} columnas, {dots} puntos a {dpi} por pulgada',
} as const;

const ENGLISH: Readonly<Record<keyof typeof SPANISH, string>> = {
  openedByOverride: 'Opened outside hours or without a trusted clock, authorised by two officers',
  closedByOverride: 'Closed before the hour, authorised by two officers',
  clockNotTrusted: '{date} (clock not trusted)',
  cellNotTrusted: 'A file stands in for a secure cell: the order of votes is not hidden',
  unitsReplaced: 'The memory module went on in a spare unit',
  sealed: 'Seal whole, cover closed',
  sealBroken: 'The seal of the machine is broken',
  coverOpen: 'The cover of the media is open',
  printerDetail: '{columns} columns, {dots} dots at {dpi} per inch',
};

const TEXTS: TextTable<keyof typeof SPANISH> = { es: SPANISH, en: ENGLISH };

export const sayAtBooth = makeTexts(TEXTS);
