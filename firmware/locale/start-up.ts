/** Texts of the screen and the operator's display before the machines run, Spanish and English. */
import { makeTexts } from './text.ts';

type Stage =
  | 'board'
  | 'delivery'
  | 'identity'
  | 'clock'
  | 'package'
  | 'certificate'
  | 'log'
  | 'processes';
type Key = `${'stage' | 'short'}.${Stage}` | 'starting' | 'outOfService' | 'code' | 'display';

/** The operator's display shows `display` and `short.…`: at most 16 characters each. */
const es: Readonly<Record<Key, string>> = {
  starting: 'La máquina se está iniciando',
  outOfService: 'Máquina fuera de servicio',
  code: 'Código {code}',
  display: 'INICIANDO',
  'stage.board': 'Buscando los equipos',
  'stage.delivery': 'Leyendo lo que entregó la autoridad',
  'stage.identity': 'Abriendo la identidad de la máquina',
  'stage.clock': 'Leyendo el reloj',
  'stage.package': 'Verificando el paquete de la elección',
  'stage.certificate': 'Verificando el certificado de la máquina',
  'stage.log': 'Continuando la bitácora',
  'stage.processes': 'Abriendo la urna',
  'short.board': 'EQUIPOS',
  'short.delivery': 'ENTREGA',
  'short.identity': 'IDENTIDAD',
  'short.clock': 'RELOJ',
  'short.package': 'PAQUETE',
  'short.certificate': 'CERTIFICADO',
  'short.log': 'BITÁCORA',
  'short.processes': 'URNA',
};

const en: Readonly<Record<Key, string>> = {
  starting: 'The machine is starting',
  outOfService: 'Machine out of service',
  code: 'Code {code}',
  display: 'STARTING',
  'stage.board': 'Looking for the devices',
  'stage.delivery': 'Reading what the authority delivered',
  'stage.identity': 'Opening the machine’s identity',
  'stage.clock': 'Reading the clock',
  'stage.package': 'Verifying the election package',
  'stage.certificate': 'Verifying the machine’s certificate',
  'stage.log': 'Continuing the event log',
  'stage.processes': 'Opening the urn',
  'short.board': 'DEVICES',
  'short.delivery': 'DELIVERY',
  'short.identity': 'IDENTITY',
  'short.clock': 'CLOCK',
  'short.package': 'PACKAGE',
  'short.certificate': 'CERTIFICATE',
  'short.log': 'LOG',
  'short.processes': 'URN',
};

export const startUpText = makeTexts<Key>({ es, en });
