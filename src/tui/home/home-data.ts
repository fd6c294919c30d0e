import type { ErrorValue } from '../../domain/errors.ts';
import type { HomeDocument, HomePlans } from '../../ports/home-source.ts';

/** What there is, as far as it has been read: null until then. */
export interface HomeData {
  readonly folder: string;
  readonly plans: HomePlans | null;
  readonly documents: readonly HomeDocument[] | null;
  /** Why the plans can't be read at the moment. */
  readonly fault: ErrorValue | null;
}

/** What was read before the screen was there. */
export type HomeKnown = Pick<HomeData, 'plans' | 'documents'>;
