const NAMED: Readonly<Record<string, string>> = {
  up: '\u001B[A',
  down: '\u001B[B',
  right: '\u001B[C',
  left: '\u001B[D',
  home: '\u001B[H',
  end: '\u001B[F',
  pageup: '\u001B[5~',
  pagedown: '\u001B[6~',
  delete: '\u001B[3~',
  'shift-tab': '\u001B[Z',
  enter: '\r',
  esc: '\u001B',
  tab: '\t',
  space: ' ',
  backspace: '\u007F',
  f1: '\u001BOP',
};

/** What a terminal sends for a key of the key table. */
export function keyBytes(name: string): string {
  if (name.startsWith('ctrl-')) return String.fromCharCode(name.charCodeAt(5) & 0x1f);
  return NAMED[name] ?? name;
}
