import { parse } from 'yaml';
import { expect, it } from 'vitest';
import { renderAgentsrcExample } from '../../../src/config/agentsrc-example.ts';
import { renderConfigurationDocs } from '../../../src/config/configuration-docs.ts';
import { CONFIG_KEYS } from '../../../src/config/config-keys.ts';
import { configSchema } from '../../../src/config/config-schema.ts';
import { findPatternFault, SECRET_PATTERNS } from '../../../src/config/secret-patterns.ts';
import { ConfigFolder } from '../../support/config-folder.ts';
import { loadConfig } from '../../../src/config/load-config.ts';

it('Given the schema, then its keys, variables and defaults are these', () => {
  const lists = new Set(['core.checkpoints.exclude', 'core.secrets.names', 'core.secrets.patterns']);
  expect(
    CONFIG_KEYS.map(({ key, env, default: value }) => [key, env, lists.has(key) ? '...' : value]),
  ).toEqual([
    [
      'core.checkpoints.auto_create_on',
      'AGENTS_CORE_CHECKPOINTS_AUTO_CREATE_ON',
      ['on_tool_write', 'on_tool_write_complete', 'on_subplan_spawn', 'on_error'],
    ],
    ['core.checkpoints.interval.seconds', 'AGENTS_CORE_CHECKPOINTS_INTERVAL_SECONDS', null],
    ['core.checkpoints.interval.steps', 'AGENTS_CORE_CHECKPOINTS_INTERVAL_STEPS', null],
    ['core.checkpoints.on_failure', 'AGENTS_CORE_CHECKPOINTS_ON_FAILURE', 'stop'],
    ['core.checkpoints.files', 'AGENTS_CORE_CHECKPOINTS_FILES', true],
    ['core.checkpoints.exclude', 'AGENTS_CORE_CHECKPOINTS_EXCLUDE', '...'],
    ['core.checkpoints.watch', 'AGENTS_CORE_CHECKPOINTS_WATCH', 'auto'],
    ['core.checkpoints.limits.file', 'AGENTS_CORE_CHECKPOINTS_LIMITS_FILE', '100MiB'],
    ['core.checkpoints.limits.checkpoint', 'AGENTS_CORE_CHECKPOINTS_LIMITS_CHECKPOINT', '2GiB'],
    ['core.checkpoints.limits.git', 'AGENTS_CORE_CHECKPOINTS_LIMITS_GIT', '256MiB'],
    ['core.checkpoints.limits.store', 'AGENTS_CORE_CHECKPOINTS_LIMITS_STORE', '20GiB'],
    ['core.checkpoints.limits.free_disk', 'AGENTS_CORE_CHECKPOINTS_LIMITS_FREE_DISK', '1GiB'],
    ['core.checkpoints.retention.max_per_plan', 'AGENTS_CORE_CHECKPOINTS_RETENTION_MAX_PER_PLAN', 5000],
    ['core.checkpoints.retention.max_age', 'AGENTS_CORE_CHECKPOINTS_RETENTION_MAX_AGE', '90d'],
    ['core.checkpoints.retention.max_bytes', 'AGENTS_CORE_CHECKPOINTS_RETENTION_MAX_BYTES', '10GiB'],
    ['core.plans.retention', 'AGENTS_CORE_PLANS_RETENTION', null],
    ['core.execution.max_parallel', 'AGENTS_CORE_EXECUTION_MAX_PARALLEL', 4],
    ['core.permissions.ask', 'AGENTS_CORE_PERMISSIONS_ASK', []],
    ['core.permissions.allow', 'AGENTS_CORE_PERMISSIONS_ALLOW', []],
    ['core.permissions.deny', 'AGENTS_CORE_PERMISSIONS_DENY', []],
    ['core.storage.durability', 'AGENTS_CORE_STORAGE_DURABILITY', 'full'],
    ['core.secrets.names', 'AGENTS_CORE_SECRETS_NAMES', '...'],
    ['core.secrets.patterns', 'AGENTS_CORE_SECRETS_PATTERNS', '...'],
    ['tools.overrides', 'AGENTS_TOOLS_OVERRIDES', {}],
    ['mcp.servers', 'AGENTS_MCP_SERVERS', {}],
    ['mcp.import', 'AGENTS_MCP_IMPORT', []],
    ['models.default', 'AGENTS_MODELS_DEFAULT', null],
    ['models.providers', 'AGENTS_MODELS_PROVIDERS', {}],
    ['models.prices', 'AGENTS_MODELS_PRICES', {}],
    ['ui.glyphs', 'AGENTS_UI_GLYPHS', 'auto'],
    ['ui.accessible', 'AGENTS_UI_ACCESSIBLE', false],
    ['ui.side_panel_width', 'AGENTS_UI_SIDE_PANEL_WIDTH', 38],
    ['ui.theme', 'AGENTS_UI_THEME', 'auto'],
    ['ui.notify', 'AGENTS_UI_NOTIFY', true],
    ['ui.mouse', 'AGENTS_UI_MOUSE', false],
    ['ui.keys', 'AGENTS_UI_KEYS', {}],
  ]);
});

it('Given the keys, then each is described in the example and in the docs', () => {
  const docs = renderConfigurationDocs();
  const example = renderAgentsrcExample().replaceAll(/\n *# /g, ' ');
  for (const { key, env, description } of CONFIG_KEYS) {
    expect(docs).toContain(`### ${key}\n\n${description}\n\nLegal: `);
    expect(docs).toContain(`\`${env}\``);
    expect(example).toContain(description);
  }
});

it('Given the example as it stands, when it is loaded, then it gives every key its default', async () => {
  const folder = new ConfigFolder();
  folder.write('.agentsrc', renderAgentsrcExample());
  const { config, origins } = await loadConfig(folder.source()).finally(() => folder.remove());
  expect(config).toEqual(configSchema.parse({}));
  expect(parse(renderAgentsrcExample())).toEqual(configSchema.parse({}));
  expect(Object.values(origins).map(({ level }) => level)).toEqual(CONFIG_KEYS.map(() => 'project'));
});

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ';
it.each([
  ['GitHub', `ghp_${LETTERS}`],
  ['GitHub, fine-grained', `github_pat_${LETTERS}`],
  ['GitLab', `glpat-${LETTERS}`],
  ['npm', `npm_${LETTERS}`],
  ['a model provider', `sk-ant-${LETTERS}`],
  ['Stripe', `sk_live_${LETTERS}`],
  ['Slack', `xoxb-12345-${LETTERS}`],
  ['AWS', 'AKIAIOSFODNN7EXAMPLE'],
  ['Google', `AIza${LETTERS.slice(0, 35)}`],
  ['a JSON web token', `eyJhbGciOiJI.eyJzdWIiOiIx.${LETTERS}`],
  ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----'],
])('Given a token of %s, then a default pattern covers the whole of it', (_, token) => {
  const covered = SECRET_PATTERNS.map((pattern) => new RegExp(pattern, 'u').exec(`x ${token} y`)?.[0]);
  expect(covered).toContain(token);
});

it.each<[string, RegExp | null]>([
  ...SECRET_PATTERNS.map((pattern): [string, null] => [pattern, null]),
  ['a+b*c{2,}', null],
  ['(?:ab)+', null],
  ['(?<name>a|b)c{3}', null],
  ['[+*(|]+x', null],
  [String.raw`(?:\(|\+)x`, null],
  ['(?:a|b){2,5}', null],
  ['(?:a+)?b', null],
  ['a(', /^is no regular expression: Unterminated group/],
  ['[z-a]', /^is no regular expression: /],
  ['(a+)+$', /exponential/],
  ['(a*b)*c', /exponential/],
  ['(?:a|ab)+c', /exponential/],
  ['((?:a+)b)+', /exponential/],
  ['((ab)+)+', /exponential/],
  ['(x[\\]a]{1,200}y)*z', /exponential/],
  ['(?:a{1,9}|b){1,999}', /exponential/],
  [String.raw`(a)\1`, /refers back/],
  [String.raw`(?<q>a)\k<q>`, /refers back/],
  ['', /empty text/],
  ['a?', /empty text/],
])('Given the pattern %s, then its fault is %s', (pattern, fault) => {
  if (fault === null) expect(findPatternFault(pattern)).toBeNull();
  else expect(findPatternFault(pattern)).toMatch(fault);
});
