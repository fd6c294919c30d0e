import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Channel } from '../../../src/cli/cli-io.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { CliBench, waitFor, type CliRun } from '../../support/cli-bench.ts';

const GATED = `
name: gated
steps:
  - { id: first, run: '${waitFor('go1')}', effect: read }
  - { id: second, decide: { question: Which?, options: [a, b], by: human, default: b } }
`;

let bench: CliBench;
beforeEach(async () => {
  bench = new CliBench();
  bench.write('gated.plan.yaml', GATED);
  await bench.run('plan', 'create', 'gated.plan.yaml');
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

/** The other end of an engine's channel, in this process. */
class Screen {
  readonly #toEngine = new EventEmitter();
  readonly heard: string[] = [];
  readonly #onHeard = new EventEmitter();
  readonly channel: Channel = {
    send: ({ kind }) => {
      this.heard.push(kind as string);
      this.#onHeard.emit('heard');
    },
    onMessage: (listener) => this.#toEngine.on('message', listener),
    onClose: (listener) => this.#toEngine.on('close', listener),
    close: () => this.heard.push('closed'),
  };

  start(input: boolean, retry = false): void {
    this.say({ kind: 'start', inputs: {}, rerun: [], skip: [], takeOver: false, input, retry });
  }
  say(message: JsonObject): void {
    this.#toEngine.emit('message', message);
  }
  hangUp(): void {
    this.#toEngine.emit('close');
  }
  async hears(kind: string): Promise<void> {
    while (!this.heard.includes(kind)) await new Promise((resolve) => this.#onHeard.once('heard', resolve));
  }
}

async function startEngine({ input = true, retry = false } = {}): Promise<{ screen: Screen; run: CliRun }> {
  const screen = new Screen();
  const run = bench.start(['plan', 'engine', 'last', '--json'], { channel: screen.channel });
  // It listens as soon as its command is loaded; until then messages wait in a real channel.
  const said = setInterval(() => screen.start(input, retry), 5);
  await screen.hears('here').finally(() => clearInterval(said));
  return { screen, run };
}

const answerOf = (run: CliRun): { exit_code: number; data: { state: string } } => JSON.parse(run.out.text);

describe('the process that runs a plan for a screen', () => {
  it('Given a failed plan is to run again, then it does, from its failed step', async () => {
    bench.write(
      'f.plan.yaml',
      "name: f\nsteps: [ { id: a, run: 'echo 1 >> a.txt' }, { id: b, run: 'test -f good', effect: read } ]\n",
    );
    expect((await bench.run('plan', 'run', 'f.plan.yaml', '--quiet')).code).toBe(1);
    bench.write('good', '');
    const { run } = await startEngine({ retry: true });
    expect(await run.code).toBe(0);
    expect(answerOf(run)).toMatchObject({ data: { state: 'complete' } });
    expect(bench.read('a.txt')).toBe('1\n');
  });

  it('Given it is started, then it says that it is there, tells of news, and gives its answer at the end', async () => {
    const { screen, run } = await startEngine();
    bench.write('go1', '');
    while (!(await bench.run('plan', 'status', 'last')).out.includes('Which?'));
    const answered = bench.run('plan', 'answer', 'last', 'second', 'a');
    screen.say({ kind: 'news' });
    expect((await answered).code).toBe(0);
    expect(await run.code).toBe(0);
    expect(screen.heard.filter((kind) => kind === 'news').length).toBeGreaterThan(3);
    expect(screen.heard.at(-1)).toBe('closed');
    expect(answerOf(run)).toMatchObject({ exit_code: 0, data: { state: 'complete' } });
    expect(run.err.text).toBe('');
  });

  it('Given nobody is to be asked, then a question takes its default', async () => {
    const { run } = await startEngine({ input: false });
    bench.write('go1', '');
    expect(await run.code).toBe(0);
  });

  it('Given the screen is gone, then the plan rests at the next safe point', async () => {
    const { screen, run } = await startEngine();
    screen.hangUp();
    bench.write('go1', '');
    expect(await run.code).toBe(5);
    expect(answerOf(run).data.state).toBe('paused');
    const events = (await bench.json('plan', 'events', 'last')).data.events as {
      type: string;
      payload: JsonObject;
    }[];
    expect(events.find(({ type }) => type === 'plan.paused')?.payload).toMatchObject({ by: 'SIGHUP' });
  });

  it('Given it was told to go on alone, then it does', async () => {
    const { screen, run } = await startEngine({ input: false });
    screen.say({ kind: 'detach' });
    screen.hangUp();
    bench.write('go1', '');
    expect(await run.code).toBe(0);
  });

  it('Given the screen goes before it said what to do, then nothing is run', async () => {
    const screen = new Screen();
    const run = bench.start(['plan', 'engine', 'last', '--json'], { channel: screen.channel });
    const said = setInterval(() => screen.hangUp(), 5);
    expect(await run.code.finally(() => clearInterval(said))).toBe(2);
    expect(run.out.text).toContain('went away');
    expect((await bench.json('plan', 'status', 'last')).data.state).toBe('queued');
  });

  it('Given a person types it, then it says what to type instead', async () => {
    const { code, err } = await bench.run('plan', 'engine', 'last');
    expect(code).toBe(2);
    expect(err).toContain('agents plan execute');
  });
});
