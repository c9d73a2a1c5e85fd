/** The page's words in Spanish and English, and how they come onto the page. */
export type Language = 'es' | 'en';

const WORDS = {
  skip: ['Ir a la máquina', 'Skip to the machine'],
  onTheBench: ['en el banco de pruebas', 'on the bench'],
  clock: ['Reloj de la máquina', "Machine's clock"],
  tourOpen: ['Visita guiada', 'Guided tour'],
  tourClose: ['Cerrar la visita', 'Close the tour'],
  machine: ['La máquina', 'The machine'],
  screenLabel: ['Pantalla táctil de la máquina', "The machine's touchscreen"],
  tapeLabel: ['Papel que sale de la impresora', 'Paper coming out of the printer'],
  tokenSlot: ['Llave de miembro', "Officer's token"],
  printer: ['Impresora', 'Printer'],
  rollLeft: ['rollo {m} m', 'roll {m} m'],
  toBox: ['Echar en la urna', 'Drop into the box'],
  toKept: ['Guardar', 'Keep'],
  readPaper: ['Leer', 'Read'],
  tear: ['Arrancar', 'Tear off'],
  inTheBox: ['en la urna', 'in the ballot box'],
  station: ['Mesa: estación del operador', "The table: operator's station"],
  lcdLabel: ['Visor de dos líneas', 'Two-line display'],
  keypad: ['Teclado del operador', "Operator's keypad"],
  placeFinger: ['Poner el dedo', 'Place the finger'],
  finger: ['Dedo', 'Finger'],
  whoIsHere: ['¿Quién está en la mesa?', 'Who is at the table?'],
  typeId: ['Teclear cédula', 'Type this ID'],
  drawers: ['Alrededor de la máquina', 'Around the machine'],
  officers: ['Miembros y llaves', 'Officers and tokens'],
  headphones: ['Audífonos y teclas', 'Headphones and keys'],
  powerTab: ['Electricidad', 'Power'],
  inside: ['Memorias, tapa y reloj', 'Memories, cover, clock'],
  faults: ['Fallas', 'Faults'],
  papers: ['Papeles', 'Papers'],
  log: ['Registro', 'Event log'],
  beginAnew: ['Empezar de nuevo', 'Begin anew'],
  close: ['Cerrar', 'Close'],
  settingUp: ['Se prepara la máquina…', 'The machine is being set up…'],
  settingUpLong: [
    'Los robots hacen la ceremonia del viernes\ny abren la mesa. Un momento…',
    "Robots hold Friday's ceremony\nand open the polls. One moment…",
  ],
  offVeil: ['Sin corriente', 'No power'],
  startingVeil: ['Arranca…', 'Starting…'],
  failedVeil: ['La máquina se detuvo', 'The machine has stopped'],
  lost: ['Se perdió la conexión con el banco.', 'The bench does not answer any more.'],
  lampOff: ['apagada', 'off'],
  lampMains: ['red eléctrica', 'on mains'],
  lampBattery: ['batería', 'on battery'],
  'ring.off': ['lector', 'reader'],
  'ring.red': ['no coincide', 'no match'],
  'ring.blue': ['esperando un dedo', 'waits for a finger'],
  'ring.purple': ['espere', 'wait'],
  'ring.green': ['huella correcta', 'match'],
  'ring.yellow': ['otra vez', 'again'],
  'ring.cyan': ['', ''],
  'ring.white': ['', ''],
  'quality.clean': ['Dedo limpio', 'Clean finger'],
  'quality.dry': ['Dedo seco', 'Dry finger'],
  'quality.dirty': ['Dedo sucio', 'Dirty finger'],
  'quality.other': ['Otro dedo', 'Another finger'],
  'quality.stranger': ['Otra persona', 'Another person'],
  'print.none': ['sin huella registrada', 'no print on record'],
  'print.noLimbs': ['sin miembros superiores', 'no upper limbs'],
  'print.stored': ['cédula de identidad', 'identity card'],
  votersGroup: ['Electores de esta mesa', 'Voters of this precinct'],
  officersGroup: ['Miembros de la mesa', 'Officers'],
  votedMark: ['votó', 'voted'],
  'role.presidingOfficer': ['Presidencia de mesa', 'Presiding officer'],
  'role.pollWorker': ['Miembro de mesa', 'Poll worker'],
  'role.observer': ['Testigo', 'Observer'],
  'role.authority': ['Autoridad electoral', 'Electoral authority'],
  insertToken: ['Meter la llave', 'Insert token'],
  removeToken: ['Sacar la llave', 'Remove token'],
  pinNote: ['PIN', 'PIN'],
  officersNote: [
    'Cada miembro lleva una llave y un PIN. Los PIN van en papelitos solo en este banco; se marcan en la pantalla.',
    'Every officer carries a token and a PIN. The PINs are on slips of paper on this bench only; they are typed on the screen.',
  ],
  codes: [
    'Sobre de la presidencia: códigos de un solo uso',
    "Presiding officer's envelope: single-use codes",
  ],
  supportCodes: ['La línea de soporte dicta', 'The support line tells'],
  mains: ['Red eléctrica', 'Mains'],
  mainsOn: ['Hay corriente', 'Mains present'],
  volts: ['Tensión', 'Voltage'],
  stabilizerA: ['Estabilizador A funciona', 'Stabilizer A works'],
  stabilizerB: ['Estabilizador B funciona', 'Stabilizer B works'],
  battery: ['Batería', 'Battery'],
  drainTo: ['Descargar hasta', 'Drain to'],
  wholeMachine: ['La máquina entera', 'The whole machine'],
  cutPower: ['Cortar todo ahora', 'Cut everything now'],
  switchOff: ['Apagar bien', 'Switch off in good order'],
  switchOn: ['Encender', 'Switch on'],
  cutNote: [
    'Cortar deja sin corriente a procesos, impresora y lector en el acto, como si fallara también la batería.',
    'A cut stops processes, printer and reader at once, as if the battery failed too.',
  ],
  lineIn: ['Entrada', 'In'],
  lineOut: ['Salida', 'Out'],
  lamp: ['Lámpara', 'Lamp'],
  buzzer: ['Zumbador', 'Buzzer'],
  yes: ['sí', 'on'],
  no: ['no', 'off'],
  moduleFixed: ['Memoria fija', 'Fixed memory'],
  moduleRemovable: ['Módulo extraíble', 'Removable module'],
  moduleIn: ['puesta', 'in place'],
  moduleOut: ['fuera', 'pulled out'],
  pull: ['Sacar', 'Pull out'],
  putBack: ['Volver a poner', 'Put back'],
  switches: ['Interruptores', 'Switches'],
  keySwitch: ['Llave de la presidencia girada', "Presiding officer's key turned"],
  coverOpen: ['Tapa abierta', 'Cover open'],
  sealBroken: ['Precinto roto', 'Seal broken'],
  newRoll: ['Poner un rollo nuevo', 'Put a new roll in'],
  paperRoll: ['Papel', 'Paper'],
  clockNow: ['La máquina cree que son las', 'The machine believes it is'],
  clockHour: ['Una hora más', 'An hour on'],
  clockClosing: ['A la hora del cierre', 'To closing time'],
  clockBack: ['Un año atrás', 'A year back'],
  faultsNote: ['', ''],
  papersNone: ['Todavía no se ha guardado ningún papel.', 'No paper has been kept yet.'],
  paperNumber: ['Papel {n}', 'Paper {n}'],
  paperLength: ['{cm} cm', '{cm} cm'],
  'place.kept': ['guardado', 'kept'],
  'place.tray': ['en la impresora', 'in the printer'],
  'place.envelope': ['en el sobre', 'in the envelope'],
  toEnvelope: ['Doblar y al sobre', 'Fold into the envelope'],
  logNote: ['Tal como está escrito en la memoria fija.', 'As it stands on the fixed memory.'],
  beginNote: [
    'Se quita esta máquina del banco y se pone otra.',
    'This machine is taken off the bench and another one is put there.',
  ],
  beginOpen: ['Mesa abierta', 'Open polling station'],
  beginOpenNote: [
    'Domingo por la mañana. Los robots ya hicieron la ceremonia y abrieron la mesa.',
    'Sunday morning. Robots have held the ceremony and opened the polls.',
  ],
  beginFriday: ['Viernes de instalación', "Friday's ceremony"],
  beginFridayNote: [
    'La máquina nunca se encendió. Usted es todos los miembros: ceremonia de llaves, reporte en cero, apertura.',
    'The machine has never been switched on. You are all the officers: key ceremony, zero report, opening.',
  ],
  begin: ['Empezar', 'Begin'],
  'device.touchscreen': ['Pantalla táctil', 'Touchscreen'],
  'device.printer': ['Impresora', 'Printer'],
  'device.fingerprint': ['Lector de huellas', 'Fingerprint reader'],
  'device.keypad': ['Teclado del operador', "Operator's keypad"],
  'device.display': ['Visor del operador', "Operator's display"],
  'device.power': ['Electricidad', 'Power'],
  'device.clock': ['Reloj', 'Clock'],
  'device.voter-keypad': ['Teclado del elector', "Voter's keypad"],
  'device.headphones': ['Audífonos', 'Headphones'],
  'device.fixed': ['Memoria fija', 'Fixed memory'],
  'device.removable': ['Módulo extraíble', 'Removable module'],
  'fault.unplugged': ['cable fuera', 'cable out'],
  'fault.silent': ['no responde', 'does not answer'],
  'fault.garbled': ['responde ruido', 'answers noise'],
  'fault.sensorError': ['sensor averiado', 'sensor broken'],
  'fault.wrongPassword': ['contraseña cambiada', 'password changed'],
  'fault.restarts': ['se reinicia solo', 'restarts by itself'],
  'fault.slow': ['tres veces más lento', 'three times slower'],
  'fault.paperEnd': ['sin papel', 'no paper'],
  'fault.nearEnd': ['poco papel', 'little paper left'],
  'fault.coverOpen': ['tapa abierta', 'cover open'],
  'fault.jam': ['papel atascado', 'paper jammed'],
  'fault.cutter': ['cuchilla trabada', 'blade stuck'],
  'fault.overheated': ['cabezal caliente', 'head too hot'],
  'fault.unrecoverable': ['averiada sin remedio', 'broken for good'],
  'fault.restarting': ['se reinicia cada 5 s', 'restarts every 5 s'],
  'fault.voltagesMissing': ['no dice tensiones', 'tells no voltages'],
  'fault.noisy': ['ruido en la línea', 'noise on its line'],
  'fault.stabilizerAFailed': ['estabilizador A averiado', 'stabilizer A failed'],
  'fault.stabilizerBFailed': ['estabilizador B averiado', 'stabilizer B failed'],
  'fault.stabilizersFailed': ['ambos averiados', 'both stabilizers failed'],
  'fault.mainsLost': ['sin red', 'mains lost'],
  'fault.mainsSag': ['tensión baja', 'mains sags'],
  'fault.mainsSwell': ['tensión alta', 'mains swells'],
  'fault.mainsFlicker': ['la luz parpadea', 'mains flickers'],
  'fault.relayAStuck': ['relé A pegado', 'relay A stuck'],
  'fault.relayBStuck': ['relé B pegado', 'relay B stuck'],
  'fault.keyBouncing': ['llave con mal contacto', 'key switch bounces'],
  'fault.gaugeFrozen': ['medidor congelado', 'gauge frozen'],
  'fault.gaugeLying': ['medidor miente', 'gauge lies'],
  'fault.gaugeJumping': ['medidor salta', 'gauge jumps'],
  'fault.gaugeMissing': ['sin medidor', 'no gauge'],
  'fault.batteryMissing': ['sin batería', 'no battery'],
  'fault.stuckFinger': ['un dedo no se levanta', 'a finger never lifts'],
  'fault.ghostContact': ['contacto fantasma', 'ghost contact'],
  'fault.jitter': ['el dedo tiembla', 'fingers tremble'],
  'fault.keypadUnplugged': ['teclado fuera', 'pulled out'],
  'fault.keyStuck': ['la tecla 5 pegada', 'key 5 stuck'],
  'fault.keyStorm': ['agua en el teclado', 'water in it'],
  'fault.keypadCovered': ['algo encima', 'something lies on it'],
  'fault.displayUnplugged': ['visor fuera', 'display off its bus'],
  'fault.displayBoardUnplugged': ['placa fuera', 'its board pulled out'],
  'fault.displayBoardSilent': ['placa colgada', 'its board hangs'],
  'fault.displayBoardRestarting': ['placa se reinicia', 'its board restarts'],
  'fault.stopped': ['parado', 'stands still'],
  'fault.lost': ['pila gastada', 'cell empty'],
  'fault.wrong': ['atrasa un día', 'a day slow'],
  'fault.jumping': ['salta horas', 'jumps by hours'],
  'fault.setIgnored': ['no se deja poner', 'takes no setting'],
  'fault.stuckKey': ['una tecla pegada', 'a key stuck'],
  'fault.bounce': ['teclas que rebotan', 'keys chatter'],
  'fault.storm': ['teclas solas', 'keys by themselves'],
  'fault.silentVoice': ['no contesta', 'does not answer'],
  'fault.brokenVoice': ['no puede hablar', 'can not speak'],
  'fault.full': ['llena', 'full'],
  'fault.readOnly': ['solo lectura', 'read only'],
  'key.up': ['Anterior', 'Before'],
  'key.down': ['Siguiente', 'Next'],
  'key.left': ['Grupo anterior', 'Group before'],
  'key.right': ['Grupo siguiente', 'Next group'],
  'key.select': ['Elegir', 'Select'],
  'key.louder': ['Más alto', 'Louder'],
  'key.softer': ['Más bajo', 'Softer'],
  'key.faster': ['Más rápido', 'Faster'],
  'key.slower': ['Más lento', 'Slower'],
  'key.screen': ['Pantalla sí/no', 'Screen on/off'],
  letOfficers: ['Que lo hagan los robots', 'Let robots do it'],
  'task.resume': ['Reanudar la votación', 'Resume voting'],
  'task.setUp': ['Hacer la ceremonia', 'Hold the ceremony'],
  'task.open': ['Abrir la mesa', 'Open the polls'],
  'task.vote': ['Votar', 'Vote'],
  'task.close': ['Cerrar y contar', 'Close and count'],
  robotsAtWork: ['Trabajan los robots: {task}…', 'Robots at work: {task}…'],
  robotsStop: ['Detenerlos', 'Stop them'],
  robotsFailed: ['Los robots no siguieron: {why}', 'The robots gave up: {why}'],
  voterKeys: ['Teclado del elector', "Voter's keypad"],
  captions: ['Lo que se oye', 'What is heard'],
  captionsNone: ['Silencio. Pulse una tecla.', 'Silence. Press a key.'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

export type Word = keyof typeof WORDS;

const isLanguage = (text: string | null): text is Language => text === 'es' || text === 'en';
const REMEMBERED = 'urna-language';

const fromUser = (): Language => {
  const chosen = localStorage.getItem(REMEMBERED);
  if (isLanguage(chosen)) return chosen;
  return navigator.language.toLowerCase().startsWith('es') ? 'es' : 'en';
};

let language: Language = fromUser();
const listeners = new Set<() => void>();

export const currentLanguage = (): Language => language;

/** A word, its `{parameters}` filled in. */
export const say = (
  word: Word,
  parameters: Readonly<Record<string, string | number>> = {},
): string =>
  WORDS[word][language === 'es' ? 0 : 1].replace(/\{(\w+)\}/g, (_, name: string) =>
    String(parameters[name] ?? ''),
  );

/** A word by a name made at run time; the name itself when there is none. */
export const sayIfKnown = (name: string): string => {
  const known = Object.keys(WORDS).find((each): each is Word => each === name);
  return known === undefined ? name.replace(/^[^.]*\./, '') : say(known);
};

const fill = (): void => {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll<HTMLElement>('[data-words]'))
    element.textContent = sayIfKnown(element.dataset.words ?? '');
  for (const element of document.querySelectorAll<HTMLElement>('[data-label]'))
    element.setAttribute('aria-label', sayIfKnown(element.dataset.label ?? ''));
};

/** Calls `listener` now and whenever the language changes. */
export const withLanguage = (listener: () => void): void => {
  listeners.add(listener);
  listener();
};

export const setLanguage = (next: Language): void => {
  language = next;
  localStorage.setItem(REMEMBERED, next);
  fill();
  for (const listener of [...listeners]) listener();
};

export const startWords = (): void => {
  const button = document.querySelector<HTMLElement>('#language');
  const label = (): void => {
    if (button === null) return;
    button.textContent = language === 'es' ? 'English' : 'Español';
    button.lang = language === 'es' ? 'en' : 'es';
  };
  button?.addEventListener('click', () => setLanguage(language === 'es' ? 'en' : 'es'));
  fill();
  withLanguage(label);
};
