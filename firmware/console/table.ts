/** Text in columns of a terminal 80 wide. */

export const SCREEN_COLUMNS = 80;
export const SCREEN_ROWS = 24;

/** Only what a terminal shows as one cell; whatever else came in from outside becomes `?`. */
export const printable = (text: string): string =>
  [...text]
    .map((each) => (/^[\x20-\x7e\u00a1-\u017f\u2013-\u2026]$/.test(each) ? each : '?'))
    .join('');

/** Long text in lines of the screen's width, broken at spaces, indented by `indent`. */
export const wrap = (text: string, indent = 0): readonly string[] => {
  const width = SCREEN_COLUMNS - 1 - indent;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word.slice(0, width) : `${line} ${word}`;
  }
  return [...lines, line].map((each) => ' '.repeat(indent) + each);
};
