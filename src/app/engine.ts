import type { JsonObject } from '../domain/json.ts';
import { ChildWithChannel, type ChildEnd } from '../host/child-with-channel.ts';
import type { EngineStart, FromEngine, ToEngine } from './engine-messages.ts';

export interface EngineRequest {
  /** The command line of the hidden command that runs the plan. */
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly start: Omit<EngineStart, 'kind'>;
  /** Something was stored by the engine. */
  readonly onNews: () => void;
}

/** A plan's run in a process of its own, as the process that shows it knows it. */
export interface Engine {
  readonly pid: number | null;
  /** True once the plan runs; false if the process ended before. */
  readonly started: Promise<boolean>;
  /** Never rejects. */
  readonly ended: Promise<ChildEnd>;
  /** A request was stored: look at once. */
  wake(): void;
  /** This process can end; without it the plan rests at the next safe point, or goes on. */
  leave(how: 'rests' | 'goes on'): void;
  /** Closes the channel: the plan rests at the next safe point, and the process ends. */
  release(): void;
}

/** Starts the process that runs a plan. */
export function startEngine({ command, cwd, env, start, onNews }: EngineRequest): Engine {
  const started = Promise.withResolvers<boolean>();
  const child = new ChildWithChannel({
    command,
    cwd,
    env,
    onMessage: (message) => {
      const { kind } = message as unknown as FromEngine;
      if (kind === 'here') started.resolve(true);
      onNews();
    },
  });
  const say = (message: ToEngine): void => child.send(message as unknown as JsonObject);
  say({ kind: 'start', ...start });
  void child.ended.then(() => started.resolve(false));
  return {
    pid: child.pid,
    started: started.promise,
    ended: child.ended,
    wake: () => say({ kind: 'news' }),
    leave: (how) => {
      if (how === 'goes on') say({ kind: 'detach' });
      child.leave();
    },
    release: () => child.disconnect(),
  };
}
