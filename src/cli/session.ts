import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import type { App } from '../app/compose.ts';
import type { Config } from '../config/config-schema.ts';
import type { ConfigSource } from '../config/config-source.ts';
import type { Json } from '../domain/json.ts';
import type { PlanSummary } from '../domain/plan.ts';
import type { Clock } from '../ports/clock.ts';
import { clockOf, type CliIo } from './cli-io.ts';
import type { ErrorReport } from './error-report.ts';
import type { GlobalOptions } from './global-options.ts';
import { findPlan } from './find-plan.ts';
import { glyphsFor, type Glyphs } from '../tui/words/glyphs.ts';
import type { Output } from './output.ts';

/** How a command ended. */
export interface CommandResult {
  /** The command's JSON shape; null only if there is nothing to show. */
  readonly data: Json;
  /** Default 0. */
  readonly exitCode?: number;
  /** Why it did not end with 0 although nothing was thrown. */
  readonly error?: ErrorReport;
  /** Prints the result for people; not called under `--json`. */
  readonly show?: () => void;
}

/** What a command works with: the process, the flags, the place to say things, and the program itself, opened on demand. */
export class Session implements AsyncDisposable {
  readonly io: CliIo;
  readonly options: GlobalOptions;
  readonly output: Output;
  readonly clock: Clock;
  #app: Promise<App> | null = null;

  constructor(io: CliIo, options: GlobalOptions, output: Output) {
    this.io = io;
    this.options = options;
    this.output = output;
    this.clock = clockOf(io);
  }

  app(): Promise<App> {
    this.#app ??= this.#open();
    return this.#app;
  }

  async #open(): Promise<App> {
    const { openApp } = await import('../app/compose.ts');
    const { cwd, env, clock, ids, models } = this.io;
    return openApp({
      cwd,
      env,
      set: this.options.set,
      ...(clock === undefined ? {} : { clock }),
      ...(ids === undefined ? {} : { ids }),
      ...(models === undefined ? {} : { models }),
    });
  }

  /** The folder that lists and `last` are about. Unlike a plan's workspace it may be any folder: nothing happens in it. */
  async folder(): Promise<string> {
    if (this.options.workspace === undefined) return realpath(this.io.cwd);
    return (await this.app()).workspace(this.options.workspace);
  }

  /** Where the settings of a folder come from. */
  configSource(workspace: string): ConfigSource {
    const { env } = this.io;
    return { workspace, env, home: env['HOME'] ?? homedir(), flags: this.options.set };
  }

  /** The plan that a text names. @throws NotFoundError */
  async plan(reference: string): Promise<PlanSummary> {
    const { plans } = await (await this.app()).storage();
    return findPlan(plans, reference, await this.folder());
  }

  /**
   * The `ui` settings of a folder as they stand. Broken settings are the business of runs and of `config validate`: they
   * must not keep anyone from looking, so then the defaults hold.
   */
  async ui(workspace: string): Promise<Config['ui']> {
    const { readSettingsIfSound } = await import('../config/read-settings.ts');
    return (await readSettingsIfSound(this.configSource(workspace))).ui;
  }

  /** The signs of `ui.glyphs` as configured for a folder. */
  async glyphs(workspace: string): Promise<Glyphs> {
    return glyphsFor((await this.ui(workspace)).glyphs, this.io.env);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#app)?.close();
  }
}
