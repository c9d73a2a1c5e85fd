/** A guide to be printed or read on a screen: sections of words, steps, pictures, tables and drawings. */
import type { Locale } from '#firmware/election/definition.ts';

/** A text in both languages of the machine. */
export type Both = Readonly<Record<Locale, string>>;

export type Section = {
  readonly title: string;
  readonly text?: readonly string[];
  readonly steps?: readonly string[];
  /** By the names that scripts/guides/pictures.ts gives. */
  readonly pictures?: readonly { readonly name: string; readonly words: string }[];
  readonly table?: {
    readonly heads: readonly string[];
    readonly rows: readonly (readonly string[])[];
  };
  /** SVG. */
  readonly drawing?: string;
};

export type Guide = {
  /** Of its file. */
  readonly name: string;
  readonly title: string;
  readonly forWhom: string;
  readonly sections: readonly Section[];
};
