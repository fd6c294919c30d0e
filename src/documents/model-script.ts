import { relative, resolve } from 'node:path';
import * as z from 'zod';
import { DocumentError, type DocumentFault } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import type { ModelScript, ScriptedModelReply } from '../ports/model-script.ts';
import { toMilliseconds } from './duration.ts';
import { readDocumentFile } from './read-document-file.ts';
import { readYaml } from './read-yaml.ts';
import { checkSchema } from './schema-faults.ts';
import { anyValue, duration, text } from './schema-parts.ts';

const tokens = z.int().min(0, { error: 'must be 0 or more' });

const reply = z
  .strictObject({
    say: z.string().optional(),
    calls: z
      .array(
        z.strictObject({
          tool: text,
          with: z.union([z.record(z.string(), anyValue), z.string()], 'must be a mapping').optional(),
        }),
      )
      .optional(),
    usage: z.strictObject({ input: tokens, output: tokens, cached: tokens.optional() }).optional(),
    fail: z
      .strictObject({
        status: z.int().min(400, { error: 'must be from 400 to 599' }).max(599, {
          error: 'must be from 400 to 599',
        }),
        message: text,
      })
      .optional(),
    cut: z.boolean().optional(),
    times: z.int().min(1, { error: 'must be 1 or more' }).optional(),
    delay: duration.optional(),
    when: z.strictObject({ contains: text }).optional(),
  })
  .check((context) => {
    const { say, calls, fail, cut, times } = context.value;
    const refuse = (message: string): void =>
      void context.issues.push({ code: 'custom', message, input: context.value, path: [] });
    if (say === undefined && calls === undefined && fail === undefined && cut === undefined)
      refuse('needs something to do: say, calls, fail or cut');
    if (times !== undefined && fail === undefined && cut === undefined)
      refuse('has times, but neither fail nor cut');
  });

const script = z.strictObject({
  replies: z.array(reply).min(1, { error: 'must not be empty' }),
});

/** Reads the script of a scripted model. @throws DocumentError `invalid_script` with every fault, `document_not_found` */
export async function loadModelScript(file: string, cwd: string): Promise<ModelScript> {
  const path = resolve(cwd, file);
  const inside = relative(cwd, path);
  const shown = inside.startsWith('..') ? path : inside;
  const read = await readDocumentFile(path, shown);
  if (read.kind === 'text') return parseModelScript(read.text, shown);
  const code = read.kind === 'missing' ? 'document_not_found' : 'document_unreadable';
  throw new DocumentError(code, read.message, [], read.hint === null ? {} : { hint: read.hint });
}

/** Checks the text of a script; `shown` is what messages call it. @throws DocumentError `invalid_script` */
export function parseModelScript(source: string, shown: string): ModelScript {
  const faults: DocumentFault[] = [];
  const read = readYaml(source, shown, faults);
  const checked = faults.length > 0 ? null : checkSchema(script, read.value, read.source);
  if (checked && faults.length === 0) return { replies: checked.replies.map(toReply) };
  const many = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
  throw new DocumentError('invalid_script', `${many} in the script ${shown}`, faults);
}

function toReply(raw: z.output<typeof reply>): ScriptedModelReply {
  const { calls = [], usage, delay, when } = raw;
  return {
    say: raw.say ?? '',
    calls: calls.map(({ tool, with: given = {} }) => ({ tool, with: given as JsonObject | string })),
    usage: usage === undefined ? null : { ...usage, cached: usage.cached ?? 0 },
    fail: raw.fail ?? null,
    cut: raw.cut ?? false,
    times: raw.times ?? null,
    delayMs: delay === undefined ? 0 : toMilliseconds(delay),
    when,
  };
}
