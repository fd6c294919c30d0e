import type { Command } from '../command.ts';
import { describeGoingOn, goOn } from '../going-on.ts';

export const planExecute: Command = {
  streams: true,
  describe: (parser) =>
    describeGoingOn(parser).example('$0 plan execute last', 'the newest plan of this folder'),
  run: (args, session) => goOn(args, session),
};
