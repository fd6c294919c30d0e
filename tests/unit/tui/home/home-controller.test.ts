import { afterEach, describe, expect, it } from 'vitest';
import { StorageError } from '../../../../src/domain/errors.ts';
import { HomeController } from '../../../../src/tui/home/home-controller.ts';
import { FakeHome, homeDocument, homePlan } from '../../../support/open-home.ts';
import { FakeTime } from '../../../support/fake-time.ts';

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const opened: HomeController[] = [];
afterEach(() => opened.splice(0).forEach((controller) => controller[Symbol.dispose]()));

function open(home: FakeHome): HomeController {
  const time = new FakeTime();
  const controller = new HomeController({
    source: home,
    clock: time,
    schedule: time.schedule,
    size: { columns: 100, rows: 30 },
    known: null,
    initial: {},
    runEffects: () => undefined,
  });
  opened.push(controller);
  return controller;
}

/** A home whose plans are read only when the gate opens. */
class SlowHome extends FakeHome {
  readonly asks: PromiseWithResolvers<void>[] = [];
  override async plans(everywhere: boolean): ReturnType<FakeHome['plans']> {
    const gate = Promise.withResolvers<void>();
    this.asks.push(gate);
    await gate.promise;
    return super.plans(everywhere);
  }
}

describe('reading what there is', () => {
  it('Given news while it is read, then it is read once more, not at the same time', async () => {
    const home = new SlowHome();
    const controller = open(home);
    home.change();
    home.change();
    await turn();
    expect(home.asks).toHaveLength(1);
    home.items = [homePlan(1)];
    home.asks[0]?.resolve();
    await turn();
    expect(controller.getModel().data.plans?.items).toHaveLength(1);
    expect(home.asks).toHaveLength(2);
    home.asks[1]?.resolve();
    await turn();
    expect(home.asks).toHaveLength(2);
  });

  it('Given the plans of all folders are asked for meanwhile, then those of one are not taken for them', async () => {
    const home = new SlowHome();
    home.elsewhere = [homePlan(2)];
    const controller = open(home);
    controller.press([{ name: 'A', text: 'A' }]);
    const { everywhere } = controller.getModel().ui;
    home.asks[0]?.resolve();
    await turn();
    expect([everywhere, controller.getModel().data.plans]).toEqual([true, null]);
  });

  it('Given it can not be read, then why is known, and the documents are there all the same', async () => {
    const home = new SlowHome();
    home.found = [homeDocument('hello')];
    const controller = open(home);
    home.asks[0]?.reject(new StorageError('locked', 'the storage is locked'));
    await turn();
    expect(controller.getModel().data).toMatchObject({
      plans: null,
      documents: [{ file: 'hello.plan.yaml' }],
      fault: { code: 'locked' },
    });
  });
});

describe('what comes after it was closed', () => {
  it('Given keys, news or what was read, then nothing changes and nobody is told', async () => {
    const home = new SlowHome();
    const controller = open(home);
    const before = controller.getModel();
    let told = 0;
    controller.subscribe(() => (told += 1));
    controller[Symbol.dispose]();
    controller.press([{ name: '?', text: '?' }]);
    controller.resize({ columns: 50, rows: 20 });
    home.asks[0]?.resolve();
    await turn();
    expect(controller.getModel()).toBe(before);
    expect([told, home.watchers, home.asks.length]).toEqual([0, 0, 1]);
  });
});
