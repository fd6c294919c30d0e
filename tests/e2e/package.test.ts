import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const INSTALL_LIMIT_MS = 240_000;

interface Manifest {
  readonly name: string;
  readonly version: string;
}

const { name, version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as Manifest;

const root = realpathSync(mkdtempSync(join(tmpdir(), 'agents-package-')));
const folder = join(root, 'project');
const installed = join(folder, 'node_modules', name);

/** npm with its own cache and settings, as on any day: the tests' home has neither. */
function npm(cwd: string, ...args: readonly string[]): string {
  const env = { ...process.env, HOME: userInfo().homedir };
  return execFileSync('npm', [...args, '--no-audit', '--no-fund'], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

function agents(...args: readonly string[]): string {
  const { PATH } = process.env;
  const env = { PATH, HOME: root, AGENTS_HOME: join(root, 'home'), LANG: 'C.UTF-8', NO_COLOR: '1' };
  return execFileSync(join(folder, 'node_modules/.bin/agents'), [...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
}

describe('the package in an empty folder', () => {
  beforeAll(() => {
    mkdirSync(folder);
    const packed = npm(PROJECT, 'pack', '--ignore-scripts', '--json', '--pack-destination', root);
    const [{ filename }] = JSON.parse(packed) as [{ readonly filename: string }];
    npm(folder, 'install', '--omit=dev', '--prefer-offline', join(root, filename));
  }, INSTALL_LIMIT_MS);

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('Given --version, then the version of the package', () => {
    expect(agents('--version')).toBe(`${version}\n`);
  });

  it('Given an example of the package, then it is valid, and it runs', () => {
    const example = join(installed, 'examples/index.plan.yaml');
    expect(agents('plan', 'validate', example)).toContain('is valid: plan index');
    mkdirSync(join(folder, 'docs'));
    for (const file of ['README.md', 'CHANGELOG.md', 'docs/guide.md'])
      writeFileSync(join(folder, file), `# ${file}\n`);
    const answer = JSON.parse(agents('plan', 'run', example, '--json')) as {
      readonly data: { readonly state: string; readonly checkpoints: number };
    };
    expect(answer.data).toMatchObject({ state: 'complete', checkpoints: 2 });
    expect(readFileSync(join(folder, 'INDEX.md'), 'utf8')).toContain('- docs/guide.md (docs/guide.md)');
  });

  it('Given what it says of itself, then everything is there', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      readonly bin: Readonly<Record<string, string>>;
      readonly types: string;
      readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
      readonly engines: { readonly node: string };
    };
    for (const path of [
      ...Object.values(manifest.bin),
      manifest.types,
      ...Object.values(manifest.exports).map((one) => (typeof one === 'string' ? one : one.types)),
      'README.md',
      'LICENSE',
    ])
      expect(readFileSync(join(installed, path), 'utf8')).not.toBe('');
    expect(manifest.engines.node).toBe('>=22.18');
  });

  it('Given a program that reads its JSON by the types of the package, then it compiles', () => {
    const program = [
      `import type { CommandData, Envelope } from '${name}';`,
      "export const stateOf = ({ data }: Envelope<CommandData['plan status']>): string | undefined => data?.state;",
    ];
    writeFileSync(join(folder, 'reader.mts'), program.join('\n'));
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--types', '', 'reader.mts'];
    const compile = () => execFileSync(join(PROJECT, 'node_modules/.bin/tsc'), options, { cwd: folder });
    expect(compile).not.toThrow();
  });
});
