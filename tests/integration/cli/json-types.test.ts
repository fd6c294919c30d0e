import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type * as Printed from '../../../docs/json.d.ts';
import { isGroup } from '../../../src/cli/command-table.ts';
import type { ExplainedStep } from '../../../src/cli/explain-plan.ts';
import type { Trouble } from '../../../src/cli/plan-troubles.ts';
import type { Capture, Checkpoint, Trigger } from '../../../src/domain/checkpoint.ts';
import type { DocumentFault, ErrorValue } from '../../../src/domain/errors.ts';
import type { EventPayloads, EventType } from '../../../src/domain/plan-event.ts';
import type {
  DecisionState,
  StepState,
  SubplanState,
  ToolCallState,
} from '../../../src/domain/plan-state.ts';
import type { Phase, RunState } from '../../../src/domain/plan.ts';
import { allRows, GOLDEN_FOLDER } from '../../support/golden.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/** The published types are written by hand: where one of the domain's is printed as it is, the two are compared as the tests compile. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const SAME: true[] = [
  true satisfies Same<Phase, Printed.Phase>,
  true satisfies Same<RunState, Printed.RunState>,
  true satisfies Same<Trigger, Printed.Trigger>,
  true satisfies Same<Checkpoint, Printed.Checkpoint>,
  true satisfies Same<Capture, Printed.Capture>,
  true satisfies Same<StepState, Printed.Step>,
  true satisfies Same<ToolCallState, Printed.ToolCall>,
  true satisfies Same<DecisionState, Printed.Decision>,
  true satisfies Same<SubplanState, Printed.Subplan>,
  true satisfies Same<ErrorValue, Printed.ErrorValue>,
  true satisfies Same<DocumentFault, Printed.DocumentFault>,
  true satisfies Same<ExplainedStep, Printed.ExplainedStep>,
  true satisfies Same<Trouble, Printed.Trouble>,
  true satisfies Same<EventType, Printed.EventType>,
  true satisfies Same<PayloadKeys<EventPayloads>, PayloadKeys<Printed.EventPayloads>>,
];
type PayloadKeys<Payloads extends Record<EventType, object>> = {
  [T in EventType]: Required<{ [K in keyof Payloads[T]]: true }>;
};

const folder = mkdtempSync(join(tmpdir(), 'agents-json-types-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a golden output has on its stdout, command line by command line. */
function outputsOf(file: string): readonly string[] {
  const text = readFileSync(join(GOLDEN_FOLDER, file), 'utf8');
  return text
    .split(/^(?=\$ agents )/m)
    .flatMap((said) => /^--- stdout\n([\s\S]*?)(?=\n--- stderr|(?![\s\S]))/m.exec(said)?.slice(1) ?? []);
}

const isJson = (text: string): boolean => {
  try {
    return text.trim() !== '' && typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
};

/** The JSON values of an output: one envelope, or a line each. What was cut short for being long is none. */
function valuesOf(output: string): readonly string[] {
  return isJson(output)
    ? [output]
    : output.split('\n').filter((line) => line.startsWith('{') && isJson(line));
}

/** A constant that only compiles if the value is what the types say, with nothing beside. */
function constantOf(value: string, index: number): readonly string[] {
  const said = JSON.parse(value) as Readonly<Record<string, unknown>>;
  if (said['exit_code'] !== undefined)
    return [`export const v${index}: Envelope<CommandData['${String(said['command'])}']> = ${value.trim()};`];
  return said['root_plan_id'] === undefined ? [] : [`export const v${index}: PlanEvent = ${value};`];
}

const IMPORT = "import type { CommandData, Envelope, PlanEvent } from '@plan-agents/agents';\n";

/** Compiles files that use the package, strictly, and says what the compiler says; empty if all is well. */
function compile(files: Readonly<Record<string, string>>): string {
  const place = mkdtempSync(join(folder, 'use-'));
  mkdirSync(join(place, 'node_modules/@plan-agents'), { recursive: true });
  symlinkSync(PROJECT, join(place, 'node_modules/@plan-agents/agents'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), IMPORT + text);
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--exactOptionalPropertyTypes'];
  try {
    execFileSync(join(PROJECT, 'node_modules/.bin/tsc'), [...options, '--types', '', ...Object.keys(files)], {
      cwd: place,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return '';
  } catch (failed) {
    return (failed as { readonly stdout: string }).stdout;
  }
}

const goldenFiles = readdirSync(GOLDEN_FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.txt'))
  .map((path) => ({
    name: `${path.replaceAll('/', '.').slice(0, -'.txt'.length)}.mts`,
    values: outputsOf(path).flatMap(valuesOf),
  }));

describe('the published types of JSON output', () => {
  it('Given the commands and all golden outputs, then each is what the types say, with nothing more', () => {
    const commands = ['agents', ...allRows().flatMap(({ path, row }) => (isGroup(row) ? [] : [path]))];
    const files = goldenFiles.map(
      ({ name, values }) => [name, values.flatMap(constantOf).join('\n')] as const,
    );
    const texts = files.filter(([, text]) => text !== '');
    expect(texts.length).toBeGreaterThan(90);
    const names = commands.map((name) => `  '${name}': true,`).join('\n');
    expect(
      compile({
        ...Object.fromEntries(texts),
        'commands.mts': `export const names: Readonly<Record<keyof CommandData, true>> = {\n${names}\n};`,
      }),
    ).toBe('');
  });

  it('Given a field too many, one missing and a wrong value, then the compiler says so', () => {
    const wrong = {
      more: "{ plan_id: 'p', phase: 'execute', state: 'paused', more: 1 }",
      less: "{ plan_id: 'p', phase: 'execute' }",
      other: "{ plan_id: 'p', phase: 'execute', state: 'asleep' }",
    };
    const constants = Object.entries(wrong).map(
      ([name, data]) => `export const ${name}: CommandData['plan pause'] = ${data};`,
    );
    const said = compile({ 'wrong.mts': constants.join('\n') });
    expect(said).toContain("'more' does not exist in type 'PlanStanding'");
    expect(said).toContain("Property 'state' is missing");
    expect(said).toContain("'\"asleep\"' is not assignable to type 'RunState'");
    expect(said).toContain('Found 3 errors');
  });

  it('Given the types of the domain that are printed as they are, then they are the same', () => {
    expect(new Set(SAME)).toEqual(new Set([true]));
  });
});
