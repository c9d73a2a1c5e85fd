/**
 * Fields that an object of a JSON text has twice. RFC 8259 (section 4) leaves open which of them counts,
 * and `JSON.parse` takes the last in silence: a person may read one and the machine the other.
 */
export type DoubledField = { readonly line: number; readonly name: string };

/** A string, or a mark that structures; what is between is numbers, words and space. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]]|\n/g;

/** Whether a colon comes next, after space. */
const isColon = (text: string, from: number): boolean => {
  let at = from;
  while (' \n\r\t'.includes(text[at] ?? 'x')) at += 1;
  return text[at] === ':';
};

/** Of a text that `JSON.parse` accepts. At most `most` of them. */
export const doubledFields = (text: string, most: number): readonly DoubledField[] => {
  const found: DoubledField[] = [];
  /** The fields of each open object; null: an open list. */
  const open: (Set<string> | null)[] = [];
  let line = 1;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '\n') line += 1;
    else if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else {
      const fields = open.at(-1);
      const isField = isColon(text, index + token.length);
      if (fields == null || !isField) continue;
      const name = String(JSON.parse(token));
      if (fields.has(name)) {
        found.push({ line, name });
        if (found.length === most) return found;
      }
      fields.add(name);
    }
  }
  return found;
};
