import { homedir } from 'node:os';
import { TRIGGERS } from '../../domain/checkpoint.ts';
import { shortId } from '../../domain/ids.ts';
import { PHASES, RUN_STATES } from '../../domain/plan.ts';
import type { DecisionWord, PlanWord, PlanWords, Word } from '../../ports/plan-words.ts';
import { CONFLICT_CHOICES, SCOPES } from '../rollback-options.ts';
import type { Completion } from './completion.ts';

/** What is known where a value is typed. */
export interface Place {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where paths of files start from. */
  readonly cwd: string;
  /** Real path of the folder that the command works in. */
  readonly folder: string;
  readonly path: readonly string[];
  /** The arguments before. */
  readonly given: readonly string[];
  readonly typed: string;
}

type Source = (place: Place) => Promise<readonly Word[]>;

const plain = (values: readonly string[]): readonly Word[] => values.map((value) => ({ value, about: '' }));

async function readPlans(
  place: Place,
  read: (words: PlanWords) => readonly Word[],
): Promise<readonly Word[]> {
  const { openKnownPlans } = await import('../../app/known-words.ts');
  const words = await openKnownPlans(place.env, place.folder);
  if (words === null) return [];
  try {
    return read(words);
  } finally {
    words.close();
  }
}

/** The short form that lists show, unless somebody is typing the long one. */
function planWord({ id, name, standing }: PlanWord, typed: string): Word {
  const isLong = typed !== '' && id.startsWith(typed.toUpperCase());
  const value = isLong ? id : shortId(id);
  // Ids are the same in either case; a shell only goes on with what was typed.
  const asTyped = value.startsWith(typed.toUpperCase()) ? typed + value.slice(typed.length) : value;
  return { value: asTyped, about: `${name}, ${standing}` };
}

const plans: Source = (place) =>
  readPlans(place, (words) => {
    const found = words.plans();
    const [newest] = found;
    const last = newest ? [{ value: 'last', about: `${newest.name}, ${newest.standing}` }] : [];
    return [...last, ...found.map((plan) => planWord(plan, place.typed))];
  });

const checkpoints: Source = (place) =>
  readPlans(place, (words) => [
    { value: 'last', about: 'the newest' },
    ...words.checkpoints(place.given[0] as string),
  ]);

const nameOfDecision = ({ step_id, id }: DecisionWord): string => step_id ?? id;

/** Where an answer is asked for, only what waits for one. */
const decisions: Source = (place) =>
  readPlans(place, (words) =>
    words
      .decisions(place.given[0] as string)
      .filter(({ chosen }) => place.path.at(-1) !== 'answer' || chosen === null)
      .map((decision) => ({ value: nameOfDecision(decision), about: decision.question })),
  );

const options: Source = (place) =>
  readPlans(place, (words) => {
    const [plan, named] = place.given as readonly [string, string];
    const decision = words.decisions(plan).find(({ id, step_id }) => named === id || named === step_id);
    return (decision?.options ?? []).map(({ id, description }) => ({ value: id, about: description ?? '' }));
  });

const steps: Source = (place) => readPlans(place, (words) => words.steps(place.given[0] ?? 'last'));

const compensations: Source = (place) =>
  readPlans(place, (words) => words.compensations(place.given[0] as string));

const tools: Source = async () => (await import('../../app/known-words.ts')).knownTools();

const keys: Source = async () => {
  const { CONFIG_KEYS } = await import('../../config/config-keys.ts');
  return CONFIG_KEYS.map(({ key, description }) => ({ value: key, about: description }));
};

async function legalValues(key: string): Promise<readonly Word[]> {
  const { CONFIG_KEYS } = await import('../../config/config-keys.ts');
  const { legalWords } = await import('../../config/legal-words.ts');
  const found = CONFIG_KEYS.find((candidate) => candidate.key === key);
  return found ? plain(legalWords(found)) : [];
}

/** Those that the settings name. */
const models: Source = async ({ env, folder: workspace }) => {
  const { readSettingsIfSound } = await import('../../config/read-settings.ts');
  const source = { workspace, env, home: env['HOME'] ?? homedir(), flags: {} };
  const { default: usual, prices } = (await readSettingsIfSound(source)).models;
  const others = Object.keys(prices).filter((name) => name !== usual);
  return [...(usual === null ? [] : [{ value: usual, about: 'models.default' }]), ...plain(others)];
};

/** By the name of the argument or option. */
const SOURCES: Readonly<Record<string, Source>> = {
  plan: plans,
  checkpoint: checkpoints,
  a: checkpoints,
  b: checkpoints,
  compensation: compensations,
  decision: decisions,
  option: options,
  choose: options,
  step: steps,
  rerun: steps,
  skip: steps,
  name: tools,
  model: models,
  key: keys,
  value: (place) => legalValues(place.given[0] as string),
  phase: async () => plain(PHASES),
  state: async () => plain(RUN_STATES),
  trigger: async () => plain(TRIGGERS),
  'on-conflict': async () => plain(CONFLICT_CHOICES),
  scope: async () => plain(SCOPES),
};

/** `NAME=VALUE`: first the name, then the value. */
async function pairWords(
  typed: string,
  names: () => Promise<readonly Word[]>,
  valuesOf: (name: string) => Promise<readonly Word[]>,
): Promise<Completion> {
  const at = typed.indexOf('=');
  if (at < 0) {
    const found = await names();
    return { words: found.map(({ value, about }) => ({ value: `${value}=`, about })), directive: 'nospace' };
  }
  const name = typed.slice(0, at);
  const found = await valuesOf(name);
  return {
    words: found.map(({ value, about }) => ({ value: `${name}=${value}`, about })),
    directive: 'none',
  };
}

const settingWords = ({ typed }: Place): Promise<Completion> =>
  pairWords(typed, () => keys({} as Place), legalValues);

/** Those of the document, once it is named; a plan that goes on has its own already. */
async function inputWords({ typed, given, path, cwd }: Place): Promise<Completion> {
  const [file] = given;
  const isNew = ['run', 'create'].includes(path.at(-1) as string);
  const { knownInputs } = await import('../../app/known-words.ts');
  const inputs = isNew && file !== undefined ? await knownInputs(file, cwd) : [];
  return await pairWords(
    typed,
    async () => inputs,
    async (name) => plain(inputs.find(({ value }) => value === name)?.values ?? []),
  );
}

/** What can be given for an argument or the value of an option. */
export async function wordsFor(name: string, choices: readonly string[], place: Place): Promise<Completion> {
  if (choices.length > 0) return { words: plain(choices), directive: 'none' };
  if (['file', 'path', 'save'].includes(name)) return { words: [], directive: 'files' };
  if (name === 'workspace' || name === 'into') return { words: [], directive: 'folders' };
  if (name === 'set') return await settingWords(place);
  if (name === 'input') return await inputWords(place);
  const source = Object.hasOwn(SOURCES, name) ? SOURCES[name] : undefined;
  return { words: source ? await source(place) : [], directive: 'none' };
}
