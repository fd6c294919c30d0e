/** What the codes for colours and styles are about. */
const OFF = {
  weight: '22',
  italic: '23',
  underline: '24',
  inverse: '27',
  strike: '29',
  foreground: '39',
  background: '49',
} as const;
type Group = keyof typeof OFF;
const GROUPS = Object.keys(OFF) as Group[];

/** The code in force in each group, '' if none; of the weight several: bold is `1`, dim is `2`, both are `12`. */
type Style = Readonly<Record<Group, string>>;

const PLAIN: Style = {
  weight: '',
  italic: '',
  underline: '',
  inverse: '',
  strike: '',
  foreground: '',
  background: '',
};
const ON: Readonly<Record<string, Group>> = { 3: 'italic', 4: 'underline', 7: 'inverse', 9: 'strike' };
const BY_OFF = new Map<string, Group>(GROUPS.map((group) => [OFF[group], group]));

const RUN = /(?:\u001B\[[\d;]*m)+/g;
const CODES = /[34]8;(?:5;\d+|2;\d+;\d+;\d+)|\d+/g;
const ONE_ROW_DOWN = '\u001B[E';
const ROWS_DOWN = /(?:\u001B\[E){2,}/g;

/**
 * Says the same to a terminal with fewer bytes. What Ink writes of a changed row turns on and off again every style of
 * the part that it leaves out: two thirds of a frame can be that.
 */
export class TerseCodes {
  #style = PLAIN;

  shorten(text: string): string {
    return text
      .replaceAll(RUN, (run) => this.#told(run))
      .replaceAll(ROWS_DOWN, (rows) => `\u001B[${rows.length / ONE_ROW_DOWN.length}E`);
  }

  /** What a row of codes comes to, from what is in force before it. */
  #told(run: string): string {
    const before = this.#style;
    const codes = run.split('m').slice(0, -1).flatMap(codesOf);
    this.#style = codes.reduce(withCode, before);
    return codes.every(isKnown) ? difference(before, this.#style) : run;
  }
}

/** @param sequence without its `m` */
const codesOf = (sequence: string): readonly string[] => sequence.match(CODES) ?? ['0'];

const isKnown = (code: string): boolean =>
  code === '0' || code === '1' || code === '2' || BY_OFF.has(code) || groupOf(code) !== null;

function withCode(style: Style, code: string): Style {
  if (code === '0') return PLAIN;
  if (code === '1' || code === '2')
    return { ...style, weight: [...new Set(style.weight + code)].toSorted().join('') };
  const ended = BY_OFF.get(code);
  if (ended) return { ...style, [ended]: '' };
  const group = groupOf(code);
  return group ? { ...style, [group]: code } : style;
}

function groupOf(code: string): Group | null {
  if (/^(?:3[0-7]|9[0-7]|38;.*)$/.test(code)) return 'foreground';
  if (/^(?:4[0-7]|10[0-7]|48;.*)$/.test(code)) return 'background';
  return ON[code] ?? null;
}

function difference(before: Style, after: Style): string {
  return GROUPS.filter((group) => before[group] !== after[group])
    .flatMap((group) =>
      group === 'weight' ? weightCodes(before.weight, after.weight) : [after[group] || OFF[group]],
    )
    .map((code) => `\u001B[${code}m`)
    .join('');
}

/** Bold and dim have one end together. */
function weightCodes(before: string, after: string): readonly string[] {
  const isMore = Array.from(before).every((code) => after.includes(code));
  return isMore
    ? Array.from(after).filter((code) => !before.includes(code))
    : [OFF.weight, ...Array.from(after)];
}
