/** What the detail pane can show of what is selected, in the order of its tabs. */
export const DETAIL_TABS = ['log', 'diff', 'state', 'decision', 'files'] as const;
export type DetailTab = (typeof DETAIL_TABS)[number];
