import type { App } from '../../app/compose.ts';
import { quoteWord, splitLine, wordsAtEnd } from '../../domain/command-words.ts';
import type { PlanId } from '../../domain/ids.ts';
import type { CommandEnd, CommandLine, Completion, RunningCommand } from '../../ports/command-line.ts';
import type { Word } from '../../ports/plan-words.ts';
import { complete, isTypable } from '../completion/answer-completion.ts';
import { errorToText, explainThrown } from '../error-report.ts';
import type { Session } from '../session.ts';
import { checkFirst, firstWords, withPlan, withPlanWord } from './agents-words.ts';
import { fileWords } from './file-words.ts';

export interface AgentsLinePlace {
  readonly session: Session;
  readonly app: App;
  /** The plan that the screen is about; null: it is home. */
  readonly plan: PlanId | null;
  /** Real path of the folder that the screen is about. */
  readonly folder: string;
}

/** What a command with `-i` holds may be a secret input. */
const GIVES_INPUT = /^(?:-i|--input)/;

/** The command line of a screen: runs this program once more, as a process without a terminal. */
export class AgentsLine implements CommandLine {
  readonly #place: AgentsLinePlace;

  constructor(place: AgentsLinePlace) {
    this.#place = place;
  }

  async complete(line: string): Promise<Completion> {
    const words = wordsAtEnd(line);
    const from = words.at(-1)?.from ?? line.length;
    // Whatever goes wrong is nothing to say while somebody types.
    const found = await this.#wordsFor(words.map(({ text }) => text)).catch(() => NOTHING);
    const candidates = found.words
      .filter(({ value }) => isTypable(value))
      .map(({ value, about }) => ({
        text: quoteWord(value),
        about,
        isWhole: found.isWhole && !value.endsWith('/'),
      }));
    return { from, candidates };
  }

  run(line: string): RunningCommand {
    return new LineRun(this.#start(line));
  }

  async history(): Promise<readonly string[]> {
    return await (await this.#history()).read();
  }

  async remember(line: string): Promise<void> {
    if (splitLine(line).some(({ text }) => GIVES_INPUT.test(text))) return;
    // A line that can't be kept is only typed again.
    await this.#history()
      .then((history) => history.add(line))
      .catch(() => undefined);
  }

  #history(): ReturnType<App['commandHistory']> {
    return this.#place.app.commandHistory(this.#place.folder);
  }

  async #wordsFor(typed: readonly string[]): Promise<Found> {
    const { session, plan } = this.#place;
    const begun = typed[0] === 'agents' ? typed.slice(1) : typed;
    const last = begun.at(-1) ?? '';
    if (begun.length === 1 && !last.startsWith('-')) {
      const known = firstWords(plan === null).filter(({ value }) => value.startsWith(last));
      return { words: known, isWhole: true };
    }
    const before = withPlanWord(begun.slice(0, -1));
    const filled = plan === null ? before : await withPlan(before, plan);
    const { words, directive } = await complete([...this.#options(filled), ...filled, last], session.io);
    if (directive === 'files' || directive === 'folders')
      return { words: await fileWords(last, session.io.cwd, directive), isWhole: true };
    return { words, isWhole: directive !== 'nospace' };
  }

  async #start(line: string): Promise<RunningCommand> {
    const { session, app, plan } = this.#place;
    const words = withPlanWord(splitLine(line).map(({ text }) => text));
    checkFirst(words, plan === null);
    const filled = plan === null ? words : await withPlan(words, plan);
    const { cwd, env, self } = session.io;
    const set = Object.entries(session.options.set).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    return app.startCommand({
      command: [...self, ...set, ...this.#options(filled), ...filled],
      cwd,
      env: { ...env, NO_COLOR: '1', FORCE_COLOR: undefined },
    });
  }

  /** The folder of the screen, unless the line names one. */
  #options(words: readonly string[]): readonly string[] {
    const { session, folder } = this.#place;
    const isNamed = words.some((word) => /^(?:-C|--workspace(?:=|$))/.test(word));
    return isNamed || folder === session.io.cwd ? [] : ['-C', folder];
  }
}

interface Found {
  readonly words: readonly Word[];
  readonly isWhole: boolean;
}

const NOTHING: Found = { words: [], isWhole: true };

/** A command that starts as soon as it is known what it is. */
class LineRun implements RunningCommand {
  readonly ended: Promise<CommandEnd>;
  #running: RunningCommand | null = null;
  #isEnded = false;

  constructor(started: Promise<RunningCommand>) {
    this.ended = this.#follow(started);
  }

  said(): string {
    return this.#running?.said() ?? '';
  }

  end(): void {
    this.#isEnded = true;
    this.#running?.end();
  }

  async #follow(started: Promise<RunningCommand>): Promise<CommandEnd> {
    try {
      this.#running = await started;
    } catch (thrown) {
      const report = explainThrown(thrown);
      const output = errorToText(report, (_tone, text) => text, false);
      return { exitCode: report.exitCode, output };
    }
    if (this.#isEnded) this.#running.end();
    return await this.#running.ended;
  }
}
