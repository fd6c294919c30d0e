import type { Json, JsonObject } from '../domain/json.ts';
import { errorToJson, type ErrorReport } from './error-report.ts';

export interface Answer {
  /** As typed, without options: `plan checkpoint list`. */
  readonly command: string;
  readonly exitCode: number;
  readonly data: Json;
  readonly error: ErrorReport | null;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly started: number;
  readonly durationMs: number;
  readonly messages: readonly string[];
}

/** The one JSON answer of a command (docs/json.md). */
export function envelopeOf(answer: Answer): JsonObject {
  return {
    command: answer.command,
    status: answer.exitCode === 0 ? 'ok' : 'error',
    exit_code: answer.exitCode,
    data: answer.data,
    error: answer.error === null ? null : errorToJson(answer.error),
    timing: {
      started: new Date(answer.started).toISOString(),
      duration_ms: Math.round(answer.durationMs),
    },
    messages: answer.messages,
  };
}
