// Draws the README's pictures: starts the built program in a real terminal, presses keys and keeps what is on the screen.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Sandbox } from './agents-process.ts';
import { DARK, LIGHT, pictureOf, type Palette } from './screen-picture.ts';
import type { RealTerminal } from './real-terminal.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = join(ROOT, 'docs/pictures');

function keep(terminal: RealTerminal, name: string, palette: Palette): void {
  writeFileSync(join(FOLDER, `${name}.svg`), pictureOf(terminal.screen, palette));
  process.stdout.write(`docs/pictures/${name}.svg\n`);
}

/** The example with the failing check: in the end all four triggers have fired. */
async function takeAt(columns: number, rows: number, palette: Palette, suffix: string): Promise<void> {
  using sandbox = new Sandbox();
  cpSync(join(ROOT, 'examples/project'), sandbox.workspace, { recursive: true });
  cpSync(join(ROOT, 'examples/release.plan.yaml'), join(sandbox.workspace, 'release.plan.yaml'));
  sandbox.write(
    '.agentsrc',
    '# which moments get a checkpoint of their own\ncore:\n  checkpoints:\n    interval: { steps: 5 }\n',
  );
  await using terminal = sandbox.terminal(['plan', 'run', 'release.plan.yaml'], { columns, rows });
  await terminal.shows(/waits for you/);
  terminal.press('a');
  await terminal.shows(/one line/);
  keep(terminal, `decision${suffix}`, palette);
  terminal.press('\r');
  await terminal.shows(/EXECUTE complete/);
  keep(terminal, `execution${suffix}`, palette);
  terminal.press('T');
  await terminal.shows(/on_subplan_spawn/);
  keep(terminal, `triggers${suffix}`, palette);
  terminal.press('\u001b');
  await terminal.shows(/T triggers|: command/);
  await takeBack(terminal, palette, suffix);
  terminal.press('q');
  await terminal.exits();
  await takeHome(sandbox, { columns, rows }, palette, suffix);
}

/** A moment of the past, and what going back there would do. */
async function takeBack(terminal: RealTerminal, palette: Palette, suffix: string): Promise<void> {
  terminal.press('2gjjjj');
  await terminal.shows(/Plan as of checkpoint/);
  keep(terminal, `past${suffix}`, palette);
  terminal.press('b');
  await terminal.shows(/Roll back to checkpoint[^]*plan state/);
  keep(terminal, `rollback${suffix}`, palette);
  terminal.press('\u001b');
  await terminal.shows((screen) => !screen.text.includes('Roll back to checkpoint'));
}

/** Home, with a plan that waits, one that is done and one that was never run. */
async function takeHome(
  sandbox: Sandbox,
  size: { readonly columns: number; readonly rows: number },
  palette: Palette,
  suffix: string,
): Promise<void> {
  await sandbox.json('plan', 'create', 'release.plan.yaml');
  await sandbox.run('plan', 'run', 'release.plan.yaml', '--detach');
  await using terminal = sandbox.terminal([], size);
  await terminal.shows(/waits for you[^]*release.plan/);
  keep(terminal, `home${suffix}`, palette);
  terminal.press('q');
  await terminal.exits();
}

mkdirSync(FOLDER, { recursive: true });
await takeAt(120, 36, DARK, '');
await takeAt(120, 36, LIGHT, '-light');
await takeAt(80, 24, DARK, '-small');
