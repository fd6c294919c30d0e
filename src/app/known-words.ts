import type { InputWord, PlanWords, Word } from '../ports/plan-words.ts';
import { resolve } from 'node:path';
import { agentsHome } from '../host/home-folder.ts';
import type { AppOptions } from './parts.ts';

/** What completion knows beyond the table of commands; each part is loaded only when it is asked for. */

/** The names of stored plans and what is in them; null if nothing is stored. */
export async function openKnownPlans(env: AppOptions['env'], workspace: string): Promise<PlanWords | null> {
  const { openPlanWords } = await import('../storage/sqlite-plan-words.ts');
  return openPlanWords(agentsHome(env), workspace);
}

/** The tools that steps can call. */
export async function knownTools(): Promise<readonly Word[]> {
  const [{ createBuiltinTools }, { SystemProcessTable }] = await Promise.all([
    import('../tools/builtin/builtin-tools.ts'),
    import('../host/process-table.ts'),
  ]);
  const tools = createBuiltinTools({ processes: new SystemProcessTable() });
  return tools.map(({ name, summary }) => ({ value: name, about: summary }));
}

/** The inputs that a document declares, also of one that has faults still; none where it can't be read. */
export async function knownInputs(file: string, cwd: string): Promise<readonly InputWord[]> {
  const [{ readDocumentFile }, { readYaml }] = await Promise.all([
    import('../documents/read-document-file.ts'),
    import('../documents/read-yaml.ts'),
  ]);
  const read = await readDocumentFile(resolve(cwd, file), file);
  const { value } = read.kind === 'text' ? readYaml(read.text, file, []) : {};
  const { inputs } = (value ?? {}) as { readonly inputs?: Readonly<Record<string, DeclaredInput | null>> };
  return Object.entries(inputs ?? {}).map(([name, declared]) => {
    const { description, type, options } = declared ?? {};
    const values = options ?? (type === 'boolean' ? [true, false] : []);
    return { value: name, about: description ?? type ?? '', values: values.map(String) };
  });
}

/** As it is written: nobody has checked it. */
interface DeclaredInput {
  readonly description?: string;
  readonly type?: string;
  readonly options?: readonly unknown[];
}
