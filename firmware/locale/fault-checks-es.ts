/** What brings a fault about, and what to look at first, in Spanish. */
import type { FaultChecks } from './fault-checks.ts';

export const faultChecksEs: FaultChecks = {
  common: {
    absent: ['Un cable, un enchufe o su corriente está suelto.', 'Enchufe, cable y luz: {device}.'],
    timeout: [
      'Se quedó colgado o su cable está mal.',
      'device en la consola: si cambian sus valores.',
    ],
    garbled: ['Ruido en el cable u otro equipo en su lugar.', 'El cable, y parts en la consola.'],
    broken: ['Su propia electrónica dice que falló.', 'selftest en la consola, dos veces.'],
    busy: ['Dos cosas lo pidieron a la vez.', 'Que un minuto después ya no esté.'],
  },
  own: {
    'fingerprint.refused': [
      'Su clave o dirección no es la nuestra.',
      'parts: si es el lector de esta unidad.',
    ],
    'fingerprint.badTemplate': [
      'Se tomó con otro tipo de lector.',
      'Que otros electores coincidan.',
    ],
    'clock.lost': ['La pila del reloj está agotada.', 'time en la consola después de reiniciar.'],
    'printer.paperEnd': ['Se acabó el rollo.', 'El rollo, y que el papel pase por el sensor.'],
    'printer.coverOpen': ['La tapa no está trancada.', 'Los dos cierres de la tapa.'],
    'printer.cutter': ['Papel o polvo traba la cuchilla.', 'La cuchilla, con la tapa abierta.'],
    'printer.jam': [
      'Hay papel doblado en el camino.',
      'El camino, con la tapa abierta; nadie lee el papel.',
    ],
    'printer.overheated': ['Actas largas, o el sol.', 'Que las rejillas estén libres.'],
    'printer.unrecoverable': [
      'Falló el cabezal o la fuente.',
      'print test después de apagarla y encenderla.',
    ],
    'token.full': ['Se guardó otra cosa en ella.', 'Que sea una ficha de esta elección.'],
    'medium.full': ['Se agotó su espacio o es pequeña.', 'media en la consola.'],
    'medium.notSynced': ['Se desgasta, o se soltó al escribir.', 'log medium en la consola.'],
    'medium.unreadable': [
      'Se desgasta, o no es la que estaba.',
      'Que sea la memoria de esta unidad.',
    ],
    'medium.readOnly': ['Su seguro está puesto, o se protege por vieja.', 'El seguro del costado.'],
    'cell.unreadable': [
      'Un contacto está mal, o falló la celda.',
      'Que módulo y placa estén firmes.',
    ],
    'cell.worn': [
      'Es una parte de escrituras contadas, usada en muchas elecciones.',
      'selftest en la consola: celda de la placa o del módulo.',
    ],
    'vault.mediumLost': ['Sacaron el módulo o se soltó.', 'El módulo en su lugar, y media.'],
    'vault.notSynced': ['Una memoria se desgasta.', 'log medium: cuál de las dos.'],
    'vault.full': ['Se agotó el espacio de una memoria.', 'media en la consola.'],
    'vault.tampered': [
      'Memorias de otra unidad, o cambiadas desde fuera.',
      'Que las dos sean de esta unidad.',
    ],
    'vault.empty': [
      'No se preparó nada, o cambiaron las memorias.',
      'Si la ceremonia se hizo aquí.',
    ],
    'vault.cellNotTrusted': ['Esta unidad se armó para pruebas.', 'release y parts en la consola.'],
    'vault.notSetUp': ['Una memoria o celda falló al preparar.', 'selftest en la consola.'],
    'vault.noCodes': [
      'Se imprimieron más papeles de los previstos.',
      'Las reimpresiones en las actas.',
    ],
    'vault.urnNotEmpty': ['Ya se usó antes.', 'El acta en cero del viernes.'],
    'desk.notSynced': ['Una memoria se desgasta.', 'log medium: cuál de las dos.'],
    'desk.noMedium': ['Las dos memorias están fuera o fallaron.', 'Las dos memorias, y media.'],
    'desk.newerFile': ['Una memoria de más tarde o de otra unidad.', 'La etiqueta del módulo.'],
    'desk.fileTampered': [
      'Memorias de otra unidad, o cambiadas desde fuera.',
      'Que las dos sean de esta unidad.',
    ],
    'desk.locked': [
      'Muchas huellas seguidas sin coincidir.',
      'read finger: si el lector está sucio.',
    ],
    'desk.wrongKey': ['Una ficha de otra mesa.', 'El nombre de la ficha.'],
    'desk.pollbookMalformed': ['El paquete se dañó al hacerlo.', 'La huella del paquete: release.'],
    'booth.parked': ['El código de al lado dice por qué.', 'faults en la consola.'],
    'counting.sharesDoNotJoin': ['Una ficha de otra ceremonia.', 'Los nombres de las fichas.'],
    'counting.ballotNotOpened': [
      'La urna o la llave no es de esta elección.',
      'log counting en la consola.',
    ],
    'counting.ballotUndecodable': ['La selló otra versión.', 'release en la consola.'],
    'counting.ballotsMissing': ['Una memoria perdió datos.', 'media y log en la consola.'],
    'counting.noRecord': ['Una memoria perdió datos.', 'media y log en la consola.'],
    'counting.resultNotWritten': ['Una memoria está llena o falló.', 'media en la consola.'],
    'counting.processFailed': ['El conteo terminó antes de acabar.', 'log process en la consola.'],
    'package.malformed': ['Se cortó al copiarlo.', 'Su tamaño y su huella contra la lista.'],
    'package.unsigned': ['Es un borrador.', 'De dónde vino.'],
    'package.foreignKey': ['Es de otra autoridad.', 'De dónde vino.'],
    'package.badSignature': ['Se cambió después de firmarlo.', 'Su huella contra la lista.'],
    'package.wrongPrecinct': ['Se confundieron los paquetes.', 'La mesa de la etiqueta.'],
    'package.expired': ['Es de otra elección, o el reloj está mal.', 'time en la consola.'],
    'package.badDefinition': ['Hay un error en la oferta.', 'La lista de errores de la autoridad.'],
    'package.doesNotFit': ['Más tarjetas de las que caben aquí.', 'El tamaño de la pantalla.'],
    'power.low': ['Mucho tiempo sin corriente, o batería vieja.', 'power en la consola: la curva.'],
    'power.critical': [
      'Mucho tiempo sin corriente, o batería vieja.',
      'power en la consola: la curva.',
    ],
    'machine.bug': ['Un error del programa.', 'El código entero, letra por letra.'],
    'machine.noEntropy': ['Falla el procesador o el sistema.', 'Otro arranque.'],
    'machine.clockDoubtful': [
      'El reloj saltó, o su pila está agotada.',
      'time en la consola contra un reloj.',
    ],
    'machine.logFull': [
      'Un equipo que falla sin parar la llena.',
      'log en la consola: qué se repite.',
    ],
    'machine.badBoard': [
      'La descripción es de otro tipo de unidad.',
      'El archivo que dice la etiqueta.',
    ],
    'machine.notDelivered': [
      'Falta un archivo de lo entregado, o no es de la autoridad.',
      'La lista de lo entregado.',
    ],
    'machine.noIdentity': ['Cambiaron la memoria fija o falló.', 'media en la consola.'],
    'machine.notCertified': [
      'Otra versión o paquete que lo certificado.',
      'release: el código de máquina.',
    ],
    'machine.logNotOpened': [
      'Falta una memoria, está llena o alterada; o falta la lista que necesita un repuesto.',
      'media, las memorias; en un repuesto: former-machines.',
    ],
    'unit.partMissing': ['La sacaron o falló.', 'parts en la consola.'],
    'unit.partExtra': ['Alguien lo conectó.', 'parts en la consola, y todos los puertos.'],
    'unit.networkUp': ['Alguien la encendió, o se instaló mal.', 'network en la consola.'],
    'unit.sealBroken': [
      'La abrieron, o se rompió el cable.',
      'El número del sello contra el acta.',
    ],
    'unit.coverOpen': ['No se cerró después de trabajar.', 'La tapa y su interruptor.'],
    'unit.sensorDirty': ['Grasa o polvo de muchos dedos.', 'El vidrio, a contraluz.'],
    'unit.logSetAside': ['Se puso el módulo de otra unidad.', 'La etiqueta del módulo.'],
    'unit.badUnitFile': [
      'La imagen no es de esta placa.',
      'El nombre de la imagen en la etiqueta.',
    ],
    'unit.deviceDamaged': [
      'La memoria falla, o alguien escribió en ella.',
      'audit image en el medio.',
    ],
    'unit.devicesNotReady': [
      'Falta un módulo del sistema o fue rechazado.',
      'Las líneas del arranque en la consola.',
    ],
    'unit.versionRefused': [
      'Se instaló una imagen vieja, o el TPM no responde.',
      'La versión en la etiqueta; audit image en el medio.',
    ],
    'unit.dataNotOpened': [
      'La memoria se pasó a otra placa, o falla.',
      'El precinto de la caja y el de la memoria.',
    ],
    'unit.supervisorFailed': ['Un fallo del programa.', 'Las líneas del arranque en la consola.'],
    'unit.releaseRefused': [
      'Lo entregado es de otra versión, o se alteró.',
      'De dónde vino lo entregado.',
    ],
    'unit.filesChanged': [
      'Cambiaron o se dañaron archivos.',
      'release: cuáles; hash para cada uno.',
    ],
    'unit.otherRelease': ['No se actualizó, o no con lo publicado.', 'release en la consola.'],
    'unit.parkedAtConsole': ['Se pidió en la consola.', 'log console: quién lo pidió.'],
    'process.deskFailed': [
      'Un error del programa, o un equipo que lo confunde.',
      'log desk en la consola.',
    ],
    'process.boothFailed': [
      'Un error del programa, o un equipo que lo confunde.',
      'log booth en la consola.',
    ],
    'process.supervisorSilent': [
      'Un error del programa, o una memoria colgada.',
      'media después de reiniciar.',
    ],
  },
};
