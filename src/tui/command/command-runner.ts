import type { CommandLine, RunningCommand } from '../../ports/command-line.ts';
import type { Schedule } from '../shell/shell-controller.ts';
import type { CommandEffect, CommandEvent } from './command-state.ts';

export interface CommandRunnerDeps {
  readonly source: CommandLine;
  readonly schedule: Schedule;
  readonly send: (event: CommandEvent) => void;
}

/** How often what a running command has said is shown anew. */
const LOOK_EVERY_MS = 200;

/** Does what a command line asks for: one command at a time, and none longer than the screen is open. */
export class CommandRunner implements Disposable {
  readonly #deps: CommandRunnerDeps;
  #running: RunningCommand | null = null;
  #cancelLook: (() => void) | null = null;
  #isClosed = false;

  constructor(deps: CommandRunnerDeps) {
    this.#deps = deps;
  }

  async run(effect: CommandEffect): Promise<void> {
    const { source } = this.#deps;
    switch (effect.kind) {
      case 'read-history':
        return this.#send({ kind: 'history-read', lines: await source.history() });
      case 'remember':
        return await source.remember(effect.line);
      case 'complete': {
        const { line } = effect;
        return this.#send({ kind: 'completed', line, found: await source.complete(line) });
      }
      case 'run-command':
        return await this.#start(effect.line);
      case 'end-command':
        return this.#running?.end();
    }
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#cancelLook?.();
    this.#running?.end();
  }

  async #start(line: string): Promise<void> {
    const running = this.#deps.source.run(line);
    this.#running = running;
    this.#look(running, '');
    const end = await running.ended;
    this.#running = null;
    this.#cancelLook?.();
    this.#send({ kind: 'command-ended', end });
  }

  #look(running: RunningCommand, before: string): void {
    this.#cancelLook = this.#deps.schedule(LOOK_EVERY_MS, () => {
      const output = running.said();
      if (output !== before) this.#send({ kind: 'command-said', output });
      this.#look(running, output);
    });
  }

  #send(event: CommandEvent): void {
    if (!this.#isClosed) this.#deps.send(event);
  }
}
