import { afterEach, describe, expect, it } from 'vitest';
import { readGlobalOptions, guessGlobalOptions } from '../../../src/cli/global-options.ts';
import { parseCommand } from '../../../src/cli/parse-command.ts';
import { Session } from '../../../src/cli/session.ts';
import { decideUiMode, uiModeFor, type UiSituation } from '../../../src/cli/ui-mode.ts';
import { ConfigFolder } from '../../support/config-folder.ts';

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: boolean;
  readonly stdout?: boolean;
  readonly json?: UiSituation['options']['json'];
  readonly quiet?: boolean;
  readonly tui?: boolean;
  readonly accessible?: boolean;
  readonly setting?: boolean;
}

function situation(given: Given): UiSituation {
  const { env = {}, stdin = true, stdout = true, setting = false } = given;
  const { json = 'none', quiet = false, tui = true, accessible = false } = given;
  return {
    io: { stdin: { isTTY: stdin }, stdout: { isTTY: stdout }, env },
    options: { json, quiet, tui, accessible },
    accessibleSetting: setting,
  };
}

describe('the mode', () => {
  it.each<readonly [string, Given]>([
    ['shell', {}],
    ['shell', { env: { CI: '' } }],
    ['shell', { env: { CI: '0' } }],
    ['shell', { env: { CI: 'False' } }],
    ['shell', { env: { TERM: 'xterm-256color' } }],
    ['shell', { env: { ACCESSIBLE: '' } }],
    ['shell', { env: { ACCESSIBLE: '0' } }],
    ['shell', { env: { ACCESSIBLE: 'false' } }],
    ['shell', { env: { INK_SCREEN_READER: 'false' } }],
    ['text', { stdin: false }],
    ['text', { stdout: false }],
    ['text', { env: { CI: 'true' } }],
    ['text', { env: { CI: '1' } }],
    ['text', { env: { TERM: 'dumb' } }],
    ['text', { tui: false }],
    ['text', { quiet: true }],
    ['accessible', { env: { ACCESSIBLE: '1' } }],
    ['accessible', { env: { ACCESSIBLE: 'yes' } }],
    ['accessible', { env: { INK_SCREEN_READER: 'true' } }],
    ['accessible', { accessible: true }],
    ['accessible', { setting: true }],
    ['accessible', { accessible: true, stdout: false, stdin: false }],
    ['accessible', { accessible: true, tui: false, quiet: true, env: { CI: '1', TERM: 'dumb' } }],
    ['json', { json: 'envelope' }],
    ['json', { json: 'stream', accessible: true }],
  ])('is %s, given %j', (mode, given) => expect(decideUiMode(situation(given))).toBe(mode));

  it('is text where nobody knows of a terminal for stdin', () => {
    const { io, ...rest } = situation({});
    expect(decideUiMode({ io: { ...io, stdin: {} }, ...rest })).toBe('text');
  });
});

describe('the options', () => {
  it.each([
    [[], { tui: true, accessible: false }],
    [['--no-tui'], { tui: false, accessible: false }],
    [['--accessible'], { tui: true, accessible: true }],
  ])('%j', async (words, options) => {
    const parsed = await parseCommand(['plan', 'list', ...words], 80);
    expect(parsed.kind === 'run' && readGlobalOptions(parsed.args)).toMatchObject(options);
  });

  it('are guessed where the command line could not be read', () => {
    expect(guessGlobalOptions(['--accessible', '--nonsense'])).toMatchObject({
      tui: false,
      accessible: true,
    });
  });

  it('stand in the help of every command', async () => {
    const help = await parseCommand(['plan', 'run', '--help'], 80);
    expect(help.kind === 'help' && help.text).toMatch(/--no-tui .*\n[^]*--accessible /);
  });
});

describe('the mode for a folder', () => {
  const folder = new ConfigFolder();
  afterEach(() => folder.remove());

  it('follows ui.accessible; a broken file keeps nobody from looking', async () => {
    const { io, options } = situation({});
    const { ui } = Session.prototype;
    const session = { io, options, ui, configSource: () => folder.source() } as unknown as Session;
    folder.write('.agentsrc', 'ui: { accessible: true }\n');
    expect(await uiModeFor(session, folder.workspace)).toBe('accessible');
    folder.write('.agentsrc', 'ui: [\n');
    expect(await uiModeFor(session, folder.workspace)).toBe('shell');
  });
});
