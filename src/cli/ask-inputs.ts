import { WaitingError } from '../domain/errors.ts';
import { toPrintableLine } from '../domain/printable.ts';
import type { HomeForm, HomeInput } from '../ports/home-source.ts';
import { StoppedBySignal } from './long-work.ts';
import type { Paint } from './paint.ts';
import { abortOnSignals, EXIT_CODES, type SignalWatch } from './run-signals.ts';
import type { Session } from './session.ts';
import { typedLine } from './typed-line.ts';
import { isSet, uiModeFor } from './ui-mode.ts';

type Values = Readonly<Record<string, string>>;

/**
 * The inputs that were given, with those that the document needs beside them: a person at the terminal is asked for each. Where
 * nobody can be asked, or what was given is wrong already, nothing is added.
 * @throws WaitingError if no answer comes, StoppedBySignal, and what reading the document throws
 */
export async function withAskedInputs(
  session: Session,
  { file, workspace, given }: { readonly file: string; readonly workspace: string; readonly given: Values },
): Promise<Values> {
  if (!canAsk(session)) return given;
  const form = await (await session.app()).formOf(file, workspace);
  const missing = form.inputs.filter(
    ({ name, fallback }) => fallback === null && !Object.hasOwn(given, name),
  );
  if (missing.length === 0 || !isRight(form, given)) return given;
  const isAccessible = (await uiModeFor(session, workspace)) === 'accessible';
  const watch = abortOnSignals(session.io);
  try {
    const values: Record<string, string> = { ...given };
    for (const input of missing) {
      const asked = isAccessible ? inOneLine(input) : inLines(input, session.output.notePaint);
      values[input.name] = await answerTo(session, { input, asked, watch, form });
    }
    return values;
  } finally {
    watch.off();
  }
}

/** Nobody sits where a program reads or writes, nor where tests of a project run. */
export function canAsk({ io: { stdin, stdout, stderr, env }, options }: Session): boolean {
  const isTerminal = stdin.isTTY === true && stdout.isTTY && stderr.isTTY;
  return isTerminal && options.input && options.json === 'none' && !isSet(env['CI']);
}

const isRight = ({ inputs }: HomeForm, given: Values): boolean =>
  Object.entries(given).every(
    ([name, text]) => inputs.find((input) => input.name === name)?.faultOf(text) === null,
  );

interface Asking {
  readonly input: HomeInput;
  readonly asked: Asked;
  readonly watch: SignalWatch;
  readonly form: HomeForm;
}

async function answerTo({ io, output }: Session, { input, asked, watch, form }: Asking): Promise<string> {
  let isInterrupted = false;
  const hidden = {
    onInterrupt: () => {
      isInterrupted = true;
    },
  };
  const how = { signal: watch.signal, ...(input.secret ? { hidden } : {}) };
  io.stderr.write(asked.question);
  for (;;) {
    const typed = await typedLine(io, asked.hint, how);
    const exitCode = isInterrupted ? EXIT_CODES.SIGINT : watch.exitCode();
    // The error begins on a line of its own: the cursor still stands behind the question.
    if (typed === null && !input.secret) io.stderr.write('\n');
    if (exitCode !== null) throw new StoppedBySignal(exitCode, null);
    if (typed === null) throw notAnswered(input, form);
    const value = chosenOf(input, typed);
    const fault = value === '' ? 'has to be given' : input.faultOf(value);
    if (fault === null) return value;
    io.stderr.write(`${output.notePaint('bad', toPrintableLine(`${input.name} ${fault}`))}\n`);
  }
}

/** An option can be named by its number too. */
function chosenOf({ options }: HomeInput, typed: string): string {
  if (options === null || options.includes(typed) || !/^[0-9]{1,4}$/.test(typed)) return typed;
  return options[Number(typed) - 1] ?? typed;
}

function notAnswered({ name, secret }: HomeInput, { file }: HomeForm): WaitingError {
  return new WaitingError('not_answered', `nobody said what ${name} is: no plan was made`, {
    hint: `${file} needs it`,
    nextSteps: [secret ? `agents plan explain ${file}` : `agents plan run ${file} -i ${name}=...`],
  });
}

/** What is said once, and what is said before each try. */
interface Asked {
  readonly question: string;
  readonly hint: string;
}

const UNSEEN = 'not shown, never stored';

/** As decisions are asked for. */
function inLines({ name, type, description, options, secret }: HomeInput, paint: Paint): Asked {
  const kind = type === 'string' ? '' : paint('dim', ` (${type}${isJson(type) ? ', as JSON' : ''})`);
  const about = description === null ? '' : paint('dim', `  ${toPrintableLine(description)}`);
  const rows = (options ?? []).map((option, index) => `  ${index + 1}  ${toPrintableLine(option)}\n`);
  const question = `${paint('attention', `? ${toPrintableLine(name)}`)}${kind}${about}\n${rows.join('')}`;
  if (secret) return { question, hint: `Your answer (${UNSEEN}): ` };
  if (options === null) return { question, hint: 'Your answer: ' };
  const range = options.length === 1 ? 'Type 1' : `Type 1 to ${options.length} or a name`;
  return { question, hint: `${range}, then Enter: ` };
}

/** A sentence that is heard again with each try. */
function inOneLine({ name, type, description, options, secret }: HomeInput): Asked {
  const parts = [
    name,
    ...(description === null ? [] : [description]),
    ...(options === null ? [] : [`one of ${options.join(', ')}`]),
    ...(isJson(type) ? [`${type} as JSON`] : []),
    ...(secret ? [`secret, ${UNSEEN}`] : []),
  ];
  return { question: '', hint: `${toPrintableLine(parts.join(', '))}: ` };
}

const isJson = (type: string): boolean => type === 'object' || type === 'array';
