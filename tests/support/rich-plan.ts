import { CliBench, fixedIds, tickingClock } from './cli-bench.ts';

/** A plan with something of each kind, whose last subplan fails. */
export const RICH = `
name: rich
goal: Everything that a plan can show
steps:
  - { id: log, run: 'echo hello', effect: read }
  - id: style
    decide:
      question: Which style?
      options: [ { id: short, description: one line }, { id: long } ]
      by: rule
      choose: "'short'"
      rationale: nobody reads more
  - { id: fetch, uses: http.request, with: { url: 'https://example.org/' }, needs: [log], if: "\${{ false }}" }
  - { id: send, uses: http.request, with: { method: POST, url: 'https://example.org/' }, if: "\${{ false }}" }
  - { id: write, uses: fs.write, with: { path: NOTES.md, content: hi }, needs: [style] }
  - { id: ask, ask: { question: How many?, type: number, default: 2 } }
  - id: checks
    subplans:
      mode: dependency_ordered
      plans:
        - { name: lint, steps: [ { id: look, run: 'true', effect: read } ] }
        - { name: tests, needs: [lint], steps: [ { id: broken, run: 'echo oh >&2; exit 3' } ] }
`;

/** It has run, with ids and times that are the same in every run. */
export async function richBench(): Promise<CliBench> {
  const bench = new CliBench();
  bench.clock = tickingClock('2026-11-21T02:03:39.000Z');
  bench.ids = fixedIds();
  bench.write('rich.plan.yaml', RICH);
  await bench.run('plan', 'run', 'rich.plan.yaml', '--quiet', '--no-input');
  return bench;
}
