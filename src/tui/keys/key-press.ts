/** One key as the table names it. */
export interface KeyPress {
  /**
   * `j`, `J`, `?`, `down`, `pagedown`, `home`, `enter`, `esc`, `tab`, `shift-tab`, `space`, `backspace`, `delete`,
   * `ctrl-d`, `f1`; any other character is its own name.
   */
  readonly name: string;
  /** What it writes where text is typed; '' for keys that write nothing. */
  readonly text: string;
}

/** What Ink says about a key beside its text: the part of its `Key` that is used here. */
export interface InkKey {
  readonly upArrow?: boolean;
  readonly downArrow?: boolean;
  readonly leftArrow?: boolean;
  readonly rightArrow?: boolean;
  readonly pageUp?: boolean;
  readonly pageDown?: boolean;
  readonly home?: boolean;
  readonly end?: boolean;
  readonly return?: boolean;
  readonly escape?: boolean;
  readonly tab?: boolean;
  readonly backspace?: boolean;
  readonly delete?: boolean;
  readonly ctrl?: boolean;
  readonly shift?: boolean;
  readonly meta?: boolean;
}
