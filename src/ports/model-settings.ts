/** What a million tokens cost, in whatever currency the reader thinks in. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Input that the provider had read before; absent: as other input. */
  readonly cached?: number | undefined;
}

/** A provider as the settings name it. */
export interface ModelProviderSettings {
  /** Absent: of a known provider, where it is. */
  readonly url?: string | undefined;
  /** The variable of the environment that has its key; absent: of a known provider its own, else none is sent. */
  readonly key?: string | undefined;
}

/** The settings of the language models (`models`), all levels joined. */
export interface ModelSettings {
  /** `provider/name`; null: a step has to name one. */
  readonly default: string | null;
  readonly providers: ReadonlyMap<string, ModelProviderSettings>;
  /** By `provider/name`. */
  readonly prices: ReadonlyMap<string, ModelPrice>;
}
