import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';
import { OtlpReceiver, type Answer } from '../support/otlp-receiver.ts';

const ONE = `name: one\nsteps: [ { id: say, run: 'echo hello', effect: read } ]\n`;
/** The second step goes on when the test makes a file. */
const GATED = `
name: gated
steps:
  - { id: first, run: 'true', effect: read }
  - { id: second, run: 'echo begun; while ! test -f go; do sleep 0.02; done', effect: read }
  - { id: third, run: 'true', effect: read }
`;
/** A name that stays in the minified bundle. */
const SDK = 'BatchSpanProcessor';

const at = ({ url }: OtlpReceiver, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  ...more,
});

/** Whether a run with this environment loads the SDK. */
async function loadsSdk(env: Readonly<Record<string, string>>): Promise<boolean> {
  using sandbox = new Sandbox();
  sandbox.write('one.plan.yaml', ONE);
  const coverage = join(sandbox.root, 'coverage');
  await sandbox.start(['plan', 'run', 'one.plan.yaml'], { ...env, NODE_V8_COVERAGE: coverage }).done;
  const urls = readdirSync(coverage).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(coverage, name), 'utf8')) as {
      result: { url: string }[];
    };
    return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
  });
  expect(urls.length).toBeGreaterThan(1);
  return urls.some((url) => readFileSync(fileURLToPath(url), 'utf8').includes(SDK));
}

/** `TRACE-SPAN` of each run, as the plan's history tells. */
async function tracesOf(sandbox: Sandbox): Promise<readonly string[]> {
  const { stdout } = await sandbox.run('plan', 'events', 'last', '--json');
  return [...stdout.matchAll(/traced as 00-([0-9a-f]{32}-[0-9a-f]{16})-01/g)].map(
    ([, trace]) => trace as string,
  );
}

describe('the SDK', () => {
  it.each([
    ['where nothing is asked for', {}, false],
    ['where it is switched off', { OTEL_SDK_DISABLED: 'true', OTEL_TRACES_EXPORTER: 'console' }, false],
    ['where it is asked for', { OTEL_TRACES_EXPORTER: 'console' }, true],
  ])('Given a run %s, then it is loaded: %j %s', async (_, env, isLoaded) => {
    expect(await loadsSdk(env)).toBe(isLoaded);
  });
});

describe('a run that a collector hears of', () => {
  it('Given SIGKILL, then what had ended was sent, and the run that goes on is linked to it', async () => {
    await using receiver = await OtlpReceiver.open();
    using sandbox = new Sandbox();
    const env = at(receiver, { OTEL_BSP_SCHEDULE_DELAY: '20' });
    sandbox.write('gated.plan.yaml', GATED);
    const runner = sandbox.start(['plan', 'run', 'gated.plan.yaml'], env);
    await receiver.hears('step first');
    await runner.says(/begun/);
    runner.child.kill('SIGKILL');
    await runner.done;
    const [killed] = await tracesOf(sandbox);
    sandbox.write('go', '');
    expect((await sandbox.start(['plan', 'execute', 'last'], env).done).code).toBe(0);
    const [run] = await receiver.runs(1);
    expect(run?.links).toEqual([killed]);
    expect(receiver.spans[0]?.trace).toBe(killed?.slice(0, 32));
    const names = receiver.spans.filter(({ trace }) => trace === run?.trace).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('step '))).toEqual(['step second', 'step third']);
  });

  it('Given Ctrl-C, then the plan rests, and its trace is sent', async () => {
    await using receiver = await OtlpReceiver.open();
    using sandbox = new Sandbox();
    sandbox.write('gated.plan.yaml', GATED);
    const runner = sandbox.start(['plan', 'run', 'gated.plan.yaml'], at(receiver));
    await runner.says(/begun/);
    runner.child.kill('SIGINT');
    await runner.says(/pausing/);
    sandbox.write('go', '');
    const { code, stderr } = await runner.done;
    const [run] = await receiver.runs(1);
    expect([code, run?.attributes['agents.plan.outcome']]).toEqual([130, 'paused']);
    expect(stderr).not.toContain('telemetry');
  });

  const refusing: Answer = (response) => {
    response.statusCode = 400;
    response.end();
  };

  it.each([
    ['takes them', undefined],
    ['refuses them', refusing],
  ])(
    'Given a screen, and a collector that %s, then the spans come, and no word of it is on the terminal',
    async (_, answer) => {
      await using receiver = await OtlpReceiver.open(answer);
      using sandbox = new Sandbox();
      sandbox.write('one.plan.yaml', ONE);
      const env = at(receiver, { OTEL_TRACES_EXPORTER: 'otlp,console' });
      await using terminal = sandbox.terminal(['plan', 'run', 'one.plan.yaml'], { env });
      await terminal.shows(/EXECUTE complete/);
      const [run] = await receiver.runs(1);
      expect(run?.attributes['agents.plan.outcome']).toBe('complete');
      expect(terminal.text).not.toMatch(/telemetry:|span_id|traced as/);
      terminal.press('q');
      expect(await terminal.exits()).toBe(0);
      expect(terminal.text).not.toMatch(/telemetry:|span_id|traced as/);
    },
  );

  it('Given a run that is left to itself, then its trace is sent', async () => {
    await using receiver = await OtlpReceiver.open();
    using sandbox = new Sandbox();
    sandbox.write('one.plan.yaml', ONE);
    const { code } = await sandbox.start(['plan', 'run', 'one.plan.yaml', '--detach'], at(receiver)).done;
    const [run] = await receiver.runs(1);
    expect([code, run?.name]).toEqual([0, 'invoke_workflow one']);
  });

  it('Given a collector that never answers, then the plan says how it ended, and the program ends', async () => {
    await using receiver = await OtlpReceiver.open(() => undefined);
    using sandbox = new Sandbox();
    sandbox.write('one.plan.yaml', ONE);
    const { code, stdout, stderr } = await sandbox.start(['plan', 'run', 'one.plan.yaml'], at(receiver)).done;
    expect([code, stderr]).toEqual([
      0,
      'telemetry: spans could not be sent: it takes too long (the plan is not affected)\n',
    ]);
    expect(stdout).toContain('execute/complete');
  });
});
