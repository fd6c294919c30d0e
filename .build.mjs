// Bundles the program: one small entry that answers --version and --help by itself, and everything else in chunks that
// it loads when needed. Loading many small files is what makes a start slow.
import { build } from 'esbuild';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import * as changes from './.bundle-plugins.mjs';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const require = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`;

rmSync('dist', { recursive: true, force: true });
const common = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  outdir: 'dist',
  define: { __AGENTS_VERSION__: JSON.stringify(version), 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
};
// Plain JavaScript that also an old Node can read: it has to say what is missing.
await build({
  ...common,
  entryPoints: ['src/cli/agents.ts'],
  target: 'node18',
  external: ['./main.js'],
});
const program = {
  ...common,
  target: 'node22',
  // CommonJS packages expect these around them.
  plugins: Object.values(changes),
  define: {
    ...common.define,
    'process.env.DEV': '"false"',
    __WORKSPACE_THREAD__: '"./workspace-thread.js"',
    __filename: 'import.meta.filename',
    __dirname: 'import.meta.dirname',
  },
  splitting: true,
  // Its CommonJS form loads its parts in a way that can't be followed.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  minify: true,
  keepNames: true,
  banner: { js: require },
  // Packages of models are heavy, few plans need one, and three of them may be missing.
  external: ['better-sqlite3', '@vscode/ripgrep', 'ai', '@ai-sdk/*'],
};
await build({ ...program, entryPoints: ['src/cli/main.ts'] });
// A build of its own: with one for both, the program would be cut into more files, and start slower.
await build({ ...program, entryPoints: ['src/app/workspace-thread.ts'] });
chmodSync('dist/agents.js', 0o755);
