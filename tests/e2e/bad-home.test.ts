import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGENTS, Sandbox, type Envelope } from '../support/agents-process.ts';
import { canMount, SmallDisk } from '../support/small-disk.ts';
import { seeFolder, type SeenPath } from '../support/workspace-bench.ts';

const COMMANDS = [
  'plan list',
  'plan run p.plan.yaml',
  'plan checkpoint create last',
  'plan rollback last 1 --yes',
  'storage gc',
] as const;

const NOBODY = 65_534;
const isRoot = process.geteuid?.() === 0;

/** Each says what is wrong, where, and what to do, in its own words and at once; and nothing is changed. */
function expectRefused(sandbox: Sandbox, home: string, code: string, user: object = {}): void {
  const before = [seeFolder(sandbox.workspace), seeHome(home)];
  const said = COMMANDS.map((command) => {
    const { stdout } = spawnSync(process.execPath, [AGENTS, ...command.split(' '), '--json'], {
      cwd: sandbox.workspace,
      env: { ...sandbox.env, AGENTS_HOME: home },
      encoding: 'utf8',
      ...user,
    });
    const { exit_code, error } = JSON.parse(stdout) as Envelope & {
      error: { next_steps: readonly string[] };
    };
    return [command, exit_code, error?.code, error?.hint?.includes(home), error?.next_steps.length];
  });
  expect(said).toEqual(COMMANDS.map((command) => [command, 7, code, true, 1]));
  expect([seeFolder(sandbox.workspace), seeHome(home)]).toEqual(before);
}

/** Without the two files that SQLite makes beside a database for as long as it is open, and begins anew. */
function seeHome(home: string): ReadonlyMap<string, SeenPath> {
  return new Map([...seeFolder(home)].filter(([path]) => !/-(?:wal|shm)$/.test(path)));
}

async function ran(): Promise<Sandbox> {
  const sandbox = new Sandbox();
  sandbox.write('p.plan.yaml', "name: p\nsteps: [{ id: a, run: 'echo a >> a.txt' }]\n");
  expect((await sandbox.run('plan', 'run', 'p.plan.yaml')).code).toBe(0);
  return sandbox;
}

it('Given a home of another user, then that is said, and it is left alone', async () => {
  using sandbox = await ran();
  chmodSync(sandbox.root, 0o755);
  // Whoever may everything is somebody else for this; anybody else is kept out.
  if (!isRoot) chmodSync(sandbox.home, 0o500);
  const files = ['agents.db', 'agents.db-wal', 'agents.db-shm'].map((name) => join(sandbox.home, name));
  if (!isRoot) for (const file of files) spawnSync('chmod', ['400', file]);
  try {
    expectRefused(sandbox, sandbox.home, 'database_unreachable', isRoot ? { uid: NOBODY, gid: NOBODY } : {});
  } finally {
    if (!isRoot) spawnSync('chmod', ['-R', 'u+rwX', sandbox.home]);
  }
});

describe.skipIf(!canMount())('a home on a disk of its own', () => {
  let sandbox: Sandbox;
  let disk: SmallDisk;
  let home: string;
  beforeEach(async () => {
    sandbox = await ran();
    disk = new SmallDisk(join(sandbox.root, 'disk'), '16m');
    home = join(disk.folder, 'home');
    spawnSync('cp', ['-a', sandbox.home, home]);
  });
  afterEach(() => {
    disk[Symbol.dispose]();
    sandbox[Symbol.dispose]();
  });

  async function expectSound(): Promise<void> {
    const { code } = await sandbox.start(['storage', 'verify'], { AGENTS_HOME: home }).done;
    expect(code).toBe(0);
  }

  it('Given that it is read-only, then that is said, and all works once it is not', async () => {
    disk.setReadOnly(true);
    expectRefused(sandbox, home, 'database_readonly');
    disk.setReadOnly(false);
    await expectSound();
  });

  it('Given that it is full, then that is said, and all works once there is room', async () => {
    disk.fill();
    expectRefused(sandbox, home, 'database_full');
    disk.makeRoom();
    await expectSound();
  });
});
