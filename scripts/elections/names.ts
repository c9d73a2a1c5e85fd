/**
 * Invented names of people and organisations, drawn from a seed. Common given names and surnames are
 * put together by chance; nobody in particular is meant.
 */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import type { Entropy } from '#hal/entropy.ts';

const GIVEN_NAMES =
  `Adela Agustín Alejandra Alfonso Amparo Ananías Aurora Bárbara Belén Benito Berta
Camilo Carlota Catalina Cecilia Celestino Clara Clemente Consuelo Crisanto Dalia Damián Daniela Delfina
Domingo Efraín Elena Elías Emilia Emiliano Esteban Estrella Eugenia Ezequiel Fabiola Faustino Federico
Felicia Fermín Flor Gabriela Genaro Gilberto Gloria Graciela Gregorio Hilda Horacio Ignacia Inés Irene
Isidro Jacinta Jacinto Joaquín Josefina Julián Justina Laura Leandro Leonor Lorenzo Lucía Lucrecia
Magdalena Manuela Marcelino Marina Matilde Maximino Mercedes Micaela Modesto Nicanor Nieves Norberto
Octavio Ofelia Olegario Paloma Pascual Patricio Perla Primitivo Ramona Rafaela Regina Remedios Rogelio
Rosalba Rosendo Rufino Sabina Salomé Saturnino Serafín Silvia Soledad Tadeo Teodora Teresa Tomasa Trino
Úrsula Valentín Valeria Venancio Verónica Vicenta Virgilio Wenceslao Ximena Yolanda Zacarías Zoraida`.split(
    /\s+/,
  );

const SURNAMES =
  `Acosta Aguilera Alcalá Altuve Aponte Araque Arteaga Avendaño Ballestero Barreto Bastidas
Becerra Bencomo Betancourt Blanco Bracho Briceño Bustillos Cabello Camacho Cañizales Cardozo Carmona
Castellanos Cedeño Chacón Colmenares Contreras Cordero Dávila Delgado Duarte Escalona Espinoza Farías
Figuera Fuentes Galíndez Garrido Gómez Graterol Guédez Guerra Hernández Herrera Hurtado Infante Izarra
Jaramillo Jiménez Lander Leal Linares Lozada Lugo Machado Manrique Marcano Márquez Mendoza Mijares
Molina Montilla Morales Moreno Navas Núñez Ochoa Olivares Ordaz Ortega Otero Pacheco Padrón Palacios
Paredes Peña Peraza Perdomo Pimentel Pinto Quintero Ramírez Rangel Rengifo Reyes Rincón Rivas Rojas
Romero Rondón Salazar Sánchez Sarmiento Serrano Silva Sosa Suárez Tablante Torrealba Torres Ugueto
Urbina Urdaneta Valbuena Valera Vargas Velásquez Vielma Villegas Yánez Yépez Zambrano Zamora`.split(
    /\s+/,
  );

/** First words of organisations, with the ending that adjectives take after them. */
const KINDS = [
  ['Movimiento', 'o'],
  ['Frente', 'o'],
  ['Fuerza', 'a'],
  ['Unión', 'a'],
  ['Partido', 'o'],
  ['Encuentro', 'o'],
  ['Compromiso', 'o'],
  ['Voluntad', 'a'],
  ['Camino', 'o'],
  ['Renovación', 'a'],
  ['Acción', 'a'],
  ['Convergencia', 'a'],
  ['Concertación', 'a'],
  ['Impulso', 'o'],
  ['Iniciativa', 'a'],
  ['Voz', 'a'],
] as const;

/** `*` stands for that ending. */
const THEMES = [
  'Ciudadan*',
  'de los Llanos',
  'Vecinal',
  'por el Trabajo',
  'Andin*',
  'de la Costa',
  'Regional',
  'Solidari*',
  'por la Escuela',
  'de los Ríos',
  'Campesin*',
  'Federal',
  'por el Agua',
  'Juvenil',
  'Municipal',
  'de Artesanos',
  'del Oriente',
  'por la Salud',
  'Cooperativ*',
  'de Occidente',
  'Popular del Valle',
  'por la Vivienda',
  'Republican*',
  'de Pescadores',
];

const UNINTERESTING = new Set([
  'de',
  'del',
  'el',
  'la',
  'los',
  'las',
  'para',
  'por',
  'y',
  'al',
  'mi',
]);

export type Chance = {
  /** 0 to `count` - 1. */
  readonly below: (count: number) => number;
  /** True in `share` of the cases, in steps of one in 65,536. */
  readonly happens: (share: number) => boolean;
  readonly pick: <T>(from: readonly T[]) => T;
};

/** Draws that repeat with seed and purpose. */
export const makeChance = (seed: number | string, purpose: string): Chance =>
  chanceOf(makeSeededEntropy(seed, purpose));

export const chanceOf = (entropy: Entropy): Chance => {
  const word = (): number => {
    const [high = 0, low = 0] = entropy.bytes(2);
    return high * 256 + low;
  };
  const below = (count: number): number => (word() * 65_536 + word()) % count;
  return {
    below,
    happens: (share) => word() < share * 65_536,
    pick: (from) => {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
  };
};

/** A name of a person; not unique. */
export const personName = (chance: Chance): string =>
  `${chance.pick(GIVEN_NAMES)} ${chance.pick(SURNAMES)} ${chance.pick(SURNAMES)}`;

/** `count` distinct names of people. */
export const distinctPeople = (chance: Chance, count: number): readonly string[] => {
  const names = new Set<string>();
  while (names.size < count) names.add(personName(chance));
  return [...names];
};

/** The initials by which an organisation goes: `Movimiento de los Ríos` is `MR`. */
export const initials = (name: string): string =>
  name
    .split(/\s+/)
    .filter((word) => !UNINTERESTING.has(word.toLowerCase()))
    .map((word) => (/^\d+$/.test(word) ? word : word.charAt(0).toUpperCase()))
    .join('');

/** `count` distinct names of organisations (384 there are), with short names that differ from `used` too. */
export const distinctOrganisations = (
  chance: Chance,
  count: number,
  used: readonly string[],
): readonly { readonly name: string; readonly shortName: string }[] => {
  const names = new Set<string>();
  while (names.size < count) {
    const [kind, ending] = chance.pick(KINDS);
    names.add(`${kind} ${chance.pick(THEMES).replace('*', ending)}`);
  }
  const taken = new Set(used);
  return [...names].map((name) => {
    const [kind = '', ...rest] = name.split(' ');
    const theme = rest.filter((word) => !UNINTERESTING.has(word)).join('');
    let shortName = initials(name);
    for (let letters = 2; taken.has(shortName); letters += 1) {
      shortName = `${kind.slice(0, letters)}${theme.slice(0, letters)}`.toUpperCase();
    }
    taken.add(shortName);
    return { name, shortName };
  });
};
