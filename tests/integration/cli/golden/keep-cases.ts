import type { GoldenCase, Typed } from '../../../support/golden.ts';
import { golden } from './new-case.ts';

const KEY = 'core.execution.max_parallel';

/** A scripted model that is ended as soon as it listens. */
const ended = (line: string): Typed => ({
  line,
  meanwhile: async (_bench, run) => {
    await run.says(/listens/);
    run.send('SIGINT');
  },
});

/** Commands for tools, settings and the way in. */
export const KEEP_CASES: readonly GoldenCase[] = [
  golden('tool list', 'success', 'empty', 'tool list'),
  golden('tool list', 'json', 'empty', 'tool list --json'),
  golden('tool show', 'success', 'empty', 'tool show fs.write', 'tool show http.request'),
  golden('tool show', 'json', 'empty', 'tool show fs.write --json'),
  golden('tool show', 'wrong-name', 'empty', 'tool show fs.wirte', 'tool show nonsense'),

  golden('mcp list', 'success', 'servers', 'mcp list'),
  golden('mcp list', 'json', 'servers', 'mcp list --json'),
  golden('mcp list', 'none', 'empty', 'mcp list'),
  golden('mcp approve', 'success', 'servers', 'mcp approve memory --yes', 'mcp list'),
  golden('mcp approve', 'json', 'servers', 'mcp approve memory --yes --json'),
  golden('mcp approve', 'nobody-to-ask', 'servers', 'mcp approve memory'),
  golden('mcp approve', 'no-program', 'servers', 'mcp approve web --yes'),
  golden('mcp approve', 'wrong-name', 'servers', 'mcp approve memry --yes'),

  golden('config show', 'success', 'settings', 'config show', `config show --origin --set ${KEY}=3`),
  golden('config show', 'json', 'settings', 'config show --origin --json'),
  golden('config show', 'bad-settings', 'wrongSettings', 'config show'),
  golden(
    'config explain',
    'success',
    'settings',
    `config explain ${KEY}`,
    'config explain core.checkpoints.auto_create_on',
  ),
  golden('config explain', 'json', 'settings', `config explain ${KEY} --json`),
  golden(
    'config explain',
    'wrong-key',
    'settings',
    'config explain core.execution.max_paralel',
    'config explain core.checkpoints',
    'config explain max_parallel',
    'config explain nonsense',
  ),
  golden('config explain', 'bad-settings', 'wrongSettings', `config explain ${KEY}`),
  golden(
    'config get',
    'success',
    'settings',
    `config get ${KEY}`,
    'config get core.checkpoints.auto_create_on',
  ),
  golden('config get', 'json', 'settings', `config get ${KEY} --json`),
  golden('config get', 'wrong-key', 'settings', 'config get nonsense'),
  golden('config get', 'bad-settings', 'unreadableSettings', `config get ${KEY}`),
  golden(
    'config set',
    'success',
    'settings',
    `config set ${KEY} 4`,
    `config set ${KEY} 4`,
    'config get core.checkpoints.auto_create_on',
  ),
  golden('config set', 'new-file', 'empty', `config set ${KEY} 4`),
  golden(
    'config set',
    'json',
    'settings',
    'config set core.checkpoints.auto_create_on on_error,on_tool_write --json',
  ),
  golden(
    'config set',
    'bad-value',
    'settings',
    `config set ${KEY} many`,
    `config set ${KEY} 0`,
    'config set core.checkpoints.auto_create_on on_eror',
    'config set core.checkpoints.on_failure nonsense',
  ),
  golden(
    'config set',
    'wrong-key',
    'settings',
    'config set core.execution.max_paralel 4',
    'config set core.execution 4',
  ),
  golden('config set', 'unreadable', 'unreadableSettings', `config set ${KEY} 4`),
  golden('config path', 'success', 'settings', 'config path'),
  golden('config path', 'json', 'settings', 'config path --json'),
  golden('config path', 'none', 'empty', 'config path', 'config path --verbose'),
  golden('config validate', 'success', 'settings', 'config validate'),
  golden('config validate', 'json', 'settings', 'config validate --json'),
  golden('config validate', 'none', 'empty', 'config validate'),
  golden('config validate', 'refused', 'wrongSettings', 'config validate', 'config validate --json'),
  golden('config validate', 'unreadable', 'unreadableSettings', 'config validate'),

  golden('init', 'success', 'empty', 'init --dry-run', 'init', 'init'),
  golden('init', 'next', 'empty', 'init --quiet', 'plan validate .agents/plans/hello.plan.yaml'),
  golden('init', 'json', 'empty', 'init --json'),
  golden('init', 'there-already', 'settings', 'init', { line: 'init', answer: 'n' }, 'init --yes'),
  golden('init', 'bad-folder', 'documents', 'init -C nowhere', 'init -C /', 'init -C greet.plan.yaml'),
  golden('doctor', 'success', 'complete', 'doctor'),
  golden('doctor', 'json', 'empty', 'doctor --json'),
  golden('doctor', 'wrong', 'wrongSettings', 'doctor', 'doctor --json'),
  golden('doctor', 'no-database', 'noDatabase', 'doctor'),
  golden('doctor', 'bad-folder', 'empty', 'doctor -C nowhere'),

  ...['plan', 'config'].flatMap((name) => [
    golden(`schema ${name}`, 'success', 'empty', `schema ${name}`),
    golden(`schema ${name}`, 'json', 'empty', `schema ${name} --json`),
  ]),
  golden('dev mock-model', 'success', 'scripts', ended('dev mock-model hello.yaml')),
  golden('dev mock-model', 'json', 'scripts', ended('dev mock-model hello.yaml --json')),
  golden('dev mock-model', 'wrong', 'scripts', 'dev mock-model wrong.yaml', 'dev mock-model nowhere.yaml'),
  golden('dev mock-model', 'wrong-port', 'scripts', 'dev mock-model hello.yaml --port=0'),
  ...['bash', 'zsh', 'fish'].flatMap((shell) => [
    golden(`completion ${shell}`, 'success', 'empty', `completion ${shell}`),
    golden(`completion ${shell}`, 'json', 'empty', `completion ${shell} --json`),
  ]),
];
