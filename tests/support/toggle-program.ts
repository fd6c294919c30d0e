// A process that toggles a trigger again and again: toggle-program.ts WORKSPACE HOME USER-FOLDER TRIGGER TIMES
import { FileTriggerSettings } from '../../src/config/trigger-settings.ts';
import type { AutoTrigger } from '../../src/domain/checkpoint.ts';
import { systemClock } from '../../src/host/system-clock.ts';

const [workspace = '', home = '', userFolder = '', trigger = '', times = ''] = process.argv.slice(2);
const source = { workspace, home, env: { AGENTS_CONFIG_HOME: userFolder }, flags: {} };
const settings = new FileTriggerSettings(source, { clock: systemClock });
for (let count = 0; count < Number(times); count += 1) await settings.toggle(trigger as AutoTrigger);
