// A program that plays a story on the screen and prints what stood there after each step, cell by cell.
import { OpenPlan } from './open-plan.ts';
import { releaseNotes } from './release-notes-plan.ts';

const TEXTS = [
  '宽字符 wide',
  'e\u0301te\u0301',
  '👩‍💻 works',
  '\u001B[31mred\u001B[0m',
  'ﾊﾟ',
  '한글 ᄀᆞ',
  '±×÷ ─┼─ ✓✗',
  '☺\uFE0F',
];
const KEYS = [
  'j',
  'j',
  ' ',
  '2j',
  'd',
  ']',
  ']',
  'T',
  'T',
  '?',
  'j',
  '?',
  '3',
  '+',
  '+',
  '_',
  '_',
  '1',
  '/T',
  '\r',
  '*',
];

await using open = new OpenPlan({ columns: 118, rows: 34, history: releaseNotes });
await open.settle();
const pictures = [open.terminal.picture()];
for (const [round, key] of [...KEYS, ...KEYS].entries()) {
  const text = TEXTS[round % TEXTS.length] ?? '';
  open.plan.add('note.added', { text: `${round} ${text.repeat(1 + (round % 5))}`, step_id: null });
  if (round % 9 === 4) open.plan.checkpointed('manual', { label: text });
  if (round === 20) open.terminal.resize(83, 25);
  await open.pass(100);
  await open.type(key);
  pictures.push(open.terminal.picture());
}
process.stdout.write(JSON.stringify(pictures));
