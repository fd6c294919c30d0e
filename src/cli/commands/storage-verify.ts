import { StorageError } from '../../domain/errors.ts';
import { shortId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { Command } from '../command.ts';
import { explainThrown } from '../error-report.ts';
import { untilStopped, workLong } from '../long-work.ts';
import { pathText } from '../rollback-text.ts';
import { counted } from '../spoken-words.ts';
import type { Session } from '../session.ts';
import { countedWork, withGarbage } from '../stored-things.ts';
import { findUses, heldTrees, type DamagedObject } from '../verify-objects.ts';
import { toPathJson } from '../../domain/raw-path.ts';
import type { JournalFinding } from '../../ports/object-garbage.ts';

const MOST_USES = 3;

export const storageVerify: Command = {
  describe: (parser) =>
    parser
      .epilogue(
        'Reads everything: the hash chain of every history, every folder and content that a checkpoint holds. It changes nothing. Exit 7 if something is missing or damaged.',
      )
      .example('$0 storage verify', 'is everything there, and as it was stored'),
  run: (_args, session) => untilStopped(() => verify(session)),
};

async function verify(session: Session): ReturnType<Command['run']> {
  const app = await session.app();
  const journals = await withGarbage(session, (garbage) =>
    workLong(session, (options) => garbage.checkJournals(countedWork(options))),
  );
  const held = await heldTrees(await app.storage());
  const files = await app.files();
  const trees = [...held.keys()];
  const faults = await workLong(session, (options) => files.verify({ trees }, countedWork(options)));
  const objects = faults.length === 0 ? [] : await findUses(files, held, faults);
  const count = journals.length + objects.length;
  const error = new StorageError('unhealthy', `${counted(count, 'fault')} in what is stored`, {
    hint: 'what is damaged is refused where it is needed; everything else works',
    nextSteps: ['put back a copy of the data folder', 'agents storage du'],
  });
  return {
    data: {
      checkpoints: sum(held),
      trees: trees.length,
      journals: journals.map((one) => ({ ...one })),
      objects: objects.map(objectToJson),
    },
    ...(count === 0 ? {} : { exitCode: error.exitCode, error: explainThrown(error) }),
    show: () => show(session, journals, objects, `${counted(sum(held), 'checkpoint')} with files`),
  };
}

const sum = (held: ReadonlyMap<string, readonly unknown[]>): number =>
  [...held.values()].reduce((total, uses) => total + uses.length, 0);

function objectToJson({ hash, kind, damaged, uses }: DamagedObject): JsonObject {
  return {
    hash,
    kind,
    damaged,
    uses: uses.map(({ plan_id, number, path }) => ({ plan_id, checkpoint: number, ...toPathJson(path) })),
  };
}

function show(
  { output }: Session,
  journals: readonly JournalFinding[],
  objects: readonly DamagedObject[],
  looked: string,
): void {
  const { paint, print } = output;
  for (const { plan_id, seq, what } of journals) {
    print(`${paint('bad', 'history')}  plan ${shortId(plan_id)}, event ${seq}: ${toPrintableLine(what)}`);
  }
  for (const { hash, kind, damaged, uses } of objects) {
    print(`${paint('bad', damaged ? 'damaged' : 'missing')}  ${kind} ${hash.slice(0, 12)}`);
    for (const { plan_id, number, path } of uses.slice(0, MOST_USES)) {
      print(`  ${pathText(path) || 'the folder itself'} in checkpoint ${number} of plan ${shortId(plan_id)}`);
    }
    if (uses.length > MOST_USES) print(`  and ${uses.length - MOST_USES} more`);
  }
  if (journals.length + objects.length === 0) print(`all is well: every history, and ${looked}`);
}
