import type { CliIo } from './cli-io.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Session } from './session.ts';

/** How a running plan is shown: the screen, lines of text, sentences, or JSON. */
export type UiMode = 'shell' | 'text' | 'accessible' | 'json';

export interface UiSituation {
  readonly io: {
    readonly stdin: Pick<CliIo['stdin'], 'isTTY'>;
    readonly stdout: Pick<CliIo['stdout'], 'isTTY'>;
    readonly env: CliIo['env'];
  };
  readonly options: Pick<GlobalOptions, 'json' | 'quiet' | 'tui' | 'accessible'>;
  /** `ui.accessible` as configured. */
  readonly accessibleSetting: boolean;
}

/** Whether a variable says yes: neither empty nor `0` nor `false`. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}

function isAccessible({ io: { env }, options, accessibleSetting }: UiSituation): boolean {
  const asked = options.accessible || accessibleSetting;
  return asked || isSet(env['ACCESSIBLE']) || env['INK_SCREEN_READER'] === 'true';
}

/** The screen opens only where a person can see it and type, and nothing says no. */
export function decideUiMode(situation: UiSituation): UiMode {
  const { io, options } = situation;
  if (options.json !== 'none') return 'json';
  if (isAccessible(situation)) return 'accessible';
  const isTerminal = io.stdin.isTTY === true && io.stdout.isTTY;
  const canDraw = isTerminal && !isSet(io.env['CI']) && io.env['TERM'] !== 'dumb';
  return canDraw && options.tui && !options.quiet ? 'shell' : 'text';
}

/** The mode for a plan of a folder, with the folder's `ui.accessible`. */
export async function uiModeFor(
  session: Pick<Session, 'io' | 'options' | 'ui'>,
  workspace: string,
): Promise<UiMode> {
  const { io, options } = session;
  const { accessible } = await session.ui(workspace);
  return decideUiMode({ io, options, accessibleSetting: accessible });
}
