import { buildSync } from 'esbuild';
import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sync as writeFileSync } from 'write-file-atomic';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A thread's entry as JavaScript. Node takes the types out of TypeScript by WebAssembly, and V8 can end the whole process (SIGSEGV,
 * once in some thousand threads) when threads with WebAssembly begin and end beside each other.
 * @param entry a file of TypeScript, seen from the root
 */
export function bundleThread(entry: string): URL {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    packages: 'external',
    sourcemap: 'inline',
  });
  // Beside the packages that it imports; whole at every moment, for another run of the tests.
  const folder = `${root}.cache`;
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/${basename(entry, '.ts')}.js`;
  writeFileSync(file, Buffer.from(outputFiles[0]!.contents));
  return pathToFileURL(file);
}
