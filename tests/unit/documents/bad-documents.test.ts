import { describe, expect, it } from 'vitest';
import { DocumentError } from '../../../src/domain/errors.ts';
import { formatFault, parseDocument } from '../../../src/documents/load-document.ts';
import { tinyTools } from './tiny-tools.ts';

/** Checks a text and gives its faults as people see them: `line:column message | hint`. */
async function faultsOf(text: string): Promise<readonly string[]> {
  const error = await parseDocument(text, 'x.plan.yaml', { tools: tinyTools, cwd: '/nowhere' }).catch(
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(DocumentError);
  expect(error).toMatchObject({
    code: 'document_invalid',
    exitCode: 3,
    nextSteps: ['mend it, then: agents plan validate x.plan.yaml'],
  });
  const { faults } = error as DocumentError;
  expect(error.message).toBe(
    `x.plan.yaml has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}`,
  );
  return faults.map((fault) => {
    expect(formatFault(fault)).toBe(`x.plan.yaml:${fault.line}:${fault.column} ${fault.message}`);
    return `${fault.line}:${fault.column} ${fault.message}${fault.hint === null ? '' : ` | ${fault.hint}`}`;
  });
}

type Row = readonly [what: string, text: string, ...faults: string[]];

/** The beginning that most rows share: two lines, then steps. */
const head = 'name: n\nsteps:\n';
const steps = (...lines: string[]): string => `${head}${lines.map((line) => `  ${line}\n`).join('')}`;
const withInputs = (inputs: string, ...lines: string[]): string => `inputs: ${inputs}\n${steps(...lines)}`;
const SAY = '- run: echo';
const subplans = (block: string): string => steps(`- subplans: ${block}`);

const yaml: readonly Row[] = [
  ['an unclosed quote', 'name: "x\n', '2:1 Missing closing "quote | this is not valid YAML'],
  [
    'a tab',
    'name: n\nsteps:\n\t- run: x\n',
    '3:1 Tabs are not allowed as indentation | this is not valid YAML',
  ],
  [
    'two documents',
    `${steps(SAY)}---\na: 1\n`,
    '4:1 a second document begins here (---) | this is not valid YAML',
  ],
  ['a key twice', 'name: n\ngoal: g\nname: m\n', '3:1 the key name stands here twice'],
  ['a key that is a list', '? [a]\n: 1\n', '1:3 a key must be a plain text'],
  ['a key of bytes', '!!binary aGk=: 1\n', '1:10 a key must be a plain text'],
  ['__proto__', 'name: n\n__proto__: { a: 1 }\n', '2:1 the key __proto__ is not allowed'],
  [
    'constructor, deep down',
    steps(SAY, '  env: { constructor: x }'),
    '4:12 the key constructor is not allowed',
  ],
  ['a tag nobody knows', 'name: !secret n\n', '1:7 Unresolved tag: !secret | this is not valid YAML'],
  [
    'a number without JSON form',
    steps('- { uses: fs.read, with: { path: .nan } }'),
    "3:36 this value can't be stored: NaN has no JSON form",
  ],
  ['bytes', 'name: !!binary aGk=\n', "1:16 this value can't be stored: a Buffer is not plain data"],
  ['an alias without anchor', 'name: *nobody\n', '1:7 no anchor &nobody stands before this alias'],
  ['an empty file', '', '1:1 the document must be a mapping, not nothing'],
  ['a list', '- a\n', '1:1 the document must be a mapping, not a list'],
];

const shape: readonly Row[] = [
  ['no name', 'steps: [{ run: x }]\n', '1:1 name is missing'],
  ['no steps', 'name: n\n', '1:1 steps is missing'],
  ['empty steps', 'name: n\nsteps: []\n', '2:8 steps must have at least one step'],
  ['steps of another type', 'name: n\nsteps: x\n', '2:8 steps must be a list, not a text'],
  [
    'a name of two lines',
    `name: "a\\nb"\nsteps: [{ run: x }]\n`,
    '1:7 name must be one line that is not empty',
  ],
  [
    'an unknown key',
    `name: n\ngaol: g\nsteps: [{ run: x }]\n`,
    '2:1 unknown key gaol in a plan document | did you mean goal?',
  ],
  [
    'a key from nowhere',
    `name: n\nxyzzyx: g\nsteps: [{ run: x }]\n`,
    '2:1 unknown key xyzzyx in a plan document | known here: name, goal, inputs, env, defaults, steps, outputs',
  ],
  ['a step that is a text', steps('- echo'), '3:5 step 1 must be a mapping, not a text'],
  [
    'a step without verb',
    steps('- id: a'),
    '3:5 step 1 needs exactly one of run, uses, decide, subplans, ask, sleep, agent',
  ],
  [
    'two verbs',
    steps('- run: x', '  uses: fs.read'),
    '4:5 step 1 needs exactly one of run, uses, decide, subplans, ask, sleep, agent; it has run and uses',
  ],
  [
    'two verbs, both of the right type',
    steps('- run: x', '  sleep: 5s'),
    '4:5 step 1 needs exactly one of run, uses, decide, subplans, ask, sleep, agent; it has run and sleep',
  ],
  [
    'two verbs, one of the wrong type',
    steps('- run: x', '  sleep: []'),
    '4:5 step 1 needs exactly one of run, uses, decide, subplans, ask, sleep, agent; it has run and sleep',
  ],
  ['a misspelt verb', steps('- ruun: x'), '3:5 unknown key ruun | did you mean run?'],
  [
    'a misspelt key',
    steps('- run: x', '  time_out: 5s'),
    '4:5 unknown key time_out in step 1 | did you mean timeout?',
  ],
  [
    'a misspelt key two levels down',
    steps('- run: x', '  retries: { max: 1, backof: 1s }'),
    '4:24 unknown key backof in retries | did you mean backoff?',
  ],
  ['run of another type', steps('- run: 5'), '3:10 run must be a text, not a number'],
  ['an empty command', steps('- run: " "'), '3:10 run must not be empty'],
  [
    'an unknown effect',
    steps(SAY, '  effect: wirte'),
    '4:13 effect must be one of read, write | did you mean write?',
  ],
  [
    'a duration without unit',
    steps(SAY, '  timeout: "5"'),
    '4:14 timeout must be a duration such as 500ms, 60s, 5m or 1h, or a number of seconds',
  ],
  [
    'a duration that is a list',
    steps(SAY, '  timeout: [5]'),
    '4:14 timeout must be a duration such as 500ms, 60s, 5m or 1h, or a number of seconds, not a list',
  ],
  ['a timeout of nothing', steps(SAY, '  timeout: 0s'), '4:14 timeout must be longer than 0'],
  ['a timeout beyond timers', steps(SAY, '  timeout: 577h'), '4:14 timeout must be at most 576h (24 days)'],
  [
    'sleep without a value',
    steps('- sleep:'),
    '3:11 sleep must be a duration such as 500ms, 60s, 5m or 1h, or a number of seconds, not nothing',
  ],
  ['too many retries', steps(SAY, '  retries: { max: 101 }'), '4:21 retries.max must be at most 100'],
  ['negative retries', steps(SAY, '  retries: { max: -1 }'), '4:21 retries.max must be at least 0'],
  ['retries without max', steps(SAY, '  retries: {}'), '4:14 retries.max is missing'],
  [
    'half a retry',
    steps(SAY, '  retries: { max: 1.5 }'),
    '4:21 retries.max must be a whole number from 0 to 100',
  ],
  [
    'text for retries',
    steps(SAY, '  retries: { max: many }'),
    '4:21 retries.max must be a whole number from 0 to 100, not a text',
  ],
  [
    'an id that is no name',
    steps('- id: 1st', '  run: x'),
    '3:9 id must begin with a letter or _ and go on with letters, digits, _ or -',
  ],
  [
    'a variable that is no name',
    steps(SAY, '  env: { 1A: x }'),
    '4:12 the name 1A must be a name of letters, digits and _, not beginning with a digit',
  ],
  [
    'a variable that is a list',
    steps(SAY, '  env: { A: [] }'),
    '4:15 env.A must be a text, a number, true or false, not a list',
  ],
  [
    'no options',
    steps('- decide: { question: q, options: [] }'),
    '3:37 decide.options must have at least one option',
  ],
  [
    'a misspelt option',
    steps('- decide: { question: q, options: [{ idd: a }] }'),
    '3:38 decide.options[0].id is missing',
    '3:40 unknown key idd in decide.options[0] | did you mean id?',
  ],
  [
    'an option that is a number',
    steps('- decide: { question: q, options: [1] }'),
    '3:38 decide.options[0] must be an id or {id, description}, not a number',
  ],
  [
    'a subplan without steps',
    subplans('{ plans: [{ name: a }] }'),
    '3:25 subplan 1 needs exactly one of steps, uses',
  ],
  [
    'a subplan with steps and file',
    subplans('{ plans: [{ name: a, uses: ./a.yaml, steps: [{ run: x }] }] }'),
    '3:36 subplan 1 needs exactly one of steps, uses; it has steps and uses',
  ],
  [
    'a fault in a subplan',
    subplans('{ plans: [{ name: a, steps: [{ rum: x }] }] }'),
    '3:46 unknown key rum | did you mean run?',
  ],
  [
    'a file that is not named as one',
    subplans('{ plans: [{ name: a, uses: a.yaml }] }'),
    '3:42 uses must be a file such as ./tests.plan.yaml, relative to this document',
  ],
  ['no plans', subplans('{ plans: [] }'), '3:24 subplans.plans must have at least one plan'],
  [
    'no room for plans',
    subplans('{ max_parallel: 0, plans: [{ name: a, steps: [{ run: x }] }] }'),
    '3:31 subplans.max_parallel must be at least 1',
  ],
];

const meaning: readonly Row[] = [
  [
    'an id twice',
    steps('- { id: a, run: x }', '- { id: a, run: y }'),
    '4:11 a second step is called a | the first one is at 3:5',
  ],
  [
    'an id like a made one',
    steps('- { id: step-2, run: x }', SAY),
    '4:5 a second step is called step-2 | the first one is at 3:5',
  ],
  [
    'an unknown need',
    steps('- { id: build, run: x }', '- { run: y, needs: [biuld] }'),
    '4:23 there is no step biuld | did you mean build?',
  ],
  [
    'an unknown need as a text',
    steps('- { id: build, run: x }', '- { run: y, needs: zzz }'),
    '4:22 there is no step zzz | known here: build, step-2',
  ],
  [
    'a circle of needs',
    steps('- { id: a, run: x, needs: [c] }', '- { id: b, run: x }', '- { id: c, run: x }'),
    '3:29 these steps wait for each other: a -> c -> b -> a | take one of the needs away',
  ],
  [
    'a step that needs itself',
    steps('- { id: a, run: x, needs: [a] }'),
    '3:29 these steps wait for each other: a -> a | take one of the needs away',
  ],
  ['an unknown tool', steps('- uses: fs.wriet'), '3:11 there is no tool fs.wriet | did you mean fs.write?'],
  [
    'an argument that is not there',
    steps('- uses: fs.write', '  with: { path: a, contents: b }'),
    '4:11 with.content is missing | agents tool show fs.write',
    '4:22 fs.write takes no contents | did you mean content?',
  ],
  [
    'an argument of another type',
    steps('- uses: fs.read', '  with: { path: [a] }'),
    '4:19 with.path: Invalid input: expected string, received array | agents tool show fs.read',
  ],
  [
    'an inner argument that is not there',
    steps('- uses: fs.patch', '  with: { hunks: [{ from: 1, text: a, too: b }] }'),
    '4:41 fs.patch takes no too | agents tool show fs.patch',
  ],
  [
    'arguments that are missing altogether',
    steps('- uses: plan.set'),
    '3:5 with is missing | agents tool show plan.set',
  ],
  [
    'arguments that are nothing',
    steps('- { uses: plan.set, with: {} }'),
    '3:29 with: needs a key | agents tool show plan.set',
  ],
  [
    'a write that says read',
    steps('- { uses: fs.write, effect: read, with: { path: a, content: b } }'),
    '3:31 fs.write writes: effect cannot be read | leave effect out',
  ],
  [
    'a POST that says read',
    steps('- { uses: http.request, effect: read, with: { url: u, method: POST } }'),
    '3:35 http.request writes: effect cannot be read | leave effect out',
  ],
  [
    'an expression in a command',
    steps('- id: a', '  run: echo a', '- run: echo ${{ steps.a.outputs.stdout }}'),
    '5:15 a command holds no expressions | env: { VALUE: "${{ steps.a.outputs.stdout }}" } and "$VALUE" in the command',
  ],
  [
    'an unclosed expression in a block command',
    steps('- run: |', '    echo a', '    echo ${{ b'),
    '5:12 a command holds no expressions | env: { VALUE: "${{ ... }}" } and "$VALUE" in the command',
  ],
  [
    'an expression in a name',
    `name: "n \${{ 1 }}"\nsteps: [{ run: x }]\n`,
    '1:10 an expression is not evaluated here | this text is taken as it is',
  ],
  [
    'a model for a person',
    steps('- decide: { question: q, options: [a], model: x/y }'),
    '3:42 model is only for by: model | add by: model',
  ],
  [
    'tools of an agent that are none',
    steps('- agent: { prompt: p, tools: [fs.raed, "fs.*", "git.*"] }'),
    '3:33 no tool is called fs.raed | did you mean fs.read?',
    '3:50 no tool is called git.* | known here: fs.patch, fs.read, fs.write, http.request, plan.set, plan.spawn',
  ],
  [
    'a tool that is only for agents',
    steps('- { uses: plan.spawn, with: {} }'),
    '3:13 plan.spawn is only for agents | a step with subplans does the same',
  ],
  [
    'a rule without choose',
    steps('- decide: { question: q, options: [a, b], by: rule }'),
    "3:13 by: rule needs choose | choose: ${{ ... && 'a' || 'b' }}",
  ],
  [
    'choose without a rule',
    steps("- decide: { question: q, options: [a], choose: 'a' }"),
    '3:42 choose is only for by: rule | add by: rule',
    '3:51 unknown name a | known here: inputs, env, steps, decisions, matrix, subplans, context, plan; a text stands in single quotes',
  ],
  [
    'a default that is no option',
    steps('- decide: { question: q, options: [short, long], default: shrot }'),
    '3:61 the default shrot is no option | did you mean short?',
  ],
  [
    'an option twice',
    steps('- decide: { question: q, options: [a, a] }'),
    '3:41 the option a stands here twice',
  ],
  [
    'an answer of another type',
    steps('- ask: { question: q, type: number, default: x }'),
    '3:48 the default must be a number',
  ],
  [
    'subplans of one name',
    subplans('{ plans: [{ name: a, steps: [{ run: x }] }, { name: a, steps: [{ run: x }] }] }'),
    '3:67 two subplans are called a',
  ],
  [
    'needs without order',
    subplans(
      '{ mode: parallel, plans: [{ name: a, needs: [], steps: [{ run: x }] }, { name: b, needs: [a], steps: [{ run: x }] }] }',
    ),
    '3:97 needs is only for mode: dependency_ordered | this step is parallel',
  ],
  [
    'an unknown sibling',
    subplans('{ mode: dependency_ordered, plans: [{ name: abc, needs: [abd], steps: [{ run: x }] }] }'),
    '3:72 there is no subplan abd | did you mean abc?',
  ],
  [
    'subplans in a circle',
    subplans(
      '{ mode: dependency_ordered, plans: [{ name: a, needs: b, steps: [{ run: x }] }, { name: b, needs: a, steps: [{ run: x }] }] }',
    ),
    '3:50 these subplans wait for each other: a -> b -> a | take one of the needs away',
  ],
  [
    'an input neither required nor given',
    withInputs('{ v: { type: string } }', SAY),
    '1:11 the input v needs required: true or a default',
  ],
  [
    'a default of another type',
    withInputs('{ v: { type: number, default: x } }', SAY),
    '1:39 the default must be a number',
  ],
  [
    'an expression as a default',
    withInputs('{ v: { default: "${{ 1 }}" } }', SAY),
    '1:26 an expression is not evaluated here | this text is taken as it is',
  ],
  [
    'a default that is no option of the input',
    withInputs('{ v: { default: x, options: [y, z] } }', SAY),
    '1:25 the default must be one of y, z',
  ],
  [
    'an option of another type',
    withInputs('{ v: { type: number, options: [1, b], default: 1 } }', SAY),
    '1:43 this option must be a number',
  ],
  [
    'env for what is no secret',
    withInputs('{ v: { required: true, env: V } }', SAY),
    '1:32 env is only for secret inputs | add secret: true',
  ],
  [
    'a secret with a default',
    withInputs('{ v: { secret: true, default: x } }', SAY),
    '1:30 a secret input has no default | its value must not stand in a document',
  ],
  [
    'a secret with options',
    withInputs('{ v: { secret: true, options: [x] } }', SAY),
    '1:30 a secret input has no options | its value must not stand in a document',
  ],
  [
    'a secret number',
    withInputs('{ v: { secret: true, type: number } }', SAY),
    '1:36 a secret input is always a string',
  ],
  [
    'a secret that is not required',
    withInputs('{ v: { secret: true, required: false } }', SAY),
    '1:40 a secret input is always required',
  ],
];

const reads = (content: string): string =>
  steps(
    '- { id: log, run: git log }',
    '- { id: way, decide: { question: q, options: [a] } }',
    `- { uses: fs.read, with: { path: "${content}" } }`,
  );

const expressions: readonly Row[] = [
  [
    'an unknown name',
    reads('a ${{ input.v }}'),
    '5:43 unknown name input | did you mean inputs?; a text stands in single quotes',
  ],
  [
    'an unknown function',
    reads("${{ startWith('a', 'b') }}"),
    '5:41 unknown function startWith | did you mean startsWith?',
  ],
  [
    'what every object has',
    reads('${{ constructor(1) }}'),
    '5:41 unknown function constructor | known here: success, failure, always, cancelled, case, contains, startsWith, endsWith, format, join, toJSON, fromJSON',
  ],
  ['an early end', reads('${{ plan.name == }}'), '5:51 unexpected end of expression at =='],
  ['a bracket too few', reads('${{ (1 == 2 }}'), '5:47 unexpected end of expression at 2'],
  [
    'an operator that is not there',
    reads('${{ 1 + 1 }}'),
    "5:43 unexpected + | texts stand in single quotes: 'like this'",
  ],
  ['a text without end', reads("${{ 'a }}"), '5:37 this ${{ has no end | write }} behind the expression'],
  ['nothing', reads('${{ }}'), '5:37 there is no expression here | such as inputs.version'],
  ['too many parameters', reads('${{ toJSON(1, 2) }}'), '5:41 too many parameters supplied at toJSON'],
  [
    'the second of two in one text',
    reads('${{ plan.id }} ${{ plan.nme }}'),
    '5:61 plan has no nme | did you mean name?',
  ],
  [
    'an unknown input',
    withInputs(
      '{ version: { required: true } }',
      '- uses: fs.read',
      '  with: { path: "${{ inputs.verson }}" }',
    ),
    '5:31 there is no input verson | did you mean version?',
  ],
  ['an input where none is', reads('${{ inputs.v }}'), '5:48 there is no input v | declare it below inputs:'],
  [
    'an unknown step',
    reads('${{ steps.lgo.outputs.stdout }}'),
    '5:47 there is no step lgo | did you mean log?',
  ],
  [
    'a step that comes later',
    steps('- { uses: fs.read, with: { path: "${{ steps.b.status }}" } }', '- { id: b, run: x }'),
    '3:47 the step b may not have ended when step-1 runs | add b to the needs of step-1',
  ],
  [
    'a step beside it',
    steps(
      '- { id: a, run: x, needs: [] }',
      '- { id: b, run: y, needs: [], env: { A: "${{ steps.a.status }}" } }',
    ),
    '4:54 the step a may not have ended when b runs | add a to the needs of b',
  ],
  [
    'the step itself',
    steps('- { id: a, run: x, if: "steps.a.status" }'),
    '3:33 the step a may not have ended when a runs | a step cannot see itself',
  ],
  [
    'output for outputs',
    reads('${{ steps.log.output.stdout }}'),
    '5:51 steps.log has no output | did you mean outputs?',
  ],
  ['steps as a whole', reads('${{ toJSON(steps) }}'), '5:48 steps needs the id of a step | steps.<id>'],
  [
    'a step that is computed',
    reads('${{ steps[plan.name].outputs }}'),
    '5:41 steps needs the id of a step | steps.<id>',
  ],
  [
    'a decision of no decide step',
    reads('${{ decisions.log.chosen }}'),
    '5:51 the step log decides nothing | its result is steps.log.outputs',
  ],
  [
    'a decision of an ask step',
    steps('- { id: a, ask: { question: q } }', '- { run: x, if: decisions.a.chosen }'),
    '4:29 the step a decides nothing | the answer is steps.a.outputs.answer',
  ],
  [
    'an unknown decision',
    reads('${{ decisions.wya.chosen }}'),
    '5:51 there is no step wya | did you mean way?',
  ],
  [
    'a decision without such a property',
    reads('${{ decisions.way.choosen }}'),
    '5:55 decisions.way has no choosen | did you mean chosen?',
  ],
  [
    'subplans by name',
    reads('${{ subplans.a }}'),
    '5:41 subplans cannot be named | steps.<step>.outputs.plans.<name>.outputs holds what a subplan gave',
  ],
  ['an unknown variable', reads('${{ env.PATH }}'), '5:45 there is no variable PATH | declare it below env:'],
  ['a status outside of if', reads('${{ success() }}'), '5:41 success() can only be used in if'],
  [
    'steps in the env of the plan',
    `env: { A: "\${{ steps.a.status }}" }\n${steps('- { id: a, run: x }')}`,
    '1:16 steps cannot be used here | here only: inputs, plan',
  ],
  [
    'steps in the goal',
    `goal: "\${{ steps.a.status }}"\n${steps('- { id: a, run: x }')}`,
    '1:12 steps cannot be used here | here only: inputs',
  ],
  [
    'a condition of two expressions',
    steps(SAY, '  if: ${{ 1 }} && ${{ 2 }}'),
    '4:9 this must be one expression | such as inputs.level == 2 && success()',
  ],
  [
    'a condition with a fault',
    steps(SAY, '  if: sucess() && true'),
    '4:9 unknown function sucess | did you mean success?',
  ],
  [
    'a fault in an output',
    `${steps(SAY)}outputs: { a: ["\${{ steps.b.outputs }}"] }\n`,
    '4:27 there is no step b | known here: step-1',
  ],
  [
    'a fault in a folded text',
    steps('- uses: fs.read', '  with:', '    path: >-', '      one', '      two ${{ plan.x }}'),
    '7:22 plan has no x | known here: id, name, workspace',
  ],
  [
    'a secret as an argument',
    withInputs('{ token: { secret: true } }', '- { uses: fs.read, with: { path: "${{ inputs.token }}" } }'),
    '4:48 the secret token cannot be used here | a secret reaches only the env of a step: env: { TOKEN: "${{ inputs.NAME }}" }',
  ],
  [
    'all inputs, one of them secret',
    withInputs('{ token: { secret: true } }', '- { uses: fs.read, with: { path: "${{ toJSON(inputs) }}" } }'),
    '4:48 this would show the secret token | a secret reaches only the env of a step: env: { TOKEN: "${{ inputs.NAME }}" }',
  ],
  [
    'a variable with a secret as an argument',
    withInputs(
      '{ token: { secret: true } }',
      '- uses: fs.read',
      '  with: { path: "${{ env.A }}" }',
      '  env: { A: "x ${{ inputs.token }}" }',
    ),
    '5:28 a variable that holds a secret cannot be used here | a secret reaches only the env of a step: env: { TOKEN: "${{ inputs.NAME }}" }',
  ],
  [
    'all variables, one with a secret',
    withInputs(
      '{ token: { secret: true } }',
      '- uses: fs.read',
      '  with: { path: "${{ toJSON(env) }}" }',
      '  env: { A: "${{ toJSON(inputs) }}" }',
    ),
    '5:31 a variable that holds a secret cannot be used here | a secret reaches only the env of a step: env: { TOKEN: "${{ inputs.NAME }}" }',
  ],
  [
    'a secret by way of two variables',
    `env: { A: "\${{ inputs.token }}" }\n${withInputs('{ token: { secret: true } }', '- { run: x, if: env.B, env: { B: "${{ env.A }}", C: "${{ 1 + }}" } }')}`,
    '5:23 a variable that holds a secret cannot be used here | a secret reaches only the env of a step: env: { TOKEN: "${{ inputs.NAME }}" }',
    "5:62 unexpected + | texts stand in single quotes: 'like this'",
  ],
  [
    'a step of the plan around',
    steps(
      '- { id: a, run: x }',
      '- subplans: { plans: [{ name: p, steps: [{ run: y, env: { A: "${{ steps.a.status }}" } }] }] }',
    ),
    '4:75 there is no step a | known here: step-1',
  ],
  [
    'a missing ending in a question',
    steps('- ask: { question: "${{ plan.id" }'),
    '3:23 this ${{ has no end | write }} behind the expression',
  ],
];

const places: readonly Row[] = [
  [
    'what two steps share by an alias is told once',
    steps('- { run: a, env: &e { A: "${{ nope }}" } }', '- { run: b, env: *e }'),
    '3:33 unknown name nope',
  ],
  [
    'a text with escapes is told at its beginning',
    steps('- { run: a, env: { A: "${{ n\\u006fpe }}" } }'),
    '3:25 unknown name nope',
  ],
  [
    'the second of two equal faults',
    steps('- { uses: fs.read, with: { path: "${{ env.A }} ${{ env.A }}" } }'),
    '3:45 there',
    '3:58 there',
  ],
  [
    'an expression of nothing at all',
    steps('- { uses: fs.read, with: { path: "${{}}" } }'),
    '3:37 there is no expression here',
  ],
  [
    'an unknown need behind which steps are looked at',
    steps('- { id: abc, run: x }', '- { run: y, needs: [zzz], if: steps.abc.status }'),
    '4:23 there is no step zzz',
    '4:39 the step abc may not',
  ],
  ['a step with a key from nowhere', steps('- { id: a, qqqqqqq: 1 }'), '3:14 unknown key qqqqqqq'],
  [
    'a decision that is looked at too early',
    steps('- { run: x, if: decisions.b.chosen }', '- { id: b, decide: { question: q, options: [a] } }'),
    '3:29 the step b may not',
  ],
];

describe('Given a document with faults, when it is read, then each is told with its place and what to do', () => {
  it.each([...yaml, ...shape, ...meaning, ...expressions])('%s', async (_, text, ...faults) => {
    expect(await faultsOf(text)).toEqual(faults);
  });

  it.each(places)('%s', async (_, text, ...faults) => {
    const told = await faultsOf(text);
    expect(told.map((fault, index) => fault.slice(0, (faults[index] ?? '').length))).toEqual(faults);
  });

  it('tells all faults at once, in the order of the file', async () => {
    const faults = await faultsOf(steps('- { run: x, needs: [a] }', '- uses: nope', '- run: ${{ 1 }}'));
    expect(faults.map((fault) => fault.slice(0, 4))).toEqual(['3:23', '4:11', '5:10']);
  });
});
