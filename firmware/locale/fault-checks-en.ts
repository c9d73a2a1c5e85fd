/** What brings a fault about, and what to look at first, in English. */
import type { FaultChecks } from './fault-checks.ts';

export const faultChecksEn: FaultChecks = {
  common: {
    absent: ['A cable, a plug or its power is off.', 'Plug, cable and lamp of {device}.'],
    timeout: ['It hangs, or its cable is bad.', 'device in the console: are its values moving?'],
    garbled: [
      'Noise on the cable, or another device in its place.',
      'Cable, and parts at the console.',
    ],
    broken: ['Its own electronics say that they failed.', 'selftest at the console, twice.'],
    busy: ['Two things wanted it at once.', 'That it is gone a minute later.'],
  },
  own: {
    'fingerprint.refused': [
      'Its password or address is not ours.',
      'parts: is it this unit’s reader?',
    ],
    'fingerprint.badTemplate': [
      'It was enrolled with another kind of reader.',
      'That other voters match.',
    ],
    'clock.lost': [
      'The coin cell under the board is empty.',
      'time at the console after a restart.',
    ],
    'printer.paperEnd': ['The roll is used up.', 'The roll, and that paper runs over the sensor.'],
    'printer.coverOpen': ['The cover is not latched.', 'Both latches of the cover.'],
    'printer.cutter': ['Paper or dust holds the blade.', 'The blade with the cover open.'],
    'printer.jam': [
      'Paper is folded in its path.',
      'The path with the cover open; nobody reads the paper.',
    ],
    'printer.overheated': ['Long reports, or the sun.', 'That the vents are free.'],
    'printer.unrecoverable': [
      'Head or supply of the printer failed.',
      'print test after switching it off and on.',
    ],
    'token.full': ['Something else was stored on it.', 'That it is a token of this election.'],
    'medium.full': ['Its budget is used up, or it is too small.', 'media at the console.'],
    'medium.notSynced': [
      'It wears out, or came loose while written.',
      'log medium at the console.',
    ],
    'medium.unreadable': [
      'It wears out, or is not what was put in.',
      'That it is this unit’s memory.',
    ],
    'medium.readOnly': [
      'Its lock is on, or it protects itself at its end.',
      'The lock at its side.',
    ],
    'cell.unreadable': [
      'A contact is bad, or the cell failed.',
      'That module and board sit firmly.',
    ],
    'cell.worn': [
      'It is a part with counted writes, used in many elections.',
      'selftest at the console: board cell or module cell.',
    ],
    'vault.mediumLost': [
      'The module was pulled or came loose.',
      'The module in its bay, and media.',
    ],
    'vault.notSynced': ['A memory wears out.', 'log medium: which of the two.'],
    'vault.full': ['A memory’s budget is used up.', 'media at the console.'],
    'vault.tampered': [
      'Memories of another unit, or changed from outside.',
      'That both are this unit’s.',
    ],
    'vault.empty': [
      'Nothing was set up, or memories were swapped.',
      'Whether the ceremony was held here.',
    ],
    'vault.cellNotTrusted': ['This unit was built for tests.', 'release and parts at the console.'],
    'vault.notSetUp': ['A memory or cell failed during the setup.', 'selftest at the console.'],
    'vault.noCodes': [
      'More papers were printed than planned.',
      'Reprints and spoils on the reports.',
    ],
    'vault.urnNotEmpty': ['It was used before.', 'The zero report of Friday.'],
    'desk.notSynced': ['A memory wears out.', 'log medium: which of the two.'],
    'desk.noMedium': ['Both memories are out or failed.', 'Both memories, and media.'],
    'desk.newerFile': ['A memory of a later time or another unit.', 'The label of the module.'],
    'desk.fileTampered': [
      'Memories of another unit, or changed from outside.',
      'That both are this unit’s.',
    ],
    'desk.locked': ['Many no-matches in a row.', 'read finger: is the sensor dirty?'],
    'desk.wrongKey': ['A token of another precinct.', 'The name on the token.'],
    'desk.pollbookMalformed': [
      'The package was damaged when it was made.',
      'The digest of the package: release.',
    ],
    'booth.parked': ['The code beside it says why.', 'faults at the console.'],
    'counting.sharesDoNotJoin': ['A token of another ceremony.', 'The names on the tokens.'],
    'counting.ballotNotOpened': [
      'The urn or the key is not of this election.',
      'log counting at the console.',
    ],
    'counting.ballotUndecodable': ['Another release sealed it.', 'release at the console.'],
    'counting.ballotsMissing': ['A memory lost data.', 'media and log at the console.'],
    'counting.noRecord': ['A memory lost data.', 'media and log at the console.'],
    'counting.resultNotWritten': ['A memory is full or failed.', 'media at the console.'],
    'counting.processFailed': [
      'The counting ended before it was done.',
      'log process at the console.',
    ],
    'package.malformed': ['It was cut off when copied.', 'Its size and digest against the list.'],
    'package.unsigned': ['It is a draft.', 'Where it came from.'],
    'package.foreignKey': ['It is another authority’s.', 'Where it came from.'],
    'package.badSignature': ['It was changed after signing.', 'Its digest against the list.'],
    'package.wrongPrecinct': ['Packages were mixed up.', 'The precinct on the label.'],
    'package.expired': [
      'It is of an earlier election, or the clock is wrong.',
      'time at the console.',
    ],
    'package.badDefinition': ['A mistake in the offer.', 'The authority’s list of mistakes.'],
    'package.doesNotFit': ['More cards than this panel can show.', 'The size of the panel.'],
    'power.low': [
      'No mains for a long time, or an old battery.',
      'power at the console: the curve.',
    ],
    'power.critical': [
      'No mains for a long time, or an old battery.',
      'power at the console: the curve.',
    ],
    'machine.bug': ['A mistake in the program.', 'The whole code, letter by letter.'],
    'machine.noEntropy': ['The processor or the system fails.', 'Another start.'],
    'machine.clockDoubtful': [
      'The clock jumped, or its cell is empty.',
      'time at the console against a watch.',
    ],
    'machine.logFull': [
      'A device that fails again and again fills it.',
      'log at the console: what repeats.',
    ],
    'machine.badBoard': [
      'The board file is of another kind of unit.',
      'The file named on the label.',
    ],
    'machine.notDelivered': [
      'A file of the delivery is missing, or not the authority’s.',
      'The delivery’s list of files.',
    ],
    'machine.noIdentity': ['The fixed memory was swapped or failed.', 'media at the console.'],
    'machine.notCertified': [
      'Another release or package than certified.',
      'release: the machine code.',
    ],
    'machine.logNotOpened': [
      'A memory is out, full or altered; or the list that a spare needs is missing.',
      'media, the memories; in a spare: former-machines.',
    ],
    'unit.partMissing': ['It was pulled, or failed.', 'parts at the console.'],
    'unit.partExtra': ['Somebody plugged it in.', 'parts at the console, then all ports.'],
    'unit.networkUp': [
      'Somebody switched it on, or it was not set up right.',
      'network at the console.',
    ],
    'unit.sealBroken': [
      'It was opened, or its wire broke.',
      'The seal’s number against the record.',
    ],
    'unit.coverOpen': ['It was not closed after work.', 'The cover and its switch.'],
    'unit.sensorDirty': ['Grease or dust of many fingers.', 'The glass against the light.'],
    'unit.logSetAside': ['A module of another unit was put in.', 'The label of the module.'],
    'unit.badUnitFile': ['The image is not for this board.', 'The image’s name on the label.'],
    'unit.deviceDamaged': [
      'The memory fails, or somebody wrote to it.',
      'audit image on the medium.',
    ],
    'unit.devicesNotReady': [
      'A module of the system is missing or refused.',
      'The lines of the start at the console.',
    ],
    'unit.versionRefused': [
      'An old image was installed, or the TPM does not answer.',
      'The version on the label; audit image on the medium.',
    ],
    'unit.dataNotOpened': [
      'The memory was moved to another board, or fails.',
      'The seal of the case and of the memory.',
    ],
    'unit.supervisorFailed': ['A fault of the program.', 'The lines of the start at the console.'],
    'unit.releaseRefused': [
      'The delivery is of another release, or altered.',
      'The delivery’s origin.',
    ],
    'unit.filesChanged': ['Files were changed or damaged.', 'release: which; hash for each.'],
    'unit.otherRelease': [
      'It was not updated, or not with what was published.',
      'release at the console.',
    ],
    'unit.parkedAtConsole': ['It was asked for at the console.', 'log console: who asked.'],
    'process.deskFailed': [
      'A mistake in the program, or a device that confuses it.',
      'log desk at the console.',
    ],
    'process.boothFailed': [
      'A mistake in the program, or a device that confuses it.',
      'log booth at the console.',
    ],
    'process.supervisorSilent': [
      'A mistake in the program, or a hung memory.',
      'media after the restart.',
    ],
  },
};
