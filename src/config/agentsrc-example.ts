import type { Json } from '../domain/json.ts';
import { CONFIG_KEYS, type ConfigKey } from './config-keys.ts';
import { renderYaml } from './render-value.ts';

const HEAD = `# Settings of agents, each with its default. Copy this file to .agentsrc in your project and keep what you change;
# a key that is left out keeps its default. Which level won, and why: agents config explain KEY
`;

const WIDTH = 100;

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

/** Behind a key: on its line, or a list too long for it in lines of its own. */
function renderDefault(value: Json, indent: string): string {
  const inline = renderYaml(value);
  if (!Array.isArray(value) || indent.length + inline.length < WIDTH) return ` ${inline}`;
  return value.map((item: Json) => `\n${indent}  - ${renderYaml(item)}`).join('');
}

function renderKey({ path, description, default: value }: ConfigKey, before: readonly string[]): string {
  const shared = path.findIndex((name, depth) => before[depth] !== name);
  const groups = path.slice(shared, -1).map((name, depth) => `${'  '.repeat(shared + depth)}${name}:\n`);
  const indent = '  '.repeat(path.length - 1);
  const comment = wrap(description, WIDTH - indent.length).map((line) => `${indent}# ${line}\n`);
  return `${groups.join('')}${comment.join('')}${indent}${path.at(-1)}:${renderDefault(value, indent)}\n`;
}

const PROJECT_HEAD = `# Settings of agents for this project, each with its default. What you delete keeps its default. Not here, because
# their lists are long: core.checkpoints.exclude, core.secrets.names and core.secrets.patterns. All about one key:
# agents config explain KEY
`;

/** A project that holds a copy of them would never get better ones. */
const LONG_LISTS = ['core.checkpoints.exclude', 'core.secrets.'];

function renderKeys(keys: readonly ConfigKey[]): string {
  return keys.map((key, index) => renderKey(key, keys[index - 1]?.path ?? [])).join('\n');
}

/** What `agents init` writes as `.agentsrc`. */
export function renderAgentsrc(): string {
  const short = CONFIG_KEYS.filter(({ key }) => !LONG_LISTS.some((start) => key.startsWith(start)));
  return `${PROJECT_HEAD}\n${renderKeys(short)}`;
}

/** `.agentsrc.example`: every key with its default and what it is for; legal as it stands. */
export function renderAgentsrcExample(): string {
  return `${HEAD}\n${renderKeys(CONFIG_KEYS)}`;
}
