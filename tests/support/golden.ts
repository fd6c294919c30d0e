import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  COMMANDS,
  isGroup,
  nameOf,
  type CommandGroup,
  type CommandRow,
} from '../../src/cli/command-table.ts';
import { CliBench, fixedIds, tickingClock, type CliRun } from './cli-bench.ts';
import { SCENES, type SceneName } from './golden-scenes.ts';
import { NOTES, proposes } from './proposals.ts';
import { ScriptedModels } from './scripted-models.ts';

export const GOLDEN_FOLDER = fileURLToPath(new URL('../fixtures/golden', import.meta.url));

const EARLIER = '2026-11-21T02:03:39.000Z';
const LATER = '2026-11-21T02:15:00.000Z';
/** More than any scene uses. */
const IDS_OF_A_SCENE = 32 ** 3;

/** Lines of an answer; of a longer one a few are enough. */
const LONGEST = 800;
const SHOWN_OF_LONG = 20;

/** One command line, and what happens around it. */
export interface Typed {
  /** Behind `agents`, as in a shell. */
  readonly line: string;
  /** Typed on the terminal once it asks; absent: there is no terminal. */
  readonly answer?: string;
  /** What happens while it waits. */
  readonly meanwhile?: (bench: CliBench, run: CliRun) => Promise<void>;
}

/** A file with some command lines, one after the other, and what they say. */
export interface GoldenCase {
  /** `plan list`. */
  readonly command: string;
  /** The file's name, without its ending. */
  readonly name: string;
  readonly scene: SceneName;
  /** Starts before all else, and waits at its gate. */
  readonly running?: true;
  readonly typed: readonly (string | Typed)[];
}

export function goldenFile({ command, name }: Pick<GoldenCase, 'command' | 'name'>): string {
  return join(GOLDEN_FOLDER, command.replaceAll(' ', '-'), `${name}.txt`);
}

type Row = CommandRow | CommandGroup;

/** Every row of the table with the words that lead to it. */
export function allRows(rows: readonly Row[] = COMMANDS, before = ''): readonly { path: string; row: Row }[] {
  return rows.flatMap((row) => {
    const path = `${before}${nameOf(row)}`;
    return [{ path, row }, ...(isGroup(row) ? allRows(row.rows, `${path} `) : [])];
  });
}

/** Words of a command line: quotes keep blanks together. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
}

/** A home and folder that can be put back to any scene, so that no case sees what another did. */
export class GoldenStage implements AsyncDisposable {
  readonly #bench = new CliBench();
  readonly #built = new Set<SceneName>();

  constructor() {
    // Modes of files stand in what some commands say.
    process.umask(0o022);
    // Settings are searched for up to the home folder: not beyond what is made here.
    this.#bench.env['HOME'] = this.#bench.root;
    this.#bench.env['AGENTS_CONFIG_HOME'] = join(this.#bench.root, '.config/agents');
    // It says the same each time.
    const price = { input: 3, output: 15 };
    this.#bench.models = async () => new ScriptedModels([proposes(NOTES)], { price });
  }

  async play({ scene, running, typed }: GoldenCase): Promise<string> {
    await this.#enter(scene);
    const bench = this.#bench;
    const before = running ? bench.start(['plan', 'run', 'gated.plan.yaml']) : null;
    if (before) await bench.untilFile('at-one');
    const told: string[] = [];
    for (const one of typed) told.push(await this.#tell(typeof one === 'string' ? { line: one } : one));
    if (before) {
      bench.write('go-one', '');
      before.leave();
      await before.code;
    }
    return told.join('\n');
  }

  async #tell({ line, answer, meanwhile }: Typed): Promise<string> {
    const bench = this.#bench;
    const run = bench.start(wordsOf(line), { tty: answer !== undefined });
    if (answer !== undefined) {
      await run.says(/\[y\/N[^\]]*\] $/);
      run.stdin.write(`${answer}\n`);
    }
    await meanwhile?.(bench, run);
    const code = await run.code;
    const typed = answer === undefined ? '' : `> ${answer}\n`;
    const out = withoutSizes(laidOut(run.out.text, line), line);
    return this.#masked(
      `$ agents ${line}\n${typed}exit ${code}\n${part('stdout', out)}${part('stderr', run.err.text)}`,
    );
  }

  async #enter(scene: SceneName): Promise<void> {
    const bench = this.#bench;
    const kept = join(bench.root, `kept-${scene}`);
    this.#clear();
    if (this.#built.has(scene)) cpSync(kept, bench.root, { recursive: true, preserveTimestamps: true });
    else {
      bench.clock = tickingClock(EARLIER);
      bench.ids = fixedIds();
      await SCENES[scene](bench);
      for (const name of ['home', 'project'])
        cpSync(join(bench.root, name), join(kept, name), { recursive: true });
      this.#built.add(scene);
    }
    bench.clock = tickingClock(LATER);
    bench.ids = fixedIds(IDS_OF_A_SCENE);
  }

  #clear(): void {
    for (const folder of [this.#bench.home, this.#bench.folder]) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
    }
  }

  /** What is another on every machine and in every run. */
  #masked(text: string): string {
    const { home, root } = this.#bench;
    return (
      text
        .replaceAll(join(home, 'agents'), '/home/ann/.local/share/agents')
        .replaceAll(root, '/home/ann')
        .replaceAll(hostname(), 'HOST')
        .replaceAll(/(127\.0\.0\.1:)\d+/g, '$1PORT')
        .replaceAll(/\b(pid|process) \d+/g, '$1 PID')
        .replaceAll(/("(?:pid|pgid|start_time)": ?)\d+/g, '$10')
        .replaceAll(/\b(Node|SQLite) \d+\.\d+\.\d+/g, '$1 VERSION')
        // They would say in every file that one byte of a scene is another.
        .replaceAll(/("(?:tree_hash|tree_before|tree_after|hash)": ?")[0-9a-f]{64}/g, '$1HASH')
        .replaceAll(/\b[\d.]+ [KMGT]iB free/g, 'MANY MiB free')
        .replaceAll(/\b\d+ (watches|programs)/g, 'MANY $1')
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bench[Symbol.asyncDispose]();
  }
}

function part(title: string, text: string): string {
  if (text === '') return '';
  return `--- ${title}\n${text.endsWith('\n') ? text : `${text}\n(no line end)\n`}`;
}

/** One JSON answer is one line; here it is laid out for people. Of a schema only the beginning: it has a file of its own. */
function laidOut(out: string, line: string): string {
  const isOne = /--json/.test(line) && out.split('\n').length === 2;
  const lines = (isOne ? `${JSON.stringify(JSON.parse(out), null, 2)}\n` : out).split('\n');
  if (lines.length <= LONGEST) return lines.join('\n');
  return `${lines.slice(0, SHOWN_OF_LONG).join('\n')}\n... (${lines.length - SHOWN_OF_LONG} more lines)\n`;
}

/** How large databases are is SQLite's business. */
function withoutSizes(out: string, line: string): string {
  if (!line.startsWith('storage du')) return out;
  return out.replaceAll(/ *[\d.]+ [kM]?B\b/g, '  SIZE').replaceAll(/("(?:bytes|free)": ?)\d+/g, '$10');
}
