import * as z from 'zod';
import { defineTool } from '../define-tool.ts';

// Both change the plan's own state, which every checkpoint holds, and no file: `read` as far as the workspace goes.

export const planNote = defineTool({
  name: 'plan.note',
  summary: 'Write a note into the history of the plan',
  effect: 'read',
  input: z.strictObject({ text: z.string().min(1) }),
  output: z.object({ text: z.string() }),
  async run({ text }, context) {
    await context.addNote(text);
    return { text };
  },
});

export const planSet = defineTool({
  name: 'plan.set',
  summary: 'Set a value in the context of the plan',
  effect: 'read',
  input: z.strictObject({ key: z.string().min(1), value: z.json() }),
  output: z.object({ key: z.string(), value: z.json() }),
  async run({ key, value }, context) {
    await context.setContext(key, value);
    return { key, value };
  },
});
