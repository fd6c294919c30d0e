import type { TriggerSettings } from '../../ports/trigger-settings.ts';
import { failureOf } from './failure-of.ts';
import type { ShellController } from './shell-controller.ts';

/** Follows the settings of the triggers while their panel is open, and only then. */
export class TriggerWatch implements Disposable {
  readonly #settings: TriggerSettings;
  readonly #controller: ShellController;
  readonly #unsubscribe: () => void;
  #unwatch: (() => void) | null = null;

  constructor(settings: TriggerSettings, controller: ShellController) {
    this.#settings = settings;
    this.#controller = controller;
    this.#unsubscribe = controller.subscribe(() => this.#look());
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    this.#unwatch?.();
  }

  #look(): void {
    const isOpen = this.#controller.getModel().ui.dialog?.kind === 'triggers';
    if (isOpen && !this.#unwatch) this.#begin();
    if (isOpen || !this.#unwatch) return;
    this.#unwatch();
    this.#unwatch = null;
  }

  #begin(): void {
    this.#unwatch = this.#settings.watch((standing) =>
      this.#controller.send({ kind: 'triggers-changed', standing }),
    );
    this.#settings.read().then(
      (standing) => this.#controller.send({ kind: 'triggers-changed', standing }),
      (thrown: unknown) => this.#controller.send({ kind: 'failed', failure: failureOf(thrown) }),
    );
  }
}
