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
import {
  findUses,
  proveCheckpoints,
  type DamagedObject,
  type DamagedState,
  type ProvedCheckpoints,
} from '../verify-objects.ts';
import { toPathJson } from '../../domain/raw-path.ts';
import type { DatabaseFinding, JournalFinding } from '../../ports/object-garbage.ts';

const MOST_USES = 3;
const NOTHING_READ: ProvedCheckpoints = { held: new Map(), states: [] };

export const storageVerify: Command = {
  describe: (parser) =>
    parser
      .epilogue(
        'Reads everything: the pages of both databases, the hash chain of every history, the state of every checkpoint, every folder and content that a checkpoint holds. It changes nothing. Exit 7 if something is missing or damaged.',
      )
      .example('$0 storage verify', 'is everything there, and as it was stored'),
  run: (_args, session) => untilStopped(() => verify(session)),
};

async function verify(session: Session): ReturnType<Command['run']> {
  const app = await session.app();
  const [databases, journals] = await withGarbage(session, async (garbage) => {
    const damage = await garbage.checkDatabases();
    // What is read of a damaged database proves nothing.
    if (damage.length > 0) return [damage, []] as const;
    return [
      damage,
      await workLong(session, (options) => garbage.checkJournals(countedWork(options))),
    ] as const;
  });
  const storage = databases.length === 0 ? await app.storage() : null;
  const { held, states } = storage
    ? await workLong(session, (options) => proveCheckpoints(storage, countedWork(options)))
    : NOTHING_READ;
  const trees = [...held.keys()];
  const objects = storage ? await proveTrees(session, held) : [];
  const count = databases.length + journals.length + states.length + objects.length;
  const error = new StorageError('unhealthy', `${counted(count, 'fault')} in what is stored`, {
    hint: 'what is damaged is refused where it is needed; everything else works',
    nextSteps: ['put back a copy of the data folder', 'agents storage du'],
  });
  return {
    data: {
      checkpoints: sum(held),
      trees: trees.length,
      databases: databases.map((one) => ({ ...one })),
      journals: journals.map((one) => ({ ...one })),
      states: states.map(({ plan_id, number, what }) => ({ plan_id, checkpoint: number, what })),
      objects: objects.map(objectToJson),
    },
    ...(count === 0 ? {} : { exitCode: error.exitCode, error: explainThrown(error) }),
    show: () =>
      show(
        session,
        { databases, journals, states, objects },
        `${counted(sum(held), 'checkpoint')} with files`,
      ),
  };
}

async function proveTrees(
  session: Session,
  held: ProvedCheckpoints['held'],
): Promise<readonly DamagedObject[]> {
  const files = await (await session.app()).files();
  const trees = [...held.keys()];
  const faults = await workLong(session, (options) => files.verify({ trees }, countedWork(options)));
  return faults.length === 0 ? [] : await findUses(files, held, faults);
}

interface Findings {
  readonly databases: readonly DatabaseFinding[];
  readonly journals: readonly JournalFinding[];
  readonly states: readonly DamagedState[];
  readonly objects: readonly DamagedObject[];
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

function show({ output }: Session, { databases, journals, states, objects }: Findings, looked: string): void {
  const { paint, print } = output;
  for (const { name, what } of databases) {
    print(`${paint('bad', 'damaged')}  ${name}: ${toPrintableLine(what)}`);
  }
  for (const { plan_id, seq, what } of journals) {
    print(`${paint('bad', 'history')}  plan ${shortId(plan_id)}, event ${seq}: ${toPrintableLine(what)}`);
  }
  for (const { plan_id, number, what } of states) {
    const place = number === null ? 'plan' : `checkpoint ${number} of plan`;
    print(`${paint('bad', 'state')}  ${place} ${shortId(plan_id)}: ${toPrintableLine(what)}`);
  }
  for (const { hash, kind, damaged, uses } of objects) {
    print(`${paint('bad', damaged ? 'damaged' : 'missing')}  ${kind} ${hash.slice(0, 12)}`);
    for (const { plan_id, number, path } of uses.slice(0, MOST_USES)) {
      print(`  ${pathText(path) || 'the folder itself'} in checkpoint ${number} of plan ${shortId(plan_id)}`);
    }
    if (uses.length > MOST_USES) print(`  and ${uses.length - MOST_USES} more`);
  }
  const isWell = [databases, journals, states, objects].every((found) => found.length === 0);
  if (isWell) print(`all is well: every history and state, and ${looked}`);
}
