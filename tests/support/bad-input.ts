import * as fc from 'fast-check';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { createExpressions } from '../../src/documents/expression-engine.ts';
import { parseDocument } from '../../src/documents/load-document.ts';
import { AgentsError, DocumentError } from '../../src/domain/errors.ts';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import type { ExpressionScope } from '../../src/ports/expressions.ts';
import { createBuiltinTools } from '../../src/tools/builtin/builtin-tools.ts';
import { createToolRegistry } from '../../src/tools/tool-registry.ts';
import { REQUEST_KINDS } from '../../src/ports/request-store.ts';
import type { CliBench } from './cli-bench.ts';
import { mangled, NASTY } from './mangled-text.ts';
import type { RawRequest, RequestBench } from './request-bench.ts';

/** What a message of JavaScript's own has, and none of ours. */
const OWN_WORDS = /is not a function|Cannot read propert|\[object \w+\]|\bat \S+ \(.*:\d+:\d+\)/;
/** docs/cli.md */
const EXIT_CODES = [0, 1, 2, 3, 4, 5, 6, 7, 130];

const root = new URL('../../', import.meta.url);
const textOf = (file: string): string => readFileSync(new URL(file, root), 'utf8');
const tools = createToolRegistry(createBuiltinTools({ processes: new SystemProcessTable() }));

function expectSound(messages: readonly string[]): void {
  for (const message of messages) expect(message).not.toMatch(OWN_WORDS);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
}

/** A document is one, or each fault is named with its place. */
export const documents: fc.IAsyncProperty<[string]> = fc.asyncProperty(
  mangled([textOf('examples/release.plan.yaml'), textOf('examples/index.plan.yaml')]),
  async (text) => {
    const error: unknown = await parseDocument(text, 'x.plan.yaml', { tools, cwd: '/nowhere' }).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (error === null) return;
    expect(error).toBeInstanceOf(DocumentError);
    const { faults } = error as DocumentError;
    expect(faults.length).toBeGreaterThan(0);
    for (const { line, column } of faults) expect(Math.min(line, column)).toBeGreaterThan(0);
    expectSound(faults.map(({ message }) => message));
  },
);

const SCOPE: ExpressionScope = {
  status: 'success',
  inputs: { a: 'x', n: 4, list: [1, { two: 2 }] },
  env: { HOME: '/nowhere' },
  steps: { a: { outputs: { b: 'x', c: [{ d: 1 }] }, status: 'complete', outcome: 'success' } },
  decisions: {},
  subplans: {},
  context: {},
  plan: { name: 'p' },
};

/** An expression has a value, or it says what is wrong with it. */
export const expressions: fc.IProperty<[string]> = fc.property(
  mangled([
    "steps.a.outputs.b == 'x' && inputs.n > 3",
    "${{ format('{0} {1}', inputs.a, toJSON(steps)) }}",
    "contains(fromJSON('[1,2]'), inputs.n) || always()",
    "${{ steps['a'].outputs.c[0].d }} and ${{ join(inputs.list.*, ', ') }}",
  ]),
  (text) => {
    const { fill, test, stepsIn, runsAfterFailure } = createExpressions();
    const uses = [
      () => fill(text, SCOPE),
      () => test(text, SCOPE),
      () => stepsIn(text),
      () => runsAfterFailure(text),
    ];
    const messages = uses.flatMap((use) => {
      try {
        use();
        return [];
      } catch (thrown) {
        if (!(thrown instanceof AgentsError)) throw thrown;
        return [thrown.message];
      }
    });
    expectSound(messages);
  },
);

/** Settings are read, or each fault is named. */
export const settings: fc.IProperty<[string]> = fc.property(
  mangled([
    'core:\n  checkpoints:\n    auto_create_on: [before_tool, on_error]\n    files: true\n    limits: { file: 100MiB }\n',
    'ui:\n  theme: dark\n  keys: { quit: Q }\ncore:\n  secrets: [TOKEN, "*_KEY"]\n',
    '{"core":{"checkpoints":{"files":true,"exclude":["a"]}}}',
  ]),
  (text) => {
    const { faults } = parseConfig(text, '.agentsrc', 'project', null);
    expectSound(faults.map(({ message }) => message));
  },
);

const COMMANDS =
  'plan run|plan create|plan execute|plan list|plan show|plan status|plan tree|plan events|plan pause|plan resume|plan stop|plan cancel|plan retry|plan checkpoint list|plan checkpoint show|plan checkpoint create|plan checkpoint delete|plan checkpoint export|plan checkpoint import|plan checkpoint pin|plan checkpoint label|plan rollback|plan undo|plan fork|plan diff|plan correct|plan apply|plan approve|plan deny|plan validate|plan explain|plan delete|config show|config set|config path|config explain|config validate|tool list|tool show|storage du|storage gc|storage verify|doctor|init|schema|completion'
    .split('|')
    .map((text) => text.split(' '));
const WORDS =
  'last 1 2 3 4 abc notes.plan.yaml @keep two.write core.checkpoints.files fs.read none both a.txt'.split(
    ' ',
  );
const OPTIONS =
  '--json --json=stream --dry-run --yes --no-input --quiet --all --files --path --limit --label --phase --state --sort --to --into --set --workspace --choose --on-conflict --scope --at --trigger --plan-only --files-only --continue --abort -C -h -y'.split(
    ' ',
  );

const word = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 4, arbitrary: fc.constantFrom(...OPTIONS) },
  // An argument holds no NUL: the system doesn't let it pass.
  { weight: 1, arbitrary: fc.constantFrom(...NASTY).map((text) => text.replaceAll('\0', '')) },
);

/** A command line does what it says or is refused by the codes that are promised, with a plan there and settings that may be wrong. */
export function commandLines(bench: CliBench): fc.IAsyncProperty<[string[], string]> {
  const rc = fc.oneof(
    { weight: 4, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: mangled(['core:\n  checkpoints:\n    files: true\n']) },
  );
  const command = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...COMMANDS) }, fc.constant<string[]>([]));
  const words = fc
    .tuple(command, fc.array(word, { maxLength: 5 }))
    .map(([first, more]) => [...first, ...more]);
  return fc.asyncProperty(words, rc, async (args, text) => {
    // Home is for people: a screen, or the help.
    fc.pre(args.length > 0);
    if (text !== '') bench.write('.agentsrc', text);
    const { code, out, err } = await bench.run(...args);
    rmSync(join(bench.folder, '.agentsrc'), { force: true });
    expect(EXIT_CODES).toContain(code);
    if (code !== 0 && out === '') expect(err).not.toBe('');
    expectSound([out, err]);
  });
}

/**
 * What anybody may have written into the table of requests is answered or taken back, and a good one after it is carried out. All that
 * is recorded can be read again.
 */
export function requests(bench: RequestBench, checkpointId: string): fc.IAsyncProperty<[RawRequest[]]> {
  const good = bench.good();
  const kind = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...REQUEST_KINDS) }, mangled(REQUEST_KINDS));
  const args = mangled([
    '{}',
    '{"label":"kept"}',
    JSON.stringify({ checkpoint_id: checkpointId, label: null, pinned: true }),
    '{"decision":"style","choice":"short"}',
  ]);
  const usually = (text: string): fc.Arbitrary<string> =>
    fc.oneof({ weight: 6, arbitrary: fc.constant(text) }, mangled([text]));
  const row: fc.Arbitrary<RawRequest> = fc.record({
    kind,
    args,
    asker: usually(good.asker),
    plan_id: usually(good.plan_id),
    asked_at: usually(good.asked_at),
  });
  return fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (rows) => {
    const answers = await bench.ask([...rows, good]);
    expect(answers.at(-1)?.result).toMatchObject({ ok: true });
    const told = answers.flatMap((answer) => (answer ? [answer.result as unknown as RefusedResult] : []));
    for (const { ok, error } of told) {
      if (ok) continue;
      expect([0, 1, 2, 4, 5, 6, 7]).toContain(error.exit_code);
      expectSound([error.message]);
    }
  });
}

interface RefusedResult {
  readonly ok: boolean;
  readonly error: { readonly message: string; readonly exit_code: number };
}

function storedRows(bench: CliBench): 'a plan' | 'nothing' | 'something' {
  const count = (name: string, tables: readonly string[]): number => {
    const db = new Database(join(bench.home, 'agents', name), { readonly: true });
    const counts = tables.map((table) => db.prepare(`select count(*) from ${table}`).pluck().get() as number);
    db.close();
    return counts.reduce((sum, rows) => sum + rows);
  };
  const objects = count('objects.db', ['blobs', 'trees']);
  const plans = count('agents.db', ['plans']);
  const others = count('agents.db', ['plan_events', 'checkpoints', 'state_parts']);
  if (plans === 1) return 'a plan';
  return objects + plans + others === 0 ? 'nothing' : 'something';
}

/** An archive that was changed is refused, and leaves the home as it was; or it was nothing of the plan that changed. */
export function archives(bench: CliBench, archive: Buffer): fc.IAsyncProperty<[number, number[]]> {
  const file = join(bench.folder, 'changed.agents');
  const changes = fc.array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 8 });
  return fc.asyncProperty(fc.nat(archive.length - 1), changes, async (at, bytes) => {
    const changed = Buffer.from(archive);
    for (const [index, byte] of bytes.entries()) changed[(at + index) % changed.length]! ^= byte;
    writeFileSync(file, changed);
    const { code, out, err } = await bench.run('plan', 'checkpoint', 'import', file);
    expectSound([out, err]);
    // 6: not an archive, or one of a later version.
    expect([0, 6, 7]).toContain(code);
    expect(storedRows(bench)).toBe(code === 0 ? 'a plan' : 'nothing');
    if (code !== 0) return;
    expect((await bench.run('storage', 'verify')).code).toBe(0);
    rmSync(join(bench.home, 'agents'), { recursive: true });
  });
}
