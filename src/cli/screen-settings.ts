import type { Config } from '../config/config-schema.ts';
import { readSettings } from '../config/read-settings.ts';
import { DEFAULT_CONFIG } from '../config/default-config.ts';
import { ConfigError } from '../domain/errors.ts';
import { bindKeys } from '../tui/keys/bind-keys.ts';
import { KeyMap } from '../tui/keys/find-key.ts';
import type { ThemeName } from '../tui/theme.ts';
import { glyphsFor, type Glyphs } from '../tui/words/glyphs.ts';
import type { Session } from './session.ts';

/** How the screens of a folder look and what their keys do. */
export interface ScreenSettings {
  readonly glyphs: Glyphs;
  /** Percent of the columns. */
  readonly sideWidth: number;
  readonly keys: KeyMap;
  readonly theme: ThemeName;
  readonly notify: boolean;
  readonly mouse: boolean;
  /** Why the defaults hold: what is wrong with the settings, and where; null: nothing. */
  readonly fault: string | null;
}

/** Broken settings keep nobody from looking: the defaults hold then, and the screen says so. */
export async function screenSettings(session: Session, folder: string): Promise<ScreenSettings> {
  const { ui, fault } = await read(session, folder);
  return {
    glyphs: glyphsFor(ui.glyphs, session.io.env),
    sideWidth: ui.side_panel_width,
    keys: new KeyMap(bindKeys(ui.keys)),
    theme: ui.theme,
    notify: ui.notify,
    mouse: ui.mouse,
    fault,
  };
}

async function read(session: Session, folder: string): Promise<{ ui: Config['ui']; fault: string | null }> {
  try {
    return { ui: (await readSettings(session.configSource(folder))).ui, fault: null };
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    return { ui: DEFAULT_CONFIG.ui, fault: `settings: ${thrown.message.split('\n')[0]}; :config validate` };
  }
}
