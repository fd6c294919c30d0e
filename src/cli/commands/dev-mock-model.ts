import { once } from 'node:events';
import type { Command } from '../command.ts';
import { optionalText, text } from '../global-options.ts';
import { parsePort } from '../option-values.ts';
import { abortOnSignals } from '../run-signals.ts';

export const devMockModel: Command = {
  describe: (parser) =>
    parser
      .positional('file', { type: 'string', demandOption: true, describe: 'what the model says (YAML)' })
      .option('port', {
        type: 'string',
        describe: 'where it listens, on this machine only; else any free port',
      })
      .epilogue('It goes on until Ctrl-C. docs/models.md says what a script can hold.')
      .example('$0 dev mock-model script.yaml', 'try a plan without a key'),
  run: async (args, session) => {
    const { io, options, output } = session;
    const port = parsePort(optionalText(args, 'port'));
    const app = await session.app();
    const watch = abortOnSignals(io);
    try {
      await using model = await app.mockModel(text(args, 'file'), port);
      const { url } = model;
      const line = `a scripted model listens: ${howToUse(url)}`;
      // An answer in JSON comes at the end, and whoever waits for it has to know where to ask before.
      if (options.json === 'none') output.print(line);
      else output.note(line);
      if (!watch.signal.aborted) await once(watch.signal, 'abort');
      const replies = model.given();
      const many = `${replies} ${replies === 1 ? 'reply' : 'replies'}`;
      return { data: { url, replies }, show: () => output.note(`it ended, after ${many}`) };
    } finally {
      watch.off();
    }
  },
};

/** Settings for one shell. */
function howToUse(url: string): string {
  return `export AGENTS_MODELS_PROVIDERS='{mock: {url: "${url}"}}' AGENTS_MODELS_DEFAULT=mock/scripted`;
}
