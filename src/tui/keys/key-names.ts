const NAMES: Readonly<Record<string, string>> = {
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  enter: 'Enter',
  esc: 'Esc',
  tab: 'Tab',
  'shift-tab': 'Shift-Tab',
  space: 'Space',
  backspace: 'Backspace',
  delete: 'Delete',
};

const F_KEY = /^f(\d+)$/;

/** A key as people read it: `Ctrl-D`, `PgDn`, `j`. */
export function keyLabel(name: string): string {
  return (
    NAMES[name] ??
    (name.startsWith('ctrl-') ? `Ctrl-${name.slice(5).toUpperCase()}` : name.replace(F_KEY, 'F$1'))
  );
}

const DIGITS = /^[0-9]$/;

/** The keys of a row: `j Down`; a run of digits as `1-9`. */
export function keyLabels(names: readonly string[]): string {
  const [first, ...others] = names;
  if (first !== undefined && others.length > 1 && names.every((name) => DIGITS.test(name)))
    return `${first}-${others[others.length - 1]}`;
  return names.map(keyLabel).join(' ');
}
