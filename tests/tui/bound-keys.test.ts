import { expect, it } from 'vitest';
import { bindKeys } from '../../src/tui/keys/bind-keys.ts';
import { KeyMap } from '../../src/tui/keys/find-key.ts';
import { OpenHome } from '../support/open-home.ts';
import { OpenPlan } from '../support/open-plan.ts';
import { releaseNotes } from '../support/release-notes-plan.ts';

const keys = new KeyMap(bindKeys({ help: 'f2', 'pane-checkpoints': 'Q' }));
const F1 = '\u001BOP';
const F2 = '\u001BOQ';

it('Given bound keys, when they are pressed on a plan, then they do what they are bound to, and the screen names them', async () => {
  await using open = new OpenPlan({ history: releaseNotes, keys });
  expect(await open.settle()).toContain('F2 keys');
  expect(await open.type('?')).toContain('no key ? here; F2 shows the keys');
  expect(await open.type(`${F2}G`)).toMatch(/F2 +the keys that are valid here/);
  expect(await open.type('j/to the checkp\r')).toMatch(/Q +to the checkpoints/);
});

it('Given bound keys at home, then they are those of home too, and its list scrolls', async () => {
  await using open = new OpenHome({ keys, rows: 16 });
  expect(await open.settle()).toContain('F2 keys');
  expect(await open.type(`${F2}jjG`)).toContain('the keys that are valid here');
});

it.each([
  ['the plan', '', 'About the plan', 'The plan as a tree'],
  ['the checkpoints', '2', 'About the checkpoints', 'The timeline of the plan'],
  ['the detail', '3', 'About the detail', 'on five tabs'],
])(
  'Given F1 or H in %s, then sentences say what it is for, and F1 closes them',
  async (_, way, title, words) => {
    await using open = new OpenPlan({ history: releaseNotes });
    await open.settle();
    expect(await open.type(`${way}H`)).toContain(title);
    expect(open.terminal.text()).toContain(words);
    expect(await open.type(F1)).not.toContain(title);
    expect(await open.type(F1)).toContain(title);
    // A filter is for the keys.
    expect(await open.type('/detach')).not.toContain(title);
  },
);

it('Given a small screen, then the sentences scroll', async () => {
  await using open = new OpenHome({ columns: 60, rows: 12 });
  await open.settle();
  expect(await open.type('H')).toMatch(/About home.*\/ keys/);
  expect(await open.type('G')).toMatch(/Nothing is touched/);
});

it('Given settings with a fault, then both screens say it until a key is pressed', async () => {
  const fault = 'settings: /x/.agentsrc:3:5: ui.keys: "q" is taken';
  await using plan = new OpenPlan({ history: (events) => void events.created('demo', ['T1']).runs(), fault });
  await using home = new OpenHome({ fault });
  expect(await plan.settle()).toContain(fault);
  expect(await home.settle()).toContain(fault);
  expect(await plan.type('j')).not.toContain(fault);
  expect(await home.type('g')).not.toContain(fault);
});
