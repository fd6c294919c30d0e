/** What the shell has to do with the terminal itself. */
export type TerminalEffect =
  | { readonly kind: 'copy'; readonly text: string }
  /** Clicks and the wheel are read, or left to the terminal. */
  | { readonly kind: 'mouse'; readonly on: boolean }
  /** The terminal belongs to the pager meanwhile. */
  | { readonly kind: 'page'; readonly text: string }
  /** `path`: below the plan's folder. The terminal belongs to the editor, or the pager, meanwhile. */
  | { readonly kind: 'edit-file' | 'view-file'; readonly path: string };
