import { createToolRegistry } from '../../../src/tools/tool-registry.ts';
import { describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../../src/domain/plan-document.ts';
import { describeSteps } from '../../../src/documents/describe-steps.ts';
import { formatDuration } from '../../../src/documents/duration.ts';
import { parseDocument } from '../../../src/documents/load-document.ts';
import { tinyTools } from './tiny-tools.ts';

async function documentOf(step: string): Promise<PlanDocument> {
  return (
    await parseDocument(`name: n\nsteps:\n  - ${step}\n`, 'x.yaml', { tools: tinyTools, cwd: '/nowhere' })
  ).document;
}

describe('Given a step, its line in a plan tree', () => {
  it.each([
    ['{ run: git log --oneline, effect: read }', 'run', '$ git log --oneline', 'read'],
    ['{ run: x, name: Say x }', 'run', 'Say x', 'write'],
    ['{ run: "a\\nb" }', 'run', '$ a…', 'write'],
    [`{ run: ${'x'.repeat(100)} }`, 'run', `$ ${'x'.repeat(77)}…`, 'write'],
    ['{ uses: fs.write, with: { content: b, path: NOTES.md } }', 'uses', 'fs.write NOTES.md', 'write'],
    ['{ uses: fs.read, with: { path: a }, effect: write }', 'uses', 'fs.read a', 'write'],
    ['{ uses: http.request, with: { url: "http://a" } }', 'uses', 'http.request http://a', 'read'],
    [
      '{ uses: http.request, with: { url: "http://a", method: POST } }',
      'uses',
      'http.request http://a',
      'write',
    ],
    [
      '{ uses: http.request, with: { url: u, method: "${{ context.m }}" } }',
      'uses',
      'http.request u',
      'write',
    ],
    ['{ uses: plan.set, with: { path: 1 } }', 'uses', 'plan.set', 'write'],
    ['{ uses: plan.set, with: { list: [] } }', 'uses', 'plan.set', 'write'],
    ['{ decide: { question: Which style?, options: [a] } }', 'decide', 'Which style?', null],
    ['{ ask: { question: Who? } }', 'ask', 'Who?', null],
    ['{ sleep: 90 }', 'sleep', 'sleep 90s', null],
    [
      '{ subplans: { mode: parallel, plans: [{ name: a, steps: [{ run: x }] }, { name: b, steps: [{ run: x }] }] } }',
      'subplans',
      'parallel: a, b',
      null,
    ],
    [
      '{ subplans: { mode: dependency_ordered, plans: [{ name: a, steps: [{ run: x }] }] } }',
      'subplans',
      'ordered: a',
      null,
    ],
  ])('%s', async (step, kind, name, effect) => {
    expect(describeSteps(await documentOf(step), tinyTools)).toEqual([{ id: 'step-1', kind, name, effect }]);
  });

  it('a tool that is gone since has no effect to show', async () => {
    const document = await documentOf('{ uses: fs.read, with: { path: a } }');
    expect(describeSteps(document, createToolRegistry([]))[0]?.effect).toBeNull();
  });

  it.each([
    [0, '0ms'],
    [500, '500ms'],
    [1500, '1.5s'],
    [60_000, '1m'],
    [90_000, '90s'],
    [7_200_000, '2h'],
  ])('%i ms are shown as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});
