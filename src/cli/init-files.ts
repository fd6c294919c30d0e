import { renderAgentsrc } from '../config/agentsrc-example.ts';
import { planSchema } from '../app/plan-schema.ts';

/** A file that `agents init` writes; its path is relative to the project. */
export interface InitFile {
  readonly path: string;
  readonly about: string;
  readonly text: string;
}

export const EXAMPLE_PLAN = '.agents/plans/hello.plan.yaml';
const SCHEMA = '.agents/plan.schema.json';

const HELLO = `# yaml-language-server: $schema=../plan.schema.json
# A first plan: it looks around, asks you one question, writes one file and checks it.
#   agents plan validate ${EXAMPLE_PLAN}
#   agents plan run ${EXAMPLE_PLAN} -i who=you
name: hello
goal: Write a greeting to \${{ inputs.who }}
inputs:
  who: { description: Who is greeted, default: world }
steps:
  - id: look
    run: ls
    effect: read # it changes nothing, so no checkpoint is taken before it
  - id: style
    decide:
      question: How shall we say it?
      options: [{ id: plain, description: one word }, { id: warm, description: a whole sentence }]
      default: plain # taken where nobody can be asked
  - id: write
    uses: fs.write
    with:
      path: hello.txt
      content: "\${{ decisions.style.chosen == 'warm' && 'How good to see you' || 'Hello' }}, \${{ inputs.who }}!\\n"
  - id: check
    run: test -s hello.txt && cat hello.txt
    effect: read
outputs:
  greeting: \${{ steps.check.outputs.stdout }}
`;

/** What a project begins with. */
export async function initFiles(): Promise<readonly InitFile[]> {
  const schema = `${JSON.stringify(await planSchema(), null, 2)}\n`;
  return [
    { path: '.agentsrc', about: 'settings, each with its default', text: renderAgentsrc() },
    { path: EXAMPLE_PLAN, about: 'a first plan to run and to change', text: HELLO },
    { path: SCHEMA, about: 'what an editor checks plans by', text: schema },
  ];
}
