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
  terminal.press('\u001bq');
  await terminal.exits();
}

mkdirSync(FOLDER, { recursive: true });
await takeAt(120, 36, DARK, '');
await takeAt(120, 36, LIGHT, '-light');
await takeAt(80, 24, DARK, '-small');
