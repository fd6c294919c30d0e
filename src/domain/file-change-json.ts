import type { FileChange, FileState } from './file-state.ts';
import type { Json, JsonObject } from './json.ts';
import { fromPathJson, toPathJson, type PathJson } from './raw-path.ts';

/** A state as JSON carries it: a link's target as a path does. */
export function toStateJson(state: FileState | null): Json {
  if (state?.type !== 'symlink') return state === null ? null : { ...state };
  const { path, path_base64 } = toPathJson(state.target);
  return {
    type: 'symlink',
    target: path,
    ...(path_base64 === undefined ? {} : { target_base64: path_base64 }),
  };
}

export function fromStateJson(json: Json): FileState | null {
  if (json === null) return null;
  const { type, target, target_base64 } = json as Readonly<Record<string, string | undefined>>;
  if (type !== 'symlink') return json as unknown as FileState;
  const path: PathJson = {
    path: String(target),
    ...(target_base64 === undefined ? {} : { path_base64: target_base64 }),
  };
  return { type: 'symlink', target: fromPathJson(path) };
}

/** One changed path as events and JSON output carry it. */
export function toChangeJson({ path, before, after }: FileChange): JsonObject {
  return { ...toPathJson(path), before: toStateJson(before), after: toStateJson(after) };
}

export function fromChangeJson(json: Json): FileChange {
  const { before = null, after = null, ...path } = json as JsonObject;
  return {
    path: fromPathJson(path as unknown as PathJson),
    before: fromStateJson(before),
    after: fromStateJson(after),
  };
}
