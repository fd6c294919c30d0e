import type { EngineStart, FromEngine, ToEngine } from '../../app/engine-messages.ts';
import { UsageError } from '../../domain/errors.ts';
import type { EventListener } from '../../ports/event-listener.ts';
import type { Prompter } from '../../ports/prompter.ts';
import { type Command, planArgument } from '../command.ts';
import type { Channel } from '../cli-io.ts';
import { text } from '../global-options.ts';
import { runPlan } from '../plan-run-flow.ts';
import type { Session } from '../session.ts';

/** The one who asks is another process: it answers by `requests`. */
const ANSWERED_ELSEWHERE: Prompter = {
  ask: (_decision, signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(null), { once: true });
    }),
};

/** Runs a plan for a process that shows it. Prints nothing but its answer at the end. */
export const planEngine: Command = {
  describe: planArgument,
  run: async (args, session) => {
    const { channel } = session.io;
    if (!channel) {
      throw new UsageError('no_channel', '"agents plan engine" is called by the screen only', {
        nextSteps: [`agents plan execute ${text(args, 'plan')}`],
      });
    }
    try {
      return await runFor(channel, text(args, 'plan'), session);
    } finally {
      channel.close();
    }
  },
};

async function runFor(channel: Channel, reference: string, session: Session): ReturnType<Command['run']> {
  const say = (message: FromEngine): void => channel.send({ ...message });
  const start = await firstMessage(channel);
  return await runPlan(session, await session.plan(reference), start, {
    prompter: start.input ? ANSWERED_ELSEWHERE : null,
    listener: newsTeller(() => say({ kind: 'news' })),
    onStarted: (handle) => {
      let isDetached = false;
      channel.onMessage((message) => {
        const { kind } = message as unknown as ToEngine;
        if (kind === 'news') handle.wake();
        if (kind === 'detach') isDetached = true;
      });
      // Whoever watched is gone without a word, and nobody may be there to answer or to stop it.
      channel.onClose(() => {
        if (!isDetached) handle.pause('SIGHUP');
      });
      say({ kind: 'here' });
    },
  });
}

function firstMessage(channel: Channel): Promise<EngineStart> {
  return new Promise((resolve, reject) => {
    channel.onMessage((message) => resolve(message as unknown as EngineStart));
    channel.onClose(() =>
      reject(new UsageError('no_channel', 'the screen went away before it said what to run')),
    );
  });
}

/** Says once for all events of a moment that there are some. */
function newsTeller(tell: () => void): EventListener {
  let isDue = false;
  return {
    onEvent: () => {
      if (isDue) return;
      isDue = true;
      setImmediate(() => {
        isDue = false;
        tell();
      });
    },
  };
}
