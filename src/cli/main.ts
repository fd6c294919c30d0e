import { UsageError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import { clockOf, type CliIo } from './cli-io.ts';
import { envelopeOf } from './envelope.ts';
import { errorToText, explainThrown, type ErrorReport } from './error-report.ts';
import {
  guessGlobalOptions,
  normalizeArgs,
  readGlobalOptions,
  type GlobalOptions,
} from './global-options.ts';
import { HELP_TEXT } from './help-text.ts';
import { createOutput, type Output } from './output.ts';
import type { Parsed } from './parse-command.ts';
import { Session, type CommandResult } from './session.ts';

type SessionParts = ConstructorParameters<typeof Session>;
type ParsedCommand = Parsed & { readonly kind: 'run' };

/** Runs one command line and resolves with the exit code. Never ends the process. */
export async function main(argv: readonly string[], io: CliIo): Promise<number> {
  const home = homeFolder(argv);
  if (home !== null) return await openHome(io, home);
  if (argv.length === 1 && ['--help', '-h', 'help'].includes(argv[0] as string)) {
    io.stdout.write(HELP_TEXT);
    return 0;
  }
  if (argv[0] === '__complete') {
    const { answerCompletion } = await import('./completion/answer-completion.ts');
    return await answerCompletion(argv.slice(1), io);
  }
  const started = momentOf(clockOf(io));
  let parsed: Parsed;
  let name = 'agents';
  let options = guessGlobalOptions(normalizeArgs(argv));
  try {
    // Only now: completing a command line does without yargs.
    const { parseCommand } = await import('./parse-command.ts');
    parsed = await parseCommand(argv, io.stdout.columns);
    if (parsed.kind === 'help') {
      io.stdout.write(`${parsed.text}\n`);
      return 0;
    }
    ({ name } = parsed);
    options = readOptions(parsed);
  } catch (thrown) {
    const { reachedCommand } = await import('./usage-errors.ts');
    name = reachedCommand(normalizeArgs(argv));
    return finish({ io, options, started, name, output: outputFor(io, options) }, failed(thrown, name));
  }
  const output = outputFor(io, options);
  const result = await runCommand(parsed, io, options, output).catch((thrown: unknown) =>
    failed(thrown, name),
  );
  return finish({ io, options, started, name, output }, result);
}

/** Whose home is asked for; null: something else is. */
function homeFolder(argv: readonly string[]): HomePlace | null {
  const accessible = argv[0] === '--accessible';
  const [option, folder, ...more] = accessible ? argv.slice(1) : argv;
  if (option === undefined) return { folder: undefined, accessible };
  const isFolder = (option === '-C' || option === '--workspace') && more.length === 0;
  return isFolder && folder !== undefined ? { folder, accessible } : null;
}

interface HomePlace {
  /** As it was typed; undefined: the current one. */
  readonly folder: string | undefined;
  readonly accessible: boolean;
}

/** The home screen; where no screen can be shown, the help. */
async function openHome(io: CliIo, { folder: workspace, accessible }: HomePlace): Promise<number> {
  const started = momentOf(clockOf(io));
  const options: GlobalOptions = { ...guessGlobalOptions([]), tui: true, input: true, accessible };
  const output = outputFor(io, options);
  // As if it had been started there: its documents are the ones to run.
  const movedTo = async (folder: string): Promise<CliIo> => {
    await using session = new Session(io, { ...options, workspace: folder }, output);
    return { ...io, cwd: await session.folder() };
  };
  const open = async (): Promise<CommandResult> => {
    await using session = new Session(
      workspace === undefined ? io : await movedTo(workspace),
      options,
      output,
    );
    const { showHomeOnTerminal } = await import('./show-home.ts');
    const left = await showHomeOnTerminal(session, (words) => main([...words, '--accessible'], session.io));
    return left ?? { data: null, show: () => io.stdout.write(HELP_TEXT) };
  };
  return finish(
    { io, options, started, name: 'agents', output },
    await open().catch((thrown: unknown) => failed(thrown, 'agents')),
  );
}

function readOptions(parsed: ParsedCommand): GlobalOptions {
  const options = readGlobalOptions(parsed.args);
  if (options.json === 'stream' && parsed.command.streams !== true) {
    throw new UsageError('invalid_option', `"agents ${parsed.name}" has no events to stream`, {
      hint: 'it gives one answer: use --json',
    });
  }
  return options;
}

function outputFor(io: CliIo, { quiet, noColor }: GlobalOptions): Output {
  return createOutput(io, { quiet, noColor });
}

async function runCommand(
  { name, command, args, personal }: ParsedCommand,
  ...made: SessionParts
): Promise<CommandResult> {
  await using session = new Session(...made);
  if (personal) await (await import('./inside-step.ts')).refuseInsideStep(name, session);
  return await command.run(args, session);
}

function failed(thrown: unknown, name: string): CommandResult {
  const error = explainThrown(thrown);
  const { exitCode } = error;
  // Whoever typed something wrong finds what is right in the help.
  const isBare = thrown instanceof UsageError && error.nextSteps.length === 0;
  const help = `agents ${name === 'agents' ? '' : `${name} `}--help`;
  return { data: null, exitCode, error: isBare ? { ...error, nextSteps: [help] } : error };
}

/** When a command began: for people, and to measure from. */
interface Moment {
  readonly at: number;
  readonly elapsed: number;
}

const momentOf = (clock: Clock): Moment => ({ at: clock.now(), elapsed: clock.elapsed() });

interface Ending {
  readonly io: CliIo;
  readonly options: GlobalOptions;
  readonly name: string;
  readonly started: Moment;
  readonly output: Output;
}

/** Shows how a command ended, in the one form that was asked for. */
function finish(ending: Ending, result: CommandResult): number {
  const exitCode = result.exitCode ?? 0;
  if (ending.options.json === 'none') return showForPeople(ending, result, exitCode);
  const { io, options, name, started, output } = ending;
  const error = result.error ?? null;
  const durationMs = clockOf(io).elapsed() - started.elapsed;
  const answer = { command: name, exitCode, data: result.data, error, started: started.at, durationMs };
  output.print(JSON.stringify(envelopeOf({ ...answer, messages: output.messages })));
  if (error?.stack && options.verbose) output.complain(error.stack);
  return exitCode;
}

function showForPeople({ options, output }: Ending, result: CommandResult, exitCode: number): number {
  const complain = (error: ErrorReport): void =>
    output.complain(errorToText(error, output.notePaint, options.verbose));
  try {
    if (result.show) result.show();
    else if (result.error) complain(result.error);
    return exitCode;
  } catch (thrown) {
    const error = explainThrown(thrown);
    complain(error);
    return error.exitCode;
  }
}
