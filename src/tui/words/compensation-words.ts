import type { Compensation } from '../../domain/compensation.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { subjectOf } from '../../domain/permissions.ts';
import { toPrintable, toPrintableLine } from '../../domain/printable.ts';

/** What it would call, in one line: `shell.run rm "$FILE"`. */
export function callText({ call, error }: Pick<Compensation, 'call' | 'error'>): string {
  if (call === null) return toPrintableLine(`could not be filled: ${error?.message ?? ''}`);
  const { tool, input } = call;
  const shown = shownInput(input);
  const subject = typeof shown === 'string' ? shown : subjectOf(shown) || JSON.stringify(shown);
  return toPrintableLine(`${tool} ${subject}`);
}

/** All of a call that a person judges it by. */
export function callLines({ call }: Pick<Compensation, 'call'>): readonly string[] {
  if (call === null) return [];
  const { tool, input, env } = call;
  const shown = shownInput(input);
  const { command } = shown as { readonly command?: Json };
  const text = typeof command === 'string' ? command : JSON.stringify(shown, null, 2);
  const lines = toPrintable(text).split('\n');
  return [
    `    ${toPrintableLine(tool)}  ${lines[0] ?? ''}`,
    ...lines.slice(1).map((line) => `      ${line}`),
    ...Object.entries(env).map(([name, value]) => `      ${toPrintableLine(`${name}=${value}`)}`),
  ];
}

/** Long texts as far as their beginning goes. */
function shownInput(input: Json): JsonObject | string {
  if (input === null || typeof input !== 'object' || Array.isArray(input)) return JSON.stringify(input);
  const { ref, preview } = input as { readonly ref?: Json; readonly preview?: Json };
  if (typeof ref === 'string' && typeof preview === 'string') return `${preview}…`;
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => {
      const long = value as { readonly ref?: Json; readonly preview?: Json } | null;
      return typeof long?.ref === 'string' && typeof long.preview === 'string'
        ? [key, `${long.preview}…`]
        : [key, value];
    }),
  );
}
