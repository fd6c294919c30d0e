// Bundles the program: one small entry that answers --version and --help by itself, and everything else in chunks that
// it loads when needed. Loading many small files is what makes a start slow.
import { build } from 'esbuild';
import { chmodSync, readFileSync, rmSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const require = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`;

// Ink asks for it only where DEV=true, but a bundle loads every static import at its start.
const withoutDevtools = {
  name: 'without-devtools',
  setup(builder) {
    builder.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'empty' }));
    builder.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {};' }));
  },
};

// The layout engine unpacks its WebAssembly, which is in its own text, by fetch where there is one: that loads the whole of
// Node's HTTP client, 60 ms of every start. Without it, it decodes the same bytes itself.
const layoutWithoutFetch = {
  name: 'layout-without-fetch',
  setup(builder) {
    builder.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text.replaceAll('typeof fetch', '"undefined"');
      if (contents === text)
        throw new Error(`${path} asks for fetch in another way: look at this build step again`);
      return { contents };
    });
  },
};

// Ink measures every text of every frame. Most are plain, and need none of string-width's tables, which then load when the
// first other text comes.
const quickWidth = {
  name: 'quick-width',
  setup(builder) {
    builder.onResolve({ filter: /^string-width$/ }, ({ namespace }) =>
      namespace === 'quick-width' ? undefined : { path: 'string-width', namespace: 'quick-width' },
    );
    builder.onLoad({ filter: /.*/, namespace: 'quick-width' }, () => ({
      resolveDir: import.meta.dirname,
      contents: `
        import { simpleWidth } from './src/tui/lines/simple-width.ts';
        let real;
        export default function stringWidth(text, options) {
          const cells = options === undefined && typeof text === 'string' ? simpleWidth(text) : null;
          if (cells !== null) return cells;
          real ??= require('string-width').default;
          return real(text, options);
        }`,
    }));
  },
};

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
await build({
  ...common,
  entryPoints: ['src/cli/main.ts'],
  target: 'node22',
  // CommonJS packages expect these around them.
  plugins: [withoutDevtools, layoutWithoutFetch, quickWidth],
  define: {
    ...common.define,
    'process.env.DEV': '"false"',
    __filename: 'import.meta.filename',
    __dirname: 'import.meta.dirname',
  },
  splitting: true,
  minifySyntax: true,
  keepNames: true,
  banner: { js: require },
  external: ['better-sqlite3', '@vscode/ripgrep'],
});
chmodSync('dist/agents.js', 0o755);
