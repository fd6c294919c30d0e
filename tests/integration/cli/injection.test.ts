import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';

/** Each would make a file `pwned` if a shell took it for code. */
const ATTEMPTS = [
  '$(touch pwned)',
  '`touch pwned`',
  '; touch pwned #',
  '" ; touch pwned ; "',
  "' ; touch pwned ; '",
  'x\ntouch pwned\n',
  'x\r\ntouch pwned',
  '&& touch pwned',
  '| touch pwned',
  '> pwned',
  '${IFS}$(touch${IFS}pwned)',
  '$((`touch pwned`))',
  '\'"$(touch pwned)"\'',
  '\\$(touch pwned)',
  '-e $(touch pwned)',
  '${{ inputs.other }}',
  '%s%n $(touch pwned) *',
] as const;

const all = (line: (attempt: string, index: number) => string): string => ATTEMPTS.map(line).join('\n');

/** A step whose environment holds all of them, and that writes them down. */
const writes = (id: string, expressionOf: (index: number) => string, needs: string): string => `
  - id: ${id}
    needs: [${needs}]
    env:
${all((_, index) => `      V${index}: "\${{ ${expressionOf(index)} }}"`)}
    run: 'printf "%s\\0" ${ATTEMPTS.map((_, index) => `"$V${index}"`).join(' ')} > ${id}.bin'`;

const ONE_LINE = ATTEMPTS.filter((attempt) => !/[\r\n]|\$\{\{/.test(attempt)).join(' ');
/** In a document itself an expression is filled in: that is what it is for. */
const WRITTEN = ATTEMPTS.map((attempt) => (attempt.includes('${{') ? 'plain' : attempt));

/** Every way in which a value comes to a command. */
const WAYS = `
name: ways
inputs:
${all((_, index) => `  v${index}: { type: string, required: true }`)}
steps:
  - { id: first, name: ${JSON.stringify(ONE_LINE.slice(0, 200))}, run: 'true', effect: read }
${writes('input', (index) => `inputs.v${index}`, 'first')}
${all((_, index) => `  - { id: read${index}, uses: fs.read, with: { path: told${index} }, needs: [input] }`)}
${writes('output', (index) => `steps.read${index}.outputs.content`, ATTEMPTS.map((_, index) => `read${index}`).join(', '))}
${all((_, index) => `  - { id: set${index}, uses: plan.set, with: { key: k${index}, value: "\${{ inputs.v${index} }}" }, needs: [output] }`)}
${writes('context', (index) => `context.k${index}`, ATTEMPTS.map((_, index) => `set${index}`).join(', '))}
  - id: matrix
    needs: [context]
    env: { V: "\${{ matrix.v }}", N: "\${{ matrix.n }}" }
    strategy: { matrix: { n: [0], v: [${JSON.stringify(WRITTEN[0])}, ${JSON.stringify(WRITTEN[2])}] } }
    run: 'printf "%s\\0" "$V" >> matrix.bin'
`;

describe('values that look like code', () => {
  it('Given each of them by every way into a command, Then they arrive as they are, and none is run', async () => {
    await using bench = new CliBench();
    for (const [index, attempt] of ATTEMPTS.entries()) bench.write(`told${index}`, attempt);
    bench.write('ways.plan.yaml', WAYS);
    const inputs = ATTEMPTS.flatMap((attempt, index) => ['-i', `v${index}=${attempt}`]);
    const { code, err } = await bench.run('plan', 'run', 'ways.plan.yaml', '--quiet', ...inputs);
    expect(code, err).toBe(0);
    const written = (id: string): readonly string[] => bench.read(`${id}.bin`).split('\0').slice(0, -1);
    for (const id of ['input', 'output', 'context']) expect([id, written(id)]).toEqual([id, ATTEMPTS]);
    expect(new Set(written('matrix'))).toEqual(new Set([WRITTEN[0], WRITTEN[2]]));
    expect(existsSync(join(bench.folder, 'pwned'))).toBe(false);
  });

  it.each([
    ['a command', 'run: "echo ${{ inputs.value }}"', 'a command holds no expressions'],
    [
      'the command of a tool',
      'uses: shell.run\n    with: { command: "echo ${{ inputs.value }}" }',
      'a command holds no expressions',
    ],
    [
      'a shell',
      'uses: shell.run\n    with: { command: "echo", shell: "${{ inputs.value }}" }',
      'a command holds no expressions',
    ],
    [
      'the name of a variable',
      'env: { "${{ inputs.value }}": x }\n    run: "true"',
      'must be a name of letters',
    ],
    [
      'a name that is more than one',
      'env: { "A; touch pwned; B": x }\n    run: "true"',
      'must be a name of letters',
    ],
  ])('Given an expression as %s, Then the document is refused', async (_what, step, why) => {
    await using bench = new CliBench();
    bench.write(
      'x.plan.yaml',
      `name: x\ninputs: { value: { type: string, required: true } }\nsteps:\n  - ${step}\n`,
    );
    const { code, err } = await bench.run('plan', 'run', 'x.plan.yaml', '-i', 'value=$(touch pwned)');
    expect([code, err]).toEqual([3, expect.stringContaining(why) as string]);
    expect(existsSync(join(bench.folder, 'pwned'))).toBe(false);
  });
});
