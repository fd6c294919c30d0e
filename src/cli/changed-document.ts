import { isDeepStrictEqual } from 'node:util';
import { AgentsError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import type { PlanRecord } from '../domain/plan.ts';
import type { Session } from './session.ts';

/** A plan goes on with the text it was made of: says so if the file has another by now. */
export async function noteChangedDocument(
  session: Session,
  { document, workspace }: PlanRecord,
): Promise<void> {
  const { file } = document as { readonly file: string };
  if (isDeepStrictEqual((await readAgain(session, file, workspace)) ?? document, document)) return;
  session.output.note(`${file} has changed since this plan was made; a new plan: agents plan run ${file}`);
}

/** null: it isn't there. A document that has faults by now is nothing like the one before. */
async function readAgain(session: Session, file: string, workspace: string): Promise<Json> {
  try {
    const { document } = await (await session.app()).loadDocument(file, workspace);
    return JSON.parse(JSON.stringify(document)) as Json;
  } catch (thrown) {
    if (!(thrown instanceof AgentsError)) throw thrown;
    return thrown.code === 'document_invalid' ? {} : null;
  }
}
