// capture-program.ts walk|capture FOLDER HOME: does it once and says what memory the process took at most, KiB.
import { ThreadedWorkspaceFiles } from '../../src/workspace/threaded-workspace-files.ts';
import { LIMITS } from '../support/captured-workspace.ts';
import { walk } from './capture-floors.ts';

const [what = '', workspace = '', home = ''] = process.argv.slice(2);
if (what === 'walk') {
  walk(workspace);
} else {
  const entry = new URL('../../dist/workspace-thread.js', import.meta.url);
  const files = new ThreadedWorkspaceFiles({ entry, data: { home } });
  await files.capture({ workspace, exclude: [], ignore: '', limits: LIMITS, keep: [] });
  await files.close();
}
process.stdout.write(String(process.resourceUsage().maxRSS));
