import type { JsonObject } from '../domain/json.ts';

/** A call that a scripted model makes. */
export interface ScriptedToolCall {
  /** Our name of the tool. */
  readonly tool: string;
  /** Its arguments; a text is sent as it is, though it may be no JSON. */
  readonly with: JsonObject | string;
}

/** One reply of a scripted model. */
export interface ScriptedModelReply {
  readonly say: string;
  readonly calls: readonly ScriptedToolCall[];
  /** In tokens; null: counted roughly. */
  readonly usage: { readonly input: number; readonly output: number; readonly cached: number } | null;
  /** Fails instead. */
  readonly fail: { readonly status: number; readonly message: string } | null;
  /** Breaks off in the middle. */
  readonly cut: boolean;
  /** So often it fails or breaks off, then it is given; null: always. */
  readonly times: number | null;
  /** Waited before each piece of its text. */
  readonly delayMs: number;
  /** Comes only if what was last said to the model has this text in it. */
  readonly when: { readonly contains: string } | undefined;
}

/** What a scripted model says, in order. */
export interface ModelScript {
  readonly replies: readonly ScriptedModelReply[];
}
