/** The words of a quote's audit, a part of a unit's. */
export const QUOTE_WORDS = {
  es: {
    'unit.checkQuoteForm': 'declaración dicha por un TPM',
    'unit.checkQuoteSignature': 'firma de la declaración',
    'unit.checkQuoteNonce': 'nonce de la declaración',
    'unit.checkQuoteKey': 'clave de la declaración, contra la conocida de antes',
    'unit.checkQuoteLog': 'clave de la declaración en el registro de eventos',
    'unit.checkQuoteDigest': 'registros del TPM que la declaración firma',
    'unit.checkQuoteRegisters': 'registros del TPM contra los esperados',
    'unit.quote': 'declaración del TPM',
    'unit.quoteOf': 'clave {key}; arranques del TPM: {resets}',
    'unit.quoteRegisters': 'Registros del TPM (SHA-256)',
    'unit.quoteColumn.register': 'registro',
    'unit.quoteColumn.held': 'contiene',
    'unit.quoteColumn.expected': 'se esperaba',
    'unit.quoteForm.notGenerated': 'no empieza como lo que dice un TPM',
    'unit.quoteForm.noQuote': 'lo dijo un TPM, y no es una declaración de sus registros',
    'unit.quoteForm.malformed': 'está cortada, o no es del banco SHA-256',
    'unit.quoteSignature': 'no la firmó la clave que la acompaña',
    'unit.quoteNonce': 'es sobre otro nonce, {nonce}: se dio a otro, o antes',
    'unit.quoteKey.template':
      'no es una clave que solo firme lo que dice el propio TPM: cualquiera pudo firmar',
    'unit.quoteKey.other': 'no es la clave conocida de antes, {expected}',
    'unit.quoteKey.signer': 'la declaración nombra a otra clave que la que la acompaña',
    'unit.quoteLog.unsound':
      'su registro de eventos no está sano (scripts/urna audit log): no se toma la clave de él',
    'unit.quoteLog.none':
      'su registro de eventos no nombra ninguna clave en lo que firmó la unidad',
    'unit.quoteLog.several': 'su registro de eventos nombra {count} claves: se cambió el TPM',
    'unit.quoteDigest': 'los valores que la acompañan no son los que firma',
    'unit.quoteRegister.missing': 'se esperaba y la declaración no lo incluye',
    'unit.quoteRegister.other': 'contiene {held} y se esperaba {expected}',
    'unit.limitNoQuote':
      'No se comparó ninguna declaración del TPM de la unidad (--quote FILE --nonce HEX).',
    'unit.limitQuote':
      'La declaración dice qué se midió al arrancar, no qué corre ahora; y solo lo que midieron su firmware y su cargador. Una unidad que no mide su arranque no dice nada con ella, salvo que este TPM contestó.',
    'unit.limitNoQuoteKey':
      'La clave de la declaración no se comparó con ninguna conocida de antes (--quote-key HEX o --event-log FILE): cualquiera puede hacer una clave.',
    'unit.limitNoPcr':
      'Los registros del TPM no se compararon con ninguno esperado (--image IMAGE o --pcr N=HEX).',
  },
  en: {
    'unit.checkQuoteForm': 'quote said by a TPM',
    'unit.checkQuoteSignature': 'signature of the quote',
    'unit.checkQuoteNonce': 'nonce of the quote',
    'unit.checkQuoteKey': 'key of the quote against the one known from before',
    'unit.checkQuoteLog': 'key of the quote in the event log',
    'unit.checkQuoteDigest': 'registers of the TPM that the quote signs',
    'unit.checkQuoteRegisters': 'registers of the TPM against those expected',
    'unit.quote': 'quote of the TPM',
    'unit.quoteOf': 'key {key}; starts of the TPM: {resets}',
    'unit.quoteRegisters': 'Registers of the TPM (SHA-256)',
    'unit.quoteColumn.register': 'register',
    'unit.quoteColumn.held': 'holds',
    'unit.quoteColumn.expected': 'expected',
    'unit.quoteForm.notGenerated': 'does not begin as what a TPM says does',
    'unit.quoteForm.noQuote': 'a TPM said it, and it is no quote of registers',
    'unit.quoteForm.malformed': 'was cut off, or is not of the bank of SHA-256',
    'unit.quoteSignature': 'is not signed by the key that stands beside it',
    'unit.quoteNonce': 'is over another nonce, {nonce}: it was given to somebody else, or before',
    'unit.quoteKey.template':
      'is no key that signs only what the TPM itself says: anybody can have signed',
    'unit.quoteKey.other': 'is not the key known from before, {expected}',
    'unit.quoteKey.signer': 'the quote names another key than the one that stands beside it',
    'unit.quoteLog.unsound':
      'its event log is not sound (scripts/urna audit log): no key is taken from it',
    'unit.quoteLog.none': 'its event log names no key in what the unit signed',
    'unit.quoteLog.several': 'its event log names {count} keys: the TPM was changed',
    'unit.quoteDigest': 'the values that stand beside it are not those that it signs',
    'unit.quoteRegister.missing': 'was expected and is not in the quote',
    'unit.quoteRegister.other': 'holds {held}, expected was {expected}',
    'unit.limitNoQuote': 'No quote of the unit’s TPM was compared (--quote FILE --nonce HEX).',
    'unit.limitQuote':
      'The quote says what was measured while the unit started, not what runs now; and only what its firmware and boot loader measured. A unit that measures nothing says nothing with it but that this TPM answered.',
    'unit.limitNoQuoteKey':
      'The key of the quote was compared with none known from before (--quote-key HEX or --event-log FILE): anybody can make a key.',
    'unit.limitNoPcr':
      'The registers of the TPM were compared with none expected (--image IMAGE or --pcr N=HEX).',
  },
} as const;
