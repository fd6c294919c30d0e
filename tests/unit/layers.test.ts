import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const value = 'export const value = 1;\nexport interface Value {\n  readonly value: number;\n}\n';
const use = (from: string): string => `import { value } from '${from}';\nexport const used = value;\n`;
const useType = (from: string): string =>
  `import type { Value } from '${from}';\nexport type Used = Value;\n`;

/** What the planted files import; free of violations. */
const targets = ['domain', 'ports', 'tools', 'checkpoints', 'storage', 'documents', 'config', 'app', 'tui'];

/** Planted file, its text, and the rule that has to report it. */
const violations: [file: string, text: string, rule: string][] = [
  ['domain/value-import.ts', use('../ports/target.ts'), 'no-restricted-imports'],
  ['domain/type-import.ts', useType('../storage/target.ts'), 'no-restricted-imports'],
  ['domain/re-export.ts', `export { value } from '../app/target.ts';\n`, 'no-restricted-imports'],
  ['domain/star-export.ts', `export * from '../config/target.ts';\n`, 'no-restricted-imports'],
  ['domain/side-effect.ts', `import '../storage/target.ts';\n`, 'no-restricted-imports'],
  ['domain/dotted-path.ts', use('./../storage/target.ts'), 'no-restricted-imports'],
  [
    'domain/dynamic-import.ts',
    `export const load = async (): Promise<unknown> => await import('../storage/target.ts');\n`,
    'no-restricted-imports',
  ],
  [
    'domain/type-query.ts',
    `export type Used = import('../storage/target.ts').Value;\n`,
    'consistent-type-imports',
  ],
  [
    'domain/node-builtin.ts',
    `import { join } from 'node:path';\nexport const used = join('a');\n`,
    'no-restricted-imports',
  ],
  ['ports/to-service.ts', useType('../tools/target.ts'), 'no-restricted-imports'],
  ['documents/to-service.ts', use('../tools/target.ts'), 'no-restricted-imports'],
  ['tools/builtin/to-checkpoints.ts', use('../../checkpoints/target.ts'), 'no-restricted-imports'],
  ['checkpoints/to-tools.ts', use('../tools/target.ts'), 'no-restricted-imports'],
  ['execution/to-checkpoints.ts', useType('../checkpoints/target.ts'), 'no-restricted-imports'],
  ['planners/to-storage.ts', use('../storage/target.ts'), 'no-restricted-imports'],
  ['models/mock-model/to-config.ts', use('../../config/target.ts'), 'no-restricted-imports'],
  ['storage/to-service.ts', use('../checkpoints/target.ts'), 'no-restricted-imports'],
  ['workspace/to-storage.ts', use('../storage/target.ts'), 'no-restricted-imports'],
  ['memory/to-storage.ts', use('../storage/target.ts'), 'no-restricted-imports'],
  ['telemetry/to-config.ts', use('../config/target.ts'), 'no-restricted-imports'],
  ['config/to-tui.ts', use('../tui/target.ts'), 'no-restricted-imports'],
  ['config/to-app.ts', use('../app/target.ts'), 'no-restricted-imports'],
  ['tui/panes/to-app.ts', useType('../../app/target.ts'), 'no-restricted-imports'],
  ['app/to-tui.ts', use('../tui/target.ts'), 'no-restricted-imports'],
  ['cli/to-storage.ts', use('../storage/target.ts'), 'no-restricted-imports'],
  [
    'app/sqlite-driver.ts',
    `import Database from 'better-sqlite3';\nexport const used = Database;\n`,
    'no-restricted-imports',
  ],
  [
    'app/orm-type.ts',
    `import type { EntityManager } from '@mikro-orm/core';\nexport type Used = EntityManager;\n`,
    'no-restricted-imports',
  ],
  ['ports/cycle-a.ts', `import { b } from './cycle-b.ts';\nexport const a = (): unknown => b;\n`, 'no-cycle'],
  ['ports/cycle-b.ts', `import { a } from './cycle-a.ts';\nexport const b = (): unknown => a;\n`, 'no-cycle'],
  ['app/exits.ts', `export function stop(): void {\n  process.exit(1);\n}\n`, 'no-process-exit'],
  ['app/default-export.ts', `export default 1;\n`, 'no-default-export'],
  ['app/CamelCase.ts', value, 'filename-case'],
  [
    'app/floating-promise.ts',
    `async function work(): Promise<void> {\n  await Promise.resolve();\n}\nexport function start(): void {\n  work();\n}\n`,
    'no-floating-promises',
  ],
  [
    'app/misused-promise.ts',
    `export function each(list: number[]): void {\n  list.forEach(async (one) => {\n    await Promise.resolve(one);\n  });\n}\n`,
    'no-misused-promises',
  ],
  [
    'app/long-file.ts',
    Array.from({ length: 301 }, (_, i) => `export const line${i} = ${i};\n`).join(''),
    'max-lines',
  ],
  [
    'app/long-function.ts',
    `export function long(n: number): number {\n  let sum = n;\n${'  sum += n;\n'.repeat(60)}  return sum;\n}\n`,
    'max-lines-per-function',
  ],
];

/** Everything the arrows allow. */
const allowed: [file: string, text: string][] = [
  ['domain/sibling.ts', use('./target.ts')],
  ['ports/to-domain.ts', useType('../domain/target.ts')],
  ['documents/to-ports.ts', useType('../ports/target.ts')],
  ['tools/builtin/to-domain.ts', use('../../domain/target.ts')],
  ['execution/to-tools.ts', use('../tools/target.ts')],
  [
    'storage/database.ts',
    `import type { EntityManager } from '@mikro-orm/core';\nexport type Used = EntityManager;\n`,
  ],
  ['tui/panes/own-layer.ts', use('../target.ts')],
  ['app/to-storage.ts', use('../storage/target.ts')],
  ['cli/to-app.ts', use('../app/target.ts')],
  ['cli/to-tui.ts', use('../tui/target.ts')],
  ['cli/exits.ts', `export function stop(): void {\n  process.exit(1);\n}\n`],
];

let home: string;

/** Lays a tree with the project's own lint and compiler settings around it. */
function lay(name: string, files: [file: string, text: string, ...rest: unknown[]][]): string {
  const folder = join(home, name);
  mkdirSync(folder);
  for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json'])
    cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const planted = targets.map((layer): [string, string] => [`${layer}/target.ts`, value]);
  for (const [file, text] of [...planted, ...files]) {
    mkdirSync(dirname(join(folder, 'src', file)), { recursive: true });
    writeFileSync(join(folder, 'src', file), text);
  }
  return folder;
}

/** Runs the linter as `npm run lint` does; answers `file rule` for each thing it reports. */
function lint(folder: string): Set<string> {
  const bin = join(root, 'node_modules/oxlint/bin/oxlint');
  const args = [bin, '--type-aware', '--deny-warnings', '--format', 'unix', 'src'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  // 0 is clean and 1 is findings, counted in the closing line. Anything else is a linter that did not do its work,
  // which must not pass for a clean tree.
  const ran = status === 0 || (status === 1 && /^\d+ problems?$/m.test(stdout));
  if (!ran) throw new Error(`the linter failed (${status}): ${stdout}${stderr}`);
  const report = /^src\/(\S+?):\d+:\d+: .*\(([\w-]+)\)\]$/gm;
  return new Set([...stdout.matchAll(report)].map(([, file, rule]) => `${file} ${rule}`));
}

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'agents-layers-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('the layer rules', () => {
  it('report every planted violation', () => {
    const reported = lint(lay('bad', violations));
    const missed = violations.map(([file, , rule]) => `${file} ${rule}`).filter((one) => !reported.has(one));
    expect(missed).toEqual([]);
  });

  it('let pass everything the arrows allow', () => {
    expect([...lint(lay('good', allowed))]).toEqual([]);
  });

  it('cover every folder of src, and none is deeper than layer/group', () => {
    const { overrides } = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as {
      overrides: { files: string[] }[];
    };
    const covered = overrides.flatMap(({ files }) => files);
    const entries = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true });
    const folders = entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name));
    const inside = folders.map((folder) => folder.slice(join(root, 'src/').length).split(/[\\/]/));
    expect(inside.filter(([layer]) => !covered.includes(`src/${layer}/**`))).toEqual([]);
    expect(inside.filter((parts) => parts.length > 2)).toEqual([]);
  });
});
