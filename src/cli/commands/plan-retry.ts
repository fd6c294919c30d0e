import type { Command } from '../command.ts';
import { describeGoingOn, goOn } from '../going-on.ts';

export const planRetry: Command = {
  streams: true,
  describe: (parser) =>
    describeGoingOn(parser).example(
      '$0 plan retry last',
      'what was complete stays, the failed step runs again',
    ),
  run: (args, session) => goOn(args, session, { retry: true }),
};
