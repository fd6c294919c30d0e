import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { serverProgram } from './mcp-bench.ts';
import { waitFor, type CliBench } from './cli-bench.ts';
import { RICH } from './rich-plan.ts';

/** All goes well, and the order of what happens is fixed. */
const RELEASE = `
name: release
goal: Notes for a release
inputs:
  version: { required: true }
  style: { options: [short, long], default: short }
  copies: { type: number, default: 1 }
steps:
  - { id: notes, run: 'echo "$STYLE notes of $VERSION"', effect: read, env: { STYLE: "\${{ inputs.style }}", VERSION: "\${{ inputs.version }}" } }
  - { id: write, if: inputs.copies > 0, uses: fs.write, with: { path: NOTES.md, content: "\${{ steps.notes.outputs.stdout }}" }, needs: [notes] }
outputs: { notes: "\${{ steps.notes.outputs.stdout }}" }
`;

const ASKS = `
name: greet
steps:
  - id: style
    decide: { question: Which style?, options: [ { id: plain }, { id: warm, description: a sentence } ] }
  - { id: hello, run: 'echo "a $STYLE hello"', effect: read, needs: [style], env: { STYLE: "\${{ decisions.style.chosen }}" } }
`;

const GATED = `
name: gated
steps:
  - { id: one, run: 'touch at-one; ${waitFor('go-one')}', effect: read }
  - { id: two, run: 'true', effect: read, needs: [one] }
`;

const SECRET = `
name: upload
inputs: { token: { required: true, secret: true } }
steps: [ { id: send, run: 'true', effect: read, env: { TOKEN: "\${{ inputs.token }}" } } ]
`;

const FAULTY = `
name: faulty
stepz: []
steps:
  - { id: one, uses: fs.wirte, with: { path: a } }
  - { id: two, run: 'echo \${{ steps.on.outputs.stdout }}', needs: [on] }
`;

const UNUSED = `
name: unused
inputs: { colour: { default: red } }
steps: [ { id: one, run: 'true', effect: read, if: "\${{ false }}" } ]
`;

/** What two of its steps do beyond the folder can be taken back, what the third did can't. */
const REACHING = `
name: reaching
steps:
  - { id: notes, uses: fs.write, with: { path: NOTES.md, content: notes } }
  - id: shelf
    run: mkdir -p ../home/shelf && printf ../home/shelf
    compensate: { run: 'rmdir "$SHELF" && echo empty', env: { SHELF: "\${{ steps.shelf.outputs.stdout }}" } }
  - id: book
    run: touch ../home/shelf/book && printf ../home/shelf/book
    compensate: { run: 'rm "$BOOK"', env: { BOOK: "\${{ steps.book.outputs.stdout }}" } }
  - id: sign
    run: printf none
    compensate: { run: 'rm "$SIGN"', env: { SIGN: "\${{ fromJSON(steps.sign.outputs.stdout).path }}" } }
`;

/** What makes a scene has to work. */
async function must(bench: CliBench, line: string, code = 0): Promise<void> {
  const said = await bench.run(...line.split(' '));
  if (said.code !== code) throw new Error(`agents ${line}: exit ${said.code}\n${said.out}${said.err}`);
}

/** Fails until the file `good` is there. */
const FRAGILE = `
name: fragile
steps:
  - { id: build, run: 'test -f good && echo built', effect: read }
  - { id: after, run: 'true', effect: read, needs: [build] }
`;

async function documents(bench: CliBench): Promise<void> {
  bench.write('release.plan.yaml', RELEASE);
  bench.write('greet.plan.yaml', ASKS);
  bench.write('rich.plan.yaml', RICH);
  bench.write('gated.plan.yaml', GATED);
  bench.write('upload.plan.yaml', SECRET);
  bench.write('faulty.plan.yaml', FAULTY);
  bench.write('unused.plan.yaml', UNUSED);
  bench.write('broken.plan.yaml', 'name: [\n');
}

async function complete(bench: CliBench): Promise<void> {
  await documents(bench);
  await must(bench, 'plan run release.plan.yaml -i version=3.3.0');
}

/** Somebody has changed by hand what the plan wrote. */
async function edited(bench: CliBench): Promise<void> {
  await complete(bench);
  bench.write('NOTES.md', 'my own notes\n');
}

async function reaching(bench: CliBench): Promise<void> {
  await documents(bench);
  bench.write('reaching.plan.yaml', REACHING);
  await must(bench, 'plan run reaching.plan.yaml');
}

/** Gone back to before all that lies beyond the folder. */
async function undone(bench: CliBench): Promise<void> {
  await reaching(bench);
  await must(bench, 'plan rollback last 2 --yes');
}

async function created(bench: CliBench): Promise<void> {
  await documents(bench);
  await must(bench, 'plan create release.plan.yaml -i version=3.3.0');
}

async function waiting(bench: CliBench): Promise<void> {
  await documents(bench);
  await must(bench, 'plan run greet.plan.yaml --no-input', 5);
}

async function failed(bench: CliBench): Promise<void> {
  await documents(bench);
  await must(bench, 'plan run rich.plan.yaml --no-input --set core.execution.max_parallel=1', 1);
}

async function mended(bench: CliBench): Promise<void> {
  bench.write('fragile.plan.yaml', FRAGILE);
  await must(bench, 'plan run fragile.plan.yaml', 1);
  bench.write('good', '');
}

/** Two plans, and several checkpoints of one. */
async function several(bench: CliBench): Promise<void> {
  await complete(bench);
  await must(bench, 'plan run greet.plan.yaml --no-input', 5);
  for (const label of ['tea', 'lunch']) await must(bench, `plan checkpoint create last --label ${label}`);
}

async function settings(bench: CliBench): Promise<void> {
  bench.write(
    '.agentsrc',
    '# ours\ncore:\n  checkpoints:\n    auto_create_on: [on_error] # only these\n  execution: { max_parallel: 2 }\n',
  );
}

async function wrongSettings(bench: CliBench): Promise<void> {
  await documents(bench);
  bench.write(
    '.agentsrc',
    'core:\n  checkpoints:\n    auto_create_onn: [on_error]\n  execution: { max_parallel: many }\n',
  );
}

async function unreadableSettings(bench: CliBench): Promise<void> {
  bench.write('.agentsrc', 'core: [\n');
}

/** A server of the project that nobody has agreed to, and one that answers nowhere. */
async function servers(bench: CliBench): Promise<void> {
  // Its program is found by a variable: the settings are the same on every machine.
  Object.assign(bench.env, { NODE: process.execPath, MEMORY: serverProgram('memory') });
  bench.write(
    '.agentsrc',
    'mcp:\n  servers:\n    memory: { command: "${NODE}", args: ["${MEMORY}"], trust: true }\n' +
      '    web: { command: no-such-program }\n',
  );
}

async function noDatabase(bench: CliBench): Promise<void> {
  mkdirSync(join(bench.home, 'agents'), { mode: 0o700 });
  bench.write(
    '../home/agents/agents.db',
    'this is text, and no database at all, however long one looks at it\n'.repeat(20),
  );
}

/** What stands in home and folder before a command is typed. */
/** What scripted models say. */
async function scripts(bench: CliBench): Promise<void> {
  bench.write('hello.yaml', 'replies: [ { say: Hello. } ]\n');
  bench.write(
    'wrong.yaml',
    'replies:\n  - { sey: Hello. }\n  - { say: x, fail: { status: 200, message: no } }\n',
  );
}

export const SCENES = {
  empty: async () => {},
  scripts,
  documents,
  created,
  waiting,
  complete,
  edited,
  reaching,
  undone,
  failed,
  mended,
  several,
  settings,
  wrongSettings,
  unreadableSettings,
  servers,
  noDatabase,
} as const satisfies Record<string, (bench: CliBench) => Promise<void>>;

export type SceneName = keyof typeof SCENES;
