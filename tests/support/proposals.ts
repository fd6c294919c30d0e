import type { JsonObject } from '../../src/domain/json.ts';
import type { ScriptedCall, ScriptedReply } from './scripted-models.ts';

/** A plan that does what it says. */
export const NOTES = `name: notes
goal: Write notes
steps:
  - { id: write, uses: fs.write, with: { path: NOTES.md, content: "# Notes\\n" } }
  - { id: check, run: 'test -s NOTES.md', effect: read }
`;

/** What a model hands a plan in with. */
export function proposal(document: string, more: JsonObject = {}): ScriptedCall {
  const alternatives = [
    { id: 'one-file', description: 'write the file with fs.write' },
    { id: 'script', description: 'generate it' },
  ];
  const strategy = { alternatives, chosen: 'one-file', rationale: 'It is the least that does it.' };
  return { tool: 'plan.propose', with: { document, ...strategy, confidence: 0.8, ...more } };
}

/** A reply that proposes a plan. */
export const proposes = (document: string, more: JsonObject = {}): ScriptedReply => ({
  calls: [proposal(document, more)],
});
