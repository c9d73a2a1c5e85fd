/** The words of cast vote records that are tabulated again. */
export const RECORDS_WORDS = {
  es: {
    'records.title': 'Auditoría: registros de votos contados otra vez',
    'records.electionIs': '{election}, una prueba',
    'records.records': 'registros',
    'records.checkSignature': 'paquete firmado por su máquina',
    'records.checkElection': 'paquete de esta elección',
    'records.checkBallots': 'registros contra boletas',
    'records.checkVotes': 'votos y nulos según los registros',
    'records.chart': 'Según los registros, {contest}',
    'records.chartNote': 'Registros {ballots} x cargos {positions}; nulos: {nulls}.',
    'records.limitBoth':
      'Registros que coinciden con un escrutinio pueden estar mal los dos: solo los comprobantes muestran lo que quisieron los electores.',
    'records.limitTest':
      'De una elección que no es de prueba no hay tales registros fuera de la urna, y esto los rechaza.',
    'records.otherElection': 'es de {found}; los registros, de {expected}',
    'records.ballots': '{found} boletas, {expected} registros',
    'records.notInPackage':
      'la contienda no está en el paquete; según los registros, {expected} nulos',
    'records.nulls': '{found} nulos en el paquete, {expected} según los registros',
    'records.votes': '{found} en el paquete, {expected} según los registros',
  },
  en: {
    'records.title': 'Audit: cast vote records tabulated again',
    'records.electionIs': '{election}, a test',
    'records.records': 'records',
    'records.checkSignature': 'package signed by its machine',
    'records.checkElection': 'package of this election',
    'records.checkBallots': 'records against ballots',
    'records.checkVotes': 'votes and nulls by the records',
    'records.chart': 'By the records, {contest}',
    'records.chartNote': '{ballots} records times {positions} positions, {nulls} null.',
    'records.limitBoth':
      'Records that agree with a tally may both be wrong: only papers show what voters meant.',
    'records.limitTest':
      'Of an election that is no test there are no such records outside the urn, and this refuses them.',
    'records.otherElection': 'is of {found}, the records of {expected}',
    'records.ballots': '{found} ballots, {expected} records',
    'records.notInPackage': 'the contest is not in the package; by the records, {expected} nulls',
    'records.nulls': '{found} nulls in the package, {expected} by the records',
    'records.votes': '{found} in the package, {expected} by the records',
  },
} as const;
