import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';
import { rollBack, runWith } from '../support/disarm.ts';

const DATABASE = '"$AGENTS_HOME"/agents.db';
const OBJECTS = '"$AGENTS_HOME"/objects.db';

describe('a step that takes the home away while its plan runs', () => {
  it.each([
    ['deletes the home', 'rm -rf "$AGENTS_HOME"', /agents\.db was deleted while it was in use/],
    ['deletes the database', `rm ${DATABASE}*`, /agents\.db was deleted/],
    ['deletes only the file', `rm ${DATABASE}`, /agents\.db was deleted/],
    ['deletes the contents', `rm ${OBJECTS}*`, /objects\.db was deleted/],
    ['moves the home away', 'mv "$AGENTS_HOME" ../elsewhere', /agents\.db was deleted/],
  ])(
    'Given that it %s, then the plan stops, says so, and what was stored is put back',
    async (_, evil, said) => {
      using sandbox = new Sandbox();
      const { code, stdout, stderr } = await runWith(sandbox, evil);
      expect(code).toBe(7);
      expect(stdout + stderr).toMatch(said);
      expect(sandbox.read('precious.txt')).toBe('changed\n');
      await rollBack(sandbox);
      expect((await sandbox.json('storage', 'verify')).exit_code).toBe(0);
    },
  );

  it.each([
    ['puts a copy in its place', `cp ${DATABASE} ../copy; mv ../copy ${DATABASE}`, /agents\.db was replaced/],
    [
      'puts another home in its place',
      'cp -a "$AGENTS_HOME" ../other; mv "$AGENTS_HOME" ../away; ln -s "$PWD/../other" "$AGENTS_HOME"',
      /agents\.db was replaced/,
    ],
    ['cuts the database off', `: > ${DATABASE}`, /agents\.db was cut off/],
    ['deletes the log', `rm ${DATABASE}-wal`, /agents\.db-wal was deleted/],
  ])(
    'Given that it %s, then the plan stops, says so, and what was stored is kept beside it',
    async (_, evil, said) => {
      using sandbox = new Sandbox();
      const { code, stderr } = await runWith(sandbox, evil);
      expect(code).toBe(7);
      expect(stderr).toMatch(said);
      const kept = /until now is in (\S+\.rescued-\d+):/.exec(stderr)?.[1] ?? '';
      expect(existsSync(kept)).toBe(true);
      expect(sandbox.read('precious.txt')).toBe('changed\n');
    },
  );

  it('Given that its path leads nowhere any more, then the plan stops and says that nothing could be kept', async () => {
    using sandbox = new Sandbox();
    const { code, stderr } = await runWith(
      sandbox,
      'mv "$AGENTS_HOME" ../away; ln -s "$AGENTS_HOME" "$AGENTS_HOME"',
    );
    expect(code).toBe(7);
    expect(stderr).toMatch(/may not be reached any more while it was in use/);
    expect(stderr).toMatch(/may be lost/);
    expect(sandbox.read('precious.txt')).toBe('changed\n');
  });

  it('Given that the large contents are deleted, then the plan stops, and the next run stores all of them again', async () => {
    using sandbox = new Sandbox();
    sandbox.write('large.bin', 'large\n'.repeat(200_000));
    const { code, stdout, stderr } = await runWith(sandbox, 'rm -rf "$AGENTS_HOME"/objects');
    expect(code).toBe(7);
    expect(stdout + stderr).toMatch(/objects\/ was deleted while it was in use/);
    expect(sandbox.read('precious.txt')).toBe('changed\n');
    sandbox.write('next.plan.yaml', 'name: next\nsteps: [{ run: rm large.bin }]');
    expect((await sandbox.run('plan', 'run', 'next.plan.yaml', '--no-input')).code).toBe(0);
    await sandbox.run('plan', 'rollback', 'last', '1', '--yes');
    expect(sandbox.read('large.bin')).toHaveLength(1_200_000);
  });
});

describe('a step that calls agents itself', () => {
  const REFUSED = [
    'plan checkpoint delete last 1',
    'plan rollback last 1 --yes',
    'config set core.checkpoints.files false',
  ];

  it('Given what takes the net away, then it is refused, and all of it is there afterwards', async () => {
    using sandbox = new Sandbox();
    const lines = REFUSED.map((line) => `${sandbox.commandLine(...line.split(' '))}; echo "exit $?"`);
    const { code, stdout } = await runWith(sandbox, lines.join('\n'));
    expect(code).toBe(0);
    expect(stdout.match(/a step of a plan may not call "agents /g)).toHaveLength(REFUSED.length);
    expect(stdout.match(/exit 6$/gm)).toHaveLength(REFUSED.length);
    await rollBack(sandbox);
  });
});

describe('a step that changes what its plan is kept with', () => {
  const OFF = 'core: {checkpoints: {auto_create_on: [], files: false}}';

  it.each([
    ["the project's settings", `echo '${OFF}' > .agentsrc.yaml`],
    ["the user's own settings", `mkdir -p ~/.config/agents; echo '${OFF}' > ~/.config/agents/config.yaml`],
    [
      'package.json',
      `echo '{"agents":{"core":{"checkpoints":{"auto_create_on":[],"files":false}}}}' > package.json`,
    ],
    ['.agentsignore', "echo '*.txt' > .agentsignore"],
    [
      'its environment',
      'export AGENTS_CORE_CHECKPOINTS_AUTO_CREATE_ON= AGENTS_HOME=/nowhere; unset AGENTS_CALL_ID',
    ],
  ])('Given %s, then it is not taken but said, and every checkpoint is there', async (what, evil) => {
    using sandbox = new Sandbox();
    const { code, stdout } = await runWith(sandbox, evil);
    expect(code).toBe(0);
    if (what !== 'its environment')
      expect(stdout).toMatch(/settings edited, but not taken: step evil changed/);
    expect(stdout).toMatch(/6 kept: 3 before write, 3 after write/);
    await rollBack(sandbox);
  });
});

/** A disk of its own needs rights that few test machines give. */
function mount(folder: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder]).status === 0;
}

describe('a step that fills the disk of the home', () => {
  it('Given that it does, then the plan stops, and goes on once there is room', async ({ skip }) => {
    using sandbox = new Sandbox();
    mkdirSync(sandbox.home);
    if (!mount(sandbox.home)) skip();
    try {
      const more = { AGENTS_CORE_CHECKPOINTS_LIMITS_FREE_DISK: '0B' };
      const { code } = await runWith(
        sandbox,
        'head -c 900000 /dev/urandom > large; head -c 1G /dev/zero > "$AGENTS_HOME"/filler; true',
        more,
      );
      expect(code).toBe(7);
      expect(sandbox.read('precious.txt')).toBe('changed\n');
      rmSync(`${sandbox.home}/filler`);
      const again = await sandbox.start(['plan', 'execute', 'last', '--no-input'], more).done;
      expect([again.code, again.stderr]).toEqual([0, '']);
      expect(sandbox.has('precious.txt')).toBe(false);
      await rollBack(sandbox);
    } finally {
      spawnSync('umount', ['-l', sandbox.home]);
    }
  });
});
