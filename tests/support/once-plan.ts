/**
 * A plan whose every effect can be counted: run twice, a write leaves a second line, or is refused. It has retries, one with
 * its files put back, steps side by side, subplans side by side of which one needs a second attempt, and interval checkpoints.
 */
const append = (id: string, more = ''): string =>
  `{ id: ${id}, run: 'echo ${id} begun >> ${id}.log; sleep 0.02; echo ${id} done >> ${id}.log; echo ${id} >> common.log'${more} }`;

const FIRST_TIME_FAILS = 'test -e again.ok || { touch again.ok; exit 1; }';

export const ONCE_PLAN = `
name: once
steps:
  - { id: begun, uses: plan.set, with: { key: begun, value: true } }
  - ${append('one')}
  - { id: seen, run: 'sleep 0.05; cat one.log', effect: read }
  - { id: folder, uses: fs.mkdir, with: { path: made/deep } }
  - { id: text, uses: fs.write, with: { path: made/deep/text, content: "\${{ steps.seen.outputs.stdout }}" } }
  - { id: edit, uses: fs.edit, with: { path: count.txt, find: 'count 0', replace: 'count 0, count 1' } }
  - { id: move, uses: fs.move, with: { from: moving, to: made/moved } }
  - { id: copy, uses: fs.copy, with: { from: made/moved, to: made/copied } }
  - { id: gone, uses: fs.delete, with: { path: old, recursive: true } }
  - { id: again, run: 'echo try >> again.log; ${FIRST_TIME_FAILS}', retries: { max: 2 } }
  - { id: back, run: 'echo try >> back.log; exit 1', retries: { max: 1, restore: workspace }, continue_on_error: true }
  - id: style
    decide: { question: Which?, options: [short, long], by: rule, choose: "'long'" }
  - id: parts
    subplans:
      mode: parallel
      plans:
        - { name: x, steps: [${append('x1')}, ${append('x2')}] }
        - { name: y, steps: [{ id: wait, sleep: 30ms }, ${append('y1')}] }
        - name: z
          retries: { max: 1 }
          steps:
            - { id: z1, run: 'echo z1 >> z.log; test -e z.ok || { touch z.ok; exit 1; }' }
            - ${append('z2')}
  - ${append('p1', ', needs: [parts]')}
  - ${append('p2', ', needs: [parts]')}
  - { id: p3, run: 'sleep 0.05; cat x2.log', effect: read, needs: [parts] }
  - ${append('last', `, needs: [p1, p2, p3], if: "\${{ decisions.style.chosen == 'long' }}"`)}
outputs:
  seen: "\${{ steps.seen.outputs.stdout }}"
  x2: "\${{ steps.p3.outputs.stdout }}"
`;

export const ONCE_SETTINGS = 'core:\n  checkpoints:\n    interval: { steps: 3, seconds: 1 }\n';

export const ONCE_FILES: Readonly<Record<string, string>> = {
  '.agentsrc': ONCE_SETTINGS,
  'count.txt': 'count 0\n',
  moving: 'moving\n',
  'old/one': '1\n',
  'old/two': '2\n',
  'mine.txt': 'mine\n',
};
