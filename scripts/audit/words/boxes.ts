/** The words of the boxes that were counted by hand. */
export const BOXES_WORDS = {
  es: {
    'boxes.title': 'Auditoría: cajas contadas a mano',
    'boxes.boxes': 'cajas',
    'boxes.seed': 'semilla',
    'boxes.drawn': 'sorteadas',
    'boxes.noDrawNamed': 'no se nombró ningún sorteo',
    'boxes.drawnOf': '{count} cajas, {share}',
    'boxes.riskLimit': 'límite de riesgo',
    'boxes.method': 'método',
    'boxes.methodIs':
      'sobrestimación relativa por mesa (Stark 2009), martingala sin reposición (SHANGRLA, Stark 2020), aserciones para d’Hondt (Stark y Teague 2014)',
    'boxes.checkPackages': 'paquetes del resultado',
    'boxes.checkDrawn': 'cajas que salieron en el sorteo',
    'boxes.checkAccounts': 'cuentas: firmas, marcados, boletas, comprobantes, sobre',
    'boxes.checkSums': 'conteos a mano que cuadran',
    'boxes.checkVotes': 'votos en papel contra el resultado',
    'boxes.checkRisk': 'resultados dentro del límite de riesgo',
    'boxes.riskChart': 'Riesgo de cada contienda',
    'boxes.riskNote':
      'La probabilidad de que pasara un resultado equivocado; el límite es {limit}.',
    'boxes.differences': 'Diferencias en cada caja',
    'boxes.differencesNote':
      'Hallazgos de la caja, cuentas y votos juntos; las que no tienen ninguno no aparecen.',
    'boxes.accounts': 'Cuentas de cada caja',
    'boxes.signaturesHead': 'firmas',
    'boxes.marksHead': 'marcados',
    'boxes.papersHead': 'comprobantes',
    'boxes.noteHead': 'observación',
    'boxes.contests': 'Contiendas',
    'boxes.weakest': 'comparación más débil',
    'boxes.margin': 'margen',
    'boxes.counted': 'contadas',
    'boxes.inOrder': 'en orden',
    'boxes.risk': 'riesgo',
    'boxes.over': '{winner} sobre {loser}',
    'boxes.state.measured': 'medida',
    'boxes.state.counted': 'contadas todas',
    'boxes.state.tied': 'empate',
    'boxes.state.uncontested': 'sin contrincante',
    'boxes.limitOthers':
      'Las cajas que no se contaron pueden tener cualquier cosa. Lo que una muestra enseña es el resultado de una contienda, con el riesgo al lado: la probabilidad de que un resultado equivocado hubiera pasado este sorteo.',
    'boxes.limitOutcome':
      'Para las listas el resultado son los cargos de cada alianza por d’Hondt; para los candidatos, quién resulta electo, sumadas todas las tarjetas que lo presentan. Que cada cifra de votos es exacta solo lo muestra el conteo de todas las cajas.',
    'boxes.limitRegistered':
      'De una caja se supone que tiene a lo sumo tantos comprobantes como electores tiene el registro, diga lo que diga la máquina. Eso cuesta evidencia donde pocos votaron: hay que contar más cajas, no menos.',
    'boxes.limitFew':
      'Una contienda de pocas mesas necesita casi todas sus cajas. Ninguna muestra puede confirmar un empate.',
    'boxes.limitSeals':
      'Si se añadieron o quitaron comprobantes junto con firmas del cuaderno, o si la caja no era la de ese día, no está en estas cifras: para eso están los precintos y los testigos.',
    'boxes.limitRecords':
      'Los registros de votos no están entre estos archivos ni se exportan: de una elección real solo salen de la máquina reunidos por la autoridad, porque un patrón raro de marcas es una firma. Lo que se exporta aquí son sumas de mesas.',
    'boxes.limitNoDraw':
      'No se nombró ningún sorteo (--seed, --percent): se comparan las cajas y nada se dice de las demás. Cajas que alguien escogió no miden ningún riesgo.',
    'boxes.explained': '{what} (explicación: {note})',
    'boxes.notCounted': 'salió en el sorteo y no se contó',
    'boxes.outcome': 'los comprobantes de todas las cajas dan otros cargos',
    'boxes.tied':
      'no tiene votos anunciados que la decidan: ninguna muestra puede confirmarla; el sorteo sigue con {next}',
    'boxes.aboveLimit':
      'el riesgo {risk} pasa del límite de {limit} ({pair}): {inOrder} de {boxes} cajas en el orden del sorteo; el sorteo sigue con {next}',
    'boxes.signatures': '{found} firmas en el cuaderno, {expected} votantes marcados en el acta',
    'boxes.papers': '{found} comprobantes en la caja, {expected} boletas en el acta',
    'boxes.noPackage': 'el resultado no tiene un paquete válido de esta mesa',
    'boxes.marks': '{found} votantes marcados en el acta, {expected} en el paquete de resultados',
    'boxes.ballots': '{found} boletas en el acta, {expected} en el paquete de resultados',
    'boxes.envelope': 'comprobantes en el sobre: {found}; reimpresos y rechazados: {expected}',
    'boxes.contestMissing': 'no se contó',
    'boxes.sum':
      'cuéntelo otra vez: {votes} votos y {nulls} nulos no son {papers} comprobantes por {positions}',
    'boxes.votes': '{paper} en papel, {machine} en el resultado',
    'boxes.nulls': '{paper} nulos en papel, {machine} en el resultado',
  },
  en: {
    'boxes.title': 'Audit: boxes counted by hand',
    'boxes.boxes': 'boxes',
    'boxes.seed': 'seed',
    'boxes.drawn': 'drawn',
    'boxes.noDrawNamed': 'no draw was named',
    'boxes.drawnOf': '{count} boxes, {share}',
    'boxes.riskLimit': 'risk limit',
    'boxes.method': 'method',
    'boxes.methodIs':
      'relative overstatement by precinct (Stark 2009), martingale without replacement (SHANGRLA, Stark 2020), assertions for d’Hondt (Stark and Teague 2014)',
    'boxes.checkPackages': 'packages of the result',
    'boxes.checkDrawn': 'boxes that were drawn',
    'boxes.checkAccounts': 'accounts: signatures, marks, ballots, papers, envelope',
    'boxes.checkSums': 'hand counts that add up',
    'boxes.checkVotes': 'votes on paper against the result',
    'boxes.checkRisk': 'outcomes within the risk limit',
    'boxes.riskChart': 'Risk of each contest',
    'boxes.riskNote': 'The chance that a wrong outcome would have passed; the limit is {limit}.',
    'boxes.differences': 'Differences in each box',
    'boxes.differencesNote':
      'Findings of the box, accounts and votes together; boxes without one are left out.',
    'boxes.accounts': 'Accounts of each box',
    'boxes.signaturesHead': 'signatures',
    'boxes.marksHead': 'marks',
    'boxes.papersHead': 'papers',
    'boxes.noteHead': 'note',
    'boxes.contests': 'Contests',
    'boxes.weakest': 'weakest comparison',
    'boxes.margin': 'margin',
    'boxes.counted': 'counted',
    'boxes.inOrder': 'in order',
    'boxes.risk': 'risk',
    'boxes.over': '{winner} over {loser}',
    'boxes.state.measured': 'measured',
    'boxes.state.counted': 'all counted',
    'boxes.state.tied': 'tied',
    'boxes.state.uncontested': 'uncontested',
    'boxes.limitOthers':
      'Boxes that were not counted may hold anything. What a sample shows is the outcome of a contest, with the risk beside it: the chance that a wrong outcome would have passed this draw.',
    'boxes.limitOutcome':
      'For lists the outcome is the seats of each alliance by d’Hondt; for candidates who is elected, over all cards that present them. That every vote figure is right only a count of all boxes shows.',
    'boxes.limitRegistered':
      'A box is taken to hold at most as many papers as the register has voters, whatever the machine says of it. That costs evidence where few came to vote: more boxes have to be counted, not fewer.',
    'boxes.limitFew':
      'A contest of few precincts needs nearly all of their boxes. A tie can not be confirmed by any sample.',
    'boxes.limitSeals':
      'Whether papers were added or taken away together with signatures in the roster, or the box was not the one of that day, is not in these figures: seals and witnesses are.',
    'boxes.limitRecords':
      'Cast vote records are not among these files and are not exported: of a real election they leave the machine only pooled by the authority, for rare patterns of marks are signatures. Exports here are sums of precincts.',
    'boxes.limitNoDraw':
      'No draw was named (--seed, --percent): the boxes are compared, and nothing is said of the others. Boxes that somebody chose measure no risk.',
    'boxes.explained': '{what} (explained: {note})',
    'boxes.notCounted': 'was drawn and not counted',
    'boxes.outcome': 'the papers of all boxes give other seats',
    'boxes.tied':
      'has no announced votes that decide it: no sample can confirm it; the draw goes on with {next}',
    'boxes.aboveLimit':
      'risk {risk} is above the limit of {limit} ({pair}): {inOrder} of {boxes} boxes in the order of the draw; the draw goes on with {next}',
    'boxes.signatures': '{found} signatures in the roster, {expected} marks on the report',
    'boxes.papers': '{found} papers in the box, {expected} ballots on the report',
    'boxes.noPackage': 'the result has no sound package of this precinct',
    'boxes.marks': '{found} marks on the report, {expected} in the result package',
    'boxes.ballots': '{found} ballots on the report, {expected} in the result package',
    'boxes.envelope': '{found} papers in the envelope, {expected} reprints and spoils',
    'boxes.contestMissing': 'was not counted',
    'boxes.sum':
      'count it again: {votes} votes and {nulls} nulls are not {papers} papers times {positions}',
    'boxes.votes': '{paper} on paper, {machine} in the result',
    'boxes.nulls': '{paper} nulls on paper, {machine} in the result',
  },
} as const;
