/** What fault codes mean and what to do, in Spanish. */
import type { FaultLanguage } from './faults.ts';

export const faultsEs: FaultLanguage = {
  devices: {
    link: 'el enlace entre las partes de la máquina',
    fingerprint: 'la captahuella',
    printer: 'la impresora',
    touchscreen: 'la pantalla táctil',
    keypad: 'el teclado del elector',
    audio: 'los audífonos',
    station: 'la estación del operador',
    token: 'la llave del funcionario',
    panel: 'el panel de interruptores',
    stabilizer: 'el estabilizador eléctrico',
    battery: 'la batería',
    clock: 'el reloj de la placa',
    inventory: 'la lista de partes conectadas',
    network: 'la interfaz de red',
    watchdog: 'el vigilante',
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
    'clock.lost': [
      'El reloj de la placa se detuvo desde que fue puesto en hora.',
      'La mesa pone fecha y hora en la pantalla; soporte cambia la pila del reloj.',
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
      'La llave no tiene espacio para lo que debe guardar.',
      'Use otra llave; entregue esta a soporte.',
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
    'cell.worn': [
      'A la celda segura le quedan pocas escrituras para una elección.',
      'Llame a soporte: la celda se reemplaza antes de la ceremonia.',
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
      'La llave no abre el cuaderno de esta mesa.',
      'Use la llave del presidente de esta mesa.',
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
      'Repita con las llaves de esta mesa; pruebe con la de otro custodio.',
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
    'vault.urnNotEmpty': [
      'La urna no está vacía antes de abrir.',
      'No abra la votación. Llame a soporte: hace falta otra máquina o un nuevo acto de instalación.',
    ],
    'counting.resultNotWritten': [
      'El resultado firmado no se pudo guardar.',
      'Conserve las actas impresas y llame a soporte; no apague la máquina.',
    ],
    'counting.processFailed': [
      'El conteo se interrumpió antes de terminar.',
      'Los votos siguen guardados. Reinicie la máquina y entreguen las partes otra vez.',
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
    'package.doesNotFit': [
      'La oferta electoral no cabe en esta pantalla.',
      'Use una unidad con pantalla más grande o pida otra oferta a la autoridad.',
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
    'machine.noEntropy': [
      'La fuente de números al azar no se mueve.',
      'No vote en ella. Llame a soporte: hace falta otra máquina.',
    ],
    'machine.clockDoubtful': [
      'El reloj no es de fiar.',
      'La votación sigue. Para abrir o cerrar, los miembros de mesa confirman la hora.',
    ],
    'machine.logFull': ['La bitácora está llena.', 'La máquina se detuvo. Llame a soporte.'],
    'machine.badBoard': [
      'La descripción de los equipos de esta máquina no es válida.',
      'No vote en ella. Llame a soporte: hace falta otra máquina.',
    ],
    'machine.notDelivered': [
      'Falta algo de lo que la autoridad entrega para esta mesa.',
      'No vote en ella. Llame a soporte.',
    ],
    'machine.noIdentity': [
      'La máquina no tiene una identidad propia que sirva.',
      'No vote en ella. Llame a soporte: hace falta otra máquina.',
    ],
    'machine.notCertified': [
      'La autoridad no ha certificado esta máquina para esta elección.',
      'No vote en ella. Llame a soporte.',
    ],
    'machine.logNotOpened': [
      'La bitácora no se puede continuar.',
      'Revise que las dos memorias estén puestas y reinicie; si sigue, llame a soporte.',
    ],
    'unit.partMissing': [
      'Falta una parte de la lista firmada de esta máquina.',
      'Busque en la consola (parts) cuál es y conéctela; si no aparece, llame a soporte.',
    ],
    'unit.partExtra': [
      'Hay algo conectado que no está en la lista firmada de esta máquina.',
      'Retírelo a la vista de los testigos y déjelo asentado; avise a soporte.',
    ],
    'unit.networkUp': [
      'Una interfaz de red está encendida y la mesa no ha cerrado.',
      'Desconecte su cable a la vista de los testigos y déjelo asentado; avise a soporte.',
    ],
    'unit.sealBroken': [
      'El sello sobre los tornillos está roto.',
      'Muéstrelo a los testigos, déjelo asentado y avise a la autoridad.',
    ],
    'unit.coverOpen': ['La tapa de los puertos y las memorias está abierta.', 'Cierre la tapa.'],
    'unit.sensorDirty': [
      'El lector de huellas no logra una imagen útil.',
      'Limpie el vidrio del lector con un paño seco y pruebe de nuevo.',
    ],
    'unit.logSetAside': [
      'En una memoria había una bitácora que no es la de esta máquina, o estaba alterada: se guardó aparte.',
      'Déjelo asentado y avise a la autoridad; no borre nada.',
    ],
    'unit.badUnitFile': [
      'No se puede leer el archivo que dice qué máquina es esta.',
      'No vote en ella. Llame a soporte: hace falta otra máquina.',
    ],
    'unit.deviceDamaged': [
      'La memoria del programa no se lee hasta el final, o fue alterada.',
      'No vote en ella. Llame a soporte: hace falta otra máquina.',
    ],
    'unit.devicesNotReady': [
      'El sistema no pudo preparar los dispositivos.',
      'Apague y encienda una vez. Si vuelve, llame a soporte.',
    ],
    'unit.versionRefused': [
      'El programa es de una versión anterior a la que esta máquina ya usó, o eso no se pudo comprobar.',
      'No vote en ella. Llame a soporte: hace falta instalar la versión vigente.',
    ],
    'unit.dataNotOpened': [
      'No se puede abrir la parte de la memoria para votos y registro.',
      'No vote en ella. Llame a soporte: el módulo sigue en una máquina de reserva.',
    ],
    'unit.supervisorFailed': [
      'El programa que vigila a los demás falló más de una vez.',
      'Apague y encienda una vez. Si vuelve, llame a soporte.',
    ],
    'unit.releaseRefused': [
      'El manifiesto del programa no es el que se firmó para esta máquina.',
      'No vote en ella. Llame a soporte: hace falta otra máquina.',
    ],
    'unit.filesChanged': [
      'Hay archivos del programa que no son como dice el manifiesto firmado.',
      'Deje de votar en ella, muéstrelo a los testigos, déjelo asentado y avise a la autoridad.',
    ],
    'unit.otherRelease': [
      'En la máquina corre otra versión que la que el técnico espera.',
      'Compare con la versión publicada; si no coincide, no vote en ella y avise a la autoridad.',
    ],
    'unit.parkedAtConsole': [
      'Un técnico y un miembro de mesa detuvieron la máquina desde la consola.',
      'Todo está guardado. Sigue cuando ellos la reanudan.',
    ],
    'process.deskFailed': [
      'La autenticación de electores falló dos veces.',
      'La máquina se detuvo con todo guardado. Anote el código y llame a soporte.',
    ],
    'process.boothFailed': [
      'El puesto de votación falló dos veces.',
      'La máquina se detuvo con todo guardado. Anote el código y llame a soporte.',
    ],
    'process.supervisorSilent': [
      'La parte que vigila la máquina no responde.',
      'Apague y encienda la máquina; sigue donde estaba. Si se repite, llame a soporte.',
    ],
  },
};
