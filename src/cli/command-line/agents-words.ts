import { UsageError } from '../../domain/errors.ts';
import { closestWord } from '../../domain/closest-word.ts';
import { isUlid, shortId, type PlanId } from '../../domain/ids.ts';
import { COMMON_VERBS, HOME_VERBS, type ScreenVerb } from '../../tui/command/verbs.ts';
import { COMMANDS, isGroup, nameOf, type CommandGroup, type CommandRow } from '../command-table.ts';
import { findCursor, findOption, type Cursor } from '../completion/cursor.ts';

type Row = CommandRow | CommandGroup;

/** The commands that stand behind `agents plan`: on a screen they are typed without it. */
const PLAN = COMMANDS.filter(isGroup).find(({ name }) => name === 'plan') as CommandGroup;
const PLAN_ROWS: readonly Row[] = PLAN.rows;

/** These open another screen: home has verbs for it, and a plan's screen sends there. */
const OTHER_SCREENS = ['run', 'watch'];

/** What can be typed first. */
export function firstWords(isHome: boolean): readonly { readonly value: string; readonly about: string }[] {
  const rows = [...PLAN_ROWS, ...COMMANDS]
    .filter((row) => isGroup(row) || !row.hidden)
    .filter((row) => isHome || !OTHER_SCREENS.includes(nameOf(row)))
    .map((row) => ({ value: nameOf(row), about: row.about }));
  const verbs = isHome ? [...HOME_VERBS, ...COMMON_VERBS] : COMMON_VERBS;
  return [...rows, ...verbs.map(({ name, about }) => ({ value: name, about }))];
}

/** The words behind `agents` for words that may begin with `agents`, with `plan`, or with what stands behind that. */
export function withPlanWord(words: readonly string[]): readonly string[] {
  const named = words[0] === 'agents' ? words.slice(1) : words;
  const [first = ''] = named;
  const [verb] = HOME_VERBS.filter(({ name }: ScreenVerb) => name === first);
  if (verb?.like) return ['plan', verb.like, ...named.slice(1)];
  return PLAN_ROWS.some((row) => nameOf(row) === first) ? ['plan', ...named] : named;
}

/** @throws UsageError if the first word is no command */
export function checkFirst(words: readonly string[], isHome: boolean): void {
  const [first = ''] = words;
  if (first.startsWith('-') || COMMANDS.some((row) => nameOf(row) === first)) return;
  const near = closestWord(
    first,
    firstWords(isHome).map(({ value }) => value),
  );
  throw new UsageError('unknown_command', `there is no command "${first}"`, {
    hint: near === null ? 'Tab shows what there is' : `did you mean "${near}"?`,
  });
}

/**
 * The same words with the screen's plan, where the command takes one and none was typed. Words behind a command that ends
 * in a text are that text, with or without quotes.
 */
export async function withPlan(words: readonly string[], plan: PlanId): Promise<readonly string[]> {
  const cursor = await findCursor([...words, '']);
  const { path, command, argumentNames } = cursor;
  const isPlain = path.every((name, index) => words[index] === name);
  if (command === null || argumentNames[0] !== 'plan' || !isPlain) return words;
  const rest = words.slice(path.length);
  const places = argumentPlaces(rest, cursor);
  const [first] = places;
  const isLabelling = path.at(-1) === 'create' && path.at(-2) === 'checkpoint';
  const takesText = isLabelling || argumentNames.at(-1) === 'text';
  const hasPlan = first !== undefined && looksLikePlan(rest[first] as string);
  if (hasPlan || (!takesText && places.length >= argumentNames.length)) return words;
  if (!takesText) return [...path, plan, ...rest];
  return [
    ...path,
    plan,
    ...withText(rest, places.slice(argumentNames.length - (isLabelling ? 1 : 2)), isLabelling),
  ];
}

/** Words that are one text, in the place of the first of them. */
function withText(
  rest: readonly string[],
  places: readonly number[],
  isLabelling: boolean,
): readonly string[] {
  if (places.length === 0) return rest;
  const text = places.map((place) => rest[place] as string).join(' ');
  const others = rest.filter((_word, index) => !places.includes(index));
  // A label like `-x` would be an option.
  return isLabelling ? [...others, `--label=${text}`] : [...others, text];
}

/** Where the arguments stand among options and their values. */
function argumentPlaces(rest: readonly string[], { options }: Cursor): readonly number[] {
  const places: number[] = [];
  let isValue = false;
  for (const [index, word] of rest.entries()) {
    if (isValue) isValue = false;
    else if (word.startsWith('-'))
      isValue = findOption(options, word)?.takesValue === true && !word.includes('=');
    else places.push(index);
  }
  return places;
}

const SHORT_ID = /^(?=.*[0-9])[0-9A-HJKMNP-TV-Z]+$/;
const SHORT_LENGTH = shortId('0'.repeat(26)).length;

/** A whole id, or the short one that lists show; a word without a digit is rather a word. */
function looksLikePlan(word: string): boolean {
  const id = word.toUpperCase();
  return isUlid(id) || (id.length === SHORT_LENGTH && SHORT_ID.test(id));
}
