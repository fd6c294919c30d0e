import { writeFile } from 'node:fs/promises';
import { GENERATED_FILES } from './generated-files.ts';

for (const { path, render } of GENERATED_FILES) {
  await writeFile(new URL(`../../${path}`, import.meta.url), await render());
}
