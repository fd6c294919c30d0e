/** What the detail pane can show of what is selected, in the order of its tabs. */
export const DETAIL_TABS = ['log', 'diff', 'state', 'decision', 'files'] as const;
export type DetailTab = (typeof DETAIL_TABS)[number];

export const TAB_WORDS: Readonly<Record<DetailTab, string>> = {
  log: 'Log',
  diff: 'Diff',
  state: 'State',
  decision: 'Decision',
  files: 'Files',
};
