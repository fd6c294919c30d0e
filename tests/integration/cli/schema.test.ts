import { expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';

interface Node {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
}

function missing(node: Node, path = ''): readonly string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, inner]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const isWhole = inner.description !== undefined && (inner.properties ?? inner.examples) !== undefined;
    return [...(isWhole ? [] : [at]), ...missing(inner, at)];
  });
}

it.each([
  ['plan', 'agents plan document', 'steps'],
  ['config', 'agents settings', 'core'],
])('Given agents schema %s, then the JSON Schema "%s"', async (name, title, key) => {
  await using bench = new CliBench();
  const { code, out } = await bench.run('schema', name);
  const schema = JSON.parse(out);
  expect([code, schema.title, Object.keys(schema.properties).includes(key)]).toEqual([0, title, true]);
  expect((await bench.json('schema', name)).data).toEqual({ schema });
});

it('Given the schema of settings, then every key has a description, and every setting an example', async () => {
  await using bench = new CliBench();
  const { data } = await bench.json('schema', 'config');
  expect(missing(data.schema as Node)).toEqual([]);
  expect(data.schema.properties.core.properties.checkpoints.properties.on_failure).toMatchObject({
    default: 'stop',
    enum: ['stop', 'warn'],
  });
});

it.each(['bash', 'zsh', 'fish'])('Given agents completion %s, then its script', async (shell) => {
  await using bench = new CliBench();
  const { out } = await bench.run('completion', shell);
  expect(out).toContain('__complete -- ');
  expect(out).not.toContain('\\$');
  expect((await bench.json('completion', shell)).data).toEqual({ shell, script: out });
});
