import { describe, expect, it } from 'vitest';
import type { DocumentError } from '../../../src/domain/errors.ts';
import type { SubplansStep } from '../../../src/domain/plan-document.ts';
import { formatFault, parseDocument } from '../../../src/documents/load-document.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { createBuiltinTools } from '../../../src/tools/builtin/builtin-tools.ts';
import { createToolRegistry } from '../../../src/tools/tool-registry.ts';
import { tinyTools } from './tiny-tools.ts';

const parse = (text: string, tools = tinyTools) =>
  parseDocument(text, 'x.plan.yaml', { tools, cwd: '/nowhere' });
const plan = (step: string): string => `name: n
inputs: { at: { default: there }, token: { secret: true } }
steps:
  - { id: first, run: x }
  - ${step.trimStart()}
outputs: { seen: "\${{ inputs.at }}" }
`;

describe('Given a step with compensate, when its document is read', () => {
  it('what it says is stored as it stands, beside the step', async () => {
    const { document } = await parse(
      plan(`id: make
    run: make it
    compensate: { run: 'rm "$IT"', env: { IT: "\${{ steps.make.outputs.stdout }}", N: 1, T: "\${{ inputs.token }}" } }
  - id: send
    uses: http.request
    with: { url: "u", method: POST }
    compensate: { uses: fs.write, with: { path: "\${{ steps.send.outputs.json.id }}", content: "\${{ inputs.at }}" } }
  - { uses: fs.write, with: { path: a, content: b }, compensate: { uses: plan.set, with: { k: 1 }, env: { A: b } } }`),
    );
    const [first, make, send, last] = document.steps;
    expect(first).not.toHaveProperty('compensate');
    expect(make).toMatchObject({
      compensate: {
        run: 'rm "$IT"',
        env: { IT: '${{ steps.make.outputs.stdout }}', N: '1', T: '${{ inputs.token }}' },
      },
    });
    expect(send).toMatchObject({
      compensate: {
        uses: 'fs.write',
        with: { path: '${{ steps.send.outputs.json.id }}', content: '${{ inputs.at }}' },
        env: {},
      },
    });
    expect(last).toMatchObject({ compensate: { uses: 'plan.set', with: { k: 1 }, env: { A: 'b' } } });
  });

  it.each<[string, string, ...string[]]>([
    [
      'an expression in its command',
      `{ id: m, run: x, compensate: { run: "rm \${{ steps.m.outputs.stdout }}" } }`,
      '5:45 a command holds no expressions | env: { VALUE: "${{ steps.m.outputs.stdout }}" } and "$VALUE" in the command',
    ],
    [
      'a tool that is not there',
      `{ id: m, run: x, compensate: { uses: fs.wriet, with: {} } }`,
      '5:42 there is no tool fs.wriet | did you mean fs.write?',
    ],
    [
      'an argument that its tool does not take',
      `{ id: m, run: x, compensate: { uses: fs.write, with: { path: a, content: b, mode: c } } }`,
      '5:81 fs.write takes no mode | known here: path, content',
    ],
    [
      'a step that may not have ended',
      `{ id: m, run: x, compensate: { run: y, env: { A: "\${{ steps.later.status }}" } } }
  - { id: later, run: z }`,
      '5:65 the step later may not have ended when m runs | add later to the needs of m',
    ],
    [
      'a decision of itself',
      `{ id: m, run: x, compensate: { run: y, env: { A: "\${{ decisions.m.chosen }}" } } }`,
      '5:69 the step m decides nothing | its result is steps.m.outputs',
    ],
    [
      'a secret among the arguments',
      `{ id: m, run: x, compensate: { uses: fs.write, with: { path: a, content: "\${{ inputs.token }}" } } }`,
      '5:90 the secret token cannot be used here | a secret reaches only the env of a step: env: { TOKEN: "${{ inputs.NAME }}" }',
    ],
    [
      'a step that only reads',
      `{ id: m, run: x, effect: read, compensate: { run: y } }`,
      '5:36 a step that only reads has nothing to take back | leave compensate out, or effect: read',
    ],
    [
      'the step itself outside of compensate',
      `{ id: m, run: x, env: { A: "\${{ steps.m.outputs }}" }, compensate: { run: y } }`,
      '5:43 the step m may not have ended when m runs | a step cannot see itself',
    ],
  ])('faults: %s', async (_, step, ...faults) => {
    const error = (await parse(plan(step)).catch((thrown: unknown) => thrown)) as DocumentError;
    expect(error.faults.map((fault) => `${formatFault(fault).slice(12)} | ${fault.hint ?? ''}`)).toEqual(
      faults,
    );
  });

  it.each(['{ run: y, uses: fs.read }', '{}', 'rm it', '{ run: y, with: {} }'])(
    'faults: %s is neither a command nor a tool',
    async (text) => {
      const error = await parse(plan(`{ id: m, run: x, compensate: ${text} }`)).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code: 'document_invalid' });
    },
  );

  it('what it names counts as used, and outputs that its step does not give are warned of', async () => {
    const tools = createToolRegistry(createBuiltinTools({ processes: new SystemProcessTable() }));
    const { warnings } = await parse(
      `name: n
inputs: { where: { default: a } }
steps:
  - id: m
    run: x
    strategy: { matrix: { n: [1, 2] } }
    compensate: { run: y, env: { A: "\${{ inputs.where }}", B: "\${{ steps.m.outputs.stdout }}", C: "\${{ steps.m.outputs.stdot }}" } }
`,
      tools,
    );
    expect(warnings.map(({ message }) => message)).toEqual(['the step m gives no stdot']);
  });
});

describe('Given a step with a matrix and compensate', () => {
  it('what names the step itself stays, and what is around it is handed in', async () => {
    const { document } = await parse(
      plan(`id: make
    run: x
    strategy: { matrix: { n: [1] } }
    compensate: { run: y, env: { OWN: "\${{ steps.make.outputs.id }} \${{ matrix.n }}", OUT: "\${{ steps.first.status }}" } }`),
    );
    const [only] = (document.steps[1] as SubplansStep).plans;
    expect(only?.document.steps[0]).toMatchObject({
      compensate: {
        env: {
          OWN: "${{ steps.make.outputs.id }} ${{ fromJSON('1') }}",
          OUT: "${{ inputs['steps.first.status'] }}",
        },
      },
    });
    expect(only?.with).toEqual({ 'steps.first.status': '${{ steps.first.status }}' });
  });

  it('an expression that names both is a fault', async () => {
    const both = "${{ format('{0}{1}', steps.make.outputs.id, steps.first.status) }}";
    const error = (await parse(
      plan(`id: make
    uses: fs.write
    with: { path: a, content: b }
    strategy: { matrix: { n: [1] } }
    compensate: { uses: plan.set, with: { k: [1, "${both}"] }, env: { A: "${both}", B: "\${{ inputs.at }}" } }`),
    ).catch((thrown: unknown) => thrown)) as DocumentError;
    expect(error.faults.map((fault) => formatFault(fault).slice(12))).toEqual([
      '9:54 this names make and what is around it in one expression',
      '9:137 this names make and what is around it in one expression',
    ]);
  });
});
