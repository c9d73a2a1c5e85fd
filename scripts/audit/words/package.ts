/** The words of one precinct's package. */
import type { AccountingProblem } from '#firmware/nation/accounting.ts';
import type { PackageProblem } from '#firmware/vault/result-package-check.ts';

export const PACKAGE_WORDS = {
  es: {
    'package.title': 'Auditoría: el paquete de resultados de una mesa',
    'package.package': 'paquete',
    'package.notRead': 'no se pudo leer',
    'package.precinctIs': '{precinct}, acta {report}',
    'package.machineIs': '{code}, clave {key}',
    'package.logHead': 'cabeza de la bitácora',
    'package.ballotsOf': '{ballots} de {registered} electores inscritos',
    'package.envelopeIs': 'reimpresos: {reprints}; rechazados: {spoils}',
    'package.checkForm': 'forma: una sola escritura, dentro de sus límites',
    'package.checkPlace': 'elección, mesa y oferta son las del registro',
    'package.checkSignature': 'firmado por una máquina registrada y certificada',
    'package.checkAccounting': 'identidades: votos + nulos = boletas x cargos, boletas = marcados',
    'package.checkMachineKey': 'clave de la máquina: machine-key.pem',
    'package.checkReport': 'acta de escrutinio en texto: sus cifras firmadas',
    'package.checkLog': 'bitácora: entera, firmada, con la cabeza del paquete',
    'package.chart': 'Votos en {contest}',
    'package.chartNote':
      'Boletas {ballots} x cargos {positions} = {product}; las opciones sin votos no aparecen.',
    'package.accounts': 'Cuentas de cada contienda',
    'package.positions': 'cargos',
    'package.votes': 'votos',
    'package.limitMeant':
      'Que la máquina contó lo que quisieron los electores: eso solo lo muestran los comprobantes de la caja (audit boxes).',
    'package.limitFirst':
      'De forma, lugar, firma y cuentas se nombra lo primero que está mal; lo que vendría después, no.',
    'package.limitTotals':
      'Un paquete tiene totales; en una elección real los registros de votos no salen de la máquina, así que aquí no se vuelve a contar ninguno.',
    'package.limitAbsent': 'No estaba, y por eso no se comparó: {what}.',
    'package.absentReport': 'el acta de escrutinio en texto',
    'package.absentLog': 'la bitácora',
    'package.because': '{what}: {why}',
    'package.noPem': 'no hay clave de la máquina en PEM',
    'package.malformed': 'no es un paquete de resultados: {why}',
    'package.wrongSignature': 'la máquina no firmó este contenido',
    'package.otherMachine': 'nombra a otra máquina que la de la clave',
    'package.notCertified': 'la autoridad no certificó esa máquina',
    'package.noKey': 'machine-key.pem no tiene ninguna clave Ed25519; el paquete nombra {named}…',
    'package.otherKey': 'machine-key.pem tiene la clave {found}…; el paquete nombra {named}…',
    'package.otherLog': 'la bitácora es de {precinct}, elección {election}',
  },
  en: {
    'package.title': 'Audit: one precinct’s result package',
    'package.package': 'package',
    'package.notRead': 'could not be read',
    'package.precinctIs': '{precinct}, report {report}',
    'package.machineIs': '{code}, key {key}',
    'package.logHead': 'log head',
    'package.ballotsOf': '{ballots} of {registered} registered voters',
    'package.envelopeIs': '{reprints} reprints, {spoils} spoils',
    'package.checkForm': 'form: one spelling, within its limits',
    'package.checkPlace': 'election, precinct and offer are those of the register',
    'package.checkSignature': 'signed by a listed, certified machine',
    'package.checkAccounting': 'identities: votes + nulls = ballots x positions, ballots = marks',
    'package.checkMachineKey': 'the machine’s key: machine-key.pem',
    'package.checkReport': 'tally report as text: its signed figures',
    'package.checkLog': 'event log: whole, signed, with the head of the package',
    'package.chart': 'Votes in {contest}',
    'package.chartNote':
      '{ballots} ballots times {positions} positions = {product}; options without a vote are left out.',
    'package.accounts': 'Accounts of each contest',
    'package.positions': 'positions',
    'package.votes': 'votes',
    'package.limitMeant':
      'That the machine counted what voters meant: only the papers in the box show it (audit boxes).',
    'package.limitFirst':
      'The first thing that is wrong with form, place, signature or accounts is named; what would follow it is not.',
    'package.limitTotals':
      'A package holds totals; cast vote records do not leave a machine in a real election, so none are tabulated again here.',
    'package.limitAbsent': 'Not there, and so not compared: {what}.',
    'package.absentReport': 'the tally report as text',
    'package.absentLog': 'the event log',
    'package.because': '{what}: {why}',
    'package.noPem': 'no machine key in PEM',
    'package.malformed': 'is no result package: {why}',
    'package.wrongSignature': 'the machine did not sign this',
    'package.otherMachine': 'names another machine than the key’s',
    'package.notCertified': 'the authority did not certify that machine',
    'package.noKey': 'machine-key.pem holds no Ed25519 key, the package names {named}…',
    'package.otherKey': 'machine-key.pem holds the key {found}…, the package names {named}…',
    'package.otherLog': 'the event log is of {precinct}, election {election}',
  },
} as const;

export const ACCOUNTING_SPANISH = {
  sum: '{contest}: {votes} votos y {nulls} nulos no son {ballots} boletas por {positions}',
  contestBallots: '{contest}: {here} boletas, de las {ballots} de la mesa',
  option: '{contest}: una opción con {votes} votos en {ballots} boletas',
  registered: '{found} electores inscritos; el registro dice {registered}',
  marks: '{ballots} boletas, {marked} votantes marcados en el cuaderno',
  tooMany: 'llegaron {came} electores y hay {registered} inscritos',
  tooFew: '{marked} votantes marcados y llegaron {came}',
  overrides: '{overrides} electores autorizados por el presidente y llegaron {came}',
} as const satisfies Readonly<Record<AccountingProblem['kind'], string>>;

export const PACKAGE_SPANISH = {
  long: 'demasiado largo',
  notObject: 'no es un objeto JSON',
  spelling: 'está escrito de otra manera',
  member: '{path} no es como debe ser',
  extra: '{path} no corresponde',
  sum: '{path}: votos y nulos no son boletas por cargos',
  ballots: '{path}: más boletas que las que hay',
  optionTwice: '{path}: una opción aparece dos veces',
  contestTwice: 'una contienda aparece dos veces',
} as const satisfies Readonly<Record<PackageProblem['kind'], string>>;
