import type { GoldenCase } from '../../../support/golden.ts';
import { golden, whileRunning, wrongPlans } from './new-case.ts';

/** Commands that look at stored plans. */
export const LOOK_CASES: readonly GoldenCase[] = [
  golden(
    'plan list',
    'success',
    'several',
    'plan list',
    'plan list --all-workspaces',
    'plan list --limit 1',
    'plan list --state complete',
  ),
  golden('plan list', 'json', 'several', 'plan list --json --limit 1'),
  golden(
    'plan list',
    'empty',
    'empty',
    'plan list',
    'plan list --all-workspaces',
    'plan list --phase execute',
  ),
  golden(
    'plan list',
    'bad-value',
    'several',
    'plan list --phase exekute',
    'plan list --state nonsense',
    'plan list --limit 0',
    'plan list --limit many',
    'plan list --cursor nonsense',
    'plan list --cursor a~b',
    'plan list --phase',
    'plan list --limit 1 --limit 2',
    'plan list --all-workspaces -C .',
  ),
  golden('plan list', 'no-database', 'noDatabase', 'plan list', 'plan list --json'),

  golden('plan status', 'success', 'complete', 'plan status last'),
  golden('plan status', 'failed', 'failed', 'plan status last'),
  golden('plan status', 'waiting', 'waiting', 'plan status last'),
  golden('plan status', 'queued', 'created', 'plan status last'),
  golden('plan status', 'json', 'complete', 'plan status last --json'),
  whileRunning('plan status', 'running', 'plan status last'),
  wrongPlans('plan status'),
  golden('plan status', 'no-plans', 'empty', 'plan status last'),

  golden('plan tree', 'success', 'failed', 'plan tree last', 'plan tree last --all'),
  golden('plan tree', 'json', 'waiting', 'plan tree last --json'),
  wrongPlans('plan tree'),

  golden('plan show', 'success', 'failed', 'plan show last style', 'plan show last ask'),
  golden('plan show', 'json', 'failed', 'plan show last style --json'),
  golden(
    'plan show',
    'wrong-decision',
    'failed',
    'plan show last stile',
    'plan show last nonsense',
    'plan show last 0000',
  ),
  golden('plan show', 'no-decisions', 'complete', 'plan show last style'),
  golden('plan show', 'ambiguous', 'failed', 'plan show last 01JD'),
  wrongPlans('plan show', ' style'),

  golden('plan errors', 'success', 'failed', 'plan errors last'),
  golden('plan errors', 'json', 'failed', 'plan errors last --json'),
  golden('plan errors', 'none', 'complete', 'plan errors last'),
  wrongPlans('plan errors'),

  golden('plan events', 'success', 'complete', 'plan events last'),
  golden('plan events', 'json', 'created', 'plan events last --json'),
  golden('plan events', 'stream', 'complete', 'plan events last --json=stream'),
  wrongPlans('plan events'),

  golden('plan watch', 'success', 'complete', 'plan watch last'),
  golden('plan watch', 'failed', 'failed', 'plan watch last --accessible'),
  golden('plan watch', 'json', 'complete', 'plan watch last --json'),
  golden('plan watch', 'stream', 'waiting', {
    line: 'plan watch last --json=stream',
    meanwhile: async (_bench, run) => {
      await run.says(/nobody runs it now/);
      run.send('SIGINT');
    },
  }),
  wrongPlans('plan watch'),

  golden(
    'plan checkpoint list',
    'success',
    'several',
    'plan checkpoint list last',
    'plan checkpoint list last --limit 1',
    'plan checkpoint list last --trigger manual',
  ),
  golden('plan checkpoint list', 'tree', 'failed', 'plan checkpoint list last --tree'),
  golden('plan checkpoint list', 'json', 'complete', 'plan checkpoint list last --json'),
  golden(
    'plan checkpoint list',
    'empty',
    'created',
    'plan checkpoint list last',
    'plan checkpoint list last --trigger on_error',
  ),
  golden(
    'plan checkpoint list',
    'bad-value',
    'several',
    'plan checkpoint list last --trigger on_eror',
    'plan checkpoint list last --limit 1001',
    'plan checkpoint list last --cursor nonsense',
  ),
  wrongPlans('plan checkpoint list'),

  golden(
    'plan checkpoint show',
    'success',
    'failed',
    'plan checkpoint show last last',
    'plan checkpoint show last 1',
  ),
  golden('plan checkpoint show', 'json', 'complete', 'plan checkpoint show last 1 --json'),
  golden(
    'plan checkpoint show',
    'wrong-checkpoint',
    'several',
    'plan checkpoint show last 99',
    'plan checkpoint show last nonsense',
    'plan checkpoint show last 01JD',
  ),
  wrongPlans('plan checkpoint show', ' 1'),
];
