import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Every worker inherits a home of its own run, so that no test can reach the real one. */
export default function setup(): () => void {
  const home = mkdtempSync(join(tmpdir(), 'agents-test-'));
  process.env['HOME'] = home;
  process.env['AGENTS_HOME'] = join(home, 'agents-home');
  process.env['AGENTS_CONFIG_HOME'] = join(home, 'agents-config');
  for (const name of ['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'NO_COLOR', 'ACCESSIBLE']) delete process.env[name];
  return () => rmSync(home, { recursive: true, force: true });
}
