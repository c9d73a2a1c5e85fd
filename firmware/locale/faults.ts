/**
 * What a fault code means and what an officer does about it, Spanish and English. Faults that any
 * device can show are told with the device's name; what only one kind of device can show, and what
 * the machine found itself, each has a text of its own.
 */
import type { Locale } from '#firmware/election/definition.ts';
import { describeFault, type FaultCode } from '#firmware/faults/catalogue.ts';
import type { CommonKind, DeviceName } from '#hal/fault.ts';

export type FaultText = {
  /** What is wrong, one sentence. */
  readonly explanation: string;
  /** What to do, one or two sentences. */
  readonly remedy: string;
};

type Pair = readonly [explanation: string, remedy: string];
type CommonCode = Extract<FaultCode, `${DeviceName}.${CommonKind}`>;
type OwnCode = Exclude<FaultCode, CommonCode>;

type Language = {
  readonly devices: Readonly<Record<DeviceName, string>>;
  readonly common: Readonly<Record<CommonKind, Pair>>;
  readonly own: Readonly<Record<OwnCode, Pair>>;
};

const es: Language = {
  devices: {
    link: 'el enlace entre las partes de la máquina',
    fingerprint: 'la captahuella',
    printer: 'la impresora',
    touchscreen: 'la pantalla táctil',
    station: 'la estación del operador',
    token: 'la tarjeta de custodia',
    panel: 'el panel de interruptores',
    stabilizer: 'el estabilizador eléctrico',
    battery: 'la batería',
    medium: 'la memoria',
    cell: 'la celda segura',
  },
  common: {
    absent: [
      'No se encuentra {device}.',
      'Revise el cable o la posición de {device}. Si sigue igual, llame a soporte.',
    ],
    timeout: [
      'No hay respuesta a tiempo de {device}.',
      'Espere un momento; desconecte y conecte {device}. Si sigue igual, llame a soporte.',
    ],
    garbled: [
      'No se entiende la respuesta de {device}.',
      'La máquina repite sola. Si el aviso sigue, revise el cable de {device}.',
    ],
    broken: ['Hay una avería en {device}.', 'Llame a soporte para reemplazar {device}.'],
    busy: ['Otra operación ocupa {device}.', 'Espere: la máquina sigue sola.'],
  },
  own: {
    'fingerprint.refused': [
      'La captahuella rechazó la orden o la contraseña de la máquina.',
      'Llame a soporte: puede no ser la captahuella de esta máquina.',
    ],
    'fingerprint.badTemplate': [
      'La huella guardada de un elector no sirve para esta captahuella.',
      'El elector se atiende como sin huella guardada; autoriza el presidente de mesa.',
    ],
    'printer.paperEnd': ['Se acabó el papel.', 'Coloque un rollo nuevo y cierre la tapa.'],
    'printer.coverOpen': ['La tapa de la impresora está abierta.', 'Cierre la tapa.'],
    'printer.cutter': [
      'La cuchilla de la impresora no corta.',
      'Abra la tapa, retire el papel atascado en la cuchilla y cierre. No lea el comprobante.',
    ],
    'printer.jam': [
      'El papel se atascó en la impresora.',
      'Abra la tapa, retire el papel sin leerlo y siga lo que pide la pantalla.',
    ],
    'printer.overheated': [
      'El cabezal de la impresora está muy caliente.',
      'Espere: la impresión sigue sola cuando se enfría.',
    ],
    'printer.unrecoverable': [
      'La impresora tiene una falla de la que no sale sola.',
      'Apague y encienda la impresora; si sigue igual, llame a soporte.',
    ],
    'token.full': [
      'La tarjeta no tiene espacio para lo que debe guardar.',
      'Use otra tarjeta; entregue esta a soporte.',
    ],
    'medium.full': ['La memoria está llena.', 'Llame a soporte. No borre nada.'],
    'medium.notSynced': [
      'La memoria no confirmó que guardó los datos.',
      'La máquina se detuvo para no perder votos. Llame a soporte; no retire la memoria.',
    ],
    'medium.unreadable': [
      'La memoria no se puede leer, o devuelve algo distinto de lo guardado.',
      'Coloque una memoria nueva y espere a que se sincronice.',
    ],
    'medium.readOnly': [
      'La memoria no acepta escritura.',
      'Revise el seguro de la memoria o coloque una nueva.',
    ],
    'cell.unreadable': [
      'La celda segura no se puede leer.',
      'Llame a soporte. No apague la máquina.',
    ],
    'vault.mediumLost': [
      'Falta una de las dos memorias: la votación está suspendida.',
      'Coloque la misma memoria o una nueva y confirme la sincronización.',
    ],
    'vault.notSynced': [
      'Una memoria no confirmó que guardó el voto.',
      'La máquina se detuvo. Llame a soporte; no retire las memorias.',
    ],
    'vault.full': ['No hay espacio para guardar votos.', 'La máquina se detuvo. Llame a soporte.'],
    'vault.tampered': [
      'Nada de lo guardado se puede verificar: puede haber alteración.',
      'Avise a los testigos y a la autoridad, levante un acta. Solo funciona la consola.',
    ],
    'vault.empty': [
      'Esta máquina no tiene una urna preparada.',
      'Si ya se había instalado, avise a la autoridad; si no, haga la instalación.',
    ],
    'vault.cellNotTrusted': [
      'La celda segura es un sustituto de pruebas: una elección real no abre con ella.',
      'Llame a soporte: esta máquina no está completa.',
    ],
    'vault.notSetUp': [
      'No se pudo preparar la urna durante la instalación.',
      'Revise que estén las dos memorias y repita la instalación.',
    ],
    'vault.noCodes': [
      'No quedan códigos para comprobantes.',
      'La máquina se detuvo. Llame a soporte y avise a la autoridad.',
    ],
    'desk.notSynced': [
      'Una memoria no confirmó que guardó las marcas del cuaderno.',
      'La máquina se detuvo. Llame a soporte; no retire las memorias.',
    ],
    'desk.noMedium': [
      'Ninguna memoria guarda las marcas del cuaderno.',
      'Coloque las memorias y reinicie. No admita a nadie mientras tanto.',
    ],
    'desk.newerFile': [
      'La memoria que se colocó tiene marcas más nuevas que la máquina.',
      'Retírela: puede ser de otra máquina. Llame a soporte y levante un acta.',
    ],
    'desk.fileTampered': [
      'Las marcas del cuaderno no se pueden verificar en ninguna memoria.',
      'Avise a los testigos y a la autoridad; use el cuaderno de papel. Llame a soporte.',
    ],
    'desk.locked': [
      'Se alcanzó un límite de autenticación.',
      'El presidente de mesa desbloquea la primera vez; después, un código de soporte.',
    ],
    'desk.wrongKey': [
      'La tarjeta no abre el cuaderno de esta mesa.',
      'Use la tarjeta del presidente de esta mesa.',
    ],
    'desk.pollbookMalformed': [
      'El cuaderno de la mesa está dañado.',
      'Llame a soporte: hace falta otro paquete de la elección.',
    ],
    'booth.parked': [
      'La máquina se detuvo con todo guardado.',
      'Lea el código que la acompaña y llame a soporte.',
    ],
    'counting.sharesDoNotJoin': [
      'Las partes de la llave no forman la llave de esta mesa.',
      'Repita con las tarjetas de esta mesa; pruebe con la de otro custodio.',
    ],
    'counting.ballotNotOpened': [
      'Un voto guardado no abre con la llave de la mesa.',
      'No hay acta de escrutinio. Avise a la autoridad; cuentan los comprobantes.',
    ],
    'counting.ballotUndecodable': [
      'Un voto guardado no corresponde a ninguna boleta de la mesa.',
      'No hay acta de escrutinio. Avise a la autoridad; cuentan los comprobantes.',
    ],
    'counting.ballotsMissing': [
      'Los votos guardados no son tantos como los emitidos.',
      'No hay acta de escrutinio. Avise a la autoridad; cuentan los comprobantes.',
    ],
    'counting.noRecord': [
      'Falta el registro de la ceremonia de llaves.',
      'Llame a soporte; no apague la máquina ni retire las memorias.',
    ],
    'package.malformed': [
      'El archivo no es un paquete de elección, o está incompleto.',
      'Use el paquete que entregó la autoridad.',
    ],
    'package.unsigned': ['El paquete no está firmado.', 'Use el paquete firmado por la autoridad.'],
    'package.foreignKey': [
      'El paquete lo firmó alguien que no es la autoridad.',
      'No lo use; avise a la autoridad.',
    ],
    'package.badSignature': [
      'La firma del paquete no corresponde a su contenido: fue alterado.',
      'No lo use; avise a la autoridad.',
    ],
    'package.wrongPrecinct': [
      'El paquete es de otra mesa.',
      'Use el paquete de la mesa a la que pertenece esta máquina.',
    ],
    'package.expired': ['El paquete está vencido.', 'Pida a la autoridad el paquete vigente.'],
    'package.badDefinition': [
      'La definición de la elección tiene errores.',
      'Entregue la lista de errores a la autoridad.',
    ],
    'power.low': [
      'Queda poca batería: no se admite a otro elector.',
      'Restablezca la corriente. El elector que está votando termina.',
    ],
    'power.critical': [
      'La batería se agota: la máquina se detiene con todo guardado.',
      'Restablezca la corriente; la máquina sigue donde estaba.',
    ],
    'machine.bug': [
      'La máquina encontró un error propio y se detuvo con todo guardado.',
      'Anote el código y llame a soporte.',
    ],
    'machine.clockDoubtful': [
      'El reloj no es de fiar.',
      'La votación sigue. Para abrir o cerrar, los miembros de mesa confirman la hora.',
    ],
    'machine.logFull': ['La bitácora está llena.', 'La máquina se detuvo. Llame a soporte.'],
  },
};

const en: Language = {
  devices: {
    link: 'the link between the parts of the machine',
    fingerprint: 'the fingerprint reader',
    printer: 'the printer',
    touchscreen: 'the touchscreen',
    station: 'the operator station',
    token: 'the officer’s token',
    panel: 'the switch panel',
    stabilizer: 'the power stabilizer',
    battery: 'the battery',
    medium: 'the memory',
    cell: 'the secure cell',
  },
  common: {
    absent: [
      'Not found: {device}.',
      'Check cable and position of {device}. If that does not help, call support.',
    ],
    timeout: [
      'No answer in time from {device}.',
      'Wait a moment; unplug and plug {device}. If that does not help, call support.',
    ],
    garbled: [
      'The answer of {device} makes no sense.',
      'The machine tries again by itself. If this stays, check the cable of {device}.',
    ],
    broken: ['There is a hardware fault in {device}.', 'Call support to replace {device}.'],
    busy: ['Another operation keeps {device} busy.', 'Wait: the machine goes on by itself.'],
  },
  own: {
    'fingerprint.refused': [
      'The fingerprint reader refused the order or the password of the machine.',
      'Call support: it may not be the reader of this machine.',
    ],
    'fingerprint.badTemplate': [
      'The stored print of a voter is not one for this reader.',
      'The voter is treated as one without stored print; the presiding officer authorises.',
    ],
    'printer.paperEnd': ['The paper has run out.', 'Put in a new roll and close the cover.'],
    'printer.coverOpen': ['The cover of the printer is open.', 'Close the cover.'],
    'printer.cutter': [
      'The cutter of the printer does not cut.',
      'Open the cover, take the paper out of the cutter and close it. Do not read the record.',
    ],
    'printer.jam': [
      'The paper is jammed in the printer.',
      'Open the cover, take the paper out unread and follow the screen.',
    ],
    'printer.overheated': [
      'The print head is too hot.',
      'Wait: printing goes on by itself when it has cooled.',
    ],
    'printer.unrecoverable': [
      'The printer has a fault that it does not leave by itself.',
      'Switch the printer off and on; if that does not help, call support.',
    ],
    'token.full': [
      'The token has no room for what it is to keep.',
      'Use another token; give this one to support.',
    ],
    'medium.full': ['The memory is full.', 'Call support. Delete nothing.'],
    'medium.notSynced': [
      'The memory did not confirm that it stored the data.',
      'The machine stopped so that no vote is lost. Call support; leave the memory in.',
    ],
    'medium.unreadable': [
      'The memory can not be read, or gives back what was not stored.',
      'Put in a fresh memory and wait until it is synchronised.',
    ],
    'medium.readOnly': [
      'The memory takes no writes.',
      'Check the lock of the memory or put in a fresh one.',
    ],
    'cell.unreadable': [
      'The secure cell can not be read.',
      'Call support. Do not switch the machine off.',
    ],
    'vault.mediumLost': [
      'One of the two memories is missing: voting is suspended.',
      'Put in the same memory or a fresh one and confirm the synchronisation.',
    ],
    'vault.notSynced': [
      'A memory did not confirm that it stored the vote.',
      'The machine stopped. Call support; leave the memories in.',
    ],
    'vault.full': ['There is no room to store votes.', 'The machine stopped. Call support.'],
    'vault.tampered': [
      'Nothing that is stored verifies: it may have been tampered with.',
      'Tell observers and authority, and put it on record. Only the console works.',
    ],
    'vault.empty': [
      'No urn was set up on this machine.',
      'If it had been set up, tell the authority; if not, do the setup.',
    ],
    'vault.cellNotTrusted': [
      'The secure cell is a stand-in for tests: a real election does not open on it.',
      'Call support: this machine is not complete.',
    ],
    'vault.notSetUp': [
      'The urn could not be set up.',
      'Check that both memories are in and repeat the setup.',
    ],
    'vault.noCodes': [
      'No codes for paper records are left.',
      'The machine stopped. Call support and tell the authority.',
    ],
    'desk.notSynced': [
      'A memory did not confirm that it stored the marks of the pollbook.',
      'The machine stopped. Call support; leave the memories in.',
    ],
    'desk.noMedium': [
      'No memory keeps the marks of the pollbook.',
      'Put the memories in and start again. Admit nobody meanwhile.',
    ],
    'desk.newerFile': [
      'The memory that was put in has newer marks than the machine.',
      'Take it out: it may be of another machine. Call support and put it on record.',
    ],
    'desk.fileTampered': [
      'The marks of the pollbook verify on neither memory.',
      'Tell observers and authority; use the paper roster. Call support.',
    ],
    'desk.locked': [
      'A limit of authentication was reached.',
      'The presiding officer unlocks the first time; after that, a support code.',
    ],
    'desk.wrongKey': [
      'The token does not open the pollbook of this precinct.',
      'Use the token of the presiding officer of this precinct.',
    ],
    'desk.pollbookMalformed': [
      'The pollbook of this precinct is damaged.',
      'Call support: another election package is needed.',
    ],
    'booth.parked': [
      'The machine stopped with everything stored.',
      'Read the code beside it and call support.',
    ],
    'counting.sharesDoNotJoin': [
      'The shares do not make the key of this precinct.',
      'Repeat with the tokens of this precinct; try that of another officer.',
    ],
    'counting.ballotNotOpened': [
      'A stored ballot does not open with the key of the precinct.',
      'There is no tally report. Tell the authority; the paper records count.',
    ],
    'counting.ballotUndecodable': [
      'A stored ballot is not one of this precinct’s ballot styles.',
      'There is no tally report. Tell the authority; the paper records count.',
    ],
    'counting.ballotsMissing': [
      'There are not as many stored ballots as were cast.',
      'There is no tally report. Tell the authority; the paper records count.',
    ],
    'counting.noRecord': [
      'The record of the key ceremony is missing.',
      'Call support; do not switch the machine off or take the memories out.',
    ],
    'package.malformed': [
      'The file is not an election package, or not a whole one.',
      'Use the package that the authority gave.',
    ],
    'package.unsigned': [
      'The package is not signed.',
      'Use the package that the authority signed.',
    ],
    'package.foreignKey': [
      'The package was signed by somebody who is not the authority.',
      'Do not use it; tell the authority.',
    ],
    'package.badSignature': [
      'The signature of the package is not of its contents: they were changed.',
      'Do not use it; tell the authority.',
    ],
    'package.wrongPrecinct': [
      'The package is of another precinct.',
      'Use the package of the precinct that this machine belongs to.',
    ],
    'package.expired': [
      'The package has expired.',
      'Ask the authority for the one that is in force.',
    ],
    'package.badDefinition': [
      'The election definition has mistakes.',
      'Give the list of mistakes to the authority.',
    ],
    'power.low': [
      'The battery is low: no other voter is admitted.',
      'Bring the mains back. The voter at the machine finishes.',
    ],
    'power.critical': [
      'The battery is nearly empty: the machine stops with everything stored.',
      'Bring the mains back; the machine goes on where it was.',
    ],
    'machine.bug': [
      'The machine found a fault of its own and stopped with everything stored.',
      'Note the code and call support.',
    ],
    'machine.clockDoubtful': [
      'The clock is not to be believed.',
      'Voting goes on. To open or close, the officers confirm the time.',
    ],
    'machine.logFull': ['The event log is full.', 'The machine stopped. Call support.'],
  },
};

const LANGUAGES: Readonly<Record<Locale, Language>> = { es, en };

const has = <T extends object>(table: T, key: string): key is Extract<keyof T, string> =>
  Object.hasOwn(table, key);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What a fault code means and what to do. An unknown code is told as a fault of the machine's own. */
export const faultText = (locale: Locale, code: string): FaultText => {
  const language = LANGUAGES[locale];
  const known = describeFault(code).code;
  const [device = '', kind = ''] = known.split('.');
  const pair = has(language.own, known)
    ? language.own[known]
    : has(language.common, kind)
      ? language.common[kind]
      : language.own['machine.bug'];
  const name = has(language.devices, device) ? language.devices[device] : '';
  const tell = (text: string): string => capital(text.replaceAll('{device}', name));
  return { explanation: tell(pair[0]), remedy: tell(pair[1]) };
};
