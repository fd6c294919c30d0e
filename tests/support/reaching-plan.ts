import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliBench } from './cli-bench.ts';

/** A folder beyond that of the plan, where its steps make things. */
export class Beyond {
  readonly folder: string;

  constructor(bench: CliBench) {
    this.folder = join(bench.root, 'beyond');
    mkdirSync(this.folder);
  }

  get names(): readonly string[] {
    return readdirSync(this.folder).toSorted();
  }

  has(name: string): boolean {
    return existsSync(join(this.folder, name));
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  write(name: string, text = ''): void {
    writeFileSync(join(this.folder, name), text);
  }
}

/** A step that makes something in `$BEYOND`, and how it is taken back. `log` says in which order. */
export const making = (
  id: string,
  compensate = `rm "$BEYOND/${id}"; echo ${id} >> "$BEYOND/log"`,
): string => `
  - id: ${id}
    run: touch "$BEYOND/${id}"; printf ${id}
    env: { BEYOND: "\${{ inputs.beyond }}" }
    compensate: { run: ${JSON.stringify(compensate)}, env: { WAS: "\${{ steps.${id}.outputs.stdout }}" } }`;

/** Writes a note first: going back to checkpoint 2 leaves it, and undoes all the rest. */
export const reaching = (...steps: readonly string[]): string => `
name: reaching
inputs: { beyond: { required: true } }
steps:
  - { id: note, uses: fs.write, with: { path: note.txt, content: one } }${steps.join('')}
`;

/** Runs such a plan to its end. */
export async function hasReached(bench: CliBench, ...steps: readonly string[]): Promise<Beyond> {
  const beyond = new Beyond(bench);
  bench.write('reaching.plan.yaml', reaching(...steps));
  const { code, err } = await bench.run('plan', 'run', 'reaching.plan.yaml', '-i', `beyond=${beyond.folder}`);
  if (code !== 0) throw new Error(err);
  return beyond;
}
