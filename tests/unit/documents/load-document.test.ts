import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DocumentError, type DocumentFault } from '../../../src/domain/errors.ts';
import { findJsonFault } from '../../../src/domain/json.ts';
import type { PlanDocument, StepSpec } from '../../../src/domain/plan-document.ts';
import { loadDocument, parseDocument, type LoadedDocument } from '../../../src/documents/load-document.ts';
import { tinyTools } from './tiny-tools.ts';

const fixtures = new URL('../../fixtures/documents/', import.meta.url).pathname;
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agents-documents-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const load = (file: string, cwd = folder): Promise<LoadedDocument> =>
  loadDocument(file, { tools: tinyTools, cwd });
const parse = (text: string, cwd = folder): Promise<LoadedDocument> =>
  parseDocument(text, 'x.plan.yaml', { tools: tinyTools, cwd });
const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

async function failure(attempt: Promise<unknown>): Promise<DocumentError> {
  const thrown: unknown = await attempt.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(DocumentError);
  return thrown as DocumentError;
}

const told = ({ file, line, column, message, hint }: DocumentFault): string =>
  `${file}:${line}:${column} ${message}${hint === null ? '' : ` | ${hint}`}`;

const includes = (...files: string[]): string =>
  `name: n\nsteps:\n  - subplans: { plans: [${files.map((file, i) => `{ name: p${i}, uses: ${file} }`).join(', ')}] }\n`;
/** A document of these brackets inside each other. */
const nested = (depth: number): string =>
  `name: n\nsteps: [{ uses: plan.set, with: { a: ${'['.repeat(depth)}${']'.repeat(depth)} } }]\n`;
const fileOf = (number: number): string => `d${number}.yaml`;
const hand = (args: string): Promise<LoadedDocument> =>
  parse(
    `name: n\ninputs: { v: { default: a } }\nsteps:\n  - subplans: { plans: [{ name: p, uses: ./inner.yaml, with: ${args} }] }\n`,
  );
const valuesOf = ({ timeout_ms, retries, env }: StepSpec): unknown => [timeout_ms, retries.max, env];
const SMALL = 'name: small\nsteps: [{ run: echo }]\n';

describe('Given a right document', () => {
  it('the sample of the format loads with its included document', async () => {
    const { document, included } = await load('release-notes.plan.yaml', fixtures);
    expect(Object.keys(included)).toEqual(['tests.plan.yaml']);
    expect(included['tests.plan.yaml']).toBe(await readFile(join(fixtures, 'tests.plan.yaml'), 'utf8'));
    expect(document.steps.map(({ id, needs, kind }) => [id, needs, kind])).toEqual([
      ['log', [], 'run'],
      ['style', ['log'], 'decide'],
      ['write', ['log', 'style'], 'uses'],
      ['checks', ['write'], 'subplans'],
    ]);
    expect(document.steps[0]).toMatchObject({ effect: 'read', timeout_ms: 60_000, at: '8:5', name: null });
    expect(document.steps[1]).toMatchObject({ by: 'human', default: null, timeout_ms: null });
    expect(document.steps[2]).toMatchObject({ retries: { max: 2, backoff_ms: 500 }, effect: null });
    const checks = document.steps[3] as Extract<StepSpec, { kind: 'subplans' }>;
    expect(checks).toMatchObject({
      mode: 'parallel',
      max_parallel: 2,
      fail_fast: true,
      subplan_retries: { max: 1 },
    });
    expect(checks.plans.map(({ name, document: inner, with: given }) => [name, inner.file, given])).toEqual([
      ['lint', 'release-notes.plan.yaml', {}],
      ['tests', 'tests.plan.yaml', { level: 'full' }],
    ]);
  });

  it('every key of the format is taken, and the result is plain JSON', async () => {
    const { document } = await load('everything.plan.yaml', fixtures);
    expect(findJsonFault(document)).toBeNull();
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(document).toMatchSnapshot();
  });

  it('a document is read from a text, and from a file named by a full path', async () => {
    await write('a.plan.yaml', SMALL);
    expect((await load(join(folder, 'a.plan.yaml'))).document.file).toBe('a.plan.yaml');
    expect((await loadDocument(join(folder, 'a.plan.yaml'), { tools: tinyTools })).document.file).toBe(
      join(folder, 'a.plan.yaml'),
    );
    expect((await parseDocument(SMALL, 'a.plan.yaml', { tools: tinyTools })).document).toMatchObject({
      name: 'small',
    });
  });

  it('anchors and aliases are plain copies, and a byte order mark does no harm', async () => {
    const text = '\uFEFFname: n\nsteps:\n  - { run: a, env: &e { A: x } }\n  - { run: b, env: *e }\n';
    const { document } = await parse(text);
    expect(document.steps.map((step) => step.env)).toEqual([{ A: 'x' }, { A: 'x' }]);
  });

  it('one included twice is read once, and its text is kept once', async () => {
    await write('s.yaml', SMALL);
    const { document, included } = await parse(includes('./s.yaml', './s.yaml'));
    expect(Object.keys(included)).toEqual(['s.yaml']);
    expect(
      (document.steps[0] as Extract<StepSpec, { kind: 'subplans' }>).plans.map((plan) => plan.document.name),
    ).toEqual(['small', 'small']);
  });

  it('10,000 steps in a row, the last of which looks at the first, are checked quickly', async () => {
    const rows = Array.from({ length: 9_998 }, () => '  - run: echo').join('\n');
    const started = performance.now();
    const { document } = await parse(
      `name: n\nsteps:\n  - { id: a, run: x }\n${rows}\n  - { run: y, if: steps.a.status }\n`,
    );
    expect(document.steps).toHaveLength(10_000);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('Given arguments that only a run can know', () => {
  it.each([
    'fs.patch, with: { hunks: "${{ fromJSON(context.hunks) }}" }',
    'fs.patch, with: { hunks: [{ from: "${{ context.from }}", text: a }] }',
    'fs.read, with: { path: "${{ context.path }}", limit: "${{ context.limit }}" }',
    'plan.set, with: { key: ["${{ context.a }}", null] }',
  ])('%s: what is open is left to the run', async (call) => {
    await expect(parse(`name: n\nsteps: [{ uses: ${call} }]\n`)).resolves.toBeDefined();
  });

  it('a step may look at whatever must have ended before it, by any way', async () => {
    const text = `name: n
steps:
  - { id: a, run: x }
  - { id: b, run: x }
  - { id: c, run: x, needs: [a] }
  - { id: d, run: x, needs: [b, c], env: { A: "\${{ steps.a.status }}" } }
  - { id: e, run: x, if: steps.c.status && steps.a.status && steps.d.status }
`;
    await expect(parse(text)).resolves.toBeDefined();
  });
});

describe('Given a file that is no document', () => {
  it('a missing one is named, with what to do', async () => {
    const error = await failure(load('nope.plan.yaml'));
    expect(error).toMatchObject({
      code: 'document_not_found',
      exitCode: 3,
      message: 'there is no file nope.plan.yaml',
      faults: [],
    });
    expect(error.nextSteps).not.toEqual([]);
  });

  it.each([
    [
      'a folder',
      async () => {
        await mkdir(join(folder, 'x'));
      },
      'x is not a file',
      null,
    ],
    [
      'more than 1 MiB',
      () => write('x', `name: ${'n'.repeat(1024 * 1024)}`),
      'x is too large',
      '1048582 bytes; at most 1 MiB',
    ],
    [
      'other bytes',
      () => writeFile(join(folder, 'x'), Buffer.from([0xff, 0xfe, 0x00])),
      'x is not UTF-8 text',
      null,
    ],
    [
      'a link to itself',
      () => symlink('x', join(folder, 'x')),
      'x cannot be read',
      expect.stringContaining('ELOOP'),
    ],
  ])('%s is refused', async (_, make, message, hint) => {
    await make();
    expect(await failure(load('x'))).toMatchObject({
      code: 'document_unreadable',
      exitCode: 3,
      message,
      hint,
    });
  });

  it('a file below a file is missing too', async () => {
    await write('x', SMALL);
    expect(await failure(load('x/y'))).toMatchObject({ code: 'document_not_found' });
  });

  it('a document outside of the current folder is shown by its full path', async () => {
    await mkdir(join(folder, 'in'));
    await write('a.plan.yaml', 'name: 1\nsteps: [{ run: x }]\n');
    const error = await failure(load('../a.plan.yaml', join(folder, 'in')));
    expect(error.faults.map(told)).toEqual([
      `${join(folder, 'a.plan.yaml')}:1:7 name must be a text, not a number`,
    ]);
    expect(error.message).toBe('a.plan.yaml has a fault');
  });
});

describe('Given a text that is made to do harm', () => {
  it.each([
    [
      'aliases that multiply',
      'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c]\n',
      'too many aliases (*name)',
    ],
    ['a value inside itself', 'name: n\nsteps: &s\n  - *s\n', 'this is nested too deeply'],
    ['65 levels', nested(65), 'this is nested too deeply'],
    ['10,000 levels', nested(10_000), 'this is nested too deeply'],
    ['10,000 brackets without end', '['.repeat(10_000), 'this is nested too deeply'],
  ])('%s: refused with one clear fault', async (_, text, message) => {
    const { faults } = await failure(parse(text));
    expect(faults.map((fault) => fault.message)).toEqual([message]);
  });

  it('60 levels are fine', async () => {
    expect((await parse(nested(58))).document.name).toBe('n');
  });

  it('at most 20 syntax faults are told', async () => {
    const { faults } = await failure(parse('a: "\n'.repeat(200)));
    expect(faults.length).toBeLessThanOrEqual(20);
  });

  it('more than 20,000 steps are too many, counted with each inclusion', async () => {
    await write('big.yaml', `name: big\nsteps:\n${'  - run: x\n'.repeat(10_000)}`);
    const error = await failure(parse(includes('./big.yaml', './big.yaml')));
    expect(error.faults.map(told)).toEqual([
      'x.plan.yaml:3:3 this plan is too large: 20001 steps | at most 20000 steps and 16 MiB, counted with all that is included',
    ]);
  });

  it('so are more than 16 MiB', async () => {
    await write('big.yaml', `name: big\nsteps: [{ run: "${'x'.repeat(1_000_000)}" }]\n`);
    const error = await failure(parse(includes(...Array.from({ length: 17 }, () => './big.yaml'))));
    expect(error.faults[0]?.message).toContain('too large');
  });
});

describe('Given a document that includes others', () => {
  it('paths are relative to the document that names them', async () => {
    await mkdir(join(folder, 'parts/inner'), { recursive: true });
    await write('main.plan.yaml', includes('./parts/a.yaml'));
    await write('parts/a.yaml', includes('./inner/b.yaml', '../c.yaml'));
    await write('parts/inner/b.yaml', SMALL);
    await write('c.yaml', SMALL);
    const { included } = await load('main.plan.yaml');
    expect(Object.keys(included).sort()).toEqual(['c.yaml', 'parts/a.yaml', 'parts/inner/b.yaml']);
  });

  it('a missing one is told at the place that names it', async () => {
    const error = await failure(parse(includes('./nope.yaml')));
    expect(error).toMatchObject({ code: 'document_not_found', exitCode: 3 });
    expect(error.faults.map(told)).toEqual([
      'x.plan.yaml:3:43 there is no file nope.yaml | paths are relative to the document that names them',
    ]);
  });

  it('one that cannot be used is told likewise, with why', async () => {
    await mkdir(join(folder, 'a.yaml'));
    await write('b.yaml', `# ${'x'.repeat(1024 * 1024)}`);
    const error = await failure(parse(includes('./a.yaml', './b.yaml')));
    expect(error.code).toBe('document_invalid');
    expect(error.faults.map(({ message }) => message)).toEqual([
      'a.yaml is not a file',
      'b.yaml is too large',
    ]);
  });

  it('a circle is refused, with the way around it, also through a link', async () => {
    await write('main.plan.yaml', includes('./a.yaml'));
    await write('a.yaml', includes('./b.yaml'));
    await symlink('main.plan.yaml', join(folder, 'b.yaml'));
    const error = await failure(load('main.plan.yaml'));
    expect(error.faults.map(told)).toEqual([
      'a.yaml:3:43 documents include each other in a circle | main.plan.yaml -> a.yaml -> b.yaml',
    ]);
  });

  it('16 documents inside each other are fine, one more is refused', async () => {
    for (let number = 1; number < 17; number += 1)
      await write(fileOf(number), includes(`./${fileOf(number + 1)}`));
    await write(fileOf(17), SMALL);
    expect(Object.keys((await load(fileOf(2))).included)).toHaveLength(15);
    const error = await failure(load(fileOf(1)));
    expect(error.faults[0]).toMatchObject({
      file: 'd16.yaml',
      message: 'documents include each other more than 16 deep',
    });
  });

  it('the faults of all documents are told, the main one first', async () => {
    await write('a.yaml', 'name: a\nsteps: [{ run: x, needs: [b] }]\n');
    await write('b.yaml', 'nam: b\nsteps: [{ run: x }]\n');
    const text = `${includes('./b.yaml', './a.yaml')}  - uses: nope\n`;
    const error = await failure(parse(text));
    expect(error.message).toBe('x.plan.yaml has 4 faults');
    expect(error.faults.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([
      'x.plan.yaml:4 there is no tool nope',
      'b.yaml:1 name is missing',
      'b.yaml:1 unknown key nam in a plan document',
      'a.yaml:2 there is no step b',
    ]);
  });

  it('syntax faults of an included document are told as its own', async () => {
    await write('a.yaml', 'name: "a\n');
    expect((await failure(parse(includes('./a.yaml')))).faults[0]).toMatchObject({ file: 'a.yaml', line: 2 });
  });

  describe('and hands it inputs', () => {
    const inner = `name: inner
inputs:
  level: { required: true }
  count: { type: number, default: 1 }
  list: { type: array, default: [] }
  token: { secret: true }
steps: [{ run: x, env: { T: "\${{ inputs.token }}" } }]
`;
    beforeEach(async () => write('inner.yaml', inner));

    it('right ones, and expressions of any type, are taken', async () => {
      await expect(hand('{ level: high, count: "${{ inputs.v }}", list: [1] }')).resolves.toBeDefined();
    });

    it.each([
      ['{}', '4:42 inner.yaml needs the input level | with: { level: ... }'],
      ['{ level: a, leel: b }', '4:74 inner.yaml has no input leel | did you mean level?'],
      ['{ level: a, toString: b }', '4:74 inner.yaml has no input toString | known here: level, count, list'],
      ['{ level: a, count: b }', '4:81 count must be a number'],
      ['{ level: null }', '4:71 level must be a text'],
      ['{ level: a, token: b }', '4:74 token is a secret of inner.yaml | it comes from the environment only'],
      ['{ level: "${{ inputs.w }}" }', '4:83 there is no input w | known here: v'],
    ])('%s is refused', async (args, fault) => {
      const error = await failure(hand(args));
      expect(error.faults.map((one) => told(one).replace('x.plan.yaml:', ''))).toEqual([fault]);
    });

    it('one secret name for two variables is refused', async () => {
      const text = `name: n\ninputs: { token: { secret: true, env: OTHER } }\nsteps:\n  - subplans: { plans: [{ name: "p", uses: ./inner.yaml, with: { level: a } }] }\n`;
      expect((await failure(parse(text))).faults.map(told)).toEqual([
        'x.plan.yaml:1:1 the secret token comes from two variables | OTHER in x.plan.yaml, TOKEN in inner.yaml',
      ]);
    });
  });
});

describe('Given what a document leaves out', () => {
  it.each<[string, string, (document: PlanDocument) => unknown, unknown]>([
    [
      'ids are made from the position',
      '[{ run: a }, { id: b, run: b }, { run: c }]',
      (d) => d.steps.map((s) => s.id),
      ['step-1', 'b', 'step-3'],
    ],
    [
      'a step needs the one before it',
      '[{ run: a }, { run: b, needs: [] }, { run: c }]',
      (d) => d.steps.map((s) => s.needs),
      [[], [], ['step-2']],
    ],
    ['a command is a write', '[{ run: a }]', (d) => (d.steps[0] as { effect?: string }).effect, 'write'],
    [
      'a condition gets its marks',
      '[{ run: a, if: always() }, { run: b, if: "${{ true }}" }, { run: c, if: false }]',
      (d) => d.steps.map((s) => s.if),
      ['${{ always() }}', '${{ true }}', '${{ false }}'],
    ],
    [
      'numbers and booleans in env are texts',
      '[{ run: a, env: { A: 1, B: true } }]',
      (d) => d.steps[0]?.env,
      { A: '1', B: 'true' },
    ],
    ['a number is seconds', '[{ run: a, timeout: 1.5 }]', (d) => d.steps[0]?.timeout_ms, 1500],
  ])('%s', async (_, steps, pick, expected) => {
    const { document } = await parse(`name: n\nsteps: ${steps}\n`);
    expect(pick(document)).toEqual(expected);
  });

  it('defaults reach the steps that they are for, also in inline subplans; what a step says wins', async () => {
    const { document } = await parse(`name: n
defaults: { timeout: 5s, retries: { max: 3 }, env: { A: d, B: d } }
steps:
  - { run: a, env: { A: own } }
  - { uses: fs.read, with: { path: a }, timeout: 1s, retries: { max: 0 } }
  - { ask: { question: q } }
  - subplans: { plans: [{ name: p, steps: [{ run: b }] }] }
`);
    expect(document.steps.map(valuesOf)).toEqual([
      [5000, 3, { A: 'own', B: 'd' }],
      [1000, 0, { A: 'd', B: 'd' }],
      [null, 0, { A: 'd', B: 'd' }],
      [null, 0, { A: 'd', B: 'd' }],
    ]);
    const inner = (document.steps[3] as Extract<StepSpec, { kind: 'subplans' }>).plans[0]?.document.steps[0];
    expect(valuesOf(inner as StepSpec)).toEqual([5000, 3, { A: 'd', B: 'd' }]);
  });
});
