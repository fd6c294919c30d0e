import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileRecorder } from '../../../src/checkpoints/file-recorder.ts';
import { blobsIn } from '../../support/story-objects.ts';
import type { CaptureRequest } from '../../../src/ports/workspace-files.ts';
import { InlineWorkspaceFiles } from '../../../src/workspace/inline-workspace-files.ts';
import { WorkspaceEngine } from '../../../src/workspace/workspace-engine.ts';
import { CapturedWorkspace } from '../../support/captured-workspace.ts';
import { FixedSettings } from '../../support/fixed-settings.ts';
import { CAN_WATCH } from '../../support/watched-workspace.ts';

let ws: CapturedWorkspace;
let asked: CaptureRequest['watch'][];

beforeEach(() => {
  ws = new CapturedWorkspace();
  asked = [];
  ws.write('file');
});

afterEach(() => {
  ws.engine.close();
  ws[Symbol.dispose]();
});

function open(settings = new FixedSettings(), onUnwatched?: (why: string) => void): FileRecorder {
  const files = new InlineWorkspaceFiles(ws.engine);
  const capture = files.capture;
  files.capture = async (request, options) => {
    asked.push(request.watch);
    return await capture(request, options);
  };
  const blobs = blobsIn(ws.store);
  const more = onUnwatched && { onUnwatched };
  return new FileRecorder({ files, blobs, settings, workspace: ws.root, lastTree: null, ...more });
}

it('Given a run, then its first look is at everything, and the next where a person counts on it', async () => {
  const recorder = open();
  await recorder.prime(new AbortController().signal);
  await recorder.record();
  await recorder.record('all');
  await recorder.record();
  recorder.distrust();
  await recorder.record();
  await recorder.record();
  expect(asked).toEqual(['begin', 'trust', 'begin', 'trust', 'begin', 'trust']);
});

it('Given a look that failed, then the next is at everything', async () => {
  const recorder = open();
  await recorder.record();
  const aborted = AbortSignal.abort(new Error('enough'));
  await recorder.prime(aborted);
  await recorder.record();
  expect(asked).toEqual(['begin', 'begin', 'begin']);
});

it('Given core.checkpoints.watch is off, then nothing is watched', async () => {
  const recorder = open(new FixedSettings({ watch: false }));
  await recorder.record();
  await recorder.record();
  expect(asked).toEqual([undefined, undefined]);
});

it.runIf(CAN_WATCH)('Given a folder that cannot be watched, then that is said once', async () => {
  ws.engine = new WorkspaceEngine({
    store: ws.store,
    home: ws.home,
    freeBytes: () => 1e15,
    watching: {
      watch: () => {
        throw Object.assign(new Error('none left'), { code: 'ENOSPC' });
      },
    },
  });
  const said: string[] = [];
  const recorder = open(undefined, (why) => said.push(why));
  await recorder.record();
  await recorder.record();
  const silent = open();
  expect((await silent.record()).tree).toBe((await recorder.record()).tree);
  expect(said).toEqual(['no watch is left for this user (fs.inotify.max_user_watches)']);
});
