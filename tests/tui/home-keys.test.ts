import { describe, expect, it } from 'vitest';
import { KEY_TABLE } from '../../src/tui/keys/key-table.ts';
import type { KeyScope } from '../../src/tui/keys/key-row.ts';
import { keyBytes } from '../support/key-bytes.ts';
import { homeDocument, homeInput, homePlan, OpenHome, type FakeHome } from '../support/open-home.ts';

function full(home: FakeHome): void {
  home.items = Array.from({ length: 60 }, (_, index) => homePlan(60 - index, { state: 'paused' }));
  home.found = Array.from({ length: 30 }, (_, index) => homeDocument(`doc-${index}`));
  home.inputs = { 'doc-1.plan.yaml': [homeInput('one'), homeInput('two', { fallback: '2' })] };
}

/** What is pressed, chunk by chunk, to get to a place where the keys of a scope have something to do. */
const WAYS: Readonly<Partial<Record<KeyScope, readonly string[]>>> = {
  home: ['jjj/\u001B[D\r', '\u0004\u0004'],
  run: ['\t\r'],
  delete: ['D'],
  form: ['\tj\r', 'a\rb'],
};

const cases = KEY_TABLE.flatMap(({ action, keys, scopes }) =>
  scopes.flatMap((scope) => (scope in WAYS ? keys.map((key) => ({ scope, key, action })) : [])),
);

async function openAt(scope: KeyScope, key: string): Promise<OpenHome> {
  const open = new OpenHome({ with: full });
  await open.settle();
  for (const chunk of WAYS[scope] ?? []) await open.type(chunk);
  if (key === 'esc' && scope === 'home') await open.type('/plan\r');
  await open.pass(6000);
  return open;
}

describe('every key of the home screen', () => {
  it.each(cases)('$scope: $key ($action) does something, in one frame', async ({ scope, key }) => {
    await using open = await openAt(scope, key);
    open.terminal.forget();
    await open.press(keyBytes(key));
    const left = await Promise.race([open.shell.done.then(() => true), Promise.resolve(false)]);
    expect(open.terminal.frames > 0 || left || !open.terminal.isAlternate).toBe(true);
    // What is read first, or done, is a second answer.
    expect(open.terminal.frames).toBeLessThanOrEqual(/^(?:enter|A|D|y|tab)$/.test(key) ? 4 : 1);
    expect(open.terminal.written).not.toMatch(/\u001B\[[23]J/);
  });

  it.each(cases.filter(({ action }) => !/quit|interrupt|open|-plan|-now|everywhere/.test(action)))(
    '$scope: $key ($action) is the same inside one chunk',
    async ({ scope, key }) => {
      await using apart = await openAt(scope, key);
      await using together = await openAt(scope, key);
      await apart.press(keyBytes(key));
      await apart.press('k');
      await together.press(`${keyBytes(key)}k`);
      expect(together.terminal.text()).toBe(apart.terminal.text());
    },
  );

  it('Given many keys in one chunk, then they are one frame', async () => {
    await using open = await openAt('home', 'j');
    open.terminal.forget();
    await open.type('jjkj\tj');
    expect(open.terminal.frames).toBe(1);
  });
});
