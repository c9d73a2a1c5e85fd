/** What fault codes mean and what to do, in English. */
import type { FaultLanguage } from './faults.ts';

export const faultsEn: FaultLanguage = {
  devices: {
    link: 'the link between the parts of the machine',
    fingerprint: 'the fingerprint reader',
    printer: 'the printer',
    touchscreen: 'the touchscreen',
    keypad: 'the voter’s keypad',
    audio: 'the headphones',
    station: 'the operator station',
    token: 'the officer’s token',
    panel: 'the switch panel',
    stabilizer: 'the power stabilizer',
    battery: 'the battery',
    clock: 'the clock of the board',
    inventory: 'the list of attached parts',
    network: 'the network interface',
    watchdog: 'the watchdog',
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
    'clock.lost': [
      'The clock of the board has stopped since it was set.',
      'Officers set date and time on the screen; support replaces the cell of the clock.',
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
    'cell.worn': [
      'The secure cell has too few writes left for an election.',
      'Call support: the cell is replaced before the ceremony.',
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
    'vault.urnNotEmpty': [
      'The urn is not empty before opening.',
      'Do not open the polls. Call support: another machine or a new setup is needed.',
    ],
    'counting.resultNotWritten': [
      'The signed result could not be stored.',
      'Keep the printed reports and call support; do not switch the machine off.',
    ],
    'counting.processFailed': [
      'The counting broke off before its end.',
      'The votes are stored. Restart the machine and give the shares of the key again.',
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
    'package.doesNotFit': [
      'This screen has no room for what the election offers.',
      'Use a unit with a larger screen, or ask the authority for another package.',
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
    'machine.noEntropy': [
      'The source of random numbers stands still.',
      'Do not vote on it. Call support: another machine is needed.',
    ],
    'machine.clockDoubtful': [
      'The clock is not to be believed.',
      'Voting goes on. To open or close, the officers confirm the time.',
    ],
    'machine.logFull': ['The event log is full.', 'The machine stopped. Call support.'],
    'machine.badBoard': [
      'The description of this machine’s devices is not valid.',
      'Do not vote on it. Call support: another machine is needed.',
    ],
    'machine.notDelivered': [
      'Something that the authority delivers for this precinct is missing.',
      'Do not vote on it. Call support.',
    ],
    'machine.noIdentity': [
      'The machine has no usable identity of its own.',
      'Do not vote on it. Call support: another machine is needed.',
    ],
    'machine.notCertified': [
      'The authority has not certified this machine for this election.',
      'Do not vote on it. Call support.',
    ],
    'machine.logNotOpened': [
      'The event log can not be continued.',
      'See that both memories are in and restart; if it happens again, call support.',
    ],
    'unit.partMissing': [
      'A part of this machine’s signed list is missing.',
      'Find out at the console (parts) which one and connect it; if it stays away, call support.',
    ],
    'unit.partExtra': [
      'Something is attached that is not on this machine’s signed list.',
      'Take it out before the observers’ eyes, put it on record and tell support.',
    ],
    'unit.networkUp': [
      'A network interface is switched on though the polls have not closed.',
      'Pull its cable before the observers’ eyes, put it on record and tell support.',
    ],
    'unit.sealBroken': [
      'The seal over the screws is broken.',
      'Show it to the observers, put it on record and tell the authority.',
    ],
    'unit.coverOpen': ['The cover over ports and memories is open.', 'Close the cover.'],
    'unit.sensorDirty': [
      'The fingerprint reader gets no usable image.',
      'Wipe the glass of the reader with a dry cloth and try again.',
    ],
    'unit.logSetAside': [
      'A memory held a log that is not this machine’s, or was altered: it was kept aside.',
      'Put it on record and tell the authority; delete nothing.',
    ],
    'unit.badUnitFile': [
      'The file that says what unit this is can not be read.',
      'Do not vote on it. Call support: another machine is needed.',
    ],
    'unit.deviceDamaged': [
      'The memory with the program can not be read to its end, or was altered.',
      'Do not vote on it. Call support: another machine is needed.',
    ],
    'unit.devicesNotReady': [
      'The system could not make the devices ready.',
      'Switch off and on once. If it comes back, call support.',
    ],
    'unit.versionRefused': [
      'The program is of an older version than this machine has already run, or that could not be checked.',
      'Do not vote on it. Call support: the current version must be installed.',
    ],
    'unit.dataNotOpened': [
      'The part of the memory for votes and log can not be opened.',
      'Do not vote on it. Call support: the module goes on in a spare machine.',
    ],
    'unit.supervisorFailed': [
      'The program that watches over the others failed more than once.',
      'Switch off and on once. If it comes back, call support.',
    ],
    'unit.releaseRefused': [
      'The manifest of the program is not the one that was signed for this machine.',
      'Do not vote on it. Call support: another machine is needed.',
    ],
    'unit.filesChanged': [
      'Files of the program are not as the signed manifest has them.',
      'Stop voting on it, show it to the observers, put it on record and tell the authority.',
    ],
    'unit.otherRelease': [
      'The machine runs another release than the technician expects.',
      'Compare with the published one; if it differs, do not vote on it and tell the authority.',
    ],
    'unit.parkedAtConsole': [
      'A technician and an officer stopped the machine at the console.',
      'Everything is stored. It goes on when they resume it.',
    ],
    'process.deskFailed': [
      'The voter authentication failed twice.',
      'The machine stopped with everything stored. Note the code and call support.',
    ],
    'process.boothFailed': [
      'The voting booth failed twice.',
      'The machine stopped with everything stored. Note the code and call support.',
    ],
    'process.supervisorSilent': [
      'The part that watches over the machine does not answer.',
      'Switch the machine off and on; it goes on where it was. If it repeats, call support.',
    ],
  },
};
