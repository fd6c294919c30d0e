import { afterEach, describe, expect, it, vi } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';
import { OtlpReceiver, type ReceivedSpan } from '../../support/otlp-receiver.ts';

const ONE = `name: one\nsteps: [ { id: say, run: 'echo s3cret', effect: read } ]\n`;
const STORY = `
name: story
steps:
  - { id: write, uses: fs.write, with: { path: N.md, content: x } }
  - { id: never, if: "inputs.on == 'x'", run: 'true' }
  - { id: flaky, run: 'test -e done || { touch done; exit 3; }', retries: { max: 1 } }
  - id: both
    subplans:
      mode: sequential
      retries: { max: 1 }
      plans:
        - { name: fine, steps: [ { id: a, run: 'true', effect: read } ] }
        - { name: weak, steps: [ { id: b, run: 'test -e two || { touch two; exit 4; }' } ] }
  - { id: bad, run: 'exit 5', effect: read }
`;
const WAITING = `
name: waiting
steps:
  - { id: first, run: 'true', effect: read }
  - { id: style, decide: { question: Which?, options: [ { id: short }, { id: long } ], by: human } }
  - { id: last, if: "decisions.style.chosen == 'long'", run: 'true', effect: read }
`;

/** The program hands the environment on; the SDK reads that of the process by itself. */
function set(bench: CliBench, env: Readonly<Record<string, string>>): void {
  Object.assign(bench.env, env);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
}

const at = (receiver: OtlpReceiver): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
});

/** What is told of a trace in a plan's history. */
async function notes(bench: CliBench): Promise<readonly string[]> {
  const { out } = await bench.run('plan', 'events', 'last', '--json');
  return [...out.matchAll(/traced as 00-([0-9a-f]{32}-[0-9a-f]{16})-01/g)].map(
    ([, trace]) => trace as string,
  );
}

/** As a word each: the attribute of that name, if it is there. */
const words = (attributes: ReceivedSpan['attributes'], ...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => (attributes[name] as string | undefined) ?? []);

const show = ({ name, isError, attributes, events }: ReceivedSpan): string =>
  [
    name,
    ...words(attributes, 'agents.step.outcome', 'agents.plan.outcome'),
    ...(isError ? ['!', ...words(attributes, 'error.type')] : []),
    ...events.map((event) => `* ${words(event.attributes, 'agents.checkpoint.trigger')[0] ?? event.name}`),
  ].join(' ');

afterEach(() => vi.unstubAllEnvs());

describe('a run with a collector', () => {
  it('Given subplans, retries and failing tools, then the spans stand as they happened', async () => {
    await using receiver = await OtlpReceiver.open();
    await using bench = new CliBench();
    set(bench, at(receiver));
    bench.write('p.plan.yaml', STORY.replace('steps:', 'inputs: { on: { default: y } }\nsteps:'));
    const { code, out, err } = await bench.run('plan', 'run', 'p.plan.yaml');
    expect([code, err]).toEqual([1, '']);
    expect(out).not.toContain('traced as');
    const [run] = await receiver.runs(1);
    expect(receiver.treeOf(run as ReceivedSpan, show)).toMatchInlineSnapshot(`
      "invoke_workflow story errored ! command_failed * agents.step.skipped * on_error
        step write complete * on_tool_write * on_tool_write_complete
          execute_tool fs.write
        step flaky retried ! command_failed * on_tool_write * on_tool_write_complete
          execute_tool shell.run ! command_failed
        step flaky complete * on_tool_write * on_tool_write_complete
          execute_tool shell.run
        step both complete * on_subplan_spawn * on_subplan_spawn
          invoke_workflow fine complete
            step a complete
              execute_tool shell.run
          invoke_workflow weak errored ! command_failed * on_error
            step b failed ! command_failed * on_tool_write * on_tool_write_complete
              execute_tool shell.run ! command_failed
          invoke_workflow weak complete
            step b complete * on_tool_write * on_tool_write_complete
              execute_tool shell.run
        step bad failed ! command_failed
          execute_tool shell.run ! command_failed"
    `);
    expect(new Set(receiver.spans.map(({ trace }) => trace)).size).toBe(1);
    expect(JSON.stringify(receiver.spans)).not.toContain('touch');
    expect(await notes(bench)).toEqual([`${run?.trace}-${run?.id}`]);
  });

  it('Given its address, headers, name and attributes, then they are as the variables say', async () => {
    await using receiver = await OtlpReceiver.open();
    await using bench = new CliBench();
    set(bench, {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/elsewhere`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1500',
      OTEL_RESOURCE_ATTRIBUTES: 'team=blue,service.name=lost',
      OTEL_SERVICE_NAME: 'ours',
    });
    bench.write('p.plan.yaml', ONE);
    await bench.run('plan', 'run', 'p.plan.yaml');
    const [run] = await receiver.runs(1);
    expect(run?.resource).toMatchObject({
      team: 'blue',
      'service.name': 'ours',
      'service.version': '0.0.0-test',
    });
    const [request] = receiver.requests;
    expect(request?.path).toBe('/elsewhere');
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer abc',
      'content-type': 'application/json',
    });
    expect(run?.links).toEqual([]);
  });

  it('Given a plan that rests and goes on, then each run is a trace of its own, linked to the one before', async () => {
    await using receiver = await OtlpReceiver.open();
    await using bench = new CliBench();
    set(bench, at(receiver));
    bench.write('p.plan.yaml', WAITING);
    expect((await bench.run('plan', 'run', 'p.plan.yaml')).code).toBe(5);
    const [first] = await receiver.runs(1);
    expect(show(first as ReceivedSpan)).toBe('invoke_workflow waiting paused * agents.plan.paused * manual');
    expect((await bench.run('plan', 'answer', 'last', 'style', 'short')).code).toBe(0);
    expect((await bench.run('plan', 'execute', 'last')).code).toBe(0);
    const [, second] = await receiver.runs(2);
    expect(second?.links).toEqual([`${first?.trace}-${first?.id}`]);
    expect(second?.trace).not.toBe(first?.trace);
    const names = receiver.spans.filter(({ trace }) => trace === second?.trace).map(({ name }) => name);
    expect(names.toSorted()).toEqual(['invoke_workflow waiting', 'step style']);
    expect((await notes(bench)).length).toBe(2);
  });

  it('Given that it was started as a part of something, then its trace is that one, and what is not sampled is not told of', async () => {
    await using receiver = await OtlpReceiver.open();
    await using bench = new CliBench();
    const trace = '0af7651916cd43dd8448eb211c80319c';
    set(bench, { ...at(receiver), TRACEPARENT: `00-${trace}-b7ad6b7169203331-01` });
    bench.write('p.plan.yaml', ONE);
    await bench.run('plan', 'run', 'p.plan.yaml');
    const [run] = await receiver.runs(1);
    expect([run?.trace, run?.parent]).toEqual([trace, 'b7ad6b7169203331']);
    set(bench, { TRACEPARENT: `00-${trace}-b7ad6b7169203331-00` });
    await bench.run('plan', 'run', 'p.plan.yaml');
    expect(await notes(bench)).toEqual([]);
  });

  it.each([
    ['false', []],
    ['true', ['echo', 's3cret']],
  ])('Given content asked for with %s, then spans hold %j of it', async (value, words) => {
    await using receiver = await OtlpReceiver.open();
    await using bench = new CliBench();
    set(bench, { ...at(receiver), OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: value });
    bench.write('p.plan.yaml', ONE);
    await bench.run('plan', 'run', 'p.plan.yaml');
    await receiver.runs(1);
    const sent = JSON.stringify(receiver.spans);
    expect(['echo', 's3cret'].filter((word) => sent.includes(word))).toEqual(words);
  });

  it('Given secrets and content asked for, then they are taken out as in the journal', async () => {
    await using receiver = await OtlpReceiver.open();
    await using bench = new CliBench();
    const asked = {
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
      DEMO_TOKEN: 'canary-1234567890',
    };
    set(bench, { ...at(receiver), ...asked });
    bench.write(
      'p.plan.yaml',
      `name: one\nsteps: [ { id: say, run: 'echo "<$DEMO_TOKEN>"; echo "$DEMO_TOKEN" >&2; exit 3', effect: read } ]\n`,
    );
    await bench.run('plan', 'run', 'p.plan.yaml');
    await receiver.runs(1);
    expect(JSON.stringify(receiver.spans)).toContain('<');
    expect(JSON.stringify(receiver.spans)).not.toContain('canary');
  });
});

describe('what goes wrong with it', () => {
  const TOLD = /^telemetry: .+ \(the plan is not affected\)\n$/;

  it.each([
    ['refuses connections', 'http://127.0.0.1:9', /ECONNREFUSED/],
    ['is no address', 'nonsense', /is no address/],
  ])(
    'Given a collector that %s, then the plan runs as ever, and that is said once',
    async (_, address, why) => {
      await using bench = new CliBench();
      set(bench, { OTEL_EXPORTER_OTLP_ENDPOINT: address });
      bench.write('p.plan.yaml', ONE);
      const run = bench.start(['plan', 'run', 'p.plan.yaml']);
      expect(await run.code).toBe(0);
      await vi.waitUntil(() => run.err.text !== '');
      expect(run.err.text).toMatch(TOLD);
      expect(run.err.text).toMatch(why);
    },
  );

  it('Given a collector that answers with an error, then its words are told, and a terminal is not steered by them', async () => {
    await using receiver = await OtlpReceiver.open((response) => {
      response.statusMessage = 'No \x9b31m way';
      response.statusCode = 404;
      response.end('\x1b[31m');
    });
    await using bench = new CliBench();
    set(bench, at(receiver));
    bench.write('p.plan.yaml', ONE);
    const run = bench.start(['plan', 'run', 'p.plan.yaml']);
    expect(await run.code).toBe(0);
    await vi.waitUntil(() => run.err.text !== '');
    expect(run.err.text).toMatch(
      /^telemetry: spans could not be sent: 404 No .?\\x9b31m way \(the plan is not affected\)\n$/,
    );
  });

  it('Given a collector that answers nonsense with success, then nothing is said', async () => {
    await using receiver = await OtlpReceiver.open((response) => void response.end('\x1b[31m<html>'));
    await using bench = new CliBench();
    set(bench, at(receiver));
    bench.write('p.plan.yaml', ONE);
    const { code, err } = await bench.run('plan', 'run', 'p.plan.yaml');
    await receiver.runs(1);
    expect([code, err]).toEqual([0, '']);
  });

  it('Given certificates, then they are read, and where that fails the plan runs as ever', async () => {
    await using receiver = await OtlpReceiver.open();
    await using bench = new CliBench();
    set(bench, { ...at(receiver), OTEL_EXPORTER_OTLP_CERTIFICATE: bench.write('ca.pem', 'x') });
    bench.write('p.plan.yaml', ONE);
    await bench.run('plan', 'run', 'p.plan.yaml');
    await receiver.runs(1);
    set(bench, { OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: '/nowhere/key.pem' });
    const { code, err } = await bench.run('plan', 'run', 'p.plan.yaml');
    expect([code, err]).toEqual([0, expect.stringMatching(TOLD)]);
    expect(err).toContain('/nowhere/key.pem');
  });

  it('Given --quiet, then nothing is said', async () => {
    await using bench = new CliBench();
    set(bench, { OTEL_TRACES_EXPORTER: 'zipkin' });
    bench.write('p.plan.yaml', ONE);
    const { code, err } = await bench.run('plan', 'run', 'p.plan.yaml', '--quiet');
    expect([code, err]).toEqual([0, '']);
  });
});

describe('where a trace is found', () => {
  it.each([[['--verbose']], [['--accessible', '--verbose']]])(
    'Given %j, then a run says it too',
    async (options) => {
      await using receiver = await OtlpReceiver.open();
      await using bench = new CliBench();
      set(bench, at(receiver));
      bench.write('p.plan.yaml', ONE);
      const { out } = await bench.run('plan', 'run', 'p.plan.yaml', ...options);
      const [run] = await receiver.runs(1);
      expect(out.toLowerCase()).toContain(`traced as 00-${run?.trace}-${run?.id}-01`);
      const quiet = await bench.run(
        'plan',
        'run',
        'p.plan.yaml',
        ...options.filter((one) => one !== '--verbose'),
      );
      expect(quiet.out.toLowerCase()).not.toContain('traced as');
    },
  );
});

describe('the console', () => {
  it('Given that it is asked for, then each span is a line of JSON on stderr, and stdout is as ever', async () => {
    await using bench = new CliBench();
    set(bench, { OTEL_TRACES_EXPORTER: 'console' });
    bench.write('p.plan.yaml', ONE.replace('name: one', 'name: "é \\u009b"'));
    const { code, out, err } = await bench.run('plan', 'run', 'p.plan.yaml', '--json');
    expect([code, JSON.parse(out).status]).toEqual([0, 'ok']);
    const spans = err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(spans.map(({ name }) => name)).toEqual([
      'execute_tool shell.run',
      'step say',
      'invoke_workflow é \u009b',
    ]);
    expect(spans[0]?.['parent_span_id']).toBe(spans[1]?.['span_id']);
    expect(spans[2]).toMatchObject({ parent_span_id: null, status: 'unset', links: [] });
    expect(err).not.toMatch(/[^\n\u0020-\u007e]/);
  });
});
