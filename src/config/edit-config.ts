import { extname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import { ConfigError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import { checkValue } from './check-value.ts';
import { toConfigError, type ConfigFault } from './config-fault.ts';
import { findConfigKey, type ConfigKey } from './config-keys.ts';
import type { ConfigSource, LevelValue, Origin } from './config-source.ts';
import { whileLocked } from './edit-lock.ts';
import { setInText, unsetInText, type EditableText } from './edit-text.ts';
import { sectionOf } from './config-places.ts';
import { findProjectConfig } from './find-config.ts';
import { parseConfig, type ParsedConfig } from './parse-config.ts';
import { readTextValue } from './read-text-values.ts';

/** What an edit of the project's file did. */
export interface ConfigEdit {
  /** Absolute path. */
  readonly file: string;
  /** True if the file is new. */
  readonly created: boolean;
  /** False: it said so already, nothing was written. */
  readonly changed: boolean;
  readonly key: string;
  /** What the file says of the key before and after; undefined: nothing. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

interface EditedFile {
  readonly path: string;
  readonly created: boolean;
  readonly editable: EditableText;
  readonly values: ReadonlyMap<string, Json>;
  /** What it says of each key as it is written there, legal or not. */
  readonly written: ReadonlyMap<string, unknown>;
}

type Changes = (editable: EditableText, path: readonly string[]) => string;

/** The values that a file gives, where they are legal. */
function valuesOf({ values }: ParsedConfig, faults: ConfigFault[]): ReadonlyMap<string, Json> {
  const checked = values.map((given) => [given.key.key, checkValue(given, faults)] as const);
  return new Map(checked.flatMap(([key, value]) => (value ? [[key, value.value]] : [])));
}

function refuseFaults(faults: readonly ConfigFault[]): void {
  const [first, ...others] = faults;
  if (first) throw toConfigError([first, ...others]);
}

/** The file that an edit makes where there is none. */
export function newConfigFile({ workspace }: Pick<ConfigSource, 'workspace'>): string {
  return join(workspace, '.agentsrc');
}

/** The file that speaks for the workspace, or a new `.agentsrc` in it. */
async function openFile(source: ConfigSource): Promise<EditedFile> {
  const { found, faults } = await findProjectConfig(source);
  if (found === null) {
    refuseFaults(faults);
    const editable = { text: '', root: null, isJson: false };
    const none = { values: new Map(), written: new Map() };
    return { path: newConfigFile(source), created: true, editable, ...none };
  }
  const { path, text, parsed } = found;
  // A wrong value can be mended by setting it anew; a file that can't be taken apart can't be edited.
  if (parsed.root === null) refuseFaults(parsed.faults);
  const isJson = extname(path) === '.json' || text.trimStart().startsWith('{');
  return {
    path,
    created: false,
    editable: { text, root: parsed.root, isJson },
    values: valuesOf(parsed, []),
    written: new Map(parsed.values.map((given) => [given.key.key, given.value])),
  };
}

/** The file's text after a change, once it is certain that it is legal and that only the one key is different. */
function changeText(
  file: EditedFile,
  { key, path }: ConfigKey,
  wanted: Json | undefined,
  change: Changes,
): string {
  const text = change(file.editable, path);
  const faults: ConfigFault[] = [];
  const parsed = parseConfig(text, file.path, 'project', sectionOf(file.path));
  const values = valuesOf(parsed, faults);
  refuseFaults([...parsed.faults, ...faults]);
  const expected = new Map(file.values);
  if (wanted === undefined) expected.delete(key);
  else expected.set(key, wanted);
  if (isDeepStrictEqual(values, expected)) return text;
  throw new ConfigError(
    'config_not_edited',
    `${file.path} is written in a way that ${key} can't be changed in safely`,
    {
      hint: 'nothing was written',
      nextSteps: ['change it in an editor, then: agents config validate'],
    },
  );
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFileAtomic(path, text);
  } catch (error) {
    throw new ConfigError('config_not_written', `${path} can't be written`, {
      hint: (error as Error).message,
      cause: error,
    });
  }
}

/** What is to become of a key: its value after the edit, and how the text gets it. */
interface Wanted {
  readonly after: Json | undefined;
  readonly change: Changes;
}

async function edit(
  source: ConfigSource,
  key: ConfigKey,
  decide: (file: EditedFile) => Promise<Wanted> | Wanted,
): Promise<ConfigEdit> {
  const { path } = await openFile(source);
  return await whileLocked(path, async () => {
    const file = await openFile(source);
    return await editFile(file, key, await decide(file));
  });
}

async function editFile(file: EditedFile, key: ConfigKey, { after, change }: Wanted): Promise<ConfigEdit> {
  const before = file.values.get(key.key);
  const changed = !isDeepStrictEqual(before, after) || after === undefined;
  const text = changed ? changeText(file, key, after, change) : file.editable.text;
  const isWritten = text !== file.editable.text;
  if (isWritten) await write(file.path, text);
  return {
    file: file.path,
    created: file.created && isWritten,
    changed: isWritten,
    key: key.key,
    before,
    after,
  };
}

/** Where a value to be set comes from, in messages. */
const SAID: Origin = { level: 'flag', name: 'config set', line: null, column: null };

/** Checks a value and says how the text gets it, in the words it is given in. */
function wantedValue(key: ConfigKey, value: unknown): Wanted {
  const faults: ConfigFault[] = [];
  const checked = checkValue({ key, value, origin: SAID, originOf: () => SAID }, faults);
  const [first, ...others] = faults;
  if (first) throw toConfigError([first, ...others], [`agents config explain ${key.key}`]);
  return {
    after: (checked as LevelValue).value,
    change: (editable, path) => setInText(editable, path, value as Json),
  };
}

/**
 * Sets a key in the project's file: comments, order and layout of all else stay. The value is written as for `--set`.
 * @throws ConfigError unknown key, illegal value, a file that can't be read, edited or written; then nothing changed
 */
export async function setConfigValue(
  source: ConfigSource,
  keyText: string,
  text: string,
): Promise<ConfigEdit> {
  const key = findConfigKey(keyText);
  const { after } = wantedValue(key, readTextValue(key, text, SAID).value);
  return await edit(source, key, () => wantedValue(key, after));
}

/**
 * Sets a key to what `choose` makes of it. `choose` gets what the file says of the key (undefined: nothing), in its own
 * words, read when no other process can change it any more; what it throws ends the edit.
 * @throws ConfigError as `setConfigValue`
 */
export async function updateConfigValue(
  source: ConfigSource,
  keyText: string,
  choose: (written: unknown) => Promise<Json>,
): Promise<ConfigEdit> {
  const key = findConfigKey(keyText);
  return await edit(source, key, async ({ written }) => wantedValue(key, await choose(written.get(keyText))));
}

/**
 * Takes a key out of the project's file, so that the user's own value or the default holds.
 * @throws ConfigError as `setConfigValue`
 */
export async function unsetConfigValue(source: ConfigSource, keyText: string): Promise<ConfigEdit> {
  return await edit(source, findConfigKey(keyText), () => ({ after: undefined, change: unsetInText }));
}
