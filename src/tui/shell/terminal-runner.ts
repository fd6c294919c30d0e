import { join } from 'node:path';
import type { TerminalPrograms } from '../../ports/terminal-programs.ts';
import type { TerminalEffect } from '../ui/terminal-messages.ts';
import type { UiEvent } from '../ui/ui-step.ts';
import { copiedText, copyOf } from './clipboard.ts';

export interface TerminalDeps {
  readonly programs: TerminalPrograms;
  readonly workspace: () => string;
  /** Writes what makes the terminal itself do something. */
  readonly write: (sequence: string) => void;
  /** Gives the terminal away until `run` has ended. */
  readonly lend: (run: () => Promise<void>) => Promise<void>;
  readonly readMouse: (on: boolean) => void;
  readonly inTmux: boolean;
  readonly send: (event: UiEvent) => void;
}

/** Does what keys ask of the terminal: copies, and lends it to other programs. */
export class TerminalRunner {
  readonly #deps: TerminalDeps;

  constructor(deps: TerminalDeps) {
    this.#deps = deps;
  }

  async run(effect: TerminalEffect): Promise<void> {
    const { programs, lend } = this.#deps;
    switch (effect.kind) {
      case 'copy':
        return this.#copy(effect.text);
      case 'mouse':
        return this.#deps.readMouse(effect.on);
      case 'page':
        return await lend(() => programs.page(`${effect.text}\n`));
      case 'edit-file':
        return await lend(() => programs.edit(this.#fileOf(effect.path)));
      case 'view-file':
        return await lend(() => programs.view(this.#fileOf(effect.path)));
    }
  }

  #copy(text: string): void {
    const copied = copyOf(text, this.#deps.inTmux);
    this.#deps.write(copied.sequence);
    this.#deps.send({ kind: 'toast', tone: 'good', text: copiedText(copied) });
  }

  #fileOf(path: string): string {
    return join(this.#deps.workspace(), path);
  }
}
