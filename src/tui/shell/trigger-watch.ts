import type { TriggerSettings, TriggerStanding } from '../../ports/trigger-settings.ts';
import { failureOf } from './failure-of.ts';
import type { ShellController } from './shell-controller.ts';

/** Follows the settings of the triggers as long as a screen is open. */
export class TriggerWatch implements Disposable {
  readonly #settings: TriggerSettings;
  readonly #controller: ShellController;
  readonly #ends: readonly (() => void)[];
  #isShown = false;

  constructor(settings: TriggerSettings, controller: ShellController) {
    this.#settings = settings;
    this.#controller = controller;
    this.#ends = [
      settings.watch((standing) => this.#tell(standing)),
      controller.subscribe(() => this.#look()),
    ];
    // Why they can't be read is said when somebody wants to see them.
    settings.read().then(
      (standing) => this.#tell(standing),
      () => undefined,
    );
  }

  [Symbol.dispose](): void {
    for (const end of this.#ends) end();
  }

  /** Whoever opens the panel sees what is so now, or why that can't be read. */
  #look(): void {
    const wasShown = this.#isShown;
    this.#isShown = this.#controller.getModel().ui.dialog?.kind === 'triggers';
    if (wasShown || !this.#isShown) return;
    this.#settings.read().then(
      (standing) => this.#tell(standing),
      (thrown: unknown) => this.#controller.send({ kind: 'failed', failure: failureOf(thrown) }),
    );
  }

  #tell(standing: TriggerStanding): void {
    this.#controller.send({ kind: 'triggers-changed', standing });
  }
}
