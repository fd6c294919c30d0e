// What the bundle changes in the packages that it holds. Each stops the build when the package no longer fits it;
// tests/tui/bundle.test.ts holds that the screen is the same without them.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

// Modules of ours that hold nothing but data which is the same at every start: the bundle holds that data, and not what it
// is made with (zod, cosmiconfig). Where nothing is set, no command loads these: about 25 ms of a start.
export const dataOfBuild = {
  name: 'data-of-build',
  setup(builder) {
    builder.onLoad({ filter: /src\/config\/(default-config|project-places)\.ts$/ }, async ({ path }) => {
      const data = Object.entries(await import(pathToFileURL(path).href));
      return { contents: data.map(([name, value]) => `export const ${name} = ${toJson(value)};`).join('\n') };
    });
  },
};

function toJson(value) {
  const json = JSON.stringify(value);
  if (!isDeepStrictEqual(JSON.parse(json), value)) throw new Error(`this is more than data: ${json}`);
  return json;
}

// Ink asks for it only where DEV=true, but a bundle loads every static import at its start.
export const withoutDevtools = {
  name: 'without-devtools',
  setup(builder) {
    builder.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'empty' }));
    builder.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {};' }));
  },
};

// The layout engine unpacks its WebAssembly, which is in its own text, by fetch where there is one: that loads the whole of
// Node's HTTP client, 60 ms of every start. Without it, it decodes the same bytes itself.
export const layoutWithoutFetch = {
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
export const quickWidth = {
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

// Ink takes every row of every frame to pieces three times, though few rows are new: what it remembers of texts outlives
// the frame. It is forgotten as a whole now and then, so that it stays small.
export const lastingOutputCaches = {
  name: 'lasting-output-caches',
  setup(builder) {
    builder.onLoad({ filter: /ink\/build\/output\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text.replace('caches = new OutputCaches();', 'caches = lastingCaches();');
      if (contents === text)
        throw new Error(`${path} keeps what it knows of texts in another way: look at this build step again`);
      return { contents: contents + LASTING_CACHES };
    });
  },
};
const LASTING_CACHES = `
const KEPT_TEXTS = 4096;
let lasting = new OutputCaches();
function lastingCaches() {
  const { widths, blockWidths, styledChars } = lasting;
  if (widths.size + blockWidths.size + styledChars.size > KEPT_TEXTS) lasting = new OutputCaches();
  return lasting;
}`;

// yargs writes the help of every command that it is about to run, in case the command fails and shows it: ours never do.
// 7 ms of every command.
export const helpWhenAsked = {
  name: 'help-when-asked',
  setup(builder) {
    builder.onLoad({ filter: /yargs\/build\/lib\/command\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text.replace('yargs.getInternalMethods().getUsageInstance().cacheHelpMessage();', '');
      if (contents === text)
        throw new Error(`${path} keeps the help in another way: look at this build step again`);
      return { contents };
    });
  },
};

// Importing Node's crypto loads all of it, and importing its process asks for every property of it (the streams, too). Most
// commands need neither: here crypto loads with its first use, and process is the global one. 7 ms of every command.
const LATE_BUILTINS = {
  crypto: `
    const crypto = () => process.getBuiltinModule('node:crypto');
    export const hash = (...given) => crypto().hash(...given);
    export const createHash = (...given) => crypto().createHash(...given);
    export const randomBytes = (...given) => crypto().randomBytes(...given);
    export const randomUUID = () => crypto().randomUUID();
    export default { randomBytes };`,
  process: `
    export default process;
    export const { cwd, env, execArgv, execPath, hrtime, platform } = process;`,
};
export const lateBuiltins = {
  name: 'late-builtins',
  setup(builder) {
    builder.onResolve({ filter: /^(node:)?(crypto|process)$/ }, ({ path, kind }) =>
      kind === 'import-statement'
        ? { path: path.replace('node:', ''), namespace: 'late-builtin' }
        : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace: 'late-builtin' }, ({ path }) => ({
      contents: LATE_BUILTINS[path],
    }));
  },
};
