import { AUTO_TRIGGERS, type AutoTrigger } from '../../src/domain/checkpoint.ts';
import type { CheckpointSettings, LiveSettings, SettingsChange } from '../../src/ports/settings.ts';

const LIMIT = 2 ** 40;
const DEFAULTS: CheckpointSettings = {
  autoCreateOn: AUTO_TRIGGERS,
  onFailure: 'stop',
  intervalSeconds: null,
  intervalSteps: null,
  files: true,
  exclude: ['node_modules'],
  ignore: '',
  retention: { maxPerPlan: null, maxAgeMs: null, maxBytes: null },
  limits: { file: LIMIT, checkpoint: LIMIT, git: LIMIT, store: LIMIT, freeDisk: 0 },
  watch: true,
};

/** Settings that a test changes by hand, as a person's edit of `.agentsrc` would. */
export class FixedSettings implements LiveSettings {
  #values: CheckpointSettings;
  #pending: SettingsChange | null = null;
  #refused: SettingsChange | null = null;

  constructor(values: Partial<CheckpointSettings> = {}) {
    this.#values = { ...DEFAULTS, ...values };
  }

  checkpoints(): CheckpointSettings {
    return this.#values;
  }

  edit(autoCreateOn: readonly AutoTrigger[]): void {
    const key = 'core.checkpoints.auto_create_on';
    const change = { key, before: [...this.#values.autoCreateOn], after: [...autoCreateOn] };
    this.#values = { ...this.#values, autoCreateOn };
    this.#pending = { changes: [change], error: null };
  }

  async refresh(): Promise<SettingsChange | null> {
    const change = this.#pending;
    this.#pending = null;
    return change;
  }

  /** As the real ones: an edit inside a write window isn't taken. */
  async refuseChanges(writer: string): Promise<SettingsChange | null> {
    const [change] = this.#pending?.changes ?? [];
    this.#pending = null;
    if (!change) return null;
    this.#values = { ...this.#values, autoCreateOn: change.before as readonly AutoTrigger[] };
    this.#refused = { changes: [change], error: null };
    return { changes: [change], error: { code: 'config_changed_by_step', message: writer, hint: null } };
  }

  async takeRefused(): Promise<SettingsChange | null> {
    const change = this.#refused;
    this.#refused = null;
    const taken = change?.changes[0]?.after as readonly AutoTrigger[] | undefined;
    if (taken) this.#values = { ...this.#values, autoCreateOn: taken };
    return change;
  }

  leaveRefused(): boolean {
    const hadRefused = this.#refused !== null;
    this.#refused = null;
    return hadRefused;
  }
}
