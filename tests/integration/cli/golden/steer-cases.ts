import type { GoldenCase, Typed } from '../../../support/golden.ts';
import { golden, whileRunning, wrongPlans } from './new-case.ts';

/** Asks something of the plan that runs; then its step may end, and it does what was asked. */
function asked(line: string, kind: string): Typed {
  return {
    line,
    meanwhile: async (bench) => {
      await bench.untilClaimed(kind);
      bench.write('go-one', '');
    },
  };
}

/** Commands that run plans and steer them. */
export const STEER_CASES: readonly GoldenCase[] = [
  golden('plan run', 'success', 'documents', 'plan run release.plan.yaml -i version=3.3.0'),
  golden('plan run', 'quiet', 'documents', 'plan run release.plan.yaml -i version=3.3.0 --quiet'),
  golden('plan run', 'verbose', 'documents', 'plan run release.plan.yaml -i version=3.3.0 --verbose'),
  golden('plan run', 'accessible', 'documents', 'plan run release.plan.yaml -i version=3.3.0 --accessible'),
  golden('plan run', 'json', 'documents', 'plan run release.plan.yaml -i version=3.3.0 --json'),
  golden('plan run', 'stream', 'documents', 'plan run release.plan.yaml -i version=3.3.0 --json=stream'),
  golden(
    'plan run',
    'failed',
    'documents',
    'plan run rich.plan.yaml --no-input --set core.execution.max_parallel=1',
  ),
  golden(
    'plan run',
    'failed-json',
    'documents',
    'plan run rich.plan.yaml --no-input --json --set core.execution.max_parallel=1',
  ),
  golden(
    'plan run',
    'waiting',
    'documents',
    'plan run greet.plan.yaml --no-input',
    'plan run greet.plan.yaml --json',
  ),
  golden(
    'plan run',
    'bad-input',
    'documents',
    'plan run release.plan.yaml',
    'plan run release.plan.yaml -i version',
    'plan run release.plan.yaml -i version=1 -i copies=many',
    'plan run release.plan.yaml -i version=1 -i style=shrt -i verison=1',
    'plan run greet.plan.yaml -i any=1',
    'plan run upload.plan.yaml',
    'plan run release.plan.yaml -i',
  ),
  golden(
    'plan run',
    'bad-document',
    'documents',
    'plan run nowhere.plan.yaml',
    'plan run faulty.plan.yaml',
    'plan run faulty.plan.yaml --json',
    'plan run broken.plan.yaml',
    'plan run .',
  ),
  golden(
    'plan run',
    'bad-folder',
    'documents',
    'plan run greet.plan.yaml -C nowhere',
    'plan run greet.plan.yaml -C greet.plan.yaml',
    'plan run greet.plan.yaml -C /',
    'plan run greet.plan.yaml -C ..',
    'plan run greet.plan.yaml -C ../home',
  ),
  golden(
    'plan run',
    'bad-settings',
    'wrongSettings',
    'plan run greet.plan.yaml',
    'plan run greet.plan.yaml --set core.execution.max_parallel=0',
  ),

  golden(
    'plan create',
    'success',
    'documents',
    'plan create release.plan.yaml -i version=3.3.0',
    'plan create greet.plan.yaml --quiet',
  ),
  golden('plan create', 'json', 'documents', 'plan create release.plan.yaml -i version=3.3.0 --json'),
  golden(
    'plan create',
    'refused',
    'documents',
    'plan create nowhere.plan.yaml',
    'plan create faulty.plan.yaml',
    'plan create release.plan.yaml',
  ),

  golden(
    'plan validate',
    'success',
    'documents',
    'plan validate release.plan.yaml',
    'plan validate unused.plan.yaml',
  ),
  golden('plan validate', 'json', 'documents', 'plan validate unused.plan.yaml --json'),
  golden(
    'plan validate',
    'refused',
    'documents',
    'plan validate faulty.plan.yaml',
    'plan validate broken.plan.yaml',
    'plan validate nowhere.plan.yaml',
    'plan validate nowhere.plan.yaml --json',
  ),

  golden('plan explain', 'success', 'documents', 'plan explain rich.plan.yaml'),
  golden('plan explain', 'json', 'documents', 'plan explain release.plan.yaml --json'),
  golden(
    'plan explain',
    'refused',
    'documents',
    'plan explain faulty.plan.yaml',
    'plan explain nowhere.plan.yaml',
  ),
  golden('plan explain', 'bad-settings', 'wrongSettings', 'plan explain greet.plan.yaml'),

  golden('plan execute', 'success', 'created', 'plan execute last'),
  golden('plan execute', 'json', 'created', 'plan execute last --json'),
  golden('plan execute', 'waiting', 'waiting', 'plan execute last --no-input'),
  golden('plan execute', 'ended', 'complete', 'plan execute last', 'plan execute last --json'),
  golden('plan execute', 'failed', 'failed', 'plan execute last'),
  golden(
    'plan execute',
    'bad-value',
    'created',
    'plan execute last -i nonsense',
    'plan execute last --rerun nonsense',
    'plan execute last --skip',
  ),
  whileRunning('plan execute', 'held', 'plan execute last', 'plan execute last --json'),
  wrongPlans('plan execute'),

  golden('plan retry', 'success', 'mended', 'plan retry last'),
  golden('plan retry', 'failed-again', 'failed', 'plan retry last --set core.execution.max_parallel=1'),
  golden('plan retry', 'json', 'mended', 'plan retry last --json'),
  golden('plan retry', 'not-failed', 'complete', 'plan retry last'),
  golden('plan retry', 'never-run', 'created', 'plan retry last'),
  whileRunning('plan retry', 'held', 'plan retry last'),
  wrongPlans('plan retry'),

  whileRunning('plan pause', 'success', asked('plan pause last', 'pause')),
  whileRunning('plan pause', 'json', asked('plan pause last --json', 'pause')),
  golden('plan pause', 'nobody-runs-it', 'waiting', 'plan pause last'),
  golden('plan pause', 'ended', 'complete', 'plan pause last'),
  wrongPlans('plan pause'),

  whileRunning('plan resume', 'success', asked('plan pause last', 'pause'), 'plan resume last'),
  whileRunning('plan resume', 'json', asked('plan pause last', 'pause'), 'plan resume last --json'),
  golden('plan resume', 'nobody-runs-it', 'waiting', 'plan resume last', 'plan resume last --json'),
  golden('plan resume', 'ended', 'complete', 'plan resume last'),
  wrongPlans('plan resume'),

  whileRunning('plan stop', 'success', 'plan stop last'),
  whileRunning('plan stop', 'json', 'plan stop last --json'),
  golden('plan stop', 'nobody-runs-it', 'waiting', 'plan stop last'),
  golden('plan stop', 'ended', 'failed', 'plan stop last'),
  wrongPlans('plan stop'),

  whileRunning('plan cancel', 'success', 'plan cancel last'),
  golden('plan cancel', 'json', 'waiting', 'plan cancel last --json'),
  golden('plan cancel', 'ended', 'complete', 'plan cancel last'),
  wrongPlans('plan cancel'),

  golden('plan answer', 'success', 'waiting', 'plan answer last style warm', 'plan execute last --quiet'),
  golden('plan answer', 'json', 'waiting', 'plan answer last style plain --json'),
  golden(
    'plan answer',
    'wrong',
    'waiting',
    'plan answer last style blue',
    'plan answer last stile warm',
    'plan answer last hello warm',
  ),
  golden(
    'plan answer',
    'answered',
    'waiting',
    'plan answer last style warm --quiet',
    'plan answer last style plain',
  ),
  golden('plan answer', 'no-question', 'complete', 'plan answer last style warm'),
  wrongPlans('plan answer', ' style warm'),

  ...['approve', 'deny'].flatMap((word) => [
    whileRunning(`plan ${word}`, 'nothing-to-approve', `plan ${word} last`),
    golden(`plan ${word}`, 'nobody-runs-it', 'waiting', `plan ${word} last`),
    golden(`plan ${word}`, 'ended', 'complete', `plan ${word} last`),
    wrongPlans(`plan ${word}`),
  ]),

  golden('plan engine', 'no-screen', 'created', 'plan engine last', 'plan engine last --json'),

  golden('plan delete', 'success', 'failed', 'plan delete last --dry-run', 'plan delete last --yes'),
  golden('plan delete', 'json', 'complete', 'plan delete last --yes --json'),
  golden(
    'plan delete',
    'asked',
    'complete',
    { line: 'plan delete last', answer: 'n' },
    { line: 'plan delete last', answer: 'y' },
  ),
  golden('plan delete', 'nobody-to-ask', 'complete', 'plan delete last', 'plan delete last --json'),
  golden('plan delete', 'subplan', 'failed', 'plan delete 000D --yes'),
  whileRunning('plan delete', 'held', 'plan delete last --yes'),
  wrongPlans('plan delete', ' --yes'),

  golden(
    'plan prune',
    'success',
    'complete',
    'plan prune --dry-run',
    'config set core.plans.retention 1d',
    'plan prune --dry-run',
  ),
  golden('plan prune', 'json', 'complete', 'plan prune --dry-run --json'),

  golden('plan checkpoint create', 'success', 'waiting', 'plan checkpoint create last --label "before tea"'),
  golden('plan checkpoint create', 'json', 'waiting', 'plan checkpoint create last --json'),
  whileRunning('plan checkpoint create', 'running', 'plan checkpoint create last --timeout 30s'),
  golden('plan checkpoint create', 'ended', 'complete', 'plan checkpoint create last'),
  golden(
    'plan checkpoint create',
    'bad-value',
    'waiting',
    'plan checkpoint create last --label 12',
    'plan checkpoint create last --label ""',
    'plan checkpoint create last --label last',
    'plan checkpoint create last --timeout soon',
  ),
  wrongPlans('plan checkpoint create'),

  golden(
    'plan checkpoint label',
    'success',
    'waiting',
    'plan checkpoint label last 1 "before tea"',
    'plan checkpoint label last "before tea"',
  ),
  golden('plan checkpoint label', 'json', 'waiting', 'plan checkpoint label last 1 good --json'),
  golden(
    'plan checkpoint label',
    'bad-value',
    'several',
    'plan checkpoint label last last 7',
    'plan checkpoint label last last lunch',
    'plan checkpoint label last last tea',
    'plan checkpoint label last 99 good',
  ),
  wrongPlans('plan checkpoint label', ' 1 good'),
  ...['pin', 'unpin'].flatMap((word) => [
    golden(`plan checkpoint ${word}`, 'success', 'waiting', `plan checkpoint ${word} last 1`),
    golden(`plan checkpoint ${word}`, 'json', 'waiting', `plan checkpoint ${word} last last --json`),
    golden(`plan checkpoint ${word}`, 'wrong-checkpoint', 'waiting', `plan checkpoint ${word} last 99`),
    wrongPlans(`plan checkpoint ${word}`, ' 1'),
  ]),
];
