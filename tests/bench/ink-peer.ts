import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { build, type Plugin } from 'esbuild';
import { RealTerminal } from '../support/real-terminal.ts';
import { round } from './measure.ts';
import { AGENTS, EventWriter, leaveAtRest, measureLoad, type Load } from './screen-probe.ts';

const PEER = fileURLToPath(new URL('ink-peer-program.tsx', import.meta.url));
const PLUGINS = new URL('../../.bundle-plugins.mjs', import.meta.url).href;
const BANNER = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;
const LOAD_MS = 5000;
const SIZE = { columns: 120, rows: 40 } as const;

/** CPU of one frame: our screen at 200 events a second, beside a plain Ink app that draws as many rows with its defaults. */
export async function benchInkPeer(folder: string): Promise<object> {
  const ours = await measureOurs(join(folder, 'ours'));
  const peer = await measurePeer(join(folder, 'peer'));
  const perFrame = ({ cpu_percent, frames_per_second }: Load): number =>
    round((cpu_percent * 10) / frames_per_second);
  return {
    ours: { ...ours, cpu_ms_per_frame: perFrame(ours) },
    ink_defaults: { ...peer, cpu_ms_per_frame: perFrame(peer) },
    ratio: round(perFrame(ours) / perFrame(peer)),
  };
}

const environment = (home: string): Record<string, string | undefined> => ({
  PATH: process.env['PATH'],
  HOME: home,
  AGENTS_HOME: home,
  AGENTS_CONFIG_HOME: home,
  LANG: 'C.UTF-8',
  TERM: 'xterm-256color',
});

async function measureOurs(home: string): Promise<Load> {
  mkdirSync(home);
  const history = { steps: 30, events: 100, checkpoints: 10 };
  const writer = await EventWriter.start({ home, workspace: home, ...history });
  const options = { ...SIZE, cwd: home, env: environment(home) };
  await using terminal = new RealTerminal(process.execPath, [AGENTS, 'plan', 'watch', 'last'], options);
  try {
    await terminal.shows(/10 kept/);
    writer.setRate(200);
    await wait(1500);
    return await measureLoad(terminal, LOAD_MS);
  } finally {
    await writer[Symbol.asyncDispose]();
    await leaveAtRest(terminal);
  }
}

async function measurePeer(home: string): Promise<Load> {
  mkdirSync(home);
  const { withoutDevtools } = (await import(PLUGINS)) as { withoutDevtools: Plugin };
  const file = join(home, 'peer.mjs');
  await build({
    entryPoints: [PEER],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
    banner: { js: BANNER },
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    plugins: [withoutDevtools],
    logLevel: 'error',
  });
  const options = { ...SIZE, cwd: home, env: environment(home) };
  await using terminal = new RealTerminal(process.execPath, [file], options);
  await terminal.shows(/event 100 /);
  return await measureLoad(terminal, LOAD_MS);
}
