import type { PlanSummary } from '../../domain/plan.ts';
import type { HomeForm } from '../../ports/home-source.ts';
import type { PlanFootprint } from '../../ports/plan-store.ts';
import { INITIAL_COMMAND, type CommandState } from '../command/command-state.ts';
import { DEFAULT_KEYS, type KeyMap } from '../keys/find-key.ts';
import type { Dialog, Toast } from '../ui/ui-state.ts';
import type { EditedText } from '../ui/text-edit.ts';
import type { HomeData } from './home-data.ts';
import type { HomeItem, HomeItems } from './home-items.ts';
import type { HomeOrder } from './home-order.ts';
import type { HomeLayout } from './home-layout.ts';

/** A document with what has been typed for its inputs, by name. */
export interface Filling {
  readonly form: HomeForm;
  readonly values: Readonly<Record<string, string>>;
}

export type HomeDialog =
  | (Dialog & { readonly kind: 'help' })
  /** An input is typed: the one at the index `at`. `fault`: why what was typed can't be it. */
  | (Filling & { readonly kind: 'form'; readonly at: number; readonly fault: string | null })
  /** Whether the document is run; `selected`: an index of RUN_CHOICES. */
  | (Filling & { readonly kind: 'run'; readonly selected: number })
  /** Whether a plan is deleted; `selected`: an index of DELETE_CHOICES. */
  | {
      readonly kind: 'delete';
      readonly plan: PlanSummary;
      readonly footprint: PlanFootprint;
      readonly selected: number;
    }
  /** `below`: what is open again when it is closed. */
  | (Dialog & { readonly kind: 'failure'; readonly below: HomeDialog | null });

/** A line being typed. `before`: the text it began with. */
export interface HomeInputLine extends EditedText {
  readonly kind: 'filter' | 'value';
  readonly before: string;
}

/** Where somebody looks, and what is open. */
export interface HomeUi {
  /** An item's id; null while there is none. */
  readonly selected: string | null;
  /** Where the selected item stood when it was last there. */
  readonly index: number;
  /** First rows shown: rows of folders count. */
  readonly plansTop: number;
  readonly documentsTop: number;
  readonly filter: string;
  /** The plans of all folders. */
  readonly everywhere: boolean;
  readonly order: HomeOrder;
  readonly input: HomeInputLine | null;
  readonly dialog: HomeDialog | null;
  readonly command: CommandState;
  /** What each key does: the table, as the settings bind it. */
  readonly keys: KeyMap;
  /** Clicks and the wheel are read instead of left to the terminal. */
  readonly mouse: boolean;
  readonly toast: Toast | null;
  /** What is being read for a dialog: a document's file, or the id of a plan to delete. */
  readonly reading: string | null;
}

/** What is still so when a plan that was opened from here is left. */
export type HomeMemory = Pick<HomeUi, 'selected' | 'filter' | 'everywhere' | 'mouse' | 'order'>;

export const INITIAL_HOME: HomeUi = {
  selected: null,
  index: 0,
  plansTop: 0,
  documentsTop: 0,
  filter: '',
  everywhere: false,
  order: 'needs',
  input: null,
  dialog: null,
  command: INITIAL_COMMAND,
  keys: DEFAULT_KEYS,
  mouse: false,
  toast: null,
  reading: null,
};

/** Everything that one frame is drawn from. */
export interface HomeModel {
  readonly data: HomeData;
  readonly ui: HomeUi;
  readonly items: HomeItems;
  readonly layout: HomeLayout;
  /** The time that ages are shown for; milliseconds since 1970. */
  readonly now: number;
}

/** The item with the focus. */
export function selectedItem({ ui, items }: Pick<HomeModel, 'ui' | 'items'>): HomeItem | null {
  return items.all.find(({ id }) => id === ui.selected) ?? null;
}
