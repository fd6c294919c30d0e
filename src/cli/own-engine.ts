import { startEngine, type Engine } from '../app/engine.ts';
import type { EngineStart } from '../app/engine-messages.ts';
import { AgentsError } from '../domain/errors.ts';
import type { PlanId } from '../domain/ids.ts';
import type { ErrorReport } from './error-report.ts';
import type { Session } from './session.ts';

/** The error of an engine's own last answer, as it is shown here. */
interface AnsweredError {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly next_steps: readonly string[];
}

interface LastAnswer {
  readonly exit_code: number;
  readonly error: AnsweredError | null;
}

/** The process that runs the plan for this screen: none, one, or after a loss another. */
export class OwnEngine {
  readonly #session: Session;
  readonly #planId: PlanId;
  readonly #onNews: () => void;
  #engine: Engine | null = null;
  #isAlive = false;
  #refusal: ErrorReport | null = null;

  /** @param onNews something was stored, or the process has ended */
  constructor(session: Session, planId: PlanId, onNews: () => void) {
    this.#session = session;
    this.#planId = planId;
    this.#onNews = onNews;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Why the plan could not go on when that was asked for last; null if it could. */
  get refusal(): ErrorReport | null {
    return this.#refusal;
  }

  /** Resolves once the process that was started last has ended. */
  get ended(): Promise<unknown> {
    return this.#engine?.ended ?? Promise.resolve();
  }

  get pid(): number | null {
    return this.#engine?.pid ?? null;
  }

  /** Resolves once the plan runs. @throws AgentsError with the engine's own words if it does not come to that */
  async start(start: Omit<EngineStart, 'kind' | 'input'>): Promise<void> {
    const { io, options } = this.#session;
    const set = Object.entries(options.set).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    const engine = startEngine({
      command: [...io.self, 'plan', 'engine', this.#planId, '--json', ...set],
      cwd: io.cwd,
      env: io.env,
      start: { ...start, input: options.input },
      onNews: this.#onNews,
    });
    this.#engine = engine;
    this.#isAlive = true;
    void engine.ended.then(() => {
      this.#isAlive = false;
      this.#onNews();
    });
    this.#refusal = null;
    if (await engine.started) return;
    this.#refusal = await lastWords(engine);
    throw new EngineFailed(this.#refusal);
  }

  wake(): void {
    this.#engine?.wake();
  }

  /** Lets the plan rest at the next safe point, and resolves when the process has ended. */
  async release(): Promise<void> {
    this.#engine?.release();
    await this.ended;
  }

  /** Leaves it to itself: it pauses at the next safe point (`rests`), or goes on. */
  leave(how: 'rests' | 'goes on'): void {
    this.#engine?.leave(how);
  }

  /** Why it ended although its plan had not: null if it ended as it should, or lives. */
  async loss(): Promise<ErrorReport | null> {
    if (!this.#engine || this.#isAlive) return null;
    const report = await lastWords(this.#engine);
    return report.code === 'engine_lost' || report.exitCode === 70 ? report : null;
  }
}

class EngineFailed extends AgentsError {
  readonly exitCode: number;

  constructor({ code, message, hint, nextSteps, exitCode }: ErrorReport) {
    super(code, message, { nextSteps, ...(hint === null ? {} : { hint }) });
    this.exitCode = exitCode;
  }
}

/** What an ended engine said at last, or how it was ended. */
async function lastWords(engine: Engine): Promise<ErrorReport> {
  const { code, signal, stdout, stderr } = await engine.ended;
  const answer = readAnswer(stdout);
  const more = { faults: [], stack: null };
  if (answer?.error) {
    const { next_steps: nextSteps, ...error } = answer.error;
    return { ...error, ...more, nextSteps, exitCode: answer.exit_code };
  }
  return {
    ...more,
    code: answer ? 'engine_ended' : 'engine_lost',
    message: `the process that ran the plan has ended (${signal ?? `exit code ${code}`})`,
    hint: stderr.trim() === '' ? 'nothing that was stored is lost' : stderr.trim(),
    nextSteps: ['agents plan execute PLAN'],
    exitCode: 5,
  };
}

/** null if it ended without a whole answer: it was killed. */
function readAnswer(stdout: string): LastAnswer | null {
  try {
    return JSON.parse(stdout) as LastAnswer;
  } catch {
    // Half an answer is no JSON.
    return null;
  }
}
