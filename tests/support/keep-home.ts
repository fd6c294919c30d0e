/**
 * Keeps a home as this program makes it, for those that come after: `node tests/support/keep-home.ts [PROGRAM]`, PROGRAM a built
 * `dist/agents.js` of any version. To be run before a schema changes; what is kept is never made anew.
 */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOMES, type Answer, type KeptHome } from './kept-homes.ts';
import { dumpDatabase } from './sql-dump.ts';

const KEPT = `
name: kept
goal: All that is kept of a plan
inputs:
  who: { type: string, default: Ann }
steps:
  - { id: one, run: 'echo one > a.txt; echo keep > k.txt; ln -s a.txt link' }
  - { id: style, decide: { question: Which?, options: [short, long], by: human, default: short }, needs: [one] }
  - { id: long, run: 'yes kept | head -n 20000', effect: read, needs: [style] }
  - id: two
    needs: [long]
    env: { STYLE: "\${{ decisions.style.chosen }}", WHO: "\${{ inputs.who }}" }
    run: 'echo "two $STYLE $WHO" > a.txt; mkdir sub; echo new > sub/b.txt; yes long | head -n 60000 > sub/long.txt; rm k.txt; chmod 755 c.txt'
  - id: below
    needs: [two]
    subplans:
      plans:
        - name: first
          steps: [{ id: three, uses: fs.write, with: { path: three.txt, content: "three\\n" } }]
`;

/** Goes on once there is a file \`go\`. */
const STUCK = `
name: stuck
steps:
  - { id: one, run: 'echo one > s.txt' }
  - { id: two, run: 'test -f go && echo two > s.txt', needs: [one] }
`;

const program = process.argv[2] ?? fileURLToPath(new URL('../../dist/agents.js', import.meta.url));
const root = realpathSync(mkdtempSync(join(tmpdir(), 'agents-kept-')));
const home = join(root, 'home');
const folder = join(root, 'project');
const answers: Answer[] = [];

function agents(...args: readonly string[]): string {
  const env = { PATH: process.env['PATH'], HOME: root, AGENTS_HOME: home, NO_COLOR: '1', LANG: 'C.UTF-8' };
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, env, encoding: 'utf8' }).stdout;
}

// oxlint-disable-next-line typescript/no-explicit-any -- shapes of every version
function ask(...args: readonly string[]): any {
  const { data } = JSON.parse(agents(...args, '--json')) as Answer;
  if (data !== null) answers.push({ args, data });
  return data;
}

function schemaOf(name: string): string {
  return /^pragma user_version = (\d+);/.exec(dumpDatabase(join(home, name)))?.[1] ?? '0';
}

/** The large contents, which stand beside the databases. */
function contentFiles(): KeptHome['files'] {
  const paths = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^objects\/..\//.test(path),
  );
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(home, path), 'base64')]));
}

try {
  mkdirSync(folder);
  writeFileSync(join(folder, 'c.txt'), 'c\n');
  writeFileSync(join(folder, 'kept.plan.yaml'), KEPT);
  writeFileSync(join(folder, 'stuck.plan.yaml'), STUCK);
  for (const name of ['kept', 'stuck']) agents('plan', 'run', `${name}.plan.yaml`, '--no-input');
  const { plans } = JSON.parse(agents('plan', 'list', '--json')).data;
  const ids = (plans as { plan_id: string }[]).map(({ plan_id }) => plan_id);
  agents('plan', 'checkpoint', 'create', 'last', '--label', 'by hand');
  agents('plan', 'checkpoint', 'pin', 'last', '1');
  for (const id of ids) {
    ask('plan', 'status', id);
    ask('plan', 'events', id);
    const { checkpoints } = ask('plan', 'checkpoint', 'list', id);
    const last = (checkpoints as { number: number }[]).at(-1)?.number;
    for (const number of ['2', String(last)]) {
      const show = ['plan', 'checkpoint', 'show', id, number];
      // The first versions kept no files.
      if (ask(...show, '--files') === null) ask(...show);
    }
  }
  const kept = fileURLToPath(
    new URL(`agents-${schemaOf('agents.db')}-objects-${schemaOf('objects.db')}/`, HOMES),
  );
  mkdirSync(kept);
  for (const name of readdirSync(home).filter((file) => file.endsWith('.db')))
    writeFileSync(join(kept, name.replace('.db', '.sql')), dumpDatabase(join(home, name)));
  writeFileSync(join(kept, 'files.json'), `${JSON.stringify(contentFiles(), null, 1)}\n`);
  writeFileSync(
    join(kept, 'answers.json'),
    `[\n${answers.map((answer) => JSON.stringify(answer)).join(',\n')}\n]\n`,
  );
  process.stdout.write(`${kept}\n${readdirSync(home, { recursive: true }).join('\n')}\n`);
} finally {
  rmSync(root, { recursive: true });
}
